//! Bodies that are no event, and events that lack something.

use super::*;

#[test]
fn a_body_that_is_no_object_with_a_type_is_no_event() {
    for body in [
        "",
        "null",
        "5",
        "\"Create\"",
        "[\"Create\"]",
        "{}",
        "{\"type\":5}",
        "{\"type\":\"Create\"",
        "\u{1}",
        "{\"type\":\"Pin\"}x",
    ] {
        assert_eq!(read(body.as_bytes()), Err(Unreadable::NoEvent), "{body}");
    }
    assert_eq!(read(b"{\"type\":\"\xff\"}"), Err(Unreadable::NoEvent));
    assert_eq!(read("[".repeat(100_000).as_bytes()), Err(Unreadable::NoEvent));
}

/// Whoever put one of them there may have meant the other.
#[test]
fn a_key_that_comes_twice_is_no_event() {
    let twice = r#"{"type":"Create","object":{"id":"7"},"object":{"id":"8"}}"#;
    assert_eq!(read(twice.as_bytes()), Err(Unreadable::NoEvent));
    let unknown = r#"{"type":"Pin","x":1,"x":2}"#;
    assert_eq!(read(unknown.as_bytes()), Ok(Event::Unknown));
}

#[test]
fn an_unknown_type_is_an_event_whatever_else_it_holds() {
    for body in [r#"{"type":"Pin"}"#, r#"{"type":"","object":7}"#, r#"{"type":"Pin","actor":["users/mira"]}"#]
    {
        assert_eq!(read(body.as_bytes()), Ok(Event::Unknown), "{body}");
    }
}

#[test]
fn a_known_type_that_lacks_what_it_always_has_is_refused_with_its_name() {
    for (key, part) in [("target", "target"), ("actor", "actor"), ("object", "object")] {
        assert_eq!(create(|body| body[key] = json!(null)), Err(Unreadable::Part(part)), "{key}");
        assert_eq!(create(|body| body[key] = json!(["x"])), Err(Unreadable::Part(part)), "{key}");
    }
    assert_eq!(create(|body| body["target"]["id"] = json!("../x")), Err(Unreadable::Part("target.id")));
    assert_eq!(create(|body| body["actor"]["id"] = json!("")), Err(Unreadable::Part("actor.id")));
    assert_eq!(
        event_of(&json!({"type": "Join", "actor": {"id": "bots/bot-1"}})),
        Err(Unreadable::Part("object.id"))
    );
    assert_eq!(event_of(&json!({"type": "Undo", "object": {}})), Err(Unreadable::Part("object.object")));
}
