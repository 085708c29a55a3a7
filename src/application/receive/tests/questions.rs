//! Questions, and what is none.

use super::*;
use crate::domain::message::Parent;

async fn ignored(event: Event) -> Received {
    let mut stage = Scene::default().play();
    let received = stage.take(event).await;
    assert_eq!((stage.notices(), stage.calls()), (vec![], vec![]));
    received
}

#[tokio::test]
async fn what_calls_nobody_is_ignored_and_stored_nowhere() {
    assert_eq!(ignored(wrote("users/mira", "lunch?")).await, Received::Ignored(Ignored::NotAddressed));
}

#[tokio::test]
async fn who_may_not_ask_is_ignored_and_stored_nowhere() {
    for who in ["users/eve", "federated_users/mira@a", "bridged/mira"] {
        for text in ["@Halo hi", "@Halo /stop", "@Halo !reset", "@Halo /dance"] {
            let received = ignored(wrote(who, text)).await;
            assert_eq!(received, Received::Ignored(Ignored::NotAllowed), "{who} {text}");
        }
    }
}

#[tokio::test]
async fn a_bot_is_ignored_also_when_it_calls_or_commands_this_one() {
    for who in [OWN, "bots/bot-other"] {
        for text in ["@Halo hi", "@Halo /stop"] {
            assert_eq!(ignored(wrote(who, text)).await, Received::Ignored(Ignored::FromBot), "{who}");
        }
    }
}

#[tokio::test]
async fn a_command_that_is_not_for_the_bot_is_none() {
    assert_eq!(ignored(wrote("users/mira", "/stop")).await, Received::Ignored(Ignored::NotAddressed));
}

#[tokio::test]
async fn an_unknown_type_is_ignored() {
    assert_eq!(ignored(Event::Unknown).await, Received::Ignored(Ignored::UnknownType));
}

#[tokio::test]
async fn a_question_is_stored_as_the_model_will_see_it() {
    let mut scene = Scene::default();
    let expected = Question {
        place: Place { room: here(), thread: Some(ThreadId(40)) },
        message: MessageId(42),
        asker: person("users/mira"),
        text: "what time is it?".into(),
        one_to_one: false,
        files: false,
    };
    scene
        .queue
        .expect_enqueue()
        .withf(move |question, now| *question == expected && *now == START)
        .once()
        .returning(|_, _| Ok(Enqueued::New));
    let message = Message { thread: Some(ThreadId(40)), ..message("users/mira", "@Halo what time is it?") };
    assert_eq!(scene.play().take(event(message)).await, Received::Queued);
}

#[tokio::test]
async fn a_new_question_is_shown_to_be_worked_on_and_a_repeated_one_is_not() {
    let mut scene = Scene::default();
    scene.queue.expect_enqueue().once().returning(|_, _| Ok(Enqueued::New));
    scene.queue.expect_enqueue().once().returning(|_, _| Ok(Enqueued::Duplicate));
    let mut stage = scene.play();
    assert_eq!(stage.take(wrote("users/mira", "@Halo hi")).await, Received::Queued);
    assert_eq!(stage.take(wrote("users/mira", "@Halo hi")).await, Received::Duplicate);
    assert_eq!(stage.calls(), [Call::Show(here(), MessageId(42))]);
    assert!(stage.notices().is_empty());
}

#[tokio::test]
async fn a_one_to_one_room_needs_no_name_and_is_marked_as_one() {
    let mut scene = Scene::default();
    scene.queue.expect_enqueue().withf(|q, _| q.one_to_one).once().returning(|_, _| Ok(Enqueued::New));
    let mut message = message("users/mira", "what time is it?");
    message.room.pair = Some(["mira".into(), "tomas".into()]);
    assert_eq!(scene.play().take(event(message)).await, Received::Queued);
}

#[tokio::test]
async fn a_question_that_refers_to_a_file_is_marked_as_one() {
    let mut scene = Scene::default();
    scene.queue.expect_enqueue().withf(|q, _| q.files).once().returning(|_, _| Ok(Enqueued::New));
    let file = Attachment { kind: AttachmentKind::Image, name: "plan.png".into() };
    let message = Message { attachments: vec![file], ..message("users/mira", "@Halo what is this?") };
    assert_eq!(scene.play().take(event(message)).await, Received::Queued);
}

#[tokio::test]
async fn a_reply_to_the_bot_needs_no_name() {
    let mut scene = Scene::default();
    scene.queue.expect_enqueue().once().returning(|_, _| Ok(Enqueued::New));
    assert_eq!(scene.play().take(reply_to(OWN)).await, Received::Queued);
}

/// A reply to the message of that bot, which calls no name.
pub(super) fn reply_to(bot: &str) -> Event {
    let mut message = message("users/mira", "and tomorrow?");
    let author = Person { id: ActorId::new(bot), name: "Renamed (Bot)".into() };
    message.parent = Some(Parent { id: Some(MessageId(40)), author, text: RichText::plain("today") });
    event(message)
}
