//! The judge itself: what is wrong with a request or an answer is found, and nothing else.

use super::exchange::{Exchange, exchanges_of};
use super::judge::Contract;

const CHAT: &str = "/v1/chat/completions";
const POST: &str = "/cloud/ocs/v2.php/apps/spreed/api/v1/bot/kq7m2rtx/message";

fn asked(method: &str, target: &str, headers: &str, body: &str) -> String {
    format!(
        "{method} {target} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

fn answered(status: &str, media_type: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn found(asked: &str, answered: &str) -> String {
    let exchanges: Vec<Exchange> = exchanges_of(asked.as_bytes(), answered.as_bytes());
    Contract::default().breaches(&exchanges[0]).join("; ")
}

fn chat(body: &str) -> String {
    asked("POST", CHAT, "", body)
}

const GOOD: &str =
    r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true,"max_tokens":1}"#;

fn signed(random: &str) -> String {
    let hex = "a".repeat(64);
    format!(
        "X-Nextcloud-Talk-Bot-Random: {random}\r\nX-Nextcloud-Talk-Bot-Signature: {hex}\r\nOCS-APIRequest: true\r\n"
    )
}

#[test]
fn what_is_documented_is_fine() {
    assert_eq!(found(&chat(GOOD), ""), "");
    assert_eq!(found(&asked("GET", "/props?model=m&autoload=false", "", ""), ""), "");
    let post = asked("POST", POST, &signed(&"0".repeat(64)), r#"{"message":"hi","replyTo":7}"#);
    assert_eq!(
        found(&post, &answered("201", "application/json", r#"{"ocs":{"meta":{"statuscode":201}}}"#)),
        ""
    );
}

#[test]
fn a_bad_request_is_found() {
    for (request, fault) in [
        (chat(r#"{"model":"m","messages":[],"stream":true,"top_k":1}"#), "top_k"),
        (
            chat(r#"{"model":"m","messages":[{"role":"user","content":1}],"stream":true}"#),
            "/messages/0/content",
        ),
        (chat("{"), "no JSON"),
        (asked("PUT", CHAT, "", GOOD), "is not documented"),
        (asked("POST", "/v1/embeddings", "", GOOD), "is not documented"),
        (asked("GET", "/props?model=m&x=1", "", ""), "the query has x"),
        (asked("GET", "/health", "", "{}"), "a body that is not documented"),
        (asked("POST", POST, &signed("short"), r#"{"message":"hi"}"#), "\"short\""),
        (asked("POST", POST, "OCS-APIRequest: true\r\n", r#"{"message":"hi"}"#), "Random is missing"),
    ] {
        let found = found(&request, "");
        assert!(found.contains(fault), "{fault}: {found}");
    }
}

#[test]
fn a_bad_answer_is_found() {
    let good = r#"data: {"choices":[{"index":0,"delta":{"content":"hi"}}]}"#;
    for (answer, fault) in [
        (
            answered("200", "text/event-stream", &format!("{good}\n\ndata: {{\"choice\":[]}}\n\n")),
            "not valid",
        ),
        (
            answered("200", "text/event-stream", "data: {\"choices\":[{\"delta\":{\"content\":1}}]}\n\n"),
            "not valid",
        ),
        (answered("200", "text/event-stream", "event x\n\n"), "no field"),
        (answered("200", "text/html", "<html>"), "as `text/html` is not documented"),
        (answered("200", "application/json", "{"), "no JSON"),
        (answered("200", "application/json", ""), "no JSON"),
        (answered("299", "application/json", "{}"), "299 is not documented"),
        (answered("400", "application/json", "[]"), "is not of type"),
    ] {
        let found = found(&chat(GOOD), &answer);
        assert!(found.contains(fault), "{fault}: {found}");
    }
    let cut = answered("200", "text/event-stream", &format!("{good}\n\ndata: {{\"cho"));
    assert_eq!(found(&chat(GOOD), &cut), "");
}

#[test]
fn an_answer_that_is_named_as_outside_passes() {
    let answer = "HTTP/1.1 200 X\r\nX-Outside-The-Contract: a login page\r\nContent-Length: 1\r\n\r\n<";
    assert_eq!(found(&chat(GOOD), answer), "");
}
