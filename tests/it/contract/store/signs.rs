//! What people see of their questions, and what they should see.

use nextcloud_opencode_bot::domain::job::{Failure, PauseScope, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::domain::sign::Sign;
use nextcloud_opencode_bot::ports::dead_letters::Selection;
use nextcloud_opencode_bot::ports::signs::WrongSign;
use nextcloud_opencode_bot::ports::steering::Whose;

use super::{Engine, Store, at, room};

on_every_engine![
    a_new_question_counts_as_shown,
    while_a_question_is_open_its_sign_is_right,
    an_answered_question_loses_its_sign,
    a_dead_letter_is_shown_as_failed,
    a_retried_dead_letter_is_shown_as_open,
    an_erased_dead_letter_loses_its_sign,
    a_stopped_question_loses_its_sign,
    a_sign_that_was_recorded_as_lost_comes_back,
    what_is_recorded_is_no_longer_wrong,
    wrong_signs_come_oldest_first,
    wrong_signs_of_a_paused_room_wait,
    what_shows_nothing_hides_no_sign_that_is_shown_wrongly,
    the_newest_that_are_thinking_come_first,
    signs_are_remembered_over_a_restart,
];

async fn wrong(store: &Store) -> Vec<WrongSign> {
    store.signs.wrong(at(50), 100).await.expect("read")
}

/// Of the only one that is wrong: what is shown, and what should be.
async fn only_wrong(store: &Store) -> (Option<Sign>, Option<Sign>) {
    let wrong = wrong(store).await;
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!((&wrong[0].room, wrong[0].message), (&room("r1"), MessageId(7)));
    (wrong[0].shown, wrong[0].wanted)
}

const THINKING: Option<Sign> = Some(Sign::Thinking);
const FAILED: Option<Sign> = Some(Sign::Failed);

async fn a_new_question_counts_as_shown(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    assert!(wrong(&store).await.is_empty());
    assert_eq!(store.signs.thinking(9).await.expect("read"), [(room("r1"), MessageId(7))]);
}

async fn while_a_question_is_open_its_sign_is_right(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    assert!(wrong(&store).await.is_empty());
    store.reply(&leased, &["answer"]).await;
    assert!(wrong(&store).await.is_empty());
    let leased = store.lease_one(Stage::Post, 1).await;
    store.settle(&leased, Settlement::HandBack, 1).await;
    assert!(wrong(&store).await.is_empty());
}

async fn an_answered_question_loses_its_sign(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.bury("r1", 7, 1, Settlement::Done).await;
    assert_eq!(only_wrong(&store).await, (THINKING, None));
    assert!(store.signs.thinking(9).await.expect("read").is_empty());
}

async fn a_dead_letter_is_shown_as_failed(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.bury("r1", 7, 1, Settlement::Dead(Failure::Internal)).await;
    assert_eq!(only_wrong(&store).await, (THINKING, FAILED));
}

async fn a_retried_dead_letter_is_shown_as_open(engine: &dyn Engine) {
    let store = engine.serve().await;
    let job = store.bury("r1", 7, 1, Settlement::Dead(Failure::Internal)).await;
    store.signs.record(job, FAILED).await.expect("recorded");
    store.dead_letters.retry(Selection::All, at(2)).await.expect("opened");
    assert_eq!(only_wrong(&store).await, (FAILED, THINKING));
}

async fn an_erased_dead_letter_loses_its_sign(engine: &dyn Engine) {
    let store = engine.serve().await;
    let job = store.bury("r1", 7, 1, Settlement::Dead(Failure::Internal)).await;
    store.signs.record(job, FAILED).await.expect("recorded");
    store.dead_letters.erase(Selection::All).await.expect("erased");
    assert_eq!(only_wrong(&store).await, (FAILED, None));
}

async fn a_stopped_question_loses_its_sign(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    store.steering.stop(&room("r1"), &Whose::Everybody).await.expect("stopped");
    assert_eq!(only_wrong(&store).await, (THINKING, None));
}

async fn a_sign_that_was_recorded_as_lost_comes_back(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.signs.record(leased.job.id, None).await.expect("recorded");
    assert_eq!(only_wrong(&store).await, (None, THINKING));
    assert!(store.signs.thinking(9).await.expect("read").is_empty());
}

async fn what_is_recorded_is_no_longer_wrong(engine: &dyn Engine) {
    let store = engine.serve().await;
    let done = store.bury("r1", 7, 1, Settlement::Done).await;
    let dead = store.bury("r1", 8, 1, Settlement::Dead(Failure::Internal)).await;
    assert_eq!(wrong(&store).await.len(), 2);
    store.signs.record(done, None).await.expect("recorded");
    store.signs.record(dead, FAILED).await.expect("recorded");
    assert!(wrong(&store).await.is_empty());
}

async fn wrong_signs_come_oldest_first(engine: &dyn Engine) {
    let store = engine.serve().await;
    for (token, message) in [("r2", 3), ("r1", 9), ("r1", 1)] {
        store.bury(token, message, 1, Settlement::Done).await;
    }
    let messages: Vec<_> = wrong(&store).await.iter().map(|one| one.message.0).collect();
    assert_eq!(messages, [3, 9, 1]);
    assert_eq!(store.signs.wrong(at(9), 2).await.expect("read").len(), 2);
}

async fn wrong_signs_of_a_paused_room_wait(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.bury("r1", 7, 1, Settlement::Done).await;
    store.bury("r2", 8, 1, Settlement::Done).await;
    let wrong = async |second| store.signs.wrong(at(second), 9).await.expect("read").len();
    store.queue.pause(&PauseScope::Room(room("r1")), at(10)).await.expect("paused");
    assert_eq!(wrong(9).await, 1);
    store.queue.pause(&PauseScope::Server, at(20)).await.expect("paused");
    assert_eq!((wrong(19).await, wrong(20).await), (0, 2));
}

async fn what_shows_nothing_hides_no_sign_that_is_shown_wrongly(engine: &dyn Engine) {
    let store = engine.serve().await;
    for message in 1..=3 {
        let dead = store.bury("r1", message, 1, Settlement::Dead(Failure::Internal)).await;
        store.signs.record(dead, None).await.expect("recorded");
    }
    store.bury("r1", 7, 1, Settlement::Done).await;
    let shown = store.signs.wrongly_shown(at(50), 2).await.expect("read");
    assert_eq!(shown.iter().map(|sign| (sign.message.0, sign.shown)).collect::<Vec<_>>(), [(7, THINKING)]);
    store.queue.pause(&PauseScope::Room(room("r1")), at(60)).await.expect("paused");
    assert!(store.signs.wrongly_shown(at(50), 2).await.expect("read").is_empty());
}

async fn the_newest_that_are_thinking_come_first(engine: &dyn Engine) {
    let store = engine.serve().await;
    for (token, message) in [("r2", 9), ("r1", 5), ("r1", 3)] {
        store.ask(token, message, 1).await;
    }
    let newest = store.signs.thinking(2).await.expect("read");
    assert_eq!(newest, [(room("r1"), MessageId(3)), (room("r1"), MessageId(5))]);
}

async fn signs_are_remembered_over_a_restart(engine: &dyn Engine) {
    let store = engine.serve().await;
    store.bury("r1", 7, 1, Settlement::Done).await;
    store.close().await;
    assert_eq!(only_wrong(&engine.serve().await).await, (THINKING, None));
}
