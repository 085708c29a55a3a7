//! A store that refuses: the sender is not told otherwise, and nothing is said that was not done.

use super::*;
use crate::domain::event::Event;
use crate::ports::steering::{Asked, Progress};

fn no_steering() -> SteeringError {
    SteeringError::Unavailable(cause())
}

#[tokio::test]
async fn a_question_that_cannot_be_stored_is_an_error_and_uses_up_nothing() {
    let mut scene = Scene::default();
    scene.settings.limits.per_user = 1;
    scene.queue.expect_enqueue().once().returning(|_, _| Err(QueueError::Unavailable(cause())));
    scene.queue.expect_enqueue().once().returning(|_, _| Ok(Enqueued::New));
    let mut stage = scene.play();
    let error = stage.fails(wrote("users/mira", "@Halo hi")).await;
    assert!(matches!(error, ReceiveError::Queue(_)) && stage.calls().is_empty());
    assert_eq!(stage.take(wrote("users/mira", "@Halo hi")).await, Received::Queued);
}

#[tokio::test]
async fn a_command_that_cannot_be_noted_is_not_obeyed() {
    for name in ["help", "reset", "stop", "retry", "status", "forget-me", "dance"] {
        let mut scene = Scene::default();
        scene.steering.expect_claim().once().returning(|_, _, _| Err(no_steering()));
        let stage = scene.play();
        let error = stage.fails(wrote("users/mira", &format!("@Halo /{name}"))).await;
        assert!(matches!(error, ReceiveError::Steering(_)) && stage.notices().is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_command_that_cannot_be_obeyed_is_not_answered() {
    let mut scene = Scene::default();
    scene.steering.expect_claim().returning(|_, _, _| Ok(Enqueued::New));
    scene.conversations.expect_forget().returning(|_| Err(StoreError::Unavailable(cause())));
    scene.conversations.expect_recent().returning(|_| Err(StoreError::Unavailable(cause())));
    scene.steering.expect_stop().returning(|_, _| Err(no_steering()));
    scene.steering.expect_find().returning(|_| Err(no_steering()));
    scene.upkeep.expect_erase_person().returning(|_| Err(UpkeepError::Unavailable(cause())));
    let mut stage = scene.play();
    for name in ["reset", "stop", "retry", "status", "context", "forget-me"] {
        stage.fails(wrote("users/mira", &format!("@Halo /{name}"))).await;
        assert!(stage.notices().is_empty() && stage.calls().is_empty(), "{name}");
    }
    assert!(!stage.stopped.is_cancelled());
}

#[tokio::test]
async fn an_answer_that_cannot_be_kept_is_an_error() {
    let scene = Scene { mute: true, ..Scene::noting() };
    let error = scene.play().fails(wrote("users/mira", "@Halo /help")).await;
    assert!(matches!(error, ReceiveError::Outbox(_)), "{error:?}");
}

#[tokio::test]
async fn a_limit_that_cannot_be_noted_is_told_to_nobody() {
    let mut scene = Scene::default();
    scene.settings.limits.queue = 1;
    scene.steering.expect_open_in().once().returning(|_| Err(no_steering()));
    scene.steering.expect_open_in().returning(|_| Ok(1));
    scene.steering.expect_claim().returning(|_, _, _| Err(no_steering()));
    let stage = scene.play();
    for _ in 0..2 {
        let error = stage.fails(wrote("users/mira", "@Halo hi")).await;
        assert!(matches!(error, ReceiveError::Steering(_)) && stage.notices().is_empty());
    }
}

fn reaction(emoji: &str) -> Event {
    let (message, text, actor) = (MessageId(41), "hi".to_owned(), person("users/mira"));
    Event::Reaction { room: here(), message, text, actor, emoji: emoji.into(), added: true }
}

#[tokio::test]
async fn a_reaction_that_cannot_be_obeyed_is_an_error() {
    let mut scene = Scene::default();
    scene.settings.reaction_control = ReactionControl::On;
    let asker = ActorId::new("users/mira");
    let known = Asked { place: here().into(), message: MessageId(41), asker, progress: Progress::Open };
    scene.steering.expect_find().once().returning(|_| Err(no_steering()));
    scene.steering.expect_find().returning(move |_| Ok(Some(known.clone())));
    scene.steering.expect_stop().returning(|_, _| Err(no_steering()));
    scene.steering.expect_again().returning(|_, _, _| Err(no_steering()));
    scene.conversations.expect_forget_turn().returning(|_, _| Err(StoreError::Unavailable(cause())));
    let mut stage = scene.play();
    for emoji in ["🛑", "🛑", "🔁", "🗑️"] {
        stage.fails(reaction(emoji)).await;
    }
    assert!(!stage.stopped.is_cancelled() && stage.calls().is_empty());
}
