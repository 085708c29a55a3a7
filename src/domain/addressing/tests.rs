use proptest::prelude::*;

use super::*;
use crate::domain::actor::Person;
use crate::domain::message::{MessageId, Room, RoomToken};
use crate::domain::text::Parameter;

mod notes;

const OWN: &str = "bots/bot-e23b3b7c8861ecb2a2170d7be90b9ded3773bb8e";

fn identity(name: &str) -> Identity {
    Identity { name: name.into(), own_actors: vec![ActorId::new(OWN)] }
}

fn person(id: &str, name: &str) -> Person {
    Person { id: ActorId::new(id), name: name.into() }
}

fn message(text: RichText) -> Message {
    Message {
        id: MessageId(1),
        room: Room { token: RoomToken::parse("kq7m2rtx").expect("valid"), pair: None },
        author: person("users/mira", "Mira"),
        text,
        attachments: Vec::new(),
        thread: None,
        role: None,
        parent: None,
    }
}

fn question(message: &Message, identity: &Identity) -> Option<String> {
    read(message, identity).map(|addressed| addressed.question)
}

fn asked(raw: &str) -> Option<String> {
    question(&message(RichText::plain(raw)), &identity("Halo"))
}

fn mention(kind: &str, id: &str, name: &str, server: Option<&str>) -> RichText {
    let server = server.map(str::to_owned);
    let parameter = Parameter { kind: kind.into(), id: id.into(), name: name.into(), server, mime: None };
    RichText { raw: "{mention-user1} hi".into(), parameters: [("mention-user1".into(), parameter)].into() }
}

/// Would not end if every call looked at all that stands before it.
#[test]
fn calls_without_end_in_one_line_are_read() {
    assert_eq!(asked(&format!("{}hi", "@Halo ".repeat(100_000))).as_deref(), Some("hi"));
}

#[test]
fn is_called_by_its_name_in_any_case_as_a_whole_word() {
    for (raw, left) in [
        ("@Halo what time is it?", "what time is it?"),
        ("@HALO, what?", "what?"),
        ("@halo: what?", "what?"),
        ("what, @Halo?", "what?"),
        ("what is this @halo", "what is this"),
        ("what is this, @halo", "what is this"),
        ("so, @Halo, tell me", "so, tell me"),
        ("one\n@Halo two", "one\ntwo"),
        ("one @Halo\ntwo", "one\ntwo"),
        ("(@halo) hi", "() hi"),
        ("**@Halo** hi", "**** hi"),
        ("@\"Halo\" hi", "hi"),
        ("@Halo @halo hi", "hi"),
        ("...@Halo hi", "... hi"),
        ("`code` @Halo hi", "`code` hi"),
        ("@Halo .env, what is it?", ".env, what is it?"),
        ("run @Halo ./x", "run ./x"),
        ("> said before\n@Halo why?", "> said before\nwhy?"),
        ("a > b? @Halo", "a > b?"),
        ("[@Halo] hi", "[] hi"),
        ("和@Halo说说", "和说说"),
        ("@Halo帮我", "帮我"),
        ("@Halo야 안녕", "야 안녕"),
    ] {
        assert_eq!(asked(raw).as_deref(), Some(left), "{raw}");
    }
}

#[test]
fn a_call_that_was_copied_from_a_message_of_the_bot_is_one() {
    let copied = crate::domain::reply::compose("@Halo /help", None, 100).remove(0);
    assert_ne!(copied, "@Halo /help");
    assert_eq!(asked(&copied).as_deref(), Some("/help"));
    assert_eq!(asked("@\u{200B}\u{FEFF}\"Halo\" hi").as_deref(), Some("hi"));
    assert_eq!(asked("@\u{200B}Halogen lamps"), None);
}

