//! What people write, their names and the secrets are for the rooms and the model, never for the log; and what was
//! answered is forgotten.

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use nextcloud_opencode_bot::adapters::demo::model::ModelFault;
use nextcloud_opencode_bot::adapters::demo::talk::{Share, TalkFault, Thing, Webhook};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;
use wiremock::{Request, ResponseTemplate};

use crate::support::app::{ROOM_PAUSES, TestApp};
use crate::support::exceptions::{saying, thinking};
use crate::support::process::SECRET;
use crate::support::talk::{GROUP, GUEST, MIRA, ONE_TO_ONE, PUBLIC};
use crate::support::until;

thread_local! {
    /// What this thread has logged since somebody wanted to know: ours from the finest on, of libraries what the
    /// service writes too.
    static LOG: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Writes into this thread's log.
struct Lines;

impl io::Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.iter_mut().for_each(|log| log.extend_from_slice(line)));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Logs from here on. One subscriber serves all threads: of several, one can hide lines from another.
fn keep_log() {
    static SUBSCRIBER: Once = Once::new();
    SUBSCRIBER.call_once(|| {
        let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| Lines);
        let targets = Targets::new()
            .with_target("nextcloud_opencode_bot", LevelFilter::TRACE)
            .with_default(LevelFilter::WARN);
        tracing_subscriber::registry().with(targets).with(lines).init();
    });
    LOG.set(Some(Vec::new()));
}

fn kept_log() -> String {
    String::from_utf8(LOG.take().expect("it was kept")).expect("text")
}

const KEY: &str = "key-for-the-model";
const PROMPT: &str = "words-of-the-administrator";
const QUESTION: &str = "words-of-a-question";
const ANSWER: &str = "words-of-an-answer";
const THOUGHT: &str = "words-of-a-thought";
const FILE: &str = "words-of-a-file";
const HEADER: &str = "words-of-a-header";

/// None of these may be in a log.
const PRIVATE: [&str; 18] = [
    GROUP,
    ONE_TO_ONE,
    PUBLIC,
    QUESTION,
    ANSWER,
    THOUGHT,
    FILE,
    HEADER,
    PROMPT,
    KEY,
    SECRET,
    "Halloran",
    "Visitor",
    "users/mira",
    "guests/",
    "Launch crew",
    GUEST,
    "Bearer",
];

fn assert_private(text: &str, expected: &[&str]) {
    for line in expected {
        assert!(text.contains(line), "{line:?} is missing in {text}");
    }
    for word in PRIVATE {
        assert!(!text.contains(word), "{word:?} is in {text}");
    }
}

async fn start() -> TestApp {
    TestApp::with(&[("MODEL_API_KEY", KEY), ("SYSTEM_PROMPT", PROMPT), ("LOG_LEVEL", "trace")]).await
}

#[tokio::test]
async fn an_answered_question_leaves_nothing_of_it_in_the_log() {
    keep_log();
    let mut app = start().await;
    app.join(GROUP).await;
    app.model.instead(thinking(THOUGHT, ANSWER), 3).await;
    app.answer(GROUP, MIRA, &format!("@Halo {QUESTION}")).await;
    let file = Share::of(Thing::File).named(&format!("{FILE}.pdf")).captioned(&format!("@Halo {QUESTION}"));
    let (_, shared) = app.share(GROUP, MIRA, &file).await;
    assert_eq!(shared.verdict(), "200 queued");
    app.talk.wait_for_posts(GROUP, 2).await;
    app.answer(ONE_TO_ONE, MIRA, QUESTION).await;
    app.say(GROUP, MIRA, QUESTION).await;
    app.say(PUBLIC, GUEST, &format!("@Halo {QUESTION}")).await;
    let message = app.talk.server().room(GROUP).expect("a room").messages[0].id;
    app.react(GROUP, MIRA, message, "👍").await;
    app.clear(GROUP, MIRA).await;
    app.stop().await;
    assert_private(
        &kept_log(),
        &["listening", "webhook answered", "question settled", "question stored", "part posted"],
    );
}

