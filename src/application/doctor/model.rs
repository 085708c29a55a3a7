//! What a model server tells, and how it answered one short question: whether it is there, has the model, takes what
//! the bot sends, and hands its words on as they come.

use std::time::Duration;

use super::{Finding, Trouble, Validity, judge_validity};
use crate::ports::model::{Completion, Finish, Limits, ModelError, Streamed};
use crate::ports::with_causes;

const SETTING: &str = "MODEL_BASE_URL";

/// Tokens that the instructions and a question need beside the answer.
const QUESTION: u32 = 1024;

/// Names that are shown.
const SHOWN: usize = 10;

/// A shorter answer tells nothing about how it came.
const TELLING: Duration = Duration::from_millis(500);

/// Fewer tokens may come in one piece by themselves.
const TELLING_TOKENS: u64 = 8;

/// At least so many make a token where nobody counts them: more would make an answer look too short to tell.
const LETTERS: usize = 4;

/// No server writes one answer as fast: words that come faster were held back.
const FASTEST: f64 = 2000.0;

/// What was seen of one server.
#[derive(Debug)]
pub struct ModelFacts {
    /// Host and port.
    pub server: String,
    /// Whether a key is sent.
    pub has_key: bool,
    /// Why it would take no request.
    pub problem: Option<Problem>,
    /// How long its certificate is valid; absent without TLS.
    pub certificate: Option<Validity>,
    /// Whether it tells of its models as such a server does.
    pub is_api: bool,
    /// The name of the settings.
    pub wanted: String,
    /// Its models, each with all its names; absent where it does not list them.
    pub names: Option<Vec<Vec<String>>>,
    /// Whether it answers with its one model to any name.
    pub serves_any_name: bool,
    /// Of the settings, or else as it tells.
    pub context_tokens: Option<u32>,
    /// Of the settings, or else as it tells.
    pub slots: Option<u32>,
    /// Longest answer by the settings.
    pub max_tokens: u32,
    /// One short question; absent where it was not asked.
    pub trial: Option<Trial>,
}

/// Why something failed.
#[derive(Debug)]
pub struct Problem {
    /// What it means for a question.
    pub error: ModelError,
    /// Why there is no connection, where that is it.
    pub trouble: Option<Trouble>,
}

/// One question and its answer.
#[derive(Debug)]
pub struct Trial {
    /// The answer.
    pub result: Result<Completion, Problem>,
    /// Until its end.
    pub took: Duration,
}

/// Checks, with TLS, `certificate`, and `model`, `model-name`, `model-context`, `model-answer` and `model-stream` of one server.
#[must_use]
pub fn judge(facts: &ModelFacts) -> Vec<Finding> {
    let reach = reach(facts);
    if reach.mend.is_some() {
        let why = || format!("{}: it takes no questions now", facts.server);
        let rest = ["model-name", "model-context", "model-answer", "model-stream"];
        return std::iter::once(reach)
            .chain(rest.into_iter().map(|check| Finding::skipped(check, why())))
            .collect();
    }
    let certificate = facts.certificate.as_ref().map(|validity| judge_validity(&facts.server, validity));
    let rest = [reach, name(facts), context(facts), answer(facts), stream(facts)];
    certificate.into_iter().chain(rest).collect()
}

fn reach(facts: &ModelFacts) -> Finding {
    const CHECK: &str = "model";
    match &facts.problem {
        Some(problem) => fault(CHECK, facts, problem),
        None if !facts.is_api => Finding::fault(
            CHECK,
            format!("{}: something answers, but it is no chat-completions API", facts.server),
            format!("check the port and path in {SETTING}; it usually ends with /v1"),
        ),
        None => Finding::good(CHECK, format!("{}: it takes questions", facts.server)),
    }
}

fn fault(check: &'static str, facts: &ModelFacts, problem: &Problem) -> Finding {
    let server = &facts.server;
    // A proxy's 502 and 503 are told in words of their own.
    if let Some(trouble) = problem.trouble.filter(|trouble| *trouble != Trouble::Lost) {
        return Finding::fault(check, format!("{server}: {}", trouble.found()), trouble.mend(SETTING));
    }
    let mend = match &problem.error {
        ModelError::Unauthorized if !facts.has_key => "set MODEL_API_KEY: the server wants a key",
        ModelError::Unauthorized => "check MODEL_API_KEY: the server does not know that key",
        ModelError::Loading => "wait until the model is loaded, and ask again",
        ModelError::Busy { .. } => "ask again when the server is less busy",
        ModelError::TimedOut(_) => "a smaller model or a faster machine; TIMEOUT limits real answers",
        ModelError::PromptTooLong { .. } => "start the server with a larger context",
        ModelError::Refused(_) => "check MODEL_BASE_URL, MODEL_NAME and MODEL_EXTRA",
        ModelError::Unreachable(_) | ModelError::Interrupted(_) | ModelError::Failed(_) => {
            "see the server's log, and the proxies before it"
        }
    };
    Finding::fault(check, format!("{server}: {}", with_causes(&problem.error)), mend)
}

