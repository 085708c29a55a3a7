use poem::Request;
use poem::http::{Method, StatusCode, Uri};
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::adapters::clock::SystemClock;
use crate::adapters::demo::Pace;

const MIRA: &str = "users/mira";
const DIRECT: &str = "d8wq3zzk";
const RANDOM: &str = "0123456789abcdef0123456789abcdef";

fn secret() -> BotSecret {
    BotSecret::new("s".repeat(40)).expect("length")
}

async fn bot(response: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(response).mount(&server).await;
    server
}

fn queued() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"status": "queued"}))
}

fn talk(bot: &str) -> Arc<DemoTalk> {
    let bot = DemoBot {
        name: "Halo".to_owned(),
        secret: secret(),
        webhook_url: Url::parse(bot).expect("URL"),
        backend: "http://127.0.0.1:1".to_owned(),
    };
    DemoTalk::new(bot, ModelSide::Scripted(ScriptedModel::new(Pace::INSTANT)), Arc::new(SystemClock))
}

async fn call(talk: &Arc<DemoTalk>, method: Method, path: &str, body: Option<Value>) -> (StatusCode, String) {
    let request = Request::builder().method(method).uri(Uri::try_from(path).expect("URI"));
    let request = match body {
        Some(body) => request.content_type("application/json").body(body.to_string()),
        None => request.finish(),
    };
    let response = talk.endpoint().get_response(request).await;
    (response.status(), response.into_body().into_string().await.expect("text"))
}

async fn view(talk: &Arc<DemoTalk>) -> Value {
    let (status, body) = call(talk, Method::GET, "/demo/view?room=d8wq3zzk", None).await;
    assert_eq!(status, StatusCode::OK);
    serde_json::from_str(&body).expect("JSON")
}

async fn act(talk: &Arc<DemoTalk>, action: Value) -> StatusCode {
    call(talk, Method::POST, "/demo/act", Some(action)).await.0
}

fn say(text: &str) -> Value {
    json!({"room": DIRECT, "author": MIRA, "do": "say", "text": text, "reply_to": null})
}

async fn bot_calls(talk: &Arc<DemoTalk>, path: &str, body: Value, signed: &str) -> StatusCode {
    let path = format!("/ocs/v2.php/apps/spreed/api/v1/bot/{DIRECT}/{path}");
    let request = Request::builder()
        .method(Method::POST)
        .uri(Uri::try_from(path).expect("URI"))
        .content_type("application/json")
        .header("OCS-APIRequest", "true")
        .header("X-Nextcloud-Talk-Bot-Random", RANDOM)
        .header("X-Nextcloud-Talk-Bot-Signature", secret().sign(RANDOM, signed.as_bytes()))
        .body(body.to_string());
    talk.endpoint().get_response(request).await.status()
}

async fn bot_posts(talk: &Arc<DemoTalk>, text: &str) -> StatusCode {
    bot_calls(talk, "message", json!({"message": text, "replyTo": 4101}), text).await
}

#[tokio::test]
async fn a_message_reaches_the_bot_signed_and_the_answer_is_shown_with_what_it_replies_to() {
    let bot = bot(queued()).await;
    let talk = talk(&bot.uri());
    assert_eq!(act(&talk, say("What is **new**?")).await, StatusCode::OK);
    let received = &bot.received_requests().await.expect("recorded")[0];
    let header = |name: &str| received.headers.get(name).expect(name).to_str().expect("text");
    assert_eq!(header("x-nextcloud-talk-random").len(), 64);
    assert!(secret().verify(
        header("x-nextcloud-talk-random"),
        &received.body,
        header("x-nextcloud-talk-signature")
    ));
    assert_eq!(header("x-nextcloud-talk-backend"), "http://127.0.0.1:1/");
    assert_eq!(bot_posts(&talk, "- nothing").await, StatusCode::CREATED);
    let view = view(&talk).await;
    let messages = &view["messages"];
    assert_eq!(messages[0]["html"], "<p>What is <strong>new</strong>?</p>");
    let line = messages[0]["webhook"]["line"].as_str().expect("a line");
    assert!(line.starts_with("webhook 200 in ") && line.ends_with(" ms · queued"), "{line}");
    assert_eq!(messages[1]["name"], "Halo");
    assert_eq!(messages[1]["reply"]["name"], "Mira Halloran");
    assert_eq!(messages[1]["reply"]["excerpt"], "What is **new**?");
    assert_eq!(view["rooms"][0]["state"]["word"], "answered");
}

