use poem_openapi::types::{ParseFromJSON, ToJSON};
use serde_json::{Value, json};

use super::event::Unreadable;
use super::*;
use crate::adapters::http::fixtures::{self, Case};
use crate::domain::actor::{ActorId, ActorKind};
use crate::domain::addressing::{self, Identity};
use crate::domain::event::Event;
use crate::domain::message::{AttachmentKind, Message, MessageId, Role, ThreadId};
use crate::domain::text::Parameter;

mod refused;

fn label(parameter: &Parameter) -> String {
    parameter.label().to_owned()
}

fn event_of(body: &Value) -> Result<Event, Unreadable> {
    read(body.to_string().as_bytes())
}

/// A message as Talk sends it, changed by `change`.
fn create(change: impl FnOnce(&mut Value)) -> Result<Event, Unreadable> {
    let mut body = json!({
        "type": "Create",
        "actor": {"type": "Person", "id": "users/mira", "name": "Mira"},
        "object": {"type": "Note", "id": "7", "name": "message", "content": r#"{"message":"hi","parameters":[]}"#},
        "target": {"type": "Collection", "id": "kq7m2rtx", "name": "Crew"},
    });
    change(&mut body);
    event_of(&body)
}

fn message(change: impl FnOnce(&mut Value)) -> Message {
    match create(change) {
        Ok(Event::Message(message)) => *message,
        other => panic!("no message: {other:?}"),
    }
}

#[test]
fn every_recorded_message_holds_what_its_case_expects() {
    let mut messages = 0;
    for case in fixtures::cases() {
        let Ok(Event::Message(message)) = read(&case.body) else { continue };
        messages += 1;
        let (name, expect) = (&case.name, &case.expect);
        assert!(matches!(case.kind.as_str(), "text" | "attachment" | "rich object"), "{name}");
        assert_eq!(message.id.0.to_string(), expect["message_id"], "{name}");
        assert_eq!(message.room.token.as_str(), expect["room_token"], "{name}");
        assert_eq!(message.author.id.as_str(), expect["actor_id"], "{name}");
        assert_eq!(message.author.name, expect["actor_name"].as_str().expect("name"), "{name}");
        assert_eq!(message.author.id.kind() == ActorKind::Bot, expect["author_is_a_bot"], "{name}");
        assert_eq!(message.text.raw, expect["text"].as_str().expect("text"), "{name}");
        assert_eq!(message.text.render(label), expect["rendered_text"].as_str().expect("text"), "{name}");
        assert_eq!(!message.text.parameters.is_empty(), expect["parameters_json_kind"] == "object", "{name}");
        assert_eq!(message.room.is_one_to_one_of(&message.author.id), expect["one_to_one"], "{name}");
        if case.kind != "rich object" {
            let names: Vec<_> = message.attachments.iter().map(|attachment| &attachment.name).collect();
            assert_eq!(json!(names), expect["file_names"], "{name}");
        }
        let thread = message.thread.map(|thread| json!(thread.0));
        assert_eq!(thread.as_ref(), expect.get("thread_id"), "{name}");
        let moderates = expect["participant_type"].as_str().map(|number| ["1", "2", "6"].contains(&number));
        assert_eq!(message.role.map(|role| role == Role::Moderator), moderates, "{name}");
        let parent_id =
            message.parent.as_ref().and_then(|parent| parent.id).map(|id| json!(id.0.to_string()));
        assert_eq!(parent_id.as_ref(), expect.get("reply_to_id"), "{name}");
        let parent_author = message.parent.as_ref().map(|parent| json!(parent.author.id.as_str()));
        assert_eq!(parent_author.as_ref(), expect.get("reply_to_actor_id"), "{name}");
    }
    assert_eq!(messages, 52, "42 typed messages, 7 files and 3 other objects");
}

#[test]
fn every_other_recorded_event_holds_what_its_case_expects() {
    for case in fixtures::cases() {
        let (name, expect) = (&case.name, &case.expect);
        let event = read(&case.body).unwrap_or_else(|error| panic!("{name}: {error}"));
        let kind = expect["type"].as_str().expect("type");
        match event {
            Event::Message(_) => assert!(matches!(kind, "Create" | "Activity"), "{name}"),
            Event::System { room, name: identifier } => {
                assert_eq!(kind, "Activity", "{name}");
                assert_eq!(room.as_str(), expect["room_token"], "{name}");
                assert_eq!(json!(identifier), expect["object_name"], "{name}");
            }
            Event::Reaction { room, message, text, actor, emoji, added } => {
                assert_eq!(json!(text), expect["rendered_text"], "{name}");
                assert_eq!(kind, if added { "Like" } else { "Undo" }, "{name}");
                assert_eq!(room.as_str(), expect["room_token"], "{name}");
                assert_eq!(json!(message.0.to_string()), expect["message_id"], "{name}");
                assert_eq!(actor.id.as_str(), expect["actor_id"], "{name}");
                assert_eq!(json!(actor.name), expect["actor_name"], "{name}");
                assert_eq!(json!(emoji), expect["reaction"], "{name}");
            }
            Event::Joined { room, bot } | Event::Left { room, bot } => {
                assert!(matches!(kind, "Join" | "Leave"), "{name}");
                assert_eq!(room.as_str(), expect["room_token"], "{name}");
                assert_eq!(bot.as_str(), expect["actor_id"], "{name}");
            }
            Event::Unknown => panic!("{name} is known"),
        }
    }
}

#[test]
fn every_recorded_attachment_is_of_its_kind() {
    let kinds: Vec<_> =
        fixtures::cases().into_iter().filter(|case| case.name.starts_with("activity-")).collect();
    let kind_in = |wanted: &str| {
        let case = kinds.iter().find(|case| case.name == wanted).expect("recorded");
        match read(&case.body) {
            Ok(Event::Message(message)) => message.attachments.first().map(|attachment| attachment.kind),
            other => panic!("no message: {other:?}"),
        }
    };
    for (name, kind) in [
        ("activity-file", AttachmentKind::File),
        ("activity-file-old-number-types", AttachmentKind::File),
        ("activity-file-caption", AttachmentKind::File),
        ("activity-image", AttachmentKind::Image),
        ("activity-voice-message", AttachmentKind::Voice),
        ("activity-vcard", AttachmentKind::Contact),
        ("activity-geo-location", AttachmentKind::Location),
        ("activity-deck-card", AttachmentKind::DeckCard),
        ("activity-poll-created", AttachmentKind::Poll),
    ] {
        assert_eq!(kind_in(name), Some(kind), "{name}");
    }
}

#[test]
fn a_thread_and_a_role_may_come_in_either_shape_and_odd_ones_are_none() {
    for (sent, thread) in [
        (json!(4166), Some(ThreadId(4166))),
        (json!("4166"), Some(ThreadId(4166))),
        (json!(0), None),
        (json!(-1), None),
        (json!("x"), None),
        (json!({}), None),
    ] {
        assert_eq!(message(|body| body["object"]["threadId"] = sent.clone()).thread, thread, "{sent}");
    }
    for (sent, role) in [
        (json!("2"), Some(Role::Moderator)),
        (json!(6), Some(Role::Moderator)),
        (json!(5), Some(Role::Member)),
        (json!("7"), None),
        (json!(null), None),
    ] {
        let read = message(|body| body["actor"]["talkParticipantType"] = sent.clone()).role;
        assert_eq!(read, role, "{sent}");
    }
}

/// The cases with a policy are ordinary messages in what looks like a group (a note to self, a room whose other
/// member is gone, `@all`): nobody called the bot, so it stays silent.
#[test]
fn every_recorded_event_is_addressed_to_whom_its_case_says() {
    let config = fixtures::index()["test_config"].clone();
    let own = ActorId::new(config["bot_actor_id"].as_str().expect("id"));
    let asked_as = |case: &Case, alias: &str| match read(&case.body) {
        Ok(Event::Message(message)) => {
            let identity = Identity { name: alias.to_owned(), own_actors: vec![own.clone()] };
            addressing::read(&message, &identity).is_some()
        }
        _ => false,
    };
    for case in fixtures::cases() {
        let by_alias = [asked_as(&case, "assistant"), asked_as(&case, "release helper")];
        let expected = match case.addressed.as_str() {
            "yes (one-to-one)" | "yes (reply to the bot)" => [true, true],
            "yes (literal @\"alias with space\")" => [false, true],
            yes if yes.starts_with("yes (") => [true, false],
            _ => [false, false],
        };
        assert_eq!(by_alias, expected, "{}: {}", case.name, case.addressed);
    }
}

#[test]
fn the_document_describes_every_recorded_body_and_both_views_agree() {
    for case in fixtures::cases() {
        let body: Value = serde_json::from_slice(&case.body).expect("JSON");
        let read: WebhookEvent = serde_json::from_value(body.clone()).expect("readable");
        let documented = WebhookEvent::parse_from_json(Some(body.clone()))
            .unwrap_or_else(|error| panic!("{}: {}", case.name, error.into_message()));
        assert_eq!(read, documented, "{}", case.name);
        assert_eq!(documented.to_json(), Some(body), "{}: the document misses a key", case.name);
    }
}

#[test]
fn a_message_id_is_a_positive_whole_number_in_either_shape() {
    assert_eq!(message(|body| body["object"]["id"] = json!(4102)).id, MessageId(4102));
    for odd in
        [json!("-1"), json!(-1), json!("0"), json!("+7"), json!(" 7"), json!(7.5), json!(""), json!(true)]
    {
        assert_eq!(
            create(|body| body["object"]["id"] = odd.clone()),
            Err(Unreadable::Part("object.id")),
            "{odd}"
        );
    }
    let too_long = json!("99999999999999999999");
    assert_eq!(create(|body| body["object"]["id"] = too_long), Err(Unreadable::Part("object.id")));
}

#[test]
fn content_that_is_no_document_is_taken_as_it_is_and_false_as_nothing() {
    assert_eq!(message(|body| body["object"]["content"] = json!("plain")).text.raw, "plain");
    assert_eq!(message(|body| body["object"]["content"] = json!(false)).text.raw, "");
    let activity = create(|body| {
        body["type"] = json!("Activity");
        body["object"]["content"] = json!(false);
    });
    assert!(matches!(activity, Ok(Event::System { .. })), "{activity:?}");
}

#[test]
fn a_room_is_a_pair_only_by_an_array_of_exactly_two_strings() {
    for name in ["[\"a\",\"b\",\"c\"]", "[\"a\"]", "[1,2]", "{\"a\":\"b\"}", "[a,b]", ""] {
        assert_eq!(message(|body| body["target"]["name"] = json!(name)).room.pair, None, "{name}");
    }
    let pair = message(|body| body["target"]["name"] = json!("[\"mira\", \"tomas\"]")).room.pair;
    assert_eq!(pair, Some(["mira".to_owned(), "tomas".to_owned()]));
}

#[test]
fn a_parent_of_an_odd_shape_does_not_cost_the_message() {
    for odd in [
        json!(null),
        json!([]),
        json!("4155"),
        json!({}),
        json!([{"type": "Note"}]),
        json!(7.5),
        json!({"object": {"id": "1"}}),
        json!({"actor": 5}),
    ] {
        assert_eq!(message(|body| body["object"]["inReplyTo"] = odd.clone()).parent, None, "{odd}");
    }
}

#[test]
fn unknown_keys_are_ignored_at_every_level() {
    let plain = message(|_| {});
    let extended = message(|body| {
        body["x"] = json!({"deep": [1]});
        for part in ["actor", "object", "target"] {
            body[part]["x"] = json!({"deep": [1]});
        }
        body["object"]["content"] = json!(r#"{"message":"hi","parameters":[],"x":1}"#);
    });
    assert_eq!(plain, extended);
}
