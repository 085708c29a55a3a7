//! Reads an answer, streamed or whole. Until its first words there is no other limit than the call's own: a server
//! may queue and process a prompt for minutes without a byte. Afterwards silence means that nobody writes any
//! more: llama-server sends a comment at least every 31 s, and a server that is stopped leaves the connection
//! open and silent.

use std::pin::{Pin, pin};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::ready;
use futures_util::stream::{Peekable, Stream, StreamExt};
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::events::{Event, Events};
use super::refusal::{model_error, no_api};
use super::server_error::ServerError;
use super::wire::Chunk;
use crate::adapters::clock::timer_now;
use crate::ports::model::{Completion, Finish, ModelError, Streamed, Usage};

/// Longest silence in the middle of an answer.
const SILENCE: Duration = Duration::from_mins(1);

/// After the end of the words, the token counts come at once or never.
const AFTER_FINISH: Duration = Duration::from_secs(2);

/// Longest answer, in bytes.
const MAX_TEXT: usize = 4 * 1024 * 1024;

/// Longest whole answer with all that is around its text.
const MAX_BODY: usize = 2 * MAX_TEXT;

/// Reads the body of a successful answer to a request that was sent at `began`. What it is shows in its first byte that is no white
/// space, whatever its content type says.
pub async fn read<E>(
    body: impl Stream<Item = Result<Bytes, E>>,
    began: Instant,
) -> Result<Completion, ModelError> {
    let is_blank =
        |piece: &Result<Bytes, E>| piece.as_ref().is_ok_and(|piece| piece.trim_ascii_start().is_empty());
    let mut body = pin!(body.skip_while(|piece| ready(is_blank(piece))).peekable());
    let first = match body.as_mut().peek_mut().await {
        Some(Ok(piece)) => {
            *piece = piece.slice_ref(piece.trim_ascii_start());
            piece.first().copied()
        }
        _ => None,
    };
    match first {
        Some(b'{') => whole(body).await,
        Some(b'<') => Err(no_api("a web page instead of an answer")),
        _ => streamed(body, began).await,
    }
}

async fn streamed<S, E>(mut body: Pin<&mut Peekable<S>>, began: Instant) -> Result<Completion, ModelError>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    let (mut events, mut answer) = (Events::default(), Answer::default());
    let mut words = None;
    loop {
        let piece = match answer.patience() {
            None => Ok(body.next().await),
            Some(patience) => timeout(patience, body.next()).await,
        };
        let ended = match piece {
            Ok(Some(Ok(piece))) => {
                events.push(&piece).map_err(|_| broken("a line without end"))?;
                false
            }
            Ok(None) => {
                events.close();
                true
            }
            _ if answer.finish.is_some() => true,
            Ok(Some(Err(_))) => return Err(broken("the connection was lost")),
            Err(_) => return Err(broken("silence for a minute")),
        };
        while !answer.is_whole()
            && let Some(event) = events.next()
        {
            let pieces = answer.pieces;
            answer.hear(&event)?;
            if answer.pieces > pieces {
                let now = timer_now();
                words = Some((words.map_or(now, |(first, _)| first), now));
            }
        }
        if ended || answer.is_whole() {
            let pieces = answer.pieces;
            let streamed =
                words.map(|(first, last)| Streamed { first: first - began, rest: last - first, pieces });
            return answer.complete().map(|completion| Completion { streamed, ..completion });
        }
    }
}

async fn whole<S, E>(mut body: Pin<&mut Peekable<S>>) -> Result<Completion, ModelError>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    let mut json = Vec::new();
    while let Some(piece) = body.next().await {
        json.extend_from_slice(&piece.map_err(|_| broken("the connection was lost"))?);
        if json.len() > MAX_BODY {
            return Err(endless());
        }
    }
    let json = String::from_utf8_lossy(&json);
    let value: Value = serde_json::from_str(&json).map_err(|_| broken("its JSON is not whole"))?;
    if let Some(error) = ServerError::in_answer(&value) {
        return Err(model_error(error.status(), &error, None));
    }
    let chunk = chunk(value)?;
    let mut answer = Answer::default();
    answer.take(&chunk)?;
    if chunk.choice().is_none() {
        return Err(ModelError::Failed("an answer without choices".to_owned()));
    }
    answer.finish.get_or_insert(Finish::Stop);
    answer.complete()
}

/// What was said so far.
#[derive(Debug, Default)]
struct Answer {
    text: String,
    reasoned: bool,
    /// How many pieces with words there were, of text or reasoning.
    pieces: usize,
    finish: Option<Finish>,
    usage: Option<Usage>,
    model: Option<String>,
    done: bool,
}

impl Answer {
    /// How long to wait for more.
    fn patience(&self) -> Option<Duration> {
        if self.finish.is_some() {
            return Some(AFTER_FINISH);
        }
        (self.reasoned || !self.text.is_empty()).then_some(SILENCE)
    }

    fn hear(&mut self, event: &Event) -> Result<(), ModelError> {
        let data = match event {
            Event::Data(data) => data.trim(),
            Event::Error(error) => return Err(in_stream(&ServerError::in_body(error.as_bytes()))),
        };
        if data == "[DONE]" {
            self.done = true;
        }
        if self.done || data.is_empty() {
            return Ok(());
        }
        let value: Value = serde_json::from_str(data).map_err(|_| broken("an event is not whole"))?;
        match ServerError::in_answer(&value) {
            Some(error) => Err(in_stream(&error)),
            None => self.take(&chunk(value)?),
        }
    }

    fn take(&mut self, chunk: &Chunk) -> Result<(), ModelError> {
        self.usage = chunk.usage().or(self.usage);
        if self.model.is_none() {
            self.model = chunk.model().map(str::to_owned);
        }
        let Some(choice) = chunk.choice() else { return Ok(()) };
        if let Some(message) = choice.message() {
            let (text, reasoned) = (message.text(), message.is_reasoned());
            self.pieces += usize::from(reasoned || !text.is_empty());
            self.text.push_str(&text);
            self.reasoned |= reasoned;
        }
        self.finish = choice.finish().or(self.finish);
        if self.text.len() > MAX_TEXT { Err(endless()) } else { Ok(()) }
    }

    fn is_whole(&self) -> bool {
        self.done || (self.finish.is_some() && self.usage.is_some())
    }

    /// Only a reason for the end tells that it is the end.
    fn complete(self) -> Result<Completion, ModelError> {
        let Self { text, reasoned, finish, usage, model, .. } = self;
        let finish = finish.ok_or_else(|| broken("it ended in the middle"))?;
        Ok(Completion { text, reasoned, finish, usage, streamed: None, model })
    }
}

fn chunk(value: Value) -> Result<Chunk, ModelError> {
    serde_json::from_value(value).map_err(|_| broken("an event is not that of a chat completion"))
}

/// A server that fails in the middle of an answer has not refused the question.
fn in_stream(error: &ServerError) -> ModelError {
    match model_error(error.status(), error, None) {
        ModelError::Failed(words) => ModelError::Interrupted(words),
        ModelError::Unreachable(cause) => ModelError::Interrupted(cause.to_string()),
        other => other,
    }
}

fn broken(how: &str) -> ModelError {
    ModelError::Interrupted(how.to_owned())
}

fn endless() -> ModelError {
    ModelError::Failed("the answer does not end".to_owned())
}

#[cfg(test)]
mod tests;