fn name(facts: &ModelFacts) -> Finding {
    const CHECK: &str = "model-name";
    let ModelFacts { server, wanted, .. } = facts;
    let Some(names) = &facts.names else {
        return Finding::skipped(CHECK, format!("{server}: it does not list its models"));
    };
    if names.iter().flatten().any(|name| name == wanted) {
        return Finding::good(CHECK, format!("{server}: it has {wanted}"));
    }
    let first: Vec<_> = names.iter().filter_map(|names| names.first()).take(SHOWN).cloned().collect();
    let there = if first.is_empty() { "no model".to_owned() } else { first.join(", ") };
    if facts.serves_any_name {
        return Finding::good(CHECK, format!("{server}: it has {there} and answers to any name"));
    }
    let found = format!("{server}: it has no {wanted}, but {there}");
    Finding::fault(CHECK, found, "set MODEL_NAME to one that it has")
}

fn context(facts: &ModelFacts) -> Finding {
    const CHECK: &str = "model-context";
    let ModelFacts { server, max_tokens, .. } = facts;
    let Limits { context_tokens: assumed, slots } = Limits::ASSUMED;
    let slots = facts.slots.unwrap_or(slots);
    let Some(tokens) = facts.context_tokens else {
        let found = format!("{server}: it does not tell its context, so {assumed} tokens are assumed");
        return Finding::warning(CHECK, found, "set MODEL_CONTEXT_TOKENS to what it takes");
    };
    let found = format!("{server}: {tokens} tokens for each request, {slots} at once");
    let mend = "start the server with a larger context, or set MODEL_MAX_TOKENS lower";
    if tokens <= *max_tokens {
        let found =
            format!("{found}; an answer of MODEL_MAX_TOKENS={max_tokens} leaves no room for a question");
        return Finding::fault(CHECK, found, mend);
    }
    if tokens - max_tokens < QUESTION {
        let found =
            format!("{found}; an answer of MODEL_MAX_TOKENS={max_tokens} leaves little for a question");
        return Finding::warning(CHECK, found, mend);
    }
    Finding::good(CHECK, found)
}

fn answer(facts: &ModelFacts) -> Finding {
    const CHECK: &str = "model-answer";
    let server = &facts.server;
    let Some(trial) = &facts.trial else { return Finding::skipped(CHECK, format!("{server}: not asked")) };
    let completion = match &trial.result {
        Ok(completion) => completion,
        Err(problem) => return fault(CHECK, facts, problem),
    };
    let is_empty = completion.text.trim().is_empty();
    if is_empty && !completion.reasoned {
        let found = format!("{server}: its answer is empty");
        return Finding::warning(CHECK, found, "check the server's chat template, and MODEL_EXTRA");
    }
    let first = completion.streamed.map_or(trial.took, |streamed| streamed.first);
    let rate = counted(completion)
        .and_then(|tokens| rate(tokens, completion.streamed?))
        .filter(|rate| *rate <= FASTEST)
        .map_or_else(String::new, |rate| format!(", then {rate:.1} tokens/s"));
    let ended = match completion.finish {
        _ if is_empty => ", thoughts only in so short an answer",
        Finish::Stop => ", ended by itself",
        Finish::Length => ", cut at its limit as it should be",
        Finish::Other => ", ended for another reason",
    };
    Finding::good(CHECK, format!("{server}: first words after {:.2} s{rate}{ended}", first.as_secs_f64()))
}

/// Tokens of the answer, where the server counts them.
fn counted(completion: &Completion) -> Option<u64> {
    completion.usage.map(|usage| usage.completion_tokens).filter(|tokens| *tokens > 0)
}

/// The same where it does not: a piece has one or more, and so have some letters.
fn guessed(completion: &Completion) -> u64 {
    let pieces = completion.streamed.map_or(0, |streamed| streamed.pieces);
    u64::try_from(pieces.max(completion.text.chars().count() / LETTERS)).unwrap_or(u64::MAX)
}

/// Tokens in each second after the first.
fn rate(tokens: u64, streamed: Streamed) -> Option<f64> {
    let tokens = u32::try_from(tokens).ok()?.checked_sub(1).filter(|tokens| *tokens > 0)?;
    Some(f64::from(tokens) / streamed.rest.as_secs_f64().max(1e-6))
}

fn stream(facts: &ModelFacts) -> Finding {
    const CHECK: &str = "model-stream";
    let server = &facts.server;
    let skipped = |why: &str| Finding::skipped(CHECK, format!("{server}: {why}"));
    let Some(Trial { result: Ok(completion), took }) = &facts.trial else {
        return skipped("there is no answer to tell by");
    };
    let tokens = counted(completion).unwrap_or_else(|| guessed(completion));
    if *took < TELLING || tokens < TELLING_TOKENS {
        return skipped("the answer was too short or too fast to tell");
    }
    let is_held_back = |streamed: Streamed| rate(tokens, streamed).is_some_and(|rate| rate > FASTEST);
    if completion.streamed.is_none_or(is_held_back) {
        return Finding::warning(
            CHECK,
            format!(
                "{server}: the whole answer comes at once: a proxy holds it back, or the server does not stream"
            ),
            "switch buffering off there (nginx: proxy_buffering off), or a long answer runs into its time limit",
        );
    }
    Finding::good(CHECK, format!("{server}: words come as they are made"))
}

#[cfg(test)]
mod tests;
