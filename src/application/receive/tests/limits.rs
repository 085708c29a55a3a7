//! Too many questions: one sentence a window, and silence.

use super::*;
use crate::domain::limit::Limit;
use crate::ports::steering::{Asked, Progress};
use std::time::Duration;

const LIMITED: Received = Received::Ignored(Ignored::Limited);

/// Where every question and every note is new.
fn scene() -> Scene {
    let mut scene = Scene::default();
    scene.queue.expect_enqueue().returning(|_, _| Ok(Enqueued::New));
    scene.steering.expect_claim().returning(|_, _, _| Ok(Enqueued::New));
    scene
}

async fn asks(stage: &Stage, who: &str) -> Received {
    stage.take(wrote(who, "@Halo hi")).await
}

#[tokio::test]
async fn over_the_limit_of_a_person_one_sentence_tells_until_when() {
    let mut scene = scene();
    scene.settings.limits.per_user = 2;
    let mut stage = scene.play();
    for _ in 0..2 {
        assert_eq!(asks(&stage, "users/mira").await, Received::Queued);
        stage.later(60);
    }
    for _ in 0..3 {
        assert_eq!(asks(&stage, "users/mira").await, LIMITED);
    }
    let text = sentence(&Phrase::Limited(Limit::Person(Duration::from_mins(58))));
    let reply_to = Some(MessageId(42));
    assert_eq!(stage.notices(), [NewNotice { place: here().into(), reply_to, text }]);
    assert_eq!(stage.calls().len(), 2, "a sign for each question that was taken");
}

#[tokio::test]
async fn what_the_bot_only_tells_counts_as_a_question_of_a_guest_and_not_of_a_user() {
    let mut scene = scene();
    scene.settings.limits.per_guest = 1;
    scene.settings.limits.per_user = 1;
    scene.upkeep.expect_erase_person().returning(|_| Ok(Vec::new()));
    let stage = scene.play();
    for (who, second) in [("guests/1f", LIMITED), ("users/mira", Received::Queued)] {
        assert_eq!(stage.take(wrote(who, "@Halo /privacy")).await, Received::Queued, "{who}");
        assert_eq!(stage.take(wrote(who, "@Halo /version")).await, second, "{who}");
        assert_eq!(stage.take(wrote(who, "@Halo /forget-me")).await, Received::Queued, "{who}");
    }
}

#[tokio::test]
async fn one_person_s_limit_is_nobody_else_s() {
    let mut scene = scene();
    scene.settings.limits.per_user = 1;
    let stage = scene.play();
    assert_eq!(asks(&stage, "users/mira").await, Received::Queued);
    assert_eq!(asks(&stage, "users/mira").await, LIMITED);
    assert_eq!(asks(&stage, "users/tomas").await, Received::Queued);
    assert_eq!(asks(&stage, "guests/1f").await, Received::Queued);
}

#[tokio::test]
async fn everybody_but_users_has_the_limit_of_guests() {
    for who in ["guests/1f", "emails/9c", "federated_users/mira@a"] {
        let mut scene = scene();
        scene.settings.access.federated = true;
        scene.settings.limits.per_guest = 1;
        let stage = scene.play();
        assert_eq!(asks(&stage, who).await, Received::Queued, "{who}");
        assert_eq!(asks(&stage, who).await, LIMITED, "{who}");
        assert_eq!((asks(&stage, "users/mira").await, asks(&stage, "users/mira").await), QUEUED_TWICE);
    }
}

const QUEUED_TWICE: (Received, Received) = (Received::Queued, Received::Queued);

#[tokio::test]
async fn over_the_limit_of_a_room_one_sentence_is_for_all() {
    let mut scene = scene();
    scene.settings.limits.per_room = 1;
    let stage = scene.play();
    assert_eq!(asks(&stage, "users/mira").await, Received::Queued);
    for who in ["users/tomas", "users/mira"] {
        assert_eq!(asks(&stage, who).await, LIMITED);
    }
    assert_eq!(stage.said(), [sentence(&Phrase::Limited(Limit::Room(Duration::from_hours(1))))]);
    let elsewhere = Room { token: room("other"), pair: None };
    let message = Message { room: elsewhere, ..message("users/mira", "@Halo hi") };
    assert_eq!(stage.take(event(message)).await, Received::Queued);
}

