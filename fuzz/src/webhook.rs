//! The body of a signed webhook: which bodies are events, and what an event that was read can be relied on for.

use std::fmt::Write as _;

use nextcloud_opencode_bot::adapters::http::{Unreadable, read_event};
use nextcloud_opencode_bot::domain::event::Event;
use nextcloud_opencode_bot::domain::message::Message;
use serde::de::IgnoredAny;
use serde_json::Value;

const TYPES: [&str; 6] = ["Create", "Activity", "Like", "Undo", "Join", "Leave"];

/// The bytes are the body.
pub fn check(data: &[u8]) {
    let event = read_event(data);
    let Ok(value) = serde_json::from_slice::<Value>(data) else {
        // What nobody looks at need not be text, or a number of a known size.
        let is_json = serde_json::from_slice::<IgnoredAny>(data).is_ok();
        assert!(is_json || event == Err(Unreadable::NoEvent), "no JSON");
        return;
    };
    // A key came twice, and only the last one is in the value.
    if event == Err(Unreadable::NoEvent) && read_event(value.to_string().as_bytes()) != event {
        return;
    }
    match value.get("type").and_then(Value::as_str) {
        None => assert_eq!(event, Err(Unreadable::NoEvent), "no type"),
        Some(kind) if TYPES.contains(&kind) => {
            assert!(!matches!(event, Err(Unreadable::NoEvent) | Ok(Event::Unknown)), "{event:?}");
        }
        Some(_) => assert_eq!(event, Ok(Event::Unknown), "another type"),
    }
    spelling_does_not_matter(&value, &event);
    unknown_keys_do_not_matter(value, &event);
    if let Ok(event) = &event {
        holds_what_it_must(event);
    }
}

/// PHP escapes every slash and every character that is not ASCII.
fn spelling_does_not_matter(value: &Value, event: &Result<Event, Unreadable>) {
    let mut spelled = String::new();
    for c in value.to_string().chars() {
        match c {
            '/' => spelled.push_str("\\/"),
            c if c.is_ascii() => spelled.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(spelled, "\\u{unit:04x}");
                }
            }
        }
    }
    // A fraction may lose its last digit; then it is another value.
    if serde_json::from_str::<Value>(&spelled).is_ok_and(|again| again == *value) {
        assert_eq!(&read_event(spelled.as_bytes()), event, "spelled as {spelled}");
    }
}

fn unknown_keys_do_not_matter(mut value: Value, event: &Result<Event, Unreadable>) {
    let Some(fields) = value.as_object_mut() else { return };
    fields.insert("a key of a later version".to_owned(), Value::Bool(true));
    let spelled = value.to_string();
    if serde_json::from_str::<Value>(&spelled).is_ok_and(|again| again == value) {
        assert_eq!(&read_event(spelled.as_bytes()), event, "an unknown key");
    }
}

fn holds_what_it_must(event: &Event) {
    match event {
        Event::Message(message) => message_holds(message),
        Event::System { room, .. } => token_holds(room.as_str()),
        Event::Reaction { room, message, actor, .. } => {
            token_holds(room.as_str());
            assert!(message.0 > 0 && !actor.id.as_str().is_empty());
        }
        Event::Joined { room, bot } | Event::Left { room, bot } => {
            token_holds(room.as_str());
            assert!(!bot.as_str().is_empty());
        }
        Event::Unknown => {}
    }
}

fn message_holds(message: &Message) {
    token_holds(message.room.token.as_str());
    assert!(message.id.0 > 0);
    assert!(!message.author.id.as_str().is_empty());
    assert!(message.thread.is_none_or(|thread| thread.0 > 0));
    assert!(message.attachments.len() <= 2);
    let parent = message.parent.as_ref();
    assert!(parent.is_none_or(|parent| !parent.author.id.as_str().is_empty()));
    assert!(parent.and_then(|parent| parent.id).is_none_or(|id| id.0 > 0));
}

/// It becomes a part of URLs.
fn token_holds(token: &str) {
    assert!((1..=64).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_alphanumeric()));
}
