//! From what a server says to what it means for the question. Decisions hang on the status and the error's type
//! first; words are looked at where servers use one status for different things.

use std::time::Duration;

use reqwest::Response;

use super::server_error::ServerError;
use super::settings::LimitField;
use super::wire::Dialect;
use crate::adapters::http_client::{read_body, redirect_origin, retry_after};
use crate::ports::model::ModelError;

/// No error is longer; the rest is not read.
const MAX_BODY: usize = 64 * 1024;

/// No server is believed to need a longer pause.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

const TOO_LONG: [&str; 3] =
    ["exceed_context_size", "context_length_exceeded", "exceeds the available context size"];
/// Said of a request, these mean the same; said of a running answer they do not.
const TOO_LONG_REQUEST: [&str; 4] =
    ["context length", "context size", "context window", "context the overflows"];
const TEMPLATE: [&str; 4] = ["jinja", "chat template", "roles must alternate", "parser for this template"];
const NO_MODEL_YET: [&str; 4] = ["loading model", "is loading", "no models loaded", "model is not loaded"];
const NO_SUCH_MODEL: [&str; 4] = ["not found", "not_found", "does not exist", "is missing"];
/// Said with status 500, but of what the client sent.
const CLIENTS_FAULT: [&str; 3] = ["is not supported", "failed to parse messages", "missing 'role'"];

/// An answer with a status other than success.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    pause: Option<Duration>,
    redirect: Option<String>,
    body: Vec<u8>,
}

impl Refusal {
    pub(super) async fn read(response: Response) -> Self {
        let status = response.status();
        Self {
            status: status.as_u16(),
            pause: retry_after(response.headers()),
            redirect: status.is_redirection().then(|| redirect_origin(&response)),
            body: read_body(response, MAX_BODY).await,
        }
    }

    /// How else this server wants to be asked, if that is what it says.
    pub(super) fn corrects(&self, dialect: Dialect) -> Option<Dialect> {
        let body = String::from_utf8_lossy(&self.body);
        if !matches!(self.status, 400 | 422) {
            return None;
        }
        if dialect.usage && body.contains("stream_options") {
            return Some(Dialect { usage: false, ..dialect });
        }
        let renamed = body.contains("max_completion_tokens") && body.to_lowercase().contains("unsupported");
        (renamed && dialect.limit == LimitField::MaxTokens)
            .then_some(Dialect { limit: LimitField::MaxCompletionTokens, ..dialect })
    }

    pub(super) fn into_error(self) -> ModelError {
        match self.redirect {
            Some(target) => ModelError::Refused(format!(
                "HTTP {}: it redirects to {target}; set MODEL_BASE_URL to the final address",
                self.status
            )),
            None => model_error(self.status, &ServerError::in_body(&self.body), self.pause),
        }
    }
}

/// What an error means. `status` is the answer's or, inside an answer that began well, the error's own.
pub(super) fn model_error(status: u16, error: &ServerError, pause: Option<Duration>) -> ModelError {
    let words = || in_words(status, error);
    let is_request = matches!(status, 400 | 404 | 422);
    match status {
        413 => too_long(error),
        400..=599 if error.says(&TOO_LONG) || (is_request && error.says(&TOO_LONG_REQUEST)) => {
            too_long(error)
        }
        401 => ModelError::Unauthorized,
        403 if !error.says(&["feature_disabled"]) => ModelError::Unauthorized,
        429 if error.says(&["insufficient_quota"]) => ModelError::Refused(words()),
        429 => ModelError::Busy { after: pause.map(|pause| pause.min(LONGEST_PAUSE)) },
        _ if error.says(&TEMPLATE) => {
            ModelError::Refused(format!("the chat template refuses the messages: {}", words()))
        }
        400 | 404 | 503 if error.says(&NO_MODEL_YET) => ModelError::Loading,
        400 | 404 if error.says(&["model"]) && error.says(&NO_SUCH_MODEL) => {
            ModelError::Refused(format!("no such model, check MODEL_NAME: {}", words()))
        }
        404 | 405 => no_api(&words()),
        _ if error.says(&["unexpected endpoint"]) => no_api(&words()),
        500 if error.says(&CLIENTS_FAULT) => ModelError::Refused(words()),
        502 => ModelError::Unreachable("a proxy has no connection to the model server (HTTP 502)".into()),
        503 if pause.is_some() || error.says(&["unavailable"]) => {
            ModelError::Busy { after: pause.map(|pause| pause.min(LONGEST_PAUSE)) }
        }
        503 => ModelError::Unreachable("a proxy has no model server at hand (HTTP 503)".into()),
        504 => {
            ModelError::Failed("a proxy gave up waiting (HTTP 504); give it a longer time limit".to_owned())
        }
        408 | 500 | 505.. => ModelError::Failed(words()),
        _ => ModelError::Refused(words()),
    }
}

/// The address is that of something else.
pub(super) fn no_api(what: &str) -> ModelError {
    ModelError::Refused(format!("no chat-completions API there, check MODEL_BASE_URL: {what}"))
}

fn too_long(error: &ServerError) -> ModelError {
    ModelError::PromptTooLong { prompt_tokens: error.prompt_tokens(), context_tokens: error.context_tokens() }
}

fn in_words(status: u16, error: &ServerError) -> String {
    let brief = error.brief();
    if brief.is_empty() { format!("HTTP {status}") } else { format!("{brief} (HTTP {status})") }
}

#[cfg(test)]
mod tests;