#[tokio::test]
async fn a_bot_that_is_away_or_refuses_is_asked_once_and_the_page_says_so() {
    let away = talk("http://127.0.0.1:1/");
    assert_eq!(act(&away, say("hello?")).await, StatusCode::OK);
    assert_eq!(view(&away).await["rooms"][0]["state"]["word"], "failed");
    let refusing = bot(ResponseTemplate::new(503)).await;
    let talk = talk(&refusing.uri());
    act(&talk, say("hello?")).await;
    assert_eq!(refusing.received_requests().await.expect("recorded").len(), 1);
    assert_eq!(view(&talk).await["messages"][0]["webhook"]["ok"], false);
}

#[tokio::test]
async fn the_bot_is_told_every_room_it_is_in() {
    let bot = bot(ResponseTemplate::new(200)).await;
    talk(&bot.uri()).announce().await;
    let received = bot.received_requests().await.expect("recorded");
    let types = received.iter().map(|request| request.body_json::<Value>().expect("JSON")["type"].clone());
    assert_eq!(types.collect::<Vec<_>>(), ["Join"; 5]);
}

#[tokio::test]
async fn reactions_and_a_cleared_room_are_told_and_shown() {
    let bot = bot(queued()).await;
    let talk = talk(&bot.uri());
    act(&talk, say("hi")).await;
    let react =
        |what: &str| json!({"room": DIRECT, "author": MIRA, "do": what, "message": 4101, "emoji": "👍"});
    assert_eq!(act(&talk, react("react")).await, StatusCode::OK);
    assert_eq!(view(&talk).await["messages"][0]["reactions"], json!([["👍", [MIRA]]]));
    assert_eq!(act(&talk, react("unreact")).await, StatusCode::OK);
    assert_eq!(act(&talk, react("unreact")).await, StatusCode::BAD_REQUEST);
    act(&talk, json!({"room": DIRECT, "author": MIRA, "do": "clear"})).await;
    let messages = &view(&talk).await["messages"];
    assert_eq!(messages.as_array().expect("list").len(), 1);
    assert_eq!(messages[0]["html"], "<p>Mira Halloran cleared the history of the conversation</p>");
}

