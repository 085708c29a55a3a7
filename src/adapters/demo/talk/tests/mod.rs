use std::time::Duration;

use poem::http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use super::*;
use crate::adapters::demo::exchange::{Answer, Call, Content};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../../../tests/fixtures/talk/", $name, ".json"))
    };
}

mod api;
mod deeds;
mod progress;
mod reactions;
mod threads;

const GROUP: &str = "kq7m2rtx";
const DIRECT: &str = "d8wq3zzk";
const MIRA: &str = "users/mira";
const RANDOM: &str = "0123456789abcdef0123456789abcdef";
const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn secret() -> BotSecret {
    BotSecret::new("contract-test-secret-0123456789-abcdefghijklmnop").expect("length")
}

fn talk() -> TalkServer {
    let url = Url::parse("https://assistant.example.net/hooks/talk/main").expect("URL");
    TalkServer::new("Assistant", secret(), &url, "https://cloud.example.com/", Delays::Real)
}

/// A signed call of the bot, and how it may be spoilt.
struct BotCall {
    method: Method,
    path: String,
    query: &'static str,
    headers: HeaderMap,
    body: Value,
}

impl BotCall {
    fn new(method: Method, path: &str, body: Value, signed: &str) -> Self {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("ocs-apirequest", "true"),
            ("content-type", "application/json"),
            ("x-nextcloud-talk-bot-random", RANDOM),
            ("x-nextcloud-talk-bot-signature", &secret().sign(RANDOM, signed.as_bytes())),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).expect("text"));
        }
        Self { method, path: format!("/ocs/v2.php/apps/spreed/api/v1/bot/{path}"), query: "", headers, body }
    }

    fn post(token: &str, text: &str) -> Self {
        Self::new(Method::POST, &format!("{token}/message"), json!({"message": text}), text)
    }

    fn reaction(method: Method, token: &str, id: i64, emoji: &str) -> Self {
        Self::new(method, &format!("{token}/reaction/{id}"), json!({"reaction": emoji}), emoji)
    }

    fn without(mut self, header: &str) -> Self {
        self.headers.remove(header);
        self
    }

    fn with(mut self, header: &'static str, value: &str) -> Self {
        self.headers.insert(header, HeaderValue::from_str(value).expect("text"));
        self
    }

    fn replying_to(mut self, id: i64) -> Self {
        self.body["replyTo"] = id.into();
        self
    }

    fn answer(&self, talk: &mut TalkServer, now: Timestamp) -> Answer {
        let body = self.body.to_string();
        let call = Call {
            method: &self.method,
            path: &self.path,
            query: self.query,
            headers: &self.headers,
            body: body.as_bytes(),
        };
        talk.answer(&call, now)
    }

    fn status(&self, talk: &mut TalkServer) -> u16 {
        self.answer(talk, NOW).status().as_u16()
    }
}

fn say(talk: &mut TalkServer, room: &str, text: &str, reply_to: Option<i64>) -> Said {
    talk.say(room, MIRA, text, reply_to, NOW).expect("said")
}

fn body(said: Said) -> String {
    said.webhook.expect("a webhook").body
}

/// The recorded body with the parts that hang on the example's people and numbers replaced.
fn recorded(file: &str, replaced: &[(&str, &str)]) -> String {
    replaced.iter().fold(file.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in {text}");
        text.replace(from, to)
    })
}

#[test]
fn a_message_is_told_byte_for_byte_as_by_nextcloud() {
    let mut talk = talk();
    let owner = ("talkParticipantType\":\"3", "talkParticipantType\":\"1");
    let plain = recorded(fixture!("create-plain"), &[("\"4102\"", "\"4101\""), owner]);
    assert_eq!(body(say(&mut talk, GROUP, " Is the build green today?\n", None)), plain);
    let slash = recorded(fixture!("create-leading-slash"), &[("\"4109\"", "\"4102\""), owner]);
    assert_eq!(body(say(&mut talk, GROUP, "//help me", None)), slash);
    let mention = recorded(fixture!("create-mention-user"), &[("\"4121\"", "\"4103\""), owner]);
    assert_eq!(body(say(&mut talk, GROUP, "@tomas can you check?", None)), mention);
    let all = [("\"4125\"", "\"4104\""), ("v=3f1c20aa", "v=1")];
    let all = recorded(fixture!("create-mention-all-group"), &all);
    assert_eq!(body(say(&mut talk, GROUP, "@all stand-up in 5", None)), all);
    let remote = recorded(fixture!("create-mention-federated-user"), &[("\"4130\"", "\"4105\"")]);
    let typed = "@\"federated_user/lena@cloud.partner.example\" over to you";
    assert_eq!(body(say(&mut talk, GROUP, typed, None)), remote);
    let direct = recorded(fixture!("create-one-to-one"), &[("\"4150\"", "\"4106\"")]);
    assert_eq!(body(say(&mut talk, DIRECT, "what is on my list?", None)), direct);
    let note = recorded(fixture!("create-note-to-self"), &[("\"4151\"", "\"4107\"")]);
    assert_eq!(body(say(&mut talk, "7fxkp2y6", "remind me about the invoice", None)), note);
}

