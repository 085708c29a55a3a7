//! How many tokens a prompt has, told by the server that will read it.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use super::endpoint::{Endpoint, Lacking};
use super::llama::mark;
use super::wire::Asked;
use crate::domain::prompt::Prompt;

/// The answer waits for the count, and an estimate is nearly as good.
const LIMIT: Duration = Duration::from_secs(2);

/// Asks in one step, or where the server is too old for that in two. `None` where it does not tell.
pub(super) async fn tokens(endpoint: &Endpoint, prompt: &Prompt) -> Option<u64> {
    let count = async {
        let is_llama = endpoint.is_llama().await;
        if !is_llama {
            return None;
        }
        let mark = endpoint.reuses().then_some(mark::SAMPLE);
        let asked = Asked::new(&endpoint.settings, prompt, mark);
        match in_one_step(endpoint, &asked).await {
            Ok(tokens) => tokens,
            Err(Lacking) => in_two_steps(endpoint, &asked).await,
        }
    };
    timeout(LIMIT, count).await.ok()?
}

async fn in_one_step(endpoint: &Endpoint, asked: &Asked<'_>) -> Result<Option<u64>, Lacking> {
    if endpoint.learnt.facts().lacks.input_tokens {
        return Err(Lacking);
    }
    let counted = endpoint.try_route(&endpoint.base.input_tokens(), asked).await;
    endpoint.learnt.facts().lacks.input_tokens = counted.is_err();
    Ok(counted?.as_ref().and_then(|counted| counted["input_tokens"].as_u64()))
}

/// The chat template may begin with a token that the tokenizer adds as well: then the count is one too high.
async fn in_two_steps(endpoint: &Endpoint, asked: &Asked<'_>) -> Option<u64> {
    if endpoint.learnt.facts().lacks.apply_template {
        return None;
    }
    let rendered = endpoint.try_route(&endpoint.base.apply_template(), asked).await;
    endpoint.learnt.facts().lacks.apply_template = rendered.is_err();
    let text = rendered.ok()??;
    let body = json!({"content": text["prompt"].as_str()?, "add_special": true});
    let tokenized = endpoint.try_route(&endpoint.base.tokenize(), &body).await.ok()??;
    tokenized["tokens"].as_array().and_then(|tokens: &Vec<Value>| u64::try_from(tokens.len()).ok())
}
