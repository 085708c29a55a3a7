//! The same promises on a real llama-server, where `LLAMA_SERVER_URL` names one without a key.

use tokio::sync::{Mutex, MutexGuard};

use super::*;

/// Tests that came together would take each other's slots.
static TURN: Mutex<()> = Mutex::const_new(());

#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not a setting of the service")]
pub(super) async fn real_server() -> Option<(String, MutexGuard<'static, ()>)> {
    let url = std::env::var("LLAMA_SERVER_URL").ok()?;
    Some((url, TURN.lock().await))
}

#[tokio::test]
async fn a_real_server_keeps_the_promises() {
    let Some((url, _turn)) = real_server().await else { return };
    let model = model(&[&url]);
    model.probe().await.expect("ready");

    let limits = model.limits().await;
    assert!(limits.slots >= 1 && limits.context_tokens >= 256, "{limits:?}");

    let answer = ask(&model).await.expect("an answer");
    assert!(!answer.text.is_empty(), "{answer:?}");
    let usage = answer.usage.expect("counted");
    assert!(usage.prompt_tokens > 0 && usage.completion_tokens > 0, "{usage:?}");

    let long = "colour ".repeat(2 * limits.context_tokens as usize);
    let error = model.complete(&question(&long), LIMIT).await.expect_err("too long");
    let ModelError::PromptTooLong { prompt_tokens: Some(prompt), context_tokens: Some(context) } = error
    else {
        panic!("{error}");
    };
    assert!(prompt > context && context == u64::from(limits.context_tokens), "{prompt} {context}");
}

#[tokio::test]
async fn a_real_server_is_found_under_every_spelling() {
    let Some((url, _turn)) = real_server().await else { return };
    for spelling in ["", "/", "/v1", "/v1/", "/v1/chat/completions"] {
        let model = model(&[&format!("{}{spelling}", url.trim_end_matches('/'))]);
        ask(&model).await.expect(spelling);
        model.probe().await.expect(spelling);
    }
    let error = ask(&model(&[&format!("{url}/v1/v1")])).await.expect_err("no such route");
    assert!(error.to_string().contains("MODEL_BASE_URL"), "{error}");
}

#[tokio::test]
async fn a_real_server_gets_its_slot_back_when_a_call_is_dropped() {
    let Some((url, _turn)) = real_server().await else { return };
    let endless = with(ModelSettings { max_tokens: 100_000, ..settings(&[&url]) });
    let slots = endless.limits().await.slots;
    for _ in 0..2 * slots {
        let cut = endless.complete(&question("Tell a very long story."), Duration::from_millis(200)).await;
        assert!(matches!(cut, Err(ModelError::TimedOut(_)) | Ok(_)), "{cut:?}");
    }
    ask(&model(&[&url])).await.expect("a free slot");
}
