use super::*;
use crate::domain::retry::Retry;

/// The body of a recorded refusal, as it lies in `tests/fixtures/llama`.
macro_rules! recorded {
    ($name:literal) => {
        (concat!($name), include_str!(concat!("../../../../tests/fixtures/llama/", $name)))
    };
}

fn refusal(status: u16, body: &str) -> Refusal {
    Refusal { status, pause: None, redirect: None, body: body.into() }
}

/// Kind, and what the words must hold.
type Meaning = (&'static str, &'static str);

const REFUSED: &str = "refused";

#[test]
fn every_recorded_error_means_what_it_should() {
    let cases: [(u16, (&str, &str), Meaning); 30] = [
        (400, recorded!("error-400-bad-json.json"), (REFUSED, "parse error at line 1")),
        (400, recorded!("error-400-context.json"), ("prompt_too_long", "8920 tokens, the model takes 2048")),
        (400, recorded!("error-400-context-stream.json"), ("prompt_too_long", "8920")),
        (400, recorded!("error-400-field.json"), (REFUSED, "Field 'max_tokens'")),
        (400, recorded!("error-400-no-messages.json"), (REFUSED, "'messages' is required")),
        (
            400,
            recorded!("error-400-template-roles.json"),
            (REFUSED, "the chat template refuses the messages: Conversation roles must alternate"),
        ),
        (400, recorded!("error-400-two-assistant.json"), (REFUSED, "2 or more assistant messages")),
        (401, recorded!("error-401-key.json"), ("unauthorized", "MODEL_API_KEY")),
        (403, recorded!("error-403-feature.json"), (REFUSED, "this feature is disabled")),
        (
            404,
            recorded!("error-404-route.json"),
            (REFUSED, "check MODEL_BASE_URL: File Not Found (HTTP 404)"),
        ),
        (500, recorded!("error-500-context-midway.json"), ("failed", "Context size has been exceeded.")),
        (500, recorded!("error-500-image.json"), (REFUSED, "image input is not supported")),
        (500, recorded!("error-500-no-role.json"), (REFUSED, "Missing 'role'")),
        (500, recorded!("error-500-output-format.json"), ("failed", "peg-native format")),
        (
            500,
            recorded!("error-500-template-system.json"),
            (REFUSED, "the chat template refuses the messages: System message must be"),
        ),
        (501, recorded!("error-501-embeddings.json"), (REFUSED, "does not support embeddings")),
        (501, recorded!("error-501-metrics.json"), (REFUSED, "does not support metrics")),
        (503, recorded!("error-503-loading.json"), ("loading", "")),
        (503, recorded!("health-loading.json"), ("loading", "")),
        (503, recorded!("error-503-no-slot.json"), ("busy", "")),
        (502, recorded!("proxy-502.html"), ("unreachable", "")),
        (504, recorded!("proxy-504.html"), ("failed", "HTTP 504")),
        (400, recorded!("router-error-400-no-model.json"), (REFUSED, "check MODEL_NAME")),
        (
            400,
            recorded!("router-error-400-unknown-model.json"),
            (REFUSED, "check MODEL_NAME: model 'nope' not found"),
        ),
        (500, recorded!("router-error-500-load.json"), ("failed", "failed to load")),
        (404, recorded!("other-error-ollama-404.json"), (REFUSED, "check MODEL_NAME")),
        (404, recorded!("other-error-vllm-old-400.json"), (REFUSED, "check MODEL_NAME")),
        (
            400,
            recorded!("other-error-vllm-400.json"),
            ("prompt_too_long", "8488 tokens, the model takes 8192"),
        ),
        (400, recorded!("other-error-lmstudio-400.json"), ("loading", "")),
        (404, recorded!("other-error-string.json"), (REFUSED, "check MODEL_BASE_URL: Unexpected endpoint")),
    ];
    for (status, (name, body), (kind, words)) in cases {
        let error = refusal(status, body).into_error();
        assert_eq!(error.kind(), kind, "{name}: {error}");
        assert!(error.to_string().contains(words), "{name}: {error}");
    }
}

#[test]
fn what_servers_do_beside_the_recorded_means_something_too() {
    for (status, body, (kind, words)) in [
        (400, "", (REFUSED, "HTTP 400")),
        (413, "", ("prompt_too_long", "")),
        (415, "", (REFUSED, "HTTP 415")),
        (422, r#"{"detail":[{"msg":"Field required"}]}"#, (REFUSED, "Field required (HTTP 422)")),
        (403, "<html>", ("unauthorized", "")),
        (404, "<html>", (REFUSED, "check MODEL_BASE_URL: a web page")),
        (404, "404 page not found", (REFUSED, "check MODEL_BASE_URL")),
        (405, "", (REFUSED, "check MODEL_BASE_URL")),
        (408, "", ("failed", "HTTP 408")),
        (500, "", ("failed", "HTTP 500")),
        (500, "<html>", ("failed", "a web page")),
        (
            500,
            r#"{"error":{"code":500,"message":"the request exceeds the available context size","type":"server_error"}}"#,
            ("prompt_too_long", "more tokens than"),
        ),
        (
            400,
            r#"{"error":{"message":"Your messages resulted in 9000 tokens.","code":"context_length_exceeded"}}"#,
            ("prompt_too_long", "9000"),
        ),
        (
            400,
            r#"{"error":{"message":"'max_completion_tokens' is too large: 512. This model's maximum context length is 8192 tokens and your request has 8000 input tokens"}}"#,
            ("prompt_too_long", "8000"),
        ),
        (503, "<html>", ("unreachable", "")),
        (520, "", ("failed", "HTTP 520")),
        (429, r#"{"error":{"message":"pay","type":"insufficient_quota"}}"#, (REFUSED, "pay")),
    ] {
        let error = refusal(status, body).into_error();
        assert_eq!(error.kind(), kind, "{status} {body}: {error}");
        assert!(error.to_string().contains(words), "{status} {body}: {error}");
    }
}

#[test]
fn a_busy_server_says_how_long_within_reason() {
    let (_, body) = recorded!("other-error-openai-429.json");
    for (pause, retry) in [
        (None, Retry::Backoff),
        (Some(20), Retry::After(Duration::from_secs(20))),
        (Some(u64::MAX), Retry::After(LONGEST_PAUSE)),
    ] {
        let pause = pause.map(Duration::from_secs);
        assert_eq!(Refusal { pause, ..refusal(429, body) }.into_error().retry(), retry);
    }
}

#[test]
fn a_redirect_is_told_and_not_followed() {
    let redirect = Some("https://h".to_owned());
    let error = Refusal { redirect, ..refusal(301, "") }.into_error();
    assert_eq!(error.retry(), Retry::Never);
    assert!(error.to_string().contains("redirects to https://h;"), "{error}");
}

#[test]
fn a_server_teaches_its_dialect_once() {
    let first = Dialect::default();
    let (_, renamed) = recorded!("other-error-openai-max-tokens-400.json");
    let learnt = refusal(400, renamed).corrects(first).expect("learnt");
    assert_eq!(learnt, Dialect { limit: LimitField::MaxCompletionTokens, ..first });
    assert_eq!(refusal(400, renamed).corrects(learnt), None);

    let no_usage = r#"{"detail":[{"loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}"#;
    let learnt = refusal(422, no_usage).corrects(first).expect("learnt");
    assert_eq!(learnt, Dialect { usage: false, ..first });
    assert_eq!(refusal(422, no_usage).corrects(learnt), None);
    assert_eq!(refusal(500, no_usage).corrects(first), None);
}
