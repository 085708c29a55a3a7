//! What is too old.

use nextcloud_opencode_bot::domain::job::{Failure, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::domain::sign::Sign;
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::queue::Enqueued;
use nextcloud_opencode_bot::ports::upkeep::{Sweep, Swept};

use super::{Engine, Store, at, question, room, turn};

on_every_engine![
    old_turns_are_erased_and_an_epoch_begins,
    without_a_time_no_text_is_erased,
    old_dead_letters_are_erased,
    the_sign_of_an_old_dead_letter_stays,
    a_sign_of_thinking_is_taken_off_an_old_dead_letter,
    settled_identities_are_purged,
    what_is_open_or_dead_or_shows_a_sign_is_not_purged,
    a_purged_message_is_a_duplicate_for_ever,
    a_floor_is_of_its_room_and_never_sinks,
    a_welcome_survives_the_floor,
    more_than_one_step_is_swept,
    another_bot_is_not_swept,
];

async fn sweep(store: &Store, texts_before: Option<Timestamp>, identities_before: Timestamp) -> Swept {
    store.upkeep.sweep(Sweep { texts_before, identities_before }).await.expect("swept")
}

/// Nothing is from before that time.
const NEVER: Timestamp = at(-1);

/// Asks and settles, with no sign left.
async fn settle(store: &Store, token: &str, message: i64, second: i64) {
    let job = store.bury(token, message, second, Settlement::Done).await;
    store.signs.record(job, None).await.expect("recorded");
}

async fn old_turns_are_erased_and_an_epoch_begins(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in [10, 20, 30] {
        store.converse(&question("r1", message), 1).await;
    }
    store.converse(&question("r2", 30), 1).await;
    let swept = sweep(&store, Some(at(20)), NEVER).await;
    assert_eq!(swept, Swept { turns: 1, ..Swept::default() });
    assert_eq!(store.turns("r1").await, [turn(20), turn(30)]);
    let epochs = (store.conversation("r1").await.id.epoch, store.conversation("r2").await.id.epoch);
    assert_eq!(epochs, (1, 0));
    assert!(!store.conversation("r1").await.trimmed);
}

async fn without_a_time_no_text_is_erased(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.converse(&question("r1", 1), 1).await;
    store.bury("r1", 2, 1, Settlement::Dead(Failure::Internal)).await;
    assert_eq!(sweep(&store, None, at(999)).await, Swept::default());
    assert_eq!(store.turns("r1").await, [turn(1)]);
    assert_eq!(store.dead_letters.list().await.expect("read").len(), 1);
}

async fn old_dead_letters_are_erased(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.bury("r1", 1, 1, Settlement::Dead(Failure::Internal)).await;
    let young = store.bury("r1", 2, 9, Settlement::Dead(Failure::Internal)).await;
    let swept = sweep(&store, Some(at(9)), NEVER).await;
    assert_eq!(swept, Swept { dead_letters: 1, ..Swept::default() });
    let left = store.dead_letters.list().await.expect("read");
    assert_eq!(left.iter().map(|letter| letter.job).collect::<Vec<_>>(), [young]);
    assert_eq!(store.ask("r1", 1, 10).await, Enqueued::Duplicate);
    assert!(!store.steering.again(&room("r1"), MessageId(1), at(10)).await.expect("read"));
}

async fn the_sign_of_an_old_dead_letter_stays(engine: &dyn Engine) {
    let store = engine.serve().await;
    let job = store.bury("r1", 1, 1, Settlement::Dead(Failure::Internal)).await;
    store.signs.record(job, Some(Sign::Failed)).await.expect("recorded");
    sweep(&store, Some(at(9)), NEVER).await;
    assert!(store.signs.wrong(at(9), 9).await.expect("read").is_empty());
}

/// It could not be taken off before: its room was left alone, or nobody was there for long.
async fn a_sign_of_thinking_is_taken_off_an_old_dead_letter(engine: &dyn Engine) {
    let store = engine.serve().await;
    let job = store.bury("r1", 1, 1, Settlement::Dead(Failure::Internal)).await;
    store.signs.record(job, Some(Sign::Thinking)).await.expect("recorded");
    sweep(&store, Some(at(9)), NEVER).await;
    let wrong = store.signs.wrong(at(9), 9).await.expect("read");
    let signs: Vec<_> = wrong.iter().map(|sign| (sign.job, sign.shown, sign.wanted)).collect();
    assert_eq!(signs, [(job, Some(Sign::Thinking), None)]);
}

async fn settled_identities_are_purged(engine: &dyn Engine) {
    let store = engine.serve().await;
    settle(&store, "r1", 1, 1).await;
    settle(&store, "r1", 2, 9).await;
    store.steering.claim(&room("r1").into(), MessageId(3), at(1)).await.expect("claimed");
    assert_eq!(sweep(&store, None, at(9)).await, Swept { identities: 2, ..Swept::default() });
    assert_eq!(sweep(&store, None, at(9)).await, Swept::default());
}

async fn what_is_open_or_dead_or_shows_a_sign_is_not_purged(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.bury("r1", 1, 1, Settlement::Dead(Failure::Internal)).await;
    store.bury("r1", 2, 1, Settlement::Done).await;
    store.ask("r1", 3, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["answer"]).await;
    store.ask("r1", 4, 1).await;
    assert_eq!(sweep(&store, None, at(999)).await, Swept::default());
    assert_eq!(store.queue.depth(at(1)).await.expect("read").open, 2);
    assert_eq!(store.signs.wrong(at(1), 9).await.expect("read").len(), 2);
}

async fn a_purged_message_is_a_duplicate_for_ever(engine: &dyn Engine) {
    let store = engine.serve().await;
    settle(&store, "r1", 7, 1).await;
    sweep(&store, None, at(9)).await;
    store.close().await;
    let store = engine.serve().await;
    for message in [7, 6, 1] {
        assert_eq!(store.ask("r1", message, 99).await, Enqueued::Duplicate);
        let claimed = store.steering.claim(&room("r1").into(), MessageId(message), at(99)).await;
        assert_eq!(claimed.expect("read"), Enqueued::Duplicate);
    }
    assert_eq!(store.ask("r1", 8, 99).await, Enqueued::New);
    assert_eq!(store.lease_one(Stage::Ask, 99).await.job.question.message, MessageId(8));
}

async fn a_floor_is_of_its_room_and_never_sinks(engine: &dyn Engine) {
    let store = engine.serve().await;
    settle(&store, "r1", 7, 1).await;
    settle(&store, "r1", 3, 5).await;
    settle(&store, "r2", 2, 5).await;
    sweep(&store, None, at(2)).await;
    sweep(&store, None, at(9)).await;
    let asked = [("r1", 7), ("r1", 8), ("r2", 2), ("r2", 3), ("r3", 1)];
    let expected = [Enqueued::Duplicate, Enqueued::New, Enqueued::Duplicate, Enqueued::New, Enqueued::New];
    for ((token, message), expected) in asked.into_iter().zip(expected) {
        assert_eq!(store.ask(token, message, 10).await, expected, "{token} {message}");
    }
}

async fn a_welcome_survives_the_floor(engine: &dyn Engine) {
    let store = engine.serve().await;
    for (token, welcomed_before) in [("r1", true), ("r2", false)] {
        if welcomed_before {
            store.upkeep.welcome(&room(token)).await.expect("stored");
        }
        settle(&store, token, 7, 1).await;
        sweep(&store, None, at(9)).await;
        let first = store.upkeep.welcome(&room(token)).await.expect("stored");
        assert_eq!(first, !welcomed_before);
        assert_eq!(store.ask(token, 7, 10).await, Enqueued::Duplicate);
    }
}

async fn more_than_one_step_is_swept(engine: &dyn Engine) {
    let store = engine.serve().await;
    let place = room("r1").into();
    let claims = (1..=2500).map(|message| store.steering.claim(&place, MessageId(message), at(1)));
    futures_util::future::try_join_all(claims).await.expect("claimed");
    assert_eq!(sweep(&store, None, at(9)).await.identities, 2500);
    assert_eq!(store.ask("r1", 2500, 10).await, Enqueued::Duplicate);
    assert_eq!(store.ask("r1", 2501, 10).await, Enqueued::New);
}

async fn another_bot_is_not_swept(engine: &dyn Engine) {
    let store = engine.serve().await;
    settle(&store, "r1", 7, 1).await;
    store.converse(&question("r1", 8), 1).await;
    let other = engine.beside("other").await;
    assert_eq!(sweep(&other, Some(at(999)), at(999)).await, Swept::default());
    assert_eq!(other.ask("r1", 7, 10).await, Enqueued::New);
    assert_eq!(store.turns("r1").await, [turn(8)]);
}