#[tokio::test]
async fn failures_are_switched_on_both_sides() {
    let bot = bot(queued()).await;
    let talk = talk(&bot.uri());
    let faults = json!({"talk": "server_error", "model": "cut"});
    call(&talk, Method::POST, "/demo/faults", Some(faults.clone())).await;
    assert_eq!(view(&talk).await["faults"], faults);
    act(&talk, say("hi")).await;
    assert_eq!(bot_posts(&talk, "no").await, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(view(&talk).await["rooms"][0]["state"]["word"], "refused");
}

#[tokio::test]
async fn only_the_page_itself_may_act() {
    let bot = bot(queued()).await;
    let talk = talk(&bot.uri());
    let request = Request::builder().method(Method::POST).uri(Uri::from_static("/demo/act"));
    let foreign = request.content_type("text/plain").body(say("hi").to_string());
    assert_eq!(talk.endpoint().get_response(foreign).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let page = Request::builder().uri(Uri::from_static("/")).finish();
    let page = talk.endpoint().get_response(page).await;
    let policy = page.header("content-security-policy").expect("a policy").to_owned();
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
    let html = page.into_body().into_string().await.expect("text");
    assert!(policy.starts_with("default-src 'none'; ") && html.contains(&format!("nonce=\"{nonce}\"")));
    assert!(!html.contains("{{"));
}

#[tokio::test]
async fn threads_and_shared_things_are_told_and_shown() {
    let bot = bot(queued()).await;
    let talk = talk(&bot.uri());
    let by_mira = |mut deed: Value| {
        deed["room"] = json!(DIRECT);
        deed["author"] = json!(MIRA);
        deed
    };
    act(&talk, by_mira(json!({"do": "open_thread", "title": "<Venue>", "text": "Where?"}))).await;
    act(&talk, by_mira(json!({"do": "say", "text": "There.", "reply_to": null, "thread": 4101}))).await;
    let file = json!({"do": "share", "thing": "file", "caption": "*read*", "reply_to": null, "thread": null});
    act(&talk, by_mira(file)).await;
    act(&talk, by_mira(json!({"do": "share", "thing": "poll", "reply_to": null, "thread": 4101}))).await;
    let view = view(&talk).await;
    assert_eq!(view["threads"], json!([{"id": 4101, "title": "<Venue>", "messages": 3}]));
    let messages = view["messages"].as_array().expect("list");
    let threads: Vec<&Value> = messages.iter().map(|message| &message["thread"]).collect();
    assert_eq!(threads, [&json!(4101), &Value::Null, &json!(4101), &Value::Null, &json!(4101)]);
    assert_eq!(messages[1]["html"], "<p>Mira Halloran created thread &lt;Venue&gt;</p>");
    assert_eq!(messages[3]["shared"], json!({"kind": "file", "name": "Q3 plan.pdf"}));
    assert_eq!(messages[3]["html"], "<p><em>read</em></p>");
    assert_eq!((&messages[4]["html"], &messages[4]["shared"]["kind"]), (&json!(""), &json!("poll")));
    assert_eq!(bot.received_requests().await.expect("recorded").len(), 5);
}

#[tokio::test]
async fn the_bots_own_reactions_are_told_to_it_before_its_call_is_answered() {
    let bot = bot(queued()).await;
    let talk = talk(&bot.uri());
    act(&talk, say("hi")).await;
    assert_eq!(bot_calls(&talk, "reaction/4101", json!({"reaction": "👀"}), "👀").await, StatusCode::CREATED);
    let told = bot.received_requests().await.expect("recorded");
    assert_eq!(told[1].body_json::<Value>().expect("JSON")["type"], "Like");
}

#[tokio::test]
async fn moderators_decide_about_the_bot() {
    let bot = bot(queued()).await;
    let talk = talk(&bot.uri());
    let deed = |room: &str, author: &str, what: &str| json!({"room": room, "author": author, "do": what});
    assert_eq!(act(&talk, deed("kq7m2rtx", "users/tomas", "disable_bot")).await, StatusCode::BAD_REQUEST);
    assert_eq!(act(&talk, deed(DIRECT, MIRA, "disable_bot")).await, StatusCode::OK);
    assert_eq!(act(&talk, deed(DIRECT, MIRA, "disable_bot")).await, StatusCode::BAD_REQUEST);
    assert_eq!(view(&talk).await["rooms"][0]["has_bot"], false);
    assert_eq!(act(&talk, deed(DIRECT, MIRA, "enable_bot")).await, StatusCode::OK);
    let told = bot.received_requests().await.expect("recorded");
    let types = told.iter().map(|request| request.body_json::<Value>().expect("JSON")["type"].clone());
    assert_eq!(types.collect::<Vec<_>>(), ["Leave", "Join"]);
}

#[tokio::test]
async fn talk_becomes_another_version() {
    let talk = talk("http://127.0.0.1:1/");
    let old = json!({"talk": "none", "release": "21.1.0"});
    call(&talk, Method::POST, "/demo/faults", Some(old)).await;
    let view = view(&talk).await;
    assert_eq!((&view["release"], &view["has_threads"]), (&json!("21.1.0"), &json!(false)));
}
