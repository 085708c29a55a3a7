use super::*;
use crate::domain::message::MessageId;
use crate::domain::window;
use proptest::prelude::*;

fn turn(message: i64, bytes: usize) -> Turn {
    let (question, answer) = ("q".repeat(bytes), "a".repeat(bytes));
    Turn { message: MessageId(message), speaker: None, question, answer }
}

fn turns(count: i64, bytes: usize) -> Vec<Turn> {
    (0..count).map(|message| turn(message, bytes)).collect()
}

fn draft<'a>(turns: &'a [Turn], question: &'a str) -> Draft<'a> {
    Draft { system: "system", turns, speaker: Some("Mira"), question }
}

#[test]
fn everything_stays_while_it_fits() {
    let turns = turns(6, 30);
    let draft = draft(&turns, "newest");
    let fitted = draft.fit(draft.whole().prompt.estimate());
    assert_eq!(fitted, draft.whole());
    assert_eq!((fitted.turns, fitted.question.as_str(), fitted.shortened), (&turns[..], "newest", false));
}

#[test]
fn the_oldest_turns_go_first_and_whole_and_leave_room_for_the_next_ones() {
    let turns = turns(6, 300);
    let fitted = draft(&turns, "newest").fit(1000);
    assert_eq!(fitted.turns, &turns[4..]);
    assert!(fitted.prompt.estimate() <= 667, "{}", fitted.prompt.estimate());
}

#[test]
fn a_turn_that_is_too_long_hides_the_older_ones_too() {
    let mut turns = turns(3, 30);
    turns[1].answer = "a".repeat(10_000);
    assert_eq!(draft(&turns, "newest").fit(600).turns, &turns[2..]);
}

#[test]
fn the_newest_turn_stays_if_there_is_room_for_it_at_all() {
    let turns = turns(3, 300);
    let question = "long ".repeat(100);
    assert_eq!(draft(&turns, &question).fit(500).turns, &turns[2..]);
    assert!(draft(&turns, &question).fit(400).turns.is_empty());
}

#[test]
fn the_newest_message_loses_its_middle_visibly() {
    let text = format!("start {} end", "é".repeat(5_000));
    let fitted = draft(&[], &text).fit(300);
    assert!(fitted.shortened && fitted.question.contains(GAP));
    assert!(fitted.question.starts_with("start") && fitted.question.ends_with("end"));
}

#[test]
fn a_shortened_message_takes_nearly_all_the_room_there_is() {
    let text = "é".repeat(5_000);
    for limit in (200..1000).step_by(50) {
        let tokens = draft(&[], &text).fit(limit).prompt.estimate();
        assert!((limit * 9 / 10..=limit).contains(&tokens), "{tokens} of {limit}");
    }
}

#[test]
fn a_message_that_just_fits_is_not_shortened() {
    let draft = draft(&[], "What is the time?");
    assert_eq!(draft.fit(draft.whole().prompt.estimate()), draft.whole());
}

#[test]
fn where_nothing_fits_only_the_gap_is_left() {
    assert_eq!(draft(&[], &"long ".repeat(100)).fit(8).question, GAP);
}

#[test]
fn of_what_stays_two_thirds_are_the_beginning_and_characters_stay_whole() {
    for (text, bytes, shown) in [
        ("0123456789", 6, format!("0123{GAP}89")),
        ("äöüäöü", 6, format!("äö{GAP}ü")),
        ("äöüäöü", 5, format!("ä{GAP}")),
    ] {
        assert_eq!(without_middle(text, bytes), shown);
    }
}

#[test]
fn a_shortened_message_of_many_lines_fits_with_its_name_and_indentation() {
    let question = "a\n".repeat(5_000);
    let fitted = draft(&[], &question).fit(300);
    let tokens = fitted.prompt.estimate();
    assert!(fitted.shortened && (200..=300).contains(&tokens), "{tokens}");
}

#[test]
fn instructions_that_fill_the_context_leave_the_person_some_words() {
    let system = "be kind ".repeat(1000);
    let fitted =
        Draft { system: &system, ..draft(&[], "Can you hear me, and if so, what is this?") }.fit(400);
    assert_eq!(
        (fitted.question.as_str(), fitted.shortened),
        ("Can you hear me, and if so, what is this?", false)
    );
}

proptest! {
    #[test]
    fn never_over_the_limit(count in 0i64..8, bytes in 0usize..400, newest in ".{0,600}", limit in 100usize..900) {
        let turns = turns(count, bytes);
        let fitted = draft(&turns, &newest).fit(limit);
        prop_assert!(fitted.prompt.estimate() <= limit);
        prop_assert!(turns.ends_with(fitted.turns));
    }

    /// A conversation as it goes on: what is shown, what is kept.
    #[test]
    fn a_prompt_continues_the_one_before_unless_a_block_was_dropped(
        sizes in prop::collection::vec((0usize..300, 0usize..600), 1..60),
        keep in 1usize..8,
        limit in 900usize..3000,
    ) {
        let (mut known, mut before) = (Vec::<Turn>::new(), Vec::new());
        for (message, (asked, answered)) in (1..).zip(sizes) {
            let window = &known[window::start(known.len(), keep)..];
            let question = "q".repeat(asked);
            let fitted = Draft { system: "system", turns: window, speaker: None, question: &question }.fit(limit);
            let messages = fitted.prompt.messages().to_vec();
            prop_assert!(fitted.prompt.estimate() <= limit);
            let dropped = window.len() - fitted.turns.len();
            if dropped == 0 && !messages.starts_with(&before) {
                prop_assert!(window.len() == keep, "only a trim by number has changed the beginning");
            }
            if dropped > 0 {
                let cost = fitted.prompt.estimate();
                prop_assert!(cost <= limit * 2 / 3 || fitted.turns.len() == 1, "{cost} of {limit}");
            }
            let newest = Turn { message: MessageId(message), speaker: None, question: question.clone(), answer: "a".repeat(answered) };
            before = messages;
            let from = window::start_after(&known, fitted.turns, newest.message, keep);
            known.push(newest);
            known.retain(|turn| from.is_none_or(|from| turn.message >= from));
        }
    }
}