#[tokio::test]
async fn a_full_queue_takes_no_more_and_says_so_once_a_window() {
    let mut scene = scene();
    scene.settings.limits.queue = 3;
    scene.steering.expect_open_in().times(4).returning(|_| Ok(3));
    scene.steering.expect_open_in().once().returning(|_| Ok(2));
    let stage = scene.play();
    for _ in 0..3 {
        assert_eq!(asks(&stage, "users/mira").await, LIMITED);
    }
    assert_eq!(stage.said(), [sentence(&Phrase::Limited(Limit::Queue))]);
    stage.later(3600);
    assert_eq!(asks(&stage, "users/mira").await, LIMITED);
    assert_eq!(stage.said().len(), 2);
    assert_eq!(asks(&stage, "users/mira").await, Received::Queued);
}

#[tokio::test]
async fn after_the_window_questions_are_taken_again() {
    let mut scene = scene();
    scene.settings.limits.per_user = 1;
    let stage = scene.play();
    for _ in 0..2 {
        assert_eq!(asks(&stage, "users/mira").await, Received::Queued);
        assert_eq!(asks(&stage, "users/mira").await, LIMITED);
        stage.later(3600);
    }
    assert_eq!(stage.said().len(), 2, "a sentence for each window");
}

#[tokio::test]
async fn a_repeated_webhook_uses_up_nothing() {
    let mut scene = Scene::default();
    scene.settings.limits.per_user = 2;
    scene.queue.expect_enqueue().once().returning(|_, _| Ok(Enqueued::New));
    scene.queue.expect_enqueue().times(5).returning(|_, _| Ok(Enqueued::Duplicate));
    scene.queue.expect_enqueue().once().returning(|_, _| Ok(Enqueued::New));
    let stage = scene.play();
    assert_eq!(asks(&stage, "users/mira").await, Received::Queued);
    for _ in 0..5 {
        assert_eq!(asks(&stage, "users/mira").await, Received::Duplicate);
    }
    assert_eq!(asks(&stage, "users/mira").await, Received::Queued);
}

#[tokio::test]
async fn what_is_repeated_over_the_limit_is_a_duplicate_and_told_to_nobody() {
    let mut scene = Scene::default();
    scene.settings.limits.per_user = 1;
    scene.queue.expect_enqueue().once().returning(|_, _| Ok(Enqueued::New));
    scene.steering.expect_claim().once().returning(|_, _, _| Ok(Enqueued::Duplicate));
    scene.steering.expect_claim().once().returning(|_, _, _| Ok(Enqueued::New));
    let stage = scene.play();
    assert_eq!(asks(&stage, "users/mira").await, Received::Queued);
    assert_eq!(asks(&stage, "users/mira").await, Received::Duplicate);
    assert!(stage.said().is_empty());
    assert_eq!(asks(&stage, "users/mira").await, LIMITED);
    assert_eq!(stage.said().len(), 1);
}

#[tokio::test]
async fn commands_are_obeyed_over_the_limit() {
    let mut scene = scene();
    scene.settings.limits.per_user = 1;
    let stage = scene.play();
    assert_eq!(asks(&stage, "users/mira").await, Received::Queued);
    assert_eq!(stage.take(wrote("users/mira", "@Halo /version")).await, Received::Queued);
    assert_eq!(stage.said().len(), 1);
}

/// Where question 41 of Mira's can be asked again, so often.
fn repeatable(times: usize) -> Scene {
    let mut scene = scene();
    scene.talk = Some(TalkVersion { major: 23, minor: 0, patch: 0 });
    scene.settings.limits.per_user = 1;
    let asker = ActorId::new("users/mira");
    let known = Asked { place: here().into(), message: MessageId(41), asker, progress: Progress::Answered };
    scene.steering.expect_find().returning(move |_| Ok(Some(known.clone())));
    scene.steering.expect_again().times(times).returning(|_, _, _| Ok(true));
    scene
}

#[tokio::test]
async fn to_have_a_question_answered_again_counts_as_one() {
    let stage = repeatable(1).play();
    let retry = || wrote("users/mira", "@Halo /retry");
    for _ in 0..3 {
        assert_eq!(stage.take(retry()).await, Received::Queued);
    }
    assert_eq!(stage.said(), [sentence(&Phrase::Limited(Limit::Person(Duration::from_hours(1))))]);
}

#[tokio::test]
async fn a_reaction_over_the_limit_is_ignored_in_silence() {
    let stage = repeatable(0).play();
    assert_eq!(asks(&stage, "users/mira").await, Received::Queued);
    let (actor, text) = (person("users/mira"), "hi".to_owned());
    let (message, emoji) = (MessageId(41), "🔁".to_owned());
    let again = Event::Reaction { room: here(), message, text, actor, emoji, added: true };
    assert_eq!(stage.take(again).await, LIMITED);
    assert!(stage.said().is_empty());
}
