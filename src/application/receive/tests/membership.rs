//! Coming, going, and what the room itself tells.

use mockall::Sequence;

use super::questions::reply_to;
use super::*;
use crate::ports::upkeep::UpkeepError;

const MEMBERSHIP: Received = Received::Ignored(Ignored::Membership);

fn joined(bot: &str) -> Event {
    Event::Joined { room: here(), bot: ActorId::new(bot) }
}

fn left(bot: &str) -> Event {
    Event::Left { room: here(), bot: ActorId::new(bot) }
}

fn told(name: &str) -> Event {
    Event::System { room: here(), name: name.into() }
}

/// Where nobody is welcomed.
fn silent() -> Scene {
    let mut scene = Scene { known: Vec::new(), ..joining() };
    scene.settings.welcome = false;
    scene
}

/// Where no room is paused.
fn joining() -> Scene {
    let mut scene = Scene::default();
    scene.queue.expect_resume().returning(|_, _| Ok(()));
    scene
}

#[tokio::test]
async fn a_join_teaches_the_own_actor_which_is_stored_once() {
    let mut scene = silent();
    let own = |actor: &ActorId| actor.as_str() == "bots/bot-2e";
    scene.conversations.expect_add_own_actor().withf(own).once().returning(|_| Ok(()));
    scene.queue.expect_enqueue().once().returning(|_, _| Ok(Enqueued::New));
    let stage = scene.play();
    for _ in 0..2 {
        assert_eq!(stage.take(joined("bots/bot-2e")).await, MEMBERSHIP);
    }
    assert_eq!(stage.take(reply_to("bots/bot-2e")).await, Received::Queued);
    assert!(stage.notices().is_empty());
}

#[tokio::test]
async fn an_own_actor_that_is_not_stored_is_not_used_and_stored_the_next_time() {
    let mut scene = silent();
    let refuse = |_: &ActorId| Err(StoreError::Unavailable(cause()));
    scene.conversations.expect_add_own_actor().once().returning(refuse);
    scene.conversations.expect_add_own_actor().once().returning(|_| Ok(()));
    let stage = scene.play();
    assert!(matches!(stage.fails(joined("bots/bot-2e")).await, ReceiveError::Store(_)));
    let reply = stage.take(reply_to("bots/bot-2e")).await;
    assert_eq!(reply, Received::Ignored(Ignored::NotAddressed));
    assert_eq!(stage.take(joined("bots/bot-2e")).await, MEMBERSHIP);
}

#[tokio::test]
async fn a_room_is_welcomed_once_and_nobody_is_replied_to() {
    let mut scene = joining();
    scene.upkeep.expect_welcome().once().returning(|_| Ok(true));
    scene.upkeep.expect_welcome().once().returning(|_| Ok(false));
    let stage = scene.play();
    for _ in 0..2 {
        assert_eq!(stage.take(joined(OWN)).await, MEMBERSHIP);
    }
    let text = sentence(&Phrase::Welcome { name: "Halo" });
    assert_eq!(stage.notices(), [NewNotice { place: here().into(), reply_to: None, text }]);
}

#[tokio::test]
async fn a_join_ends_the_pause_of_the_room_before_it_is_welcomed() {
    let mut scene = Scene::default();
    let mut order = Sequence::new();
    let paused = |room: &RoomToken, now: &Timestamp| *room == here() && *now == START;
    scene.queue.expect_resume().withf(paused).once().in_sequence(&mut order).returning(|_, _| Ok(()));
    scene.upkeep.expect_welcome().once().in_sequence(&mut order).returning(|_| Ok(true));
    let stage = scene.play();
    assert_eq!(stage.take(joined(OWN)).await, MEMBERSHIP);
    assert_eq!(stage.notices().len(), 1);
}

#[tokio::test]
async fn somebody_who_is_no_bot_neither_joins_nor_leaves_as_one() {
    let stage = Scene::default().play();
    for event in [joined("users/mira"), left("users/mira")] {
        assert_eq!(stage.take(event).await, MEMBERSHIP);
    }
    assert!(stage.notices().is_empty());
}

#[tokio::test]
async fn a_leave_erases_the_room_and_frees_the_model() {
    let mut scene = Scene::default();
    scene.upkeep.expect_erase_room().withf(|room| *room == here()).once().returning(|_| Ok(vec![RUNNING]));
    let stage = scene.play();
    assert_eq!(stage.take(left(OWN)).await, MEMBERSHIP);
    assert!(stage.stopped.is_cancelled());
}

#[tokio::test]
async fn what_is_to_be_retained_survives_a_leave() {
    let mut scene = Scene::default();
    scene.settings.retain_on_leave = true;
    let stage = scene.play();
    assert_eq!(stage.take(left(OWN)).await, MEMBERSHIP);
    assert!(!stage.stopped.is_cancelled());
}

#[tokio::test]
async fn a_cleared_history_is_forgotten_and_what_runs_goes_on() {
    let mut scene = Scene::default();
    scene.upkeep.expect_clear_room().withf(|room| *room == here()).once().returning(|_| Ok(()));
    let stage = scene.play();
    assert_eq!(stage.take(told("history_cleared")).await, Received::Ignored(Ignored::SystemMessage));
    assert!(!stage.stopped.is_cancelled());
}

#[tokio::test]
async fn whatever_else_the_room_itself_tells_is_ignored() {
    for name in ["conversation_renamed", "message_deleted", "reaction_revoked", ""] {
        let received = Scene::default().play().take(told(name)).await;
        assert_eq!(received, Received::Ignored(Ignored::SystemMessage), "{name}");
    }
}

#[tokio::test]
async fn what_could_not_be_erased_is_an_error() {
    let mut scene = joining();
    scene.upkeep.expect_erase_room().returning(|_| Err(UpkeepError::Unavailable(cause())));
    scene.upkeep.expect_clear_room().returning(|_| Err(UpkeepError::Unavailable(cause())));
    scene.upkeep.expect_welcome().returning(|_| Err(UpkeepError::Unavailable(cause())));
    let stage = scene.play();
    for event in [left(OWN), told("history_cleared"), joined(OWN)] {
        assert!(matches!(stage.fails(event).await, ReceiveError::Upkeep(_)));
    }
    assert!(stage.notices().is_empty() && !stage.stopped.is_cancelled());
}
