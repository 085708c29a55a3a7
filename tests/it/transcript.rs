//! A long run of mixed events, replayed from a file that people write, and what each room saw of it, compared with a
//! file that people read. After a wanted change, `WRITE_TRANSCRIPT=1 cargo test --test it transcript` writes it anew.

use std::collections::BTreeSet;
use std::path::Path;

use difference::difference;
use record::Records;
use script::{Line, Script};
use stage::Stage;

mod difference;
mod record;
mod script;
mod stage;

/// The file of what rooms saw.
const ROOMS: &str = "tests/fixtures/transcript/rooms.txt";

#[tokio::test]
async fn what_rooms_see_of_two_hundred_events_is_as_written() {
    let script = Script::parse(include_str!("../fixtures/transcript/events.txt"));
    check(&script);
    let mut stage = Stage::build().await;
    let mut records = Records::begin(&stage);
    for line in &script.lines {
        let verdict = stage.play(line).await;
        records.note(&stage, line, &verdict);
    }
    stage.end().await;
    compare(&records.text());
}

/// That the run is as varied as it has to be.
fn check(script: &Script) {
    let deeds: Vec<_> = script.lines.iter().filter_map(Line::deed).collect();
    let kinds: BTreeSet<_> = deeds.iter().map(|deed| deed.actor.split('/').next()).collect();
    let rooms: BTreeSet<_> = deeds.iter().map(|deed| deed.room).collect();
    assert!(deeds.len() >= 200, "{} events", deeds.len());
    assert!(kinds.len() >= 4 && rooms.len() >= 5, "{kinds:?} in {rooms:?}");
}

#[expect(clippy::disallowed_methods, reason = "a test has no settings")]
fn compare(seen: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(ROOMS);
    if std::env::var_os("WRITE_TRANSCRIPT").is_some() {
        std::fs::write(path, seen).expect("writable");
        return;
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        seen == written,
        "rooms saw something else (- written, + seen):\n{}If that is wanted: \
         WRITE_TRANSCRIPT=1 cargo test --test it transcript",
        difference(&written, seen)
    );
}
