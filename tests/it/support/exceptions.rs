//! What a stand-in does otherwise than by its rules, and every call it was given, refused ones too.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::adapters::demo::ScriptedModel;
use nextcloud_opencode_bot::adapters::demo::exchange::Call;
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::clock::Clock;
use serde_json::{Value, json};
use wiremock::matchers::{method, path_regex};
use wiremock::{Mock, MockBuilder, Request, Respond, ResponseTemplate};

use super::model::FakeModel;
use super::talk::FakeTalk;
use super::{response, trapped};

const CHAT: &str = "/chat/completions$";

/// Before the stand-ins' own rules.
const FIRST: u8 = 1;

fn chat() -> MockBuilder {
    Mock::given(method("POST")).and(path_regex(CHAT))
}

fn post_to(room: &str) -> MockBuilder {
    Mock::given(method("POST")).and(path_regex(format!("/bot/{room}/message$")))
}

impl FakeModel {
    /// The next `times` chats are answered so.
    pub(crate) async fn instead(&self, answer: impl Respond + 'static, times: u64) {
        chat().respond_with(answer).up_to_n_times(times).with_priority(FIRST).mount(self.mock()).await;
    }

    /// Every chat takes so long from now on.
    pub(crate) async fn slow_down(&self, time: Duration) -> Arc<Calls> {
        let calls = Arc::new(Calls { time, begins: Mutex::default() });
        let slow = Slow { script: Arc::clone(&self.script), calls: Arc::clone(&calls) };
        chat().respond_with(slow).with_priority(FIRST).mount(self.mock()).await;
        calls
    }

    /// From now on it says how many turns it was shown, and repeats the question.
    pub(crate) async fn repeat(&self) {
        let trap = Arc::clone(&self.trap);
        let repeats = move |chat: &Request| trapped(&trap, || saying(&repeated(chat)));
        chat().respond_with(repeats).with_priority(FIRST + 1).mount(self.mock()).await;
    }

    /// Every chat request, oldest first.
    pub(crate) async fn chats(&self) -> Vec<Request> {
        let mut requests = self.mock().received_requests().await.expect("they are recorded");
        requests.retain(|request| request.url.path().ends_with("/chat/completions"));
        requests
    }
}

impl FakeTalk {
    /// The next `times` posts to a room are answered so.
    pub(crate) async fn instead(&self, room: &str, answer: impl Respond + 'static, times: u64) {
        self.instead_where(room, |_| true, answer, times).await;
    }

    /// Of the posts to a room with such a text, the next `times` are answered so.
    pub(crate) async fn instead_where(
        &self,
        room: &str,
        such: impl Fn(&str) -> bool + Send + Sync + 'static,
        answer: impl Respond + 'static,
        times: u64,
    ) {
        let such = move |post: &Request| such(&message(post));
        let answers = post_to(room).and(such).respond_with(answer);
        answers.up_to_n_times(times).with_priority(FIRST).mount(self.mock()).await;
    }

    /// The next `times` reactions in a room, put on or taken off, are answered so.
    pub(crate) async fn instead_of_reactions(&self, room: &str, answer: impl Respond + 'static, times: u64) {
        let reactions = Mock::given(path_regex(format!("/bot/{room}/reaction/"))).respond_with(answer);
        reactions.up_to_n_times(times).with_priority(FIRST).mount(self.mock()).await;
    }

    /// The next `times` posts to a room arrive and are not answered: the connection is closed.
    pub(crate) async fn hang_up(&self, room: &str, times: u64) {
        let close = post_to(room).respond_with_err(|_: &Request| std::io::Error::other("closed"));
        close.up_to_n_times(times).with_priority(FIRST).mount(self.mock()).await;
    }

    /// Every signed call, taken or not, oldest first: posts and reactions.
    pub(crate) async fn signed_calls(&self) -> Vec<Request> {
        let mut requests = self.mock().received_requests().await.expect("they are recorded");
        requests.retain(|request| request.url.path().contains("/bot/"));
        requests
    }

    /// How many signed calls there were to a room, taken or not.
    pub(crate) async fn calls_to(&self, room: &str) -> usize {
        let calls = self.signed_calls().await;
        calls.iter().filter(|call| call.url.path().contains(&format!("/bot/{room}/"))).count()
    }

    /// Every post to a room, taken or not, oldest first.
    pub(crate) async fn tries(&self, room: &str) -> Vec<Request> {
        let mut requests = self.mock().received_requests().await.expect("they are recorded");
        requests.retain(|request| request.url.path().ends_with(&format!("/bot/{room}/message")));
        requests
    }
}

/// The text of a post.
pub(crate) fn message(post: &Request) -> String {
    let body: Value = post.body_json().expect("JSON");
    body["message"].as_str().expect("a text").to_owned()
}

fn repeated(chat: &Request) -> String {
    let body: Value = chat.body_json().expect("JSON");
    let messages = body["messages"].as_array().expect("messages");
    let question = messages.last().and_then(|newest| newest["content"].as_str()).expect("a question");
    format!("[{} turns] {question}", (messages.len() - 2) / 2)
}

/// What a model streams that says this at once.
pub(crate) fn saying(text: &str) -> ResponseTemplate {
    thinking("", text)
}

/// The same after a thought.
pub(crate) fn thinking(thought: &str, text: &str) -> ResponseTemplate {
    let event = |delta: Value, finish: Option<&str>| json!({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]});
    let thought = event(json!({"role": "assistant", "reasoning_content": thought}), None);
    let words = event(json!({"content": text}), None);
    let end = event(json!({}), Some("stop"));
    let events = format!("data: {thought}\n\ndata: {words}\n\ndata: {end}\n\ndata: [DONE]\n\n");
    ResponseTemplate::new(200).set_body_raw(events, "text/event-stream")
}

/// The chats of a slow model.
pub(crate) struct Calls {
    time: Duration,
    begins: Mutex<Vec<Timestamp>>,
}

impl Calls {
    /// Most chats that ran together. Each runs at least as long as the model takes.
    pub(crate) fn most_at_once(&self) -> usize {
        let begins = self.begins.lock().unwrap_or_else(PoisonError::into_inner);
        let runs = |begin: &Timestamp, at: &Timestamp| (*begin..*begin + self.time).contains(at);
        let together = |at: &Timestamp| begins.iter().filter(|begin| runs(begin, at)).count();
        begins.iter().map(together).max().unwrap_or(0)
    }
}

struct Slow {
    script: Arc<ScriptedModel>,
    calls: Arc<Calls>,
}

impl Respond for Slow {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        self.calls.begins.lock().unwrap_or_else(PoisonError::into_inner).push(SystemClock.now());
        let call = Call {
            method: &request.method,
            path: request.url.path(),
            query: request.url.query().unwrap_or(""),
            headers: &request.headers,
            body: &request.body,
        };
        response(self.script.answer(&call)).set_delay(self.calls.time)
    }
}
