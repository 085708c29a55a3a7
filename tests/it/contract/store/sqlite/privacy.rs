//! Erased means that no byte of it is left in the file.

use std::fs;
use std::path::Path;
use std::time::Duration;

use nextcloud_opencode_bot::domain::actor::ActorId;
use nextcloud_opencode_bot::domain::job::{Failure, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::ports::dead_letters::Selection;
use nextcloud_opencode_bot::ports::outbox::{NewNotice, NoticeEnd};
use nextcloud_opencode_bot::ports::queue::{NewReply, NewTurn};
use nextcloud_opencode_bot::ports::steering::Whose;
use nextcloud_opencode_bot::ports::upkeep::Sweep;

use super::super::{Engine as _, Store, answer, at, new_turn, question, room};
use super::Engine;

/// Whether any file of the directory holds the text.
fn is_left(directory: &Path, text: &str) -> bool {
    fs::read_dir(directory).expect("read").any(|entry| {
        let bytes = fs::read(entry.expect("read").path()).expect("read");
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[tokio::test]
async fn nothing_of_a_settled_question_is_left_after_the_end() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    store.ask("r1", 7, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    let long = "a part of the reply. ".repeat(2000);
    store.reply(&leased, &[&long, "a shorter part"]).await;
    let leased = store.lease_one(Stage::Post, 1).await;
    assert!(is_left(engine.directory.path(), "question 7 of r1"), "the search works");
    store.settle(&leased, Settlement::Done, 1).await;
    store.forget("r1").await;
    store.close().await;
    for text in ["question 7", "Mira", "mira", "part of the reply", "shorter part", "answer 7"] {
        assert!(!is_left(engine.directory.path(), text), "{text}");
    }
    assert!(is_left(engine.directory.path(), "r1"), "its identity stays");
}

#[tokio::test]
async fn nothing_of_a_dropped_dead_letter_is_left_after_the_end() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    store.bury("r1", 7, 1, Settlement::Dead(Failure::Internal)).await;
    store.close().await;
    assert!(is_left(engine.directory.path(), "question 7 of r1"), "kept for the administrator");
    let store = engine.serve().await;
    store.dead_letters.erase(Selection::All).await.expect("dropped");
    store.close().await;
    assert!(!is_left(engine.directory.path(), "question 7"));
}

#[tokio::test]
async fn nothing_of_a_turn_before_the_window_is_left_after_the_end() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    for (message, window_start) in [(10, None), (11, Some(11)), (12, Some(13))] {
        store.ask("r1", message, 1).await;
        let leased = store.lease_one(Stage::Ask, 1).await;
        let window_start = window_start.map(MessageId);
        let turn = Some(NewTurn { window_start, ..new_turn(message) });
        let reply = NewReply { turn, ..answer(&leased, &["part"]) };
        store.queue.save_reply(&leased.lease, &reply).await.expect("saved");
        let leased = store.lease_one(Stage::Post, 1).await;
        store.settle(&leased, Settlement::Done, 1).await;
        assert!(message == 12 || is_left(engine.directory.path(), &format!("answer {message}")));
    }
    store.close().await;
    for text in ["answer 10", "answer 11", "answer 12"] {
        assert!(!is_left(engine.directory.path(), text), "{text}");
    }
}

/// A room with an open question, a stored answer that waits to be posted, a turn, a dead letter and a notice.
async fn full_room(store: &Store) {
    store.converse(&question("r1", 1), 1).await;
    store.bury("r1", 2, 1, Settlement::Dead(Failure::Internal)).await;
    store.ask("r1", 3, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    store.reply(&leased, &["a part that waits"]).await;
    store.ask("r1", 4, 1).await;
    let text = "a notice for the room".to_owned();
    let notice = NewNotice { place: room("r1").into(), reply_to: None, text };
    store.outbox.add(&notice, at(1)).await.expect("stored");
}

const EVERYTHING: [&str; 9] = [
    "question 1",
    "answer 1",
    "question 2",
    "question 3",
    "a part that waits",
    "question 4",
    "Mira",
    "mira",
    "a notice for the room",
];

#[tokio::test]
async fn nothing_of_an_erased_room_is_left_after_the_end() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    full_room(&store).await;
    for text in EVERYTHING {
        assert!(is_left(engine.directory.path(), text), "the search works: {text}");
    }
    store.upkeep.erase_room(&room("r1")).await.expect("erased");
    store.close().await;
    for text in EVERYTHING {
        assert!(!is_left(engine.directory.path(), text), "{text}");
    }
}

#[tokio::test]
async fn nothing_of_an_erased_person_is_left_after_the_end() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    full_room(&store).await;
    store.upkeep.erase_person(&ActorId::new("users/mira")).await.expect("erased");
    store.close().await;
    for text in &EVERYTHING[..8] {
        assert!(!is_left(engine.directory.path(), text), "{text}");
    }
    assert!(is_left(engine.directory.path(), EVERYTHING[8]), "it is the bot's own");
}

#[tokio::test]
async fn nothing_of_a_stopped_question_is_left_after_the_end() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    full_room(&store).await;
    store.steering.stop(&room("r1"), &Whose::Everybody).await.expect("stopped");
    store.forget("r1").await;
    store.close().await;
    for text in ["question 3", "question 4", "a part that waits"] {
        assert!(!is_left(engine.directory.path(), text), "{text}");
    }
    assert!(is_left(engine.directory.path(), "question 2"), "dead letters stay");
}

#[tokio::test]
async fn nothing_that_is_too_old_is_left_after_the_end() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    store.converse(&question("r1", 1), 1).await;
    store.bury("r1", 2, 1, Settlement::Dead(Failure::Internal)).await;
    store.upkeep.sweep(Sweep { texts_before: Some(at(2)), identities_before: at(2) }).await.expect("swept");
    store.close().await;
    for text in ["question 1", "answer 1", "question 2", "Mira", "mira"] {
        assert!(!is_left(engine.directory.path(), text), "{text}");
    }
}

#[tokio::test]
async fn nothing_of_a_joined_question_or_a_posted_notice_is_left_after_the_end() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    full_room(&store).await;
    store.ask("r2", 5, 1).await;
    store.ask("r2", 6, 1).await;
    let leased = store.lease_one(Stage::Ask, 1).await;
    let joined = vec![leased.job.follow_ups[0].job];
    store
        .queue
        .save_reply(&leased.lease, &NewReply { joined, ..answer(&leased, &["a"]) })
        .await
        .expect("saved");
    let notice = store.outbox.due(at(1), 1).await.expect("read").remove(0);
    store.outbox.end(notice.id, NoticeEnd::Gone).await.expect("ended");
    store.close().await;
    assert!(is_left(engine.directory.path(), "question 5"), "its answer waits to be posted");
    for text in ["question 6", "a notice for the room"] {
        assert!(!is_left(engine.directory.path(), text), "{text}");
    }
}

#[tokio::test]
async fn a_quiet_service_empties_its_log() {
    let engine = Engine::fresh();
    let store = engine.serve().await;
    store.bury("r1", 7, 1, Settlement::Done).await;
    assert!(is_left(engine.directory.path(), "question 7"), "still in the log");
    let emptied = async {
        while is_left(engine.directory.path(), "question 7") {
            tokio::time::pause();
            tokio::time::advance(Duration::from_secs(1)).await;
            tokio::time::resume();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), emptied).await.expect("emptied in time");
}
