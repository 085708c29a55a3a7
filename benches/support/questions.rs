//! A store that holds many open questions.

use std::path::Path;
use std::sync::Arc;

use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::adapters::sql::{SqlStore, StoreOptions};
use nextcloud_opencode_bot::domain::actor::{ActorId, Person};
use nextcloud_opencode_bot::domain::job::Question;
use nextcloud_opencode_bot::domain::message::{MessageId, RoomToken};
use nextcloud_opencode_bot::ports::clock::Clock;
use nextcloud_opencode_bot::ports::queue::JobQueue;
use tokio::task::JoinSet;

/// Questions that are stored at once.
const TOGETHER: i64 = 1_000;

/// A new store in that directory with `count` questions in so many `rooms`, each by another person.
pub(crate) async fn stored(state: &Path, count: i64, rooms: i64) -> Arc<SqlStore> {
    let url = format!("sqlite://{}", state.join("bot.db").display());
    // What the service calls its own.
    let options = StoreOptions { bot: "bot".to_owned(), signs: true };
    let store = Arc::new(SqlStore::open_for_service(&url, options).await.expect("a new database"));
    for start in (0..count).step_by(usize::try_from(TOGETHER).expect("small")) {
        let mut storing = JoinSet::new();
        for message in start..count.min(start + TOGETHER) {
            let store = Arc::clone(&store);
            storing
                .spawn(async move { store.enqueue(&question(message + 1, rooms), SystemClock.now()).await });
        }
        for stored in storing.join_all().await {
            stored.expect("stored");
        }
    }
    store
}

/// By another person than all others.
pub(crate) fn question(message: i64, rooms: i64) -> Question {
    let room = RoomToken::parse(&format!("room{}", message % rooms)).expect("letters and digits");
    let id = ActorId::new(format!("users/person{message}"));
    Question {
        place: room.into(),
        message: MessageId(message),
        asker: Person { id, name: "Mira Halloran".to_owned() },
        text: "is the build green?".to_owned(),
        one_to_one: false,
        files: false,
    }
}
