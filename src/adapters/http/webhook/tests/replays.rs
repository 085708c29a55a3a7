//! Requests that come a second time.

use super::*;
use crate::domain::actor::ActorId;
use crate::ports::conversations::StoreError;

#[tokio::test]
async fn a_message_that_was_stored_before_is_a_duplicate() {
    let mut stand = Stand::default();
    stand
        .queue
        .expect_enqueue()
        .once()
        .withf(|question, now| question.message == MessageId(7) && *now == super::super::super::stand::NOW)
        .returning(|_, _| Ok(Enqueued::Duplicate));
    let answer = ask(&stand.public(), signed("/webhook", call())).await;
    assert_eq!(answer, (200, json!({"status": "duplicate"})));
}

/// The bot is enabled in a room.
const JOIN: &str = r#"{"type":"Join","actor":{"id":"bots/bot-1f","name":"Halo"},
    "object":{"id":"kq7m2rtx","name":"Crew"}}"#;

#[tokio::test]
async fn what_has_no_number_of_its_own_is_taken_once() {
    let mut stand = Stand::default();
    stand.conversations.expect_add_own_actor().once().returning(|_| Ok(()));
    let endpoint = stand.public();
    assert_eq!(ask(&endpoint, signed("/webhook", JOIN)).await, ignored("membership"));
    let copy = ask(&endpoint, signed("/elsewhere", JOIN)).await;
    assert_eq!(copy, (200, json!({"status": "duplicate"})));
    let another = JOIN.replace("Crew", "Team");
    assert_eq!(ask(&endpoint, signed("/webhook", another)).await, ignored("membership"));
}

#[tokio::test]
async fn what_could_not_be_stored_is_taken_when_it_comes_again() {
    let mut stand = Stand::default();
    let refuse = |_: &ActorId| Err(StoreError::Unavailable("disk full".into()));
    stand.conversations.expect_add_own_actor().once().returning(refuse);
    stand.conversations.expect_add_own_actor().once().returning(|_| Ok(()));
    let endpoint = stand.public();
    assert_eq!(ask(&endpoint, signed("/webhook", JOIN)).await.0, 503);
    assert_eq!(ask(&endpoint, signed("/webhook", JOIN)).await, ignored("membership"));
}
