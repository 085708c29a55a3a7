//! Questions that wait for long.

use nextcloud_opencode_bot::domain::job::{Failure, PauseScope, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::ports::dead_letters::Selection;
use nextcloud_opencode_bot::ports::outbox::NewNotice;
use nextcloud_opencode_bot::ports::steering::Whose;
use nextcloud_opencode_bot::ports::waits::Waiting;

use super::{Engine, Store, at, by, question, room};

on_every_engine![
    those_that_wait_come_oldest_first,
    what_is_answered_or_given_up_waits_no_longer,
    a_paused_room_is_not_told,
    those_before_it_are_counted,
    a_running_one_is_before_all_others,
    a_telling_stores_its_notice_and_rings,
    a_telling_counts_for_every_question_that_waits_in_the_room,
    a_job_that_waits_no_longer_is_not_told,
    a_telling_is_remembered_over_a_restart,
    a_retried_dead_letter_is_told_anew,
    what_is_answered_or_stopped_is_not_said_to_wait_any_more,
    who_is_forgotten_is_not_said_to_wait_any_more,
];

/// Those that wait at that second, whenever they were asked.
async fn waiting(store: &Store, second: i64) -> Vec<Waiting> {
    store.waits.waiting(at(second), at(second), 100).await.expect("read")
}

/// Their messages, and how many stand before each.
fn figures(waiting: &[Waiting]) -> Vec<(i64, u64)> {
    waiting.iter().map(|one| (one.message.0, one.ahead)).collect()
}

fn notice(token: &str) -> NewNotice {
    NewNotice { place: room(token).into(), reply_to: Some(MessageId(1)), text: "Still at it.".to_owned() }
}

async fn tell(store: &Store, one: &Waiting) -> bool {
    store.waits.tell(one.job, &notice(one.place.room.as_str()), at(9)).await.expect("stored")
}

async fn those_that_wait_come_oldest_first(engine: &dyn Engine) {
    let store = engine.serve().await;
    assert_eq!(store.waits.oldest_waiting().await.expect("read"), None);
    for (second, (token, message)) in (1..).zip([("r2", 5), ("r1", 9), ("r1", 3), ("r3", 1)]) {
        store.ask(token, message, second).await;
    }
    let leased = store.lease(Stage::Ask, 4).await;
    let waiting = store.waits.waiting(at(3), at(9), 2).await.expect("read");
    let expected = |nth: usize, message, second, ahead| Waiting {
        job: waiting[nth].job,
        place: room(["r2", "r1"][nth]).into(),
        message: MessageId(message),
        asked_at: at(second),
        ahead,
    };
    assert_eq!(waiting, [expected(0, 5, 1, 0), expected(1, 9, 2, 3)]);
    assert!(leased.iter().any(|leased| leased.job.id == waiting[0].job));
    assert_eq!(store.waits.oldest_waiting().await.expect("read"), Some(at(1)));
    assert!(store.waits.waiting(at(0), at(9), 9).await.expect("read").is_empty());
}

async fn what_is_answered_or_given_up_waits_no_longer(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=3 {
        store.ask(&format!("r{message}"), message, 1).await;
    }
    let leased = store.lease(Stage::Ask, 1).await;
    store.reply(&leased[0], &["answer"]).await;
    store.settle(&leased[1], Settlement::Dead(Failure::Internal), 1).await;
    store.settle(&leased[2], Settlement::RetryAt { at: at(90), trouble_since: Some(at(1)) }, 1).await;
    assert_eq!(figures(&waiting(&store, 2).await), [(3, 0)]);
}

async fn a_paused_room_is_not_told(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    store.ask("r2", 2, 1).await;
    store.queue.pause(&PauseScope::Room(room("r1")), at(10)).await.expect("paused");
    assert_eq!(waiting(&store, 9).await.len(), 1);
    store.queue.pause(&PauseScope::Server, at(20)).await.expect("paused");
    assert!(waiting(&store, 19).await.is_empty());
    assert_eq!(waiting(&store, 20).await.len(), 2);
}

async fn those_before_it_are_counted(engine: &dyn Engine) {
    let store = engine.serve().await;
    for (second, message) in (1..).zip([3, 1, 2]) {
        store.ask(&format!("r{message}"), message, second).await;
    }
    store.ask("r1", 4, 4).await;
    store.ask("r3", 5, 4).await;
    let figures = figures(&waiting(&store, 5).await);
    assert_eq!(figures, [(3, 0), (1, 1), (2, 2), (4, 3), (5, 4)]);
}

async fn a_running_one_is_before_all_others(engine: &dyn Engine) {
    let store = engine.serve().await;
    for (second, (asker, message)) in (1..).zip([("users/mira", 1), ("users/tomas", 2), ("users/eve", 3)]) {
        let question = by(asker, question(&format!("r{message}"), message));
        store.queue.enqueue(&question, at(second)).await.expect("stored");
    }
    let leased = store.queue.lease(Stage::Ask, 1, at(9), at(60)).await.expect("leased");
    assert_eq!(leased[0].job.question.message, MessageId(1));
    assert_eq!(figures(&waiting(&store, 9).await), [(1, 0), (2, 1), (3, 2)]);
}

async fn a_telling_stores_its_notice_and_rings(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    assert!(tell(&store, &waiting(&store, 2).await[0]).await);
    let due = store.outbox.due(at(9), 9).await.expect("read");
    assert_eq!((due[0].since, &due[0].notice), (at(9), &notice("r1")));
    store.outbox.noticed().await;
}

async fn a_telling_counts_for_every_question_that_waits_in_the_room(engine: &dyn Engine) {
    let store = engine.serve().await;
    for (token, message) in [("r1", 1), ("r1", 2), ("r2", 3)] {
        store.ask(token, message, 1).await;
    }
    let waiting_first = waiting(&store, 1).await;
    assert!(tell(&store, &waiting_first[1]).await);
    assert!(!tell(&store, &waiting_first[0]).await, "told already");
    store.ask("r1", 4, 1).await;
    let left: Vec<_> = waiting(&store, 1).await.iter().map(|one| one.message.0).collect();
    assert_eq!(left, [3, 4]);
    assert_eq!(store.outbox.due(at(9), 9).await.expect("read").len(), 1);
}

async fn a_job_that_waits_no_longer_is_not_told(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    let before = waiting(&store, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["answer"]).await;
    store.ask("r1", 2, 1).await;
    assert!(!tell(&store, &before[0]).await);
    assert!(store.outbox.due(at(9), 9).await.expect("read").is_empty());
    assert_eq!(waiting(&store, 1).await.len(), 1, "the other one was not told either");
}

async fn a_telling_is_remembered_over_a_restart(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    tell(&store, &waiting(&store, 1).await[0]).await;
    store.close().await;
    let store = engine.serve().await;
    assert!(waiting(&store, 1).await.is_empty());
    assert_eq!(store.waits.oldest_waiting().await.expect("read"), None);
    assert_eq!(store.outbox.due(at(9), 9).await.expect("read").len(), 1);
}

async fn a_retried_dead_letter_is_told_anew(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    tell(&store, &waiting(&store, 1).await[0]).await;
    store.settle(&leased, Settlement::Dead(Failure::ModelUnavailable), 1).await;
    store.dead_letters.retry(Selection::All, at(2)).await.expect("opened");
    assert_eq!(figures(&waiting(&store, 2).await), [(1, 0)]);
}

async fn what_is_answered_or_stopped_is_not_said_to_wait_any_more(engine: &dyn Engine) {
    let store = engine.serve().await;
    for token in ["answered", "stopped", "waiting"] {
        store.ask(token, 1, 1).await;
    }
    for one in waiting(&store, 2).await {
        assert!(tell(&store, &one).await);
    }
    let leased = store.lease(Stage::Ask, 2).await;
    store.reply(&leased[0], &["answer"]).await;
    store.steering.stop(&room("stopped"), &Whose::Everybody).await.expect("stopped");
    let due = store.outbox.due(at(9), 9).await.expect("read");
    let rooms: Vec<_> = due.iter().map(|one| one.notice.place.room.as_str()).collect();
    assert_eq!(rooms, ["waiting"]);
}

async fn who_is_forgotten_is_not_said_to_wait_any_more(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 1, 1).await;
    assert!(tell(&store, &waiting(&store, 2).await[0]).await);
    store.upkeep.erase_person(&question("r1", 1).asker.id).await.expect("erased");
    assert_eq!(store.outbox.due(at(9), 9).await.expect("read"), []);
}
