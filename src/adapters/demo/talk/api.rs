//! The bot's side: Talk's signed API with its real status codes, limits and lock-out, and the two addresses by which
//! a Nextcloud shows that it is up.

use std::time::Duration;

use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::release::Release;
use super::room::MessageKind;
use super::{Draft, MAX_MESSAGE, TalkFault, TalkServer, trimmed};
use crate::adapters::demo::exchange::{Answer, Call};
use crate::domain::time::Timestamp;

/// Where the bot API begins.
const BOT_API: &str = "/ocs/v2.php/apps/spreed/api/v1/bot/";

/// The longest that Nextcloud can make a caller wait, and a little more.
const SLOW: Duration = Duration::from_secs(27);

/// The shortest random, in bytes.
const MIN_RANDOM: usize = 32;

/// What a call comes to: a status, and data where it is well.
pub(super) type Done = Result<(StatusCode, Value), StatusCode>;

impl TalkServer {
    /// Answers a call to the server. A call of the bot is looked at when it arrives and answered after its delay.
    pub fn answer(&mut self, call: &Call<'_>, now: Timestamp) -> Answer {
        let bot_path = call.path.split_once(BOT_API).map(|(_, rest)| rest);
        if self.fault == TalkFault::BadGateway {
            self.note_post(bot_path.unwrap_or(""), StatusCode::BAD_GATEWAY);
            return Answer::of_proxy(StatusCode::BAD_GATEWAY);
        }
        if let Some(path) = bot_path {
            return self.bot_call(path, call, now);
        }
        if call.path.ends_with("/status.php") {
            return Answer::json(StatusCode::OK, &status_page(self.release()));
        }
        if call.path.ends_with("/ocs/v2.php/cloud/capabilities") {
            return ocs(StatusCode::OK, &capabilities(self.release()));
        }
        no_such_route()
    }

    fn bot_call(&mut self, path: &str, call: &Call<'_>, now: Timestamp) -> Answer {
        if call.header("OCS-APIRequest") != "true" {
            return ocs(StatusCode::PRECONDITION_FAILED, &json!([]));
        }
        let parts: Vec<&str> = path.split('/').collect();
        let before = self.throttle.delay(now);
        let done = match self.fault {
            TalkFault::ServerError => Err(StatusCode::INTERNAL_SERVER_ERROR),
            TalkFault::LockedOut => Err(StatusCode::TOO_MANY_REQUESTS),
            _ if self.throttle.is_closed(now) => Err(StatusCode::TOO_MANY_REQUESTS),
            _ => self.route(&parts, call, now),
        };
        if done == Err(StatusCode::UNAUTHORIZED) {
            self.throttle.record(now);
        }
        let (status, data) = done.unwrap_or_else(|status| (status, json!([])));
        self.note_post(path, status);
        let slow = if self.fault == TalkFault::Slow { SLOW } else { Duration::ZERO };
        // A refused caller waits again, by what the refusal made of it.
        let after =
            if status == StatusCode::UNAUTHORIZED { self.throttle.delay(now) } else { Duration::ZERO };
        let answer = match (self.fault, status) {
            (TalkFault::GatewayTimeout, StatusCode::CREATED) => Answer::of_proxy(StatusCode::GATEWAY_TIMEOUT),
            _ => ocs(status, &data),
        };
        answer.after(before + after + slow)
    }

