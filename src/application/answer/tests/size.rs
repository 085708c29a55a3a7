//! Prompts that fit, whatever the server is and says.

use proptest::prelude::*;

use super::chat::{Chat, words};
use super::*;
use crate::application::testing::{LIMITS, Served, Tells};
use crate::domain::prompt::PromptMessage;

#[tokio::test(start_paused = true)]
async fn a_short_chat_costs_no_counting() {
    let mut chat = Chat::with(Served::default(), 6);
    for _ in 0..12 {
        chat.ask("and now?").await;
    }
    assert_eq!(chat.server.refused_and_counted(), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_the_server_counts_as_short_enough_stays_whole() {
    let mut chat = Chat::with(Served { answer: words(1000), ..Served::default() }, 50);
    for _ in 0..11 {
        chat.ask("and now?").await;
    }
    // 250 tokens for each turn, which the estimate takes for 340.
    assert_eq!(chat.turns_shown().pop(), Some(10));
    assert!(chat.server.refused_and_counted().1 > 0);
}

#[tokio::test(start_paused = true)]
async fn a_window_that_fills_the_context_is_trimmed_in_blocks_before_the_server_refuses_it() {
    for tells in [Tells::All, Tells::Numbers, Tells::Nothing] {
        let mut chat = Chat::with(Served { answer: words(600), tells, ..Served::default() }, 100);
        let (mut trims, mut before) = (0, Vec::<PromptMessage>::new());
        for _ in 0..60 {
            chat.ask("and now?").await;
            let messages = chat.last().prompt.messages().to_vec();
            trims += usize::from(!messages.starts_with(&before));
            before = messages;
        }
        assert_eq!(chat.server.refused_and_counted().0, 0, "{tells:?}");
        assert!((3..=10).contains(&trims), "{tells:?}: {trims}");
        assert!(
            chat.turns_shown()[30..].iter().all(|shown| *shown >= 8),
            "{tells:?}: {:?}",
            chat.turns_shown()
        );
        assert!(chat.answer.counted(&format!("window_trims_total{{reason=\"tokens\"}} {trims}")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_model_that_needs_more_tokens_than_estimated_is_soon_known() {
    let dense = Served { answer: words(600), tells: Tells::Numbers, bytes_per_token: 2, ..Served::default() };
    let mut chat = Chat::with(dense, 100);
    for _ in 0..40 {
        chat.ask("and now?").await;
    }
    assert_eq!(chat.server.refused_and_counted().0, 0);
}

#[tokio::test(start_paused = true)]
async fn the_answer_keeps_its_room() {
    for tells in [Tells::All, Tells::Numbers] {
        let mut chat = Chat::with(Served { answer: words(900), tells, ..Served::default() }, 100);
        for _ in 0..20 {
            chat.ask("and now?").await;
            let last = chat.last();
            let tokens = last.prompt.messages().iter().map(|message| message.content.len() / 4 + 5);
            assert!(tokens.sum::<usize>() <= 3072, "{tells:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_of_ten_thousand_tokens_is_answered_and_the_person_is_told() {
    for tells in [Tells::All, Tells::Numbers, Tells::Nothing] {
        for text in [words(40_000), "0123456789 ".repeat(1000)] {
            let mut chat = Chat::with(Served { tells, ..Served::default() }, 6);
            chat.ask("hello").await;
            assert_eq!(
                chat.ask(&text).await,
                ["an answer".to_owned(), Phrase::Shortened.text(Language::English)],
                "{tells:?}"
            );
            assert_eq!(chat.ask("and now?").await, ["an answer"], "{tells:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_refusal_with_numbers_the_smaller_context_counts_until_the_server_tells_another() {
    let mut chat = Chat::with(Served { answer: words(600), ..Served::default() }, 100);
    for _ in 0..15 {
        chat.ask("and now?").await;
    }
    chat.server.swap(|served| served.context_tokens = 1500);
    for _ in 0..15 {
        chat.ask("and now?").await;
    }
    assert_eq!(chat.server.refused_and_counted().0, 1);
    assert!(chat.answer.counted("window_trims_total{reason=\"refused\"} 1"));
    chat.limits.send_replace(Limits { context_tokens: 8192, ..LIMITS });
    chat.server.swap(|served| served.context_tokens = 8192);
    for _ in 0..15 {
        chat.ask("and now?").await;
    }
    assert!(chat.turns_shown().pop() > Some(14), "{:?}", chat.turns_shown());
}

#[tokio::test(start_paused = true)]
async fn a_model_swapped_for_a_smaller_one_is_never_told_in_the_room() {
    for tells in [Tells::All, Tells::Numbers, Tells::Nothing] {
        for context_tokens in [2048, 1024, 512] {
            let mut chat = Chat::with(Served { answer: words(600), tells, ..Served::default() }, 100);
            for text in ["and now?".to_owned(), words(3000), words(12_000), "7 ".repeat(900)] {
                chat.server.swap(|served| served.context_tokens = 4096);
                for _ in 0..15 {
                    chat.ask("and now?").await;
                }
                chat.server.swap(|served| served.context_tokens = context_tokens);
                chat.ask(&text).await;
                chat.ask("and now?").await;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn instructions_that_do_not_fit_are_told() {
    let mut chat = Chat::with(Served { context_tokens: 300, ..Served::default() }, 6);
    chat.answer.settings.system_prompt = words(4000);
    assert_eq!(chat.say("hello").await.failure, Some(Failure::ModelRefused));
}

/// What happens in a room: a question of so many bytes, of digits or of words, after the server may have been swapped.
#[derive(Debug, Clone)]
struct Step {
    question: usize,
    digits: bool,
    swap: Option<Served>,
}

fn served() -> impl Strategy<Value = Served> {
    let tells = prop::sample::select(vec![Tells::All, Tells::Numbers, Tells::Nothing]);
    (512u64..8192, tells, 1usize..6, 0usize..4000).prop_map(
        |(context_tokens, tells, bytes_per_token, answer)| Served {
            context_tokens,
            tells,
            bytes_per_token,
            answer: format!("an answer {}", words(answer)),
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    (0usize..20_000, any::<bool>(), prop::option::weighted(0.2, served()))
        .prop_map(|(question, digits, swap)| Step { question, digits, swap })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn no_room_ever_hears_that_a_prompt_was_too_long(
        first in served(),
        keep in 0usize..30,
        steps in prop::collection::vec(step(), 1..30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let mut chat = Chat::with(first, keep);
            for Step { question, digits, swap } in steps {
                if let Some(other) = swap {
                    chat.server.swap(|served| *served = other);
                }
                let text = if digits { "4711 ".repeat(question / 5) } else { words(question) };
                assert!(chat.ask(&text).await[0].starts_with("an answer"));
            }
        });
    }
}