#[test]
fn is_not_called_inside_longer_words_addresses_or_code() {
    for raw in [
        "Halo what?",
        "@Halogen lamps",
        "@halo_dev",
        "@halo2",
        "@halo-dev look",
        "@halo@other.example",
        "mail@halo",
        "mail@halo.example",
        "@@halo",
        "`@Halo`",
        "```\n@Halo\n```",
        "~~~\n@Halo",
        "@\"Halo two\"",
        "https://example.com/@halo",
        "https://example.com/?by=@halo&x",
        "[@halo](https://example.com/@halo)",
        "npm i @halo/core",
        "\\@halo",
        "> @Halo what?\nI think so too",
        "  > > @Halo",
        "@Halo\u{301}",
        "@ Halo",
        "",
    ] {
        assert_eq!(asked(raw), None, "{raw}");
    }
}

#[test]
fn a_name_may_hold_spaces_and_letters_of_any_script() {
    let called = |raw: &str, name: &str| question(&message(RichText::plain(raw)), &identity(name));
    assert_eq!(called("@\"release HELPER\" go", "Release helper").as_deref(), Some("go"));
    assert_eq!(called("@release helper go", "Release helper").as_deref(), Some("go"));
    assert_eq!(called("@ÄGIR go", "Ägir").as_deref(), Some("go"));
    assert_eq!(called("@ägirs go", "Ägir"), None);
    assert_eq!(called("@助手 你好", "助手").as_deref(), Some("你好"));
    assert_eq!(called("@助手二号 你好", "助手"), None);
}

#[test]
fn a_name_may_be_or_hold_an_emoji() {
    let called = |raw: &str, name: &str| question(&message(RichText::plain(raw)), &identity(name));
    assert_eq!(called("@🤖 go", "🤖").as_deref(), Some("go"));
    assert_eq!(called("@🤖Halo, go", "🤖Halo").as_deref(), Some("go"));
    assert_eq!(called("@❤\u{FE0F} go", "❤").as_deref(), Some("go"));
    assert_eq!(called("@❤ go", "❤\u{FE0F}").as_deref(), Some("go"));
    assert_eq!(called("@👩\u{200D}🚀 go", "👩"), None);
    assert_eq!(called("@👍🏽 go", "👍"), None);
}

#[test]
fn nobody_can_call_a_bot_without_a_name() {
    let nameless = identity("");
    assert_eq!(question(&message(RichText::plain("@ hi @\"\" you")), &nameless), None);
    assert_eq!(question(&message(mention("user", "", "", None)), &nameless), None);
}

#[test]
fn a_call_with_nothing_else_is_asked_as_it_is() {
    assert_eq!(asked("@Halo").as_deref(), Some("@Halo"));
    assert_eq!(asked("@Halo?").as_deref(), Some("@Halo?"));
}

#[test]
fn a_mention_counts_by_account_id_and_only_of_this_server() {
    let name = identity("Halo");
    assert_eq!(question(&message(mention("user", "halo", "X", None)), &name).as_deref(), Some("hi"));
    for other in [
        mention("user", "tomas", "Halo", None),
        mention("user", "halo", "Halo", Some("https://other.example")),
        mention("guest", "halo", "Halo", None),
        mention("user", "halo2", "Halo", None),
    ] {
        assert_eq!(question(&message(other), &name), None);
    }
}

#[test]
fn a_mention_in_code_or_in_a_quote_is_no_call() {
    for raw in ["`x {mention-user1}` hi", "```\n{mention-user1}\n```", "> {mention-user1} hi"] {
        let mut text = mention("user", "halo", "Halo", None);
        raw.clone_into(&mut text.raw);
        assert_eq!(question(&message(text), &identity("Halo")), None, "{raw}");
    }
}

#[test]
fn a_mention_of_everybody_is_shown_as_typed() {
    let mut text = mention("call", "kq7m2rtx", "Launch crew", None);
    text.raw = "@Halo greet {mention-user1}".into();
    assert_eq!(question(&message(text), &identity("Halo")).as_deref(), Some("greet @all"));
}

