//! Several servers behind one model.

use nextcloud_opencode_bot::ports::model::EndpointState;

use super::super::socket::{Socket, Then};
use super::*;
use crate::support::NOBODY;

async fn good() -> MockServer {
    chat_server(answer(200, "stream-usage.sse")).await
}

/// Available, used, and whether it has a problem.
fn shown(state: &EndpointState) -> (bool, bool, bool) {
    (state.available, state.used, state.problem.is_some())
}

fn states(model: &OpenAiModel) -> Vec<(bool, bool, bool)> {
    model.endpoints().iter().map(shown).collect()
}

#[tokio::test]
async fn a_server_that_fails_repeatedly_is_left_alone() {
    let (failing, good) = (chat_server(answer(503, "error-503-loading.json")).await, good().await);
    let model = model(&[&failing.uri(), &good.uri()]);
    for room in ["a", "b", "c", "d", "e"] {
        ask_in(&model, room).await.expect("an answer of the second");
    }
    assert_eq!((bodies(&failing).await.len(), bodies(&good).await.len()), (3, 5));
    assert_eq!(states(&model), [(false, false, true), (true, true, false)]);
}

#[tokio::test]
async fn a_room_stays_with_the_server_that_answered_it() {
    let (first, second) = (good().await, good().await);
    let model = model(&[&first.uri(), &second.uri()]);
    first.reset().await;
    chats(&first, answer(503, "error-503-loading.json")).await;
    ask_in(&model, "warm").await.expect("an answer of the second");
    first.reset().await;
    chats(&first, answer(200, "stream-usage.sse")).await;
    ask_in(&model, "warm").await.expect("an answer of the second");
    ask_in(&model, "new").await.expect("an answer of the first");
    assert_eq!((bodies(&first).await.len(), bodies(&second).await.len()), (1, 2));
}

#[tokio::test]
async fn where_all_are_left_alone_they_are_asked_all_the_same() {
    let server = chat_server(answer(503, "error-503-loading.json")).await;
    let model = model(&[&server.uri()]);
    for _ in 0..5 {
        assert_eq!(ask(&model).await.expect_err("loading").kind(), "loading");
    }
    assert_eq!(states(&model), [(false, true, true)]);
    server.reset().await;
    chats(&server, answer(200, "stream-usage.sse")).await;
    ask(&model).await.expect("an answer");
    assert_eq!(states(&model), [(true, true, false)]);
}

#[tokio::test]
async fn a_refusal_is_no_failure_of_the_server() {
    let server = chat_server(answer(400, "error-400-field.json")).await;
    let model = model(&[&server.uri()]);
    for _ in 0..5 {
        assert_eq!(ask(&model).await.expect_err("refused").kind(), "refused");
    }
    assert!(model.endpoints()[0].available);
}

#[tokio::test]
async fn a_server_that_only_lets_questions_time_out_is_left_alone() {
    let silent = Socket::answering("", Then::Hold).await;
    let good = good().await;
    let model = model(&[&silent.url(), &good.uri()]);
    let limit = Duration::from_millis(30);
    for _ in 0..3 {
        assert_eq!(model.complete(&question("hi"), limit).await.expect_err("silent").kind(), "timed_out");
    }
    ask(&model).await.expect("an answer of the second");
}

#[tokio::test]
async fn never_more_run_on_a_server_than_it_has_slots() {
    let held = Socket::answering("", Then::Hold).await;
    let good = good().await;
    let model = with(ModelSettings { slots: Some(1), ..settings(&[&held.url(), &good.uri()]) });
    let (first, second) = (question("one"), question("two"));
    tokio::select! {
        result = model.complete(&first, LIMIT) => panic!("it is held: {result:?}"),
        result = async {
            held.asked().await;
            assert_eq!(model.endpoints()[0].in_flight, 1);
            model.complete(&second, LIMIT).await
        } => result.expect("an answer of the second server"),
    };
    assert_eq!(model.endpoints()[0].in_flight, 0);
}

#[tokio::test]
async fn a_probe_tells_each_server_and_one_that_works_is_enough() {
    let good = MockServer::start().await;
    get(&good, "/v1/models", answer(200, "models.json")).await;
    let both = model(&[NOBODY, &good.uri()]);
    both.probe().await.expect("one works");
    assert_eq!(states(&both), [(true, true, true), (true, false, false)]);
    assert!(!format!("{:?}", both.endpoints()).contains(NOBODY), "an address is not told");
    assert_eq!(model(&[NOBODY]).probe().await.expect_err("gone").kind(), "unreachable");
}

/// Whether somebody was told to ask for the limits again.
async fn has_news(model: &OpenAiModel) -> bool {
    tokio::time::timeout(Duration::from_millis(20), model.limits_changed()).await.is_ok()
}

#[tokio::test]
async fn limits_are_news_after_a_reconnect_another_model_or_a_prompt_too_long() {
    let server = good().await;
    let model = model(&[&server.uri()]);
    for _ in 0..2 {
        ask(&model).await.expect("an answer");
        assert!(!has_news(&model).await, "the same server with the same model");
    }
    for (response, news) in [
        (answer(503, "error-503-loading.json"), false),
        (answer(200, "stream-usage.sse"), true),
        (answer(200, "other-stream-role-every-chunk.sse"), true),
        (answer(400, "error-400-context.json"), true),
        (answer(400, "error-400-field.json"), false),
    ] {
        server.reset().await;
        chats(&server, response).await;
        let _ = ask(&model).await;
        assert_eq!(has_news(&model).await, news);
    }
}
