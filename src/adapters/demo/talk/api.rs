//! The bot's side: Talk's signed API with its real status codes, limits and lock-out, and the two addresses by which
//! a Nextcloud shows that it is up.

use std::time::Duration;

use poem::http::{Method, StatusCode};
use serde_json::{Value, json};
use unicode_segmentation::UnicodeSegmentation;

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
type Done = Result<(StatusCode, Value), StatusCode>;

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
            return Answer::json(StatusCode::OK, &status_page());
        }
        if call.path.ends_with("/ocs/v2.php/cloud/capabilities") {
            return ocs(StatusCode::OK, &capabilities());
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

    /// Remembers how the newest post into a room ended.
    fn note_post(&mut self, path: &str, status: StatusCode) {
        let token = path.strip_suffix("/message").unwrap_or("");
        if let Some(room) = self.room_mut(token) {
            room.last_post = Some(status.as_u16());
        }
    }

    fn route(&mut self, parts: &[&str], call: &Call<'_>, now: Timestamp) -> Done {
        match (call.method, parts) {
            (&Method::POST, [token, "message"]) => self.post(token, call, now),
            (&Method::POST, [token, "reaction", id]) => self.bot_reacts(token, id, call),
            (&Method::DELETE, [token, "reaction", id]) => self.bot_unreacts(token, id, call),
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
        let reply_to = body["replyTo"].as_i64().filter(|id| *id != 0);
        let known = |id| self.room(token).is_some_and(|room| room.message(id).is_some());
        if reply_to.is_some_and(|id| !known(id)) {
            return Err(StatusCode::BAD_REQUEST);
        }
        // Signed with its margins, stored without.
        let text = trimmed(text);
        if text.chars().count() > MAX_MESSAGE {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let draft = Draft { kind: MessageKind::Bot, author: self.bot.clone(), text, reply_to, at: now };
        self.store(token, draft).ok_or(StatusCode::NOT_FOUND)?;
        Ok((StatusCode::CREATED, Value::Null))
    }

    fn bot_reacts(&mut self, token: &str, id: &str, call: &Call<'_>) -> Done {
        let emoji = reaction(call)?;
        self.authorize(token, call, &emoji)?;
        if !is_emoji(&emoji) {
            return Err(StatusCode::BAD_REQUEST);
        }
        let id = self.locate(token, id, StatusCode::BAD_REQUEST)?;
        let bot = self.bot.id.clone();
        let message = self.room_mut(token).and_then(|room| room.message_mut(id));
        let message = message.ok_or(StatusCode::NOT_FOUND)?;
        if matches!(message.kind, MessageKind::System(_)) {
            return Err(StatusCode::BAD_REQUEST);
        }
        let new = message.reactions.add(&emoji, &bot);
        Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, json!({})))
    }

    fn bot_unreacts(&mut self, token: &str, id: &str, call: &Call<'_>) -> Done {
        let emoji = reaction(call)?;
        self.authorize(token, call, &emoji)?;
        let id = self.locate(token, id, StatusCode::NOT_FOUND)?;
        let bot = self.bot.id.clone();
        let message = self.room_mut(token).and_then(|room| room.message_mut(id));
        let gone = message.is_some_and(|message| message.reactions.remove(&emoji, &bot));
        if gone { Ok((StatusCode::OK, json!({}))) } else { Err(StatusCode::NOT_FOUND) }
    }

    fn features(&self, call: &Call<'_>) -> Done {
        let body = json_body(call)?;
        let token = body["token"].as_str().ok_or(StatusCode::BAD_REQUEST)?;
        self.authorize(token, call, token)?;
        Ok((StatusCode::OK, json!({"features": 11})))
    }

    /// The headers, the signature over `value`, and that the bot is enabled in the room.
    fn authorize(&self, token: &str, call: &Call<'_>, value: &str) -> Result<(), StatusCode> {
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
    fn locate(&self, token: &str, id: &str, elsewhere: StatusCode) -> Result<i64, StatusCode> {
        let id: i64 = id.parse().map_err(|_| StatusCode::NOT_FOUND)?;
        let mut homes = self.rooms.iter().filter(|room| room.message(id).is_some());
        match homes.next() {
            Some(room) if room.token == token => Ok(id),
            Some(_) => Err(elsewhere),
            None => Err(StatusCode::NOT_FOUND),
        }
    }
}

fn json_body(call: &Call<'_>) -> Result<Value, StatusCode> {
    if !call.header("Content-Type").starts_with("application/json") {
        return Err(StatusCode::BAD_REQUEST);
    }
    serde_json::from_slice(call.body).map_err(|_| StatusCode::BAD_REQUEST)
}

/// From the query or the body: Nextcloud takes both.
fn reaction(call: &Call<'_>) -> Result<String, StatusCode> {
    let in_query = url::form_urlencoded::parse(call.query.as_bytes())
        .find(|(name, _)| name == "reaction")
        .map(|(_, value)| value.into_owned());
    match in_query {
        Some(emoji) => Ok(emoji),
        None => json_body(call)?["reaction"].as_str().map(str::to_owned).ok_or(StatusCode::BAD_REQUEST),
    }
}

/// One character as people count, and no letter or digit.
fn is_emoji(text: &str) -> bool {
    text.graphemes(true).count() == 1 && !text.is_ascii() && !text.chars().all(char::is_alphanumeric)
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

fn status_page() -> Value {
    json!({
        "installed": true, "maintenance": false, "needsDbUpgrade": false, "version": "32.0.9.1",
        "versionstring": "32.0.9", "edition": "", "productname": "Nextcloud", "extendedSupport": false,
    })
}

fn capabilities() -> Value {
    json!({
        "version": {"major": 32, "minor": 0, "micro": 9, "string": "32.0.9", "edition": ""},
        "capabilities": {"spreed": {"features": ["bots-v1"], "version": "22.0.12"}},
    })
}