#[tokio::test]
async fn refused_webhooks_leave_nothing_of_them_in_the_log() {
    keep_log();
    let mut app = start().await;
    let (_, webhook) = app.said(GROUP, MIRA, &format!("@Halo {QUESTION}"));
    let forged = webhook.body.replace("of-a", "of-no");
    let mut headers = app.headers(&webhook);
    headers.push(("x-forwarded-for", HEADER.to_owned()));
    headers.push(("cookie", HEADER.to_owned()));
    assert_eq!(app.post("/webhook", &headers, &forged).await.status, 401);
    assert_eq!(app.post("/webhook", &headers, &webhook.body).await.verdict(), "200 queued");
    app.talk.wait_for_posts(GROUP, 1).await;
    for body in [
        QUESTION.to_owned(),
        format!("{{\"type\": \"Create\", \"{QUESTION}\": {{}}}}"),
        webhook.body.replace("\"id\":", &format!("\"{QUESTION}\":")),
        webhook.body.replace("\"id\":\"kq7m2rtx\"", &format!("\"id\":\"{QUESTION}\"")),
    ] {
        assert_eq!(app.deliver(&Webhook { body }).await.verdict(), "400 malformed");
    }
    app.stop().await;
    assert_private(&kept_log(), &["a webhook was refused", "is no event that Talk is known to send"]);
}

/// A server that repeats all that it was sent.
fn echo(status: u16) -> impl Fn(&Request) -> ResponseTemplate {
    move |request| {
        let sent = String::from_utf8_lossy(&request.body).into_owned();
        let key = format!("{:?}", request.headers.get("authorization"));
        let error = serde_json::json!({"error": {"code": status, "message": format!("cannot take {sent} with {key}")}});
        ResponseTemplate::new(status).set_body_json(error)
    }
}

#[tokio::test]
async fn trouble_with_the_model_tells_nothing_of_the_question() {
    keep_log();
    let mut app = start().await;
    for (nth, status) in [400, 401, 500].into_iter().enumerate() {
        app.model.instead(echo(status), 1).await;
        app.ask(GROUP, MIRA, &format!("@Halo {QUESTION}")).await;
        app.talk.wait_for_posts(GROUP, nth + 1).await;
    }
    app.model.script.set_fault(ModelFault::Cut);
    app.ask(GROUP, MIRA, &format!("@Halo {QUESTION}")).await;
    until("cut", async || app.figure("model_calls_total{outcome=\"interrupted\"}").await.is_some()).await;
    app.model.script.set_fault(ModelFault::None);
    app.talk.wait_for_posts(GROUP, 4).await;
    app.stop().await;
    assert_private(&kept_log(), &["the question is given up", "it is asked again"]);
}

#[tokio::test]
async fn trouble_with_talk_tells_nothing_of_the_answer() {
    keep_log();
    let mut app = start().await;
    app.model.instead(saying(ANSWER), 3).await;
    for room in [GROUP, ONE_TO_ONE] {
        app.talk.instead(room, echo(400), 2).await;
        app.ask(room, MIRA, &format!("@Halo {QUESTION}")).await;
    }
    app.wait_for_figure("queue_dead_letters", 2).await;
    app.talk.instead(GROUP, echo(401), 1).await;
    app.ask(GROUP, MIRA, &format!("@Halo {QUESTION}")).await;
    app.wait_for_figure("queue_dead_letters", 3).await;
    app.talk.server().set_fault(TalkFault::Unauthorized);
    app.ask(ONE_TO_ONE, MIRA, QUESTION).await;
    app.wait_for_figure(ROOM_PAUSES, 2).await;
    app.stop_leaving(1).await;
    assert_private(&kept_log(), &["the question is given up", "refused the signature in one room"]);
}

#[tokio::test]
async fn an_answered_question_is_forgotten() {
    let mut app = TestApp::with(&[("CONTEXT_MESSAGES", "0"), ("SYSTEM_PROMPT", PROMPT)]).await;
    app.model.instead(saying(ANSWER), 1).await;
    app.answer(GROUP, MIRA, &format!("@Halo {QUESTION}")).await;
    app.stop().await;
    for text in [QUESTION, ANSWER, PROMPT, SECRET, "Halloran", "users/mira"] {
        assert!(!app.is_stored(text), "{text}");
    }
    assert!(app.is_stored(GROUP), "its identity stays");
}

#[tokio::test]
async fn what_the_context_needs_is_all_that_is_kept() {
    let mut app = TestApp::with(&[("CONTEXT_MESSAGES", "1")]).await;
    app.answer(GROUP, MIRA, &format!("@Halo {QUESTION}")).await;
    app.answer(GROUP, MIRA, "@Halo another").await;
    app.answer(GROUP, MIRA, "@Halo the-newest-question").await;
    app.stop().await;
    assert!(!app.is_stored(QUESTION) && app.is_stored("the-newest-question"));
}
