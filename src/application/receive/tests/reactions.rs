//! Reactions that steer, and all the others.

use super::*;
use crate::ports::steering::{Asked, Pointer, Progress, Whose};

const fn talk(major: u32, minor: u32, patch: u32) -> TalkVersion {
    TalkVersion { major, minor, patch }
}

/// On message 50, which reads "an answer".
fn reaction(actor: &str, emoji: &str, added: bool) -> Event {
    let (message, text) = (MessageId(50), "an answer".to_owned());
    Event::Reaction { room: here(), message, text, actor: person(actor), emoji: emoji.into(), added }
}

/// Where Talk tells who reacted.
fn trusted() -> Scene {
    Scene { talk: Some(talk(22, 0, 9)), ..Scene::default() }
}

/// Where that message belongs to Mira's question 41.
fn asked() -> Scene {
    let mut scene = trusted();
    let (id, text) = (MessageId(50), "an answer".to_owned());
    let pointer = Pointer::Message { room: here(), id, text };
    let asker = ActorId::new("users/mira");
    let known = Asked { place: here().into(), message: MessageId(41), asker, progress: Progress::Answered };
    scene.steering.expect_find().withf(move |meant| *meant == pointer).return_once(|_| Ok(Some(known)));
    scene
}

#[tokio::test]
async fn the_asker_stops_an_answer_and_frees_the_model() {
    let mut scene = asked();
    let whose = Whose::Message(MessageId(41));
    scene
        .steering
        .expect_stop()
        .withf(move |room, meant| *room == here() && *meant == whose)
        .once()
        .returning(|_, _| Ok(vec![RUNNING]));
    let mut stage = scene.play();
    assert_eq!(stage.take(reaction("users/mira", "🛑", true)).await, Received::Queued);
    assert!(stage.stopped.is_cancelled() && stage.calls() == [Call::Look]);
    assert!(stage.notices().is_empty());
}

#[tokio::test]
async fn the_asker_has_a_question_answered_again() {
    let mut scene = asked();
    let question = |room: &RoomToken, id: &MessageId, now: &Timestamp| {
        *room == here() && *id == MessageId(41) && *now == START
    };
    scene.steering.expect_again().withf(question).once().returning(|_, _, _| Ok(true));
    let mut stage = scene.play();
    assert_eq!(stage.take(reaction("users/mira", "🔁", true)).await, Received::Queued);
    assert_eq!(stage.calls(), [Call::Look]);
}

#[tokio::test]
async fn the_asker_has_a_turn_forgotten() {
    let mut scene = asked();
    let turn = |room: &RoomToken, id: &MessageId| *room == here() && *id == MessageId(41);
    scene.conversations.expect_forget_turn().withf(turn).once().returning(|_, _| Ok(true));
    let stage = scene.play();
    assert_eq!(stage.take(reaction("users/mira", "🗑️", true)).await, Received::Queued);
}

#[tokio::test]
async fn what_changes_nothing_is_ignored() {
    let mut scene = asked();
    scene.steering.expect_stop().once().returning(|_, _| Ok(vec![]));
    let mut stage = scene.play();
    assert_eq!(stage.take(reaction("users/mira", "🛑", true)).await, IGNORED);
    assert!(stage.calls().is_empty());
    let mut scene = asked();
    scene.steering.expect_again().once().returning(|_, _, _| Ok(false));
    assert_eq!(scene.play().take(reaction("users/mira", "🔁", true)).await, IGNORED);
    let mut scene = asked();
    scene.conversations.expect_forget_turn().once().returning(|_, _| Ok(false));
    assert_eq!(scene.play().take(reaction("users/mira", "🗑️", true)).await, IGNORED);
}

#[tokio::test]
async fn nobody_steers_the_question_of_somebody_else() {
    for who in ["users/tomas", "guests/1f"] {
        for emoji in ["🛑", "🔁", "🗑️"] {
            assert_eq!(asked().play().take(reaction(who, emoji, true)).await, IGNORED, "{who} {emoji}");
        }
    }
}

#[tokio::test]
async fn a_message_that_belongs_to_no_question_steers_nothing() {
    let mut scene = trusted();
    scene.steering.expect_find().once().returning(|_| Ok(None));
    assert_eq!(scene.play().take(reaction("users/mira", "🛑", true)).await, IGNORED);
}

#[tokio::test]
async fn other_emoji_and_reactions_taken_back_are_not_even_looked_up() {
    for (emoji, added) in [("👍", true), ("👀", true), ("⚠️", true), ("🛑", false), ("🔁", false)]
    {
        let received = trusted().play().take(reaction("users/mira", emoji, added)).await;
        assert_eq!(received, IGNORED, "{emoji}");
    }
}

#[tokio::test]
async fn bots_and_who_may_not_ask_steer_nothing() {
    for who in [OWN, "bots/bot-other", "users/eve", "federated_users/mira@a"] {
        assert_eq!(trusted().play().take(reaction(who, "🛑", true)).await, IGNORED, "{who}");
    }
}

#[tokio::test]
async fn where_talk_names_the_wrong_person_or_is_not_known_reactions_steer_nothing() {
    for talk in [None, Some(talk(21, 1, 10)), Some(talk(22, 0, 0)), Some(talk(22, 0, 8))] {
        let scene = Scene { talk, ..Scene::default() };
        assert_eq!(scene.play().take(reaction("users/mira", "🛑", true)).await, IGNORED, "{talk:?}");
    }
}

/// Whether reactions are looked up.
async fn steers(control: ReactionControl, talk: Option<TalkVersion>) -> bool {
    let mut scene = Scene { talk, ..Scene::default() };
    scene.settings.reaction_control = control;
    scene.steering.expect_find().returning(|_| Err(SteeringError::Unavailable(cause())));
    scene.play().receive.handle(reaction("users/mira", "🛑", true)).await.is_err()
}

#[tokio::test]
async fn the_setting_has_the_last_word() {
    for version in [None, Some(talk(21, 1, 10)), Some(talk(23, 0, 0))] {
        assert!(steers(ReactionControl::On, version).await, "{version:?}");
        assert!(!steers(ReactionControl::Off, version).await, "{version:?}");
    }
    assert!(steers(ReactionControl::Auto, Some(talk(23, 0, 0))).await);
}