#[test]
fn a_reply_carries_the_bots_message() {
    let mut talk = talk();
    let text = "Here are **three** options:\n1. …";
    assert_eq!(BotCall::post(GROUP, text).status(&mut talk), 201);
    let reply = [("\"4160\"", "\"4102\""), ("\"4155\"", "\"4101\""), ("Type\":\"3", "Type\":\"1")];
    let reply = recorded(fixture!("create-reply-to-bot"), &reply);
    assert_eq!(body(say(&mut talk, GROUP, "shorter please", Some(4101))), reply);
}

#[test]
fn membership_reactions_and_a_cleared_room_are_told_too() {
    let mut talk = talk();
    assert_eq!(talk.enable_bot(GROUP).expect("room").body, fixture!("join"));
    assert_eq!(talk.disable_bot(GROUP).expect("room").body, fixture!("leave"));
    talk.enable_bot(GROUP);
    say(&mut talk, GROUP, "Is the build green today?", None);
    let number = [("\"4102\"", "\"4101\"")];
    let like = talk.react(GROUP, "users/tomas", 4101, "👍").expect("reacted");
    assert_eq!(body(like), recorded(fixture!("like"), &number));
    let undo = talk.unreact(GROUP, "users/tomas", 4101, "👍", NOW).expect("taken back");
    assert_eq!(body(undo), recorded(fixture!("undo"), &number));
    let cleared = recorded(fixture!("activity-history-cleared"), &[("\"4223\"", "\"4103\"")]);
    assert_eq!(body(talk.clear(GROUP, MIRA, NOW).expect("cleared")), cleared);
}

#[test]
fn a_webhook_is_signed_over_random_and_body() {
    let webhook = say(&mut talk(), GROUP, "hi", None).webhook.expect("webhook");
    let headers = webhook.headers(&secret(), RANDOM, "https://cloud.example.com");
    let header = |wanted: &str| {
        headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str()).expect("header")
    };
    assert!(secret().verify(RANDOM, webhook.body.as_bytes(), header("X-Nextcloud-Talk-Signature")));
    assert_eq!(header("X-Nextcloud-Talk-Backend"), "https://cloud.example.com/");
}

#[test]
fn people_speak_only_where_they_are_and_only_words() {
    let mut talk = talk();
    let said = |talk: &mut TalkServer, room, who, text| {
        talk.say(room, who, text, None, NOW).map(|said| said.message)
    };
    assert_eq!(said(&mut talk, DIRECT, PEOPLE_LENA, "hi"), Err(NotSaid::NoSuchRoom));
    assert_eq!(said(&mut talk, "nowhere", MIRA, "hi"), Err(NotSaid::NoSuchRoom));
    let (long, longest) = ("👍".repeat(32_001), "👍".repeat(32_000));
    assert_eq!(said(&mut talk, GROUP, MIRA, " \n"), Err(NotSaid::BadLength));
    assert_eq!(said(&mut talk, GROUP, MIRA, &long), Err(NotSaid::BadLength));
    assert_eq!(talk.say(GROUP, MIRA, "hi", Some(1), NOW), Err(NotSaid::NoSuchMessage));
    assert_eq!(said(&mut talk, GROUP, MIRA, &longest), Ok(4101));
}

const PEOPLE_LENA: &str = "federated_users/lena@cloud.partner.example";

#[test]
fn without_the_bot_in_the_room_nothing_is_told() {
    let mut talk = talk();
    talk.disable_bot(GROUP);
    assert_eq!(say(&mut talk, GROUP, "hi", None).webhook, None);
    assert_eq!(BotCall::post(GROUP, "hi").status(&mut talk), 401);
}