    /// Remembers how the newest post into a room ended. After a refusal of who sends, a reaction's too, none follows
    /// for a while.
    fn note_post(&mut self, path: &str, status: StatusCode) {
        let (token, what) = path.split_once('/').unwrap_or_default();
        if what != "message" && !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS) {
            return;
        }
        if let Some(room) = self.room_mut(token) {
            room.last_post = Some(status.as_u16());
        }
    }

    fn route(&mut self, parts: &[&str], call: &Call<'_>, now: Timestamp) -> Done {
        match (call.method, parts) {
            (&Method::POST, [token, "message"]) => self.post(token, call, now),
            (&Method::POST, [token, "reaction", id]) => self.bot_reacts(token, id, call),
            (&Method::DELETE, [token, "reaction", id]) => self.bot_unreacts(token, id, call, now),
            (&Method::POST, ["ask-features"]) => self.features(call),
            (_, [_, "message"] | [_, "reaction", _] | ["ask-features"]) => {
                Err(StatusCode::METHOD_NOT_ALLOWED)
            }
            _ => Err(StatusCode::NOT_FOUND),
        }
    }

    fn post(&mut self, token: &str, call: &Call<'_>, now: Timestamp) -> Done {
        let body = json_body(call)?;
        let text = body["message"].as_str().ok_or(StatusCode::BAD_REQUEST)?;
        if trimmed(text).is_empty() {
            return Err(StatusCode::BAD_REQUEST);
        }
        self.authorize(token, call, text)?;
        let number = |key: &str| body[key].as_i64().filter(|id| *id != 0);
        // A reply stands in the thread of its parent, and old servers know nothing of the field.
        let heeded = number("replyTo").is_none() && self.release().tells_threads();
        let (reply_to, thread) = (number("replyTo"), number("threadId").filter(|_| heeded));
        let room = self.room(token).ok_or(StatusCode::NOT_FOUND)?;
        let no_parent = reply_to.is_some_and(|id| room.message(id).is_none());
        if no_parent || thread.is_some_and(|id| !room.has_thread(id)) {
            return Err(StatusCode::BAD_REQUEST);
        }
        // Signed with its margins, stored without.
        let text = trimmed(text);
        if text.chars().count() > MAX_MESSAGE {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let draft = Draft::new(MessageKind::Bot, self.bot.clone(), text, now);
        let draft = Draft { reply_to, thread, ..draft };
        self.store(token, draft).ok_or(StatusCode::NOT_FOUND)?;
        Ok((StatusCode::CREATED, Value::Null))
    }

    fn features(&self, call: &Call<'_>) -> Done {
        let body = json_body(call)?;
        let token = body["token"].as_str().ok_or(StatusCode::BAD_REQUEST)?;
        self.authorize(token, call, token)?;
        Ok((StatusCode::OK, json!({"features": 11})))
    }

    /// The headers, the signature over `value`, and that the bot is enabled in the room.
    pub(super) fn authorize(&self, token: &str, call: &Call<'_>, value: &str) -> Result<(), StatusCode> {
        let random = call.header("X-Nextcloud-Talk-Bot-Random");
        let signature = call.header("X-Nextcloud-Talk-Bot-Signature");
        if random.len() < MIN_RANDOM || signature.is_empty() {
            return Err(StatusCode::BAD_REQUEST);
        }
        let enabled = self.room(token).is_some_and(|room| room.bot_enabled);
        let good = self.secret.verify(random, value.as_bytes(), signature);
        if enabled && good && self.fault != TalkFault::Unauthorized {
            Ok(())
        } else {
            Err(StatusCode::UNAUTHORIZED)
        }
    }

    /// The message of that number in that room; `elsewhere` when it stands in another.
    pub(super) fn locate(&self, token: &str, id: &str, elsewhere: StatusCode) -> Result<i64, StatusCode> {
        let id: i64 = id.parse().map_err(|_| StatusCode::NOT_FOUND)?;
        let mut homes = self.rooms.iter().filter(|room| room.message(id).is_some());
        match homes.next() {
            Some(room) if room.token == token => Ok(id),
            Some(_) => Err(elsewhere),
            None => Err(StatusCode::NOT_FOUND),
        }
    }
}

pub(super) fn json_body(call: &Call<'_>) -> Result<Value, StatusCode> {
    if !call.header("Content-Type").starts_with("application/json") {
        return Err(StatusCode::BAD_REQUEST);
    }
    serde_json::from_slice(call.body).map_err(|_| StatusCode::BAD_REQUEST)
}

fn ocs(status: StatusCode, data: &Value) -> Answer {
    let word = if status.is_success() { "ok" } else { "failure" };
    let message = match status {
        StatusCode::TOO_MANY_REQUESTS => "Reached maximum delay",
        status => status.canonical_reason().unwrap_or(""),
    };
    let meta = json!({"status": word, "statuscode": status.as_u16(), "message": message});
    Answer::json(status, &json!({"ocs": {"meta": meta, "data": data}}))
}

/// OCS has a code of its own for a route that no app knows.
fn no_such_route() -> Answer {
    let meta = json!({"status": "failure", "statuscode": 998, "message": "Invalid query"});
    Answer::json(StatusCode::NOT_FOUND, &json!({"ocs": {"meta": meta, "data": []}}))
}

fn status_page(release: Release) -> Value {
    let version = release.nextcloud();
    json!({
        "installed": true, "maintenance": false, "needsDbUpgrade": false, "version": format!("{version}.1"),
        "versionstring": version, "edition": "", "productname": "Nextcloud", "extendedSupport": false,
    })
}

fn capabilities(release: Release) -> Value {
    let [major, minor, micro] = release.nextcloud_parts();
    let string = release.nextcloud();
    json!({
        "version": {"major": major, "minor": minor, "micro": micro, "string": string, "edition": ""},
        "capabilities": {"spreed": {"features": ["bots-v1"], "version": release.talk()}},
    })
}