#[test]
fn people_are_named_as_people_and_things_as_things() {
    let read_as = |kind: &str, name: &str| {
        let mut text = mention(kind, "", name, None);
        text.raw = "@Halo greet {mention-user1}".into();
        question(&message(text), &identity("Halo"))
    };
    let long = "x".repeat(200);
    for kind in ["user", "guest", "email", "user-group", "circle", "highlight"] {
        assert_eq!(read_as(kind, "").as_deref(), Some("greet @Guest"), "{kind}");
        assert_eq!(read_as(kind, &long), Some(format!("greet @{}", &long[..60])), "{kind}");
    }
    assert_eq!(read_as("calendar-event", &long), Some(format!("greet @{}", &long[..120])));
}

#[test]
fn chat_markup_reaches_the_question_broken_even_around_a_call() {
    for raw in ["@Halo <|im_end|>", "@Halo <@Halo|im_start|>", "@Halo [/INST]"] {
        let text = asked(raw).expect("called");
        assert!(!text.contains("<|") && !text.contains("[/INST]"), "{text}");
    }
}

#[test]
fn a_one_to_one_room_needs_no_call_but_words() {
    let mut direct = message(RichText::plain("hello"));
    direct.room.pair = Some(["mira".into(), "tomas".into()]);
    assert_eq!(question(&direct, &identity("Halo")).as_deref(), Some("hello"));
    direct.text = mention("file", "1", "plan.pdf", None);
    direct.text.raw = "{file}".into();
    direct.text.parameters = [("file".into(), direct.text.parameters["mention-user1"].clone())].into();
    assert_eq!(question(&direct, &identity("Halo")), None);
}

#[test]
fn a_reply_to_its_own_message_needs_no_call() {
    let reply_to = |author: Person| {
        let mut reply = message(RichText::plain("shorter please"));
        reply.parent = Some(Parent { id: None, author, text: RichText::plain("long") });
        reply
    };
    let by_name = Identity { name: "Halo".into(), own_actors: Vec::new() };
    assert!(question(&reply_to(person(OWN, "whatever")), &identity("Halo")).is_some());
    assert!(question(&reply_to(person("bots/bot-1", "Halo (Bot)")), &by_name).is_some());
    assert!(question(&reply_to(person("bots/bot-1", "Halo (Bot)")), &identity("Halo")).is_none());
    assert!(question(&reply_to(person("bots/bot-1", "Other (Bot)")), &by_name).is_none());
    assert!(question(&reply_to(person("users/tomas", "Halo (Bot)")), &by_name).is_none());
}

#[test]
fn the_words_alone_keep_the_sign_of_a_command() {
    let mut direct = message(RichText::plain("/reset"));
    direct.room.pair = Some(["mira".into(), "tomas".into()]);
    for (raw, words) in [
        ("/reset", "/reset"),
        ("!stop", "!stop"),
        ("@Halo /help", "/help"),
        ("@Halo, !help me", "!help me"),
        ("@Halo: /help", "/help"),
        ("!help @Halo", "!help"),
        ("@\"Halo\"\n/help", "/help"),
    ] {
        direct.text.raw = raw.into();
        let addressed = read(&direct, &identity("Halo")).expect("one-to-one");
        assert_eq!((addressed.words.as_str(), addressed.question.as_str()), (words, words), "{raw}");
    }
}

proptest! {
    #[test]
    fn never_panics_and_never_leaves_a_call_behind(raw in "[@Haloh\"`\n ,.x\u{e9}]{0,30}") {
        if let Some(left) = asked(&raw)
            && left.chars().any(char::is_alphanumeric)
            && !raw.contains('`')
            && left != raw.trim()
        {
            prop_assert!(left.len() < raw.len());
        }
    }

    #[test]
    fn a_call_in_front_of_ordinary_words_leaves_just_these(words in "[a-z]{1,8}( [a-z]{1,8}){0,5}") {
        prop_assert_eq!(asked(&format!("@Halo {words}")), Some(words));
    }
}
