//! Several servers that share the questions.

use std::sync::atomic::{AtomicU64, Ordering};

use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::clock::Clock;
use nextcloud_opencode_bot::ports::model::Limits;
use serde_json::json;

use super::super::socket::{Socket, Then};
use super::*;
use crate::support::NOBODY;

/// A clock that is so many seconds ahead.
#[derive(Default)]
struct Ahead(AtomicU64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now() + Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

fn spread(urls: &[&str]) -> ModelSettings {
    ModelSettings { spread: true, ..settings(urls) }
}

async fn good() -> MockServer {
    chat_server(answer(200, "stream-usage.sse")).await
}

/// It tells these limits from now on.
async fn tells(server: &MockServer, context_tokens: u32, slots: u32) {
    let props = json!({"default_generation_settings": {"n_ctx": context_tokens}, "total_slots": slots});
    get(server, "/props", ResponseTemplate::new(200).set_body_json(props)).await;
}

async fn telling(context_tokens: u32, slots: u32) -> MockServer {
    let server = good().await;
    tells(&server, context_tokens, slots).await;
    server
}

/// From now on it fails, whatever it is asked.
async fn fails(server: &MockServer) {
    server.reset().await;
    chats(server, answer(503, "error-503-loading.json")).await;
}

async fn counts(servers: &[&MockServer]) -> Vec<usize> {
    let mut counts = Vec::new();
    for server in servers {
        counts.push(bodies(server).await.len());
    }
    counts
}

async fn has_news(model: &OpenAiModel) -> bool {
    tokio::time::timeout(Duration::from_millis(20), model.limits_changed()).await.is_ok()
}

#[tokio::test]
async fn the_limits_are_all_slots_together_and_the_smallest_context() {
    let (large, small) = (telling(8192, 4).await, telling(2048, 2).await);
    let urls = [&*large.uri(), &small.uri(), NOBODY];
    let told = with(spread(&urls)).limits().await;
    assert_eq!(told, Limits { context_tokens: 2048, slots: 6 }, "who does not answer counts for nothing");
    let alone = model(&urls).limits().await;
    assert_eq!(alone, Limits { context_tokens: 8192, slots: 4 }, "unasked nobody shares anything");
}

#[tokio::test]
async fn a_number_of_slots_in_the_settings_is_that_of_each_server() {
    let (one, other) = (telling(8192, 4).await, telling(2048, 2).await);
    let urls = [&*one.uri(), &other.uri(), NOBODY];
    let model = with(ModelSettings { slots: Some(3), context_tokens: Some(1000), ..spread(&urls) });
    assert_eq!(model.limits().await, Limits { context_tokens: 1000, slots: 6 });
}

#[tokio::test]
async fn where_nobody_answers_each_counts_as_one_of_which_nothing_is_known() {
    let model = with(spread(&[NOBODY, NOBODY]));
    assert_eq!(model.limits().await, Limits { context_tokens: 4096, slots: 2 });
}

#[tokio::test]
async fn a_server_that_is_left_alone_counts_again_when_it_answers_and_both_is_news() {
    let (failing, good) = (telling(4096, 2).await, telling(4096, 2).await);
    let clock = Arc::new(Ahead::default());
    let model = OpenAiModel::new(spread(&[&failing.uri(), &good.uri()]), clock.clone());
    assert_eq!(model.limits().await.slots, 4);
    fails(&failing).await;
    for room in 0..20 {
        ask_in(&model, &format!("room{room}")).await.expect("an answer of the other");
    }
    assert!(has_news(&model).await);
    assert_eq!(bodies(&failing).await.len(), 3, "then it is left alone");
    assert_eq!(model.limits().await.slots, 2);
    let used: Vec<_> = model.endpoints().iter().map(|endpoint| endpoint.used).collect();
    assert_eq!(used, [false, true]);

    failing.reset().await;
    chats(&failing, answer(200, "stream-usage.sse")).await;
    tells(&failing, 4096, 2).await;
    clock.0.store(6, Ordering::Relaxed);
    assert_eq!(model.limits().await.slots, 2, "it has to prove itself");
    ask_in(&model, "room0").await.expect("an answer");
    assert_eq!(bodies(&failing).await.len(), 1, "every room is warm elsewhere, and still one tries it");
    assert!(has_news(&model).await);
    assert_eq!(model.limits().await.slots, 4);
}

#[tokio::test]
async fn a_server_that_is_left_alone_since_questions_time_out_is_news() {
    let (one, other) = (Socket::answering("", Then::Hold).await, Socket::answering("", Then::Hold).await);
    let model = with(spread(&[&one.url(), &other.url()]));
    for _ in 0..5 {
        let late = model.complete(&question("hi"), Duration::from_millis(30)).await;
        assert_eq!(late.expect_err("silent").kind(), "timed_out");
    }
    assert!(has_news(&model).await, "one of them has failed three times");
}

#[tokio::test]
async fn rooms_are_spread_and_each_stays_where_it_is_warm() {
    let (one, other) = (good().await, good().await);
    let model = with(spread(&[&one.uri(), &other.uri()]));
    let mut firsts = Vec::new();
    for room in 0..20 {
        let before = bodies(&one).await.len();
        ask_in(&model, &format!("room{room}")).await.expect("an answer");
        firsts.push(bodies(&one).await.len() - before);
    }
    let begun = counts(&[&one, &other]).await;
    assert!(begun.iter().all(|count| *count >= 4), "{begun:?}");
    for (room, first) in firsts.iter().enumerate() {
        let before = bodies(&one).await.len();
        ask_in(&model, &format!("room{room}")).await.expect("an answer");
        assert_eq!(bodies(&one).await.len() - before, *first, "room{room}");
    }
}

#[tokio::test]
async fn questions_at_once_go_to_the_server_with_least_to_do() {
    let (one, other) = (Socket::answering("", Then::Hold).await, Socket::answering("", Then::Hold).await);
    let model = with(ModelSettings { slots: Some(1), ..spread(&[&one.url(), &other.url()]) });
    tokio::select! {
        _ = ask_in(&model, "room1") => panic!("it is held"),
        _ = ask_in(&model, "room2") => panic!("it is held"),
        _ = ask_in(&model, "room3") => panic!("there is no slot for it"),
        ((), ()) = async { tokio::join!(one.asked(), other.asked()) } => {}
    }
}

#[tokio::test]
async fn who_finds_all_slots_taken_gets_the_one_that_is_free_first() {
    let (held, good) = (Socket::answering("", Then::Hold).await, good().await);
    let model = with(ModelSettings { slots: Some(1), ..spread(&[&held.url(), &good.uri()]) });
    let slow = answer(200, "stream-usage.sse").set_delay(Duration::from_millis(50));
    good.reset().await;
    chats(&good, slow).await;
    let all = async {
        // One of them is held, and whoever waits behind it is answered by the other server.
        let rooms = ["a", "b", "c", "d"].map(|room| ask_in(&model, room));
        let mut answered = 0;
        let mut rooms: Vec<_> = rooms.into_iter().map(Box::pin).collect();
        while answered < 3 {
            let (result, _, rest) = futures_util::future::select_all(rooms).await;
            result.expect("an answer of the second");
            (rooms, answered) = (rest, answered + 1);
        }
    };
    tokio::time::timeout(LIMIT, all).await.expect("three of four are answered");
}

#[tokio::test]
async fn a_question_goes_on_to_the_next_server_as_without() {
    let (failing, good) = (good().await, good().await);
    fails(&failing).await;
    let model = with(spread(&[&failing.uri(), &good.uri(), NOBODY]));
    for room in 0..10 {
        ask_in(&model, &format!("room{room}")).await.expect("an answer of the second");
    }
    assert_eq!(bodies(&good).await.len(), 10);
}
