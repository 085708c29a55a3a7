//! Every kind of webhook that the stand-in for Talk sends, in every version, held against the document of what is
//! offered and against the recorded ones: it tells nothing that Talk does not, and all that Talk always does.

use std::collections::{BTreeMap, BTreeSet};

use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::adapters::demo::talk::{NotSaid, Release, Said, Share, Thing, Webhook};
use nextcloud_opencode_bot::domain::message::{MessageId, RoomToken};
use nextcloud_opencode_bot::ports::clock::Clock;
use nextcloud_opencode_bot::ports::talk::Talk;
use serde_json::Value;

use crate::support::bot_api::bot_api;
use crate::support::process::SECRET;
use crate::support::talk::{ACME, FakeTalk, GROUP, GUEST, LENA, MIRA, ODA, PUBLIC, WORKSHOP};
use crate::support::wire::Document;

const THINGS: [Thing; 6] =
    [Thing::File, Thing::Image, Thing::Voice, Thing::Location, Thing::DeckCard, Thing::Poll];

/// All that people and administrators can do, once each, and the bot's own reactions.
async fn told(release: Release) -> Vec<Value> {
    let (talk, now) = (FakeTalk::start().await, SystemClock.now());
    talk.server().set_release(release);
    let asked = talk.server().say(GROUP, MIRA, "@Halo hi @tomas", None, now).expect("said").message;
    let bot = bot_api(&talk.url(), SECRET);
    let room = RoomToken::parse(GROUP).expect("a token");
    bot.post(&room.clone().into(), "hello", Some(MessageId(asked))).await.expect("posted");
    bot.react(&room, MessageId(asked), "👀").await.expect("put on");
    bot.unreact(&room, MessageId(asked), "👀").await.expect("taken off");
    let answer = talk.newest_post(GROUP);
    let mut server = talk.server();
    let mut webhooks = server.take_echoes();
    webhooks.extend([server.disable_bot(GROUP), server.enable_bot(GROUP)].into_iter().flatten());
    let mut file = Said { message: 0, webhook: None, system: None };
    for thing in THINGS {
        let share = Share::of(thing).replying_to(Some(answer)).captioned("look");
        file = server.share(GROUP, MIRA, &share, now).expect("shared");
        webhooks.extend(file.clone().webhooks());
    }
    let thread = server.open_thread(GROUP, MIRA, "Plans", "what next?", now);
    let within = thread.as_ref().ok().map(|thread| thread.message);
    assert!(within.is_some() || thread == Err(NotSaid::NoThreads), "{thread:?}");
    let more = within.map(|within| server.say_in_thread(GROUP, MIRA, "more", within, now));
    let done = [
        server.say(GROUP, LENA, "from afar", None, now),
        server.say(PUBLIC, GUEST, "a guest", None, now),
        server.say(WORKSHOP, ODA, "an owner", None, now),
        server.say(WORKSHOP, ACME, "by mail", None, now),
        server.say(GROUP, MIRA, "and then?", Some(answer), now),
        server.say(GROUP, MIRA, "what is that?", Some(file.message), now),
        server.react(GROUP, MIRA, answer, "👍"),
        server.unreact(GROUP, MIRA, answer, "👍", now),
        server.edit(GROUP, MIRA, asked, "@Halo hello", now),
        server.delete(GROUP, MIRA, asked, now),
        server.clear(WORKSHOP, MIRA, now),
    ];
    let done = done.into_iter().chain(more).map(|done| done.expect("done")).chain(thread);
    webhooks.extend(done.flat_map(Said::webhooks));
    webhooks.iter().map(|Webhook { body }| serde_json::from_str(body).expect("JSON")).collect()
}

fn recorded() -> Vec<Value> {
    let folder = format!("{}/tests/fixtures/talk", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let values = files.map(|file| std::fs::read(file).expect("a file"));
    values.filter_map(|bytes| serde_json::from_slice::<Value>(&bytes).ok()).filter(is_event).collect()
}

fn is_event(value: &Value) -> bool {
    value["type"].is_string()
}

/// Where something stands in it, and the kind of value. The names of what a message mentions differ from one to the next.
fn shape(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    let kind = match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| shape(field, &format!("{at}/{name}"), found));
            "object"
        }
        Value::Array(_) => "list",
        Value::String(text) => {
            let inner = serde_json::from_str::<Value>(text).ok().filter(|_| at.ends_with("/content"));
            let inner = inner.as_ref().and_then(Value::as_object).into_iter().flatten();
            found.extend(inner.map(|(name, _)| format!("{at}/{name}")));
            "text"
        }
        Value::Number(_) => "number",
        Value::Bool(_) => "truth",
        Value::Null => "null",
    };
    found.insert(format!("{at} {kind}"));
}

fn shapes(events: &[Value]) -> BTreeMap<String, Vec<BTreeSet<String>>> {
    let mut shapes = BTreeMap::<_, Vec<_>>::new();
    for event in events {
        let mut found = BTreeSet::new();
        shape(event, "", &mut found);
        shapes.entry(event["type"].to_string()).or_default().push(found);
    }
    shapes
}

#[tokio::test]
async fn every_webhook_of_the_stand_in_is_one_that_talk_sends() {
    let (document, known) = (Document::offered().closed(), shapes(&recorded()));
    for release in Release::ALL {
        let events = told(release).await;
        for event in &events {
            document.assert_fits("WebhookEvent", event);
        }
        let told = shapes(&events);
        assert!(told.keys().eq(known.keys()), "{release:?}: {:?}", told.keys());
        for (kind, told) in told {
            let ever: BTreeSet<_> = known[&kind].iter().flatten().collect();
            let always: Vec<_> =
                ever.iter().filter(|part| known[&kind].iter().all(|one| one.contains(**part))).collect();
            for one in told {
                let strange: Vec<_> = one.iter().filter(|part| !ever.contains(part)).collect();
                let missing: Vec<_> = always.iter().filter(|part| !one.contains(***part)).collect();
                assert!(
                    strange.is_empty() && missing.is_empty(),
                    "{release:?} {kind}: {strange:?}, without {missing:?}"
                );
            }
        }
    }
}
