//! Every recorded answer and every recorded error, as a server sends it.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::support::wire::{Document, stream_faults};

/// File, status, and what comes of it: `ok` or the kind of the error.
const RECORDED: &[(&str, u16, &str)] = &[
    ("chat-empty.json", 200, "ok"),
    ("chat-json-schema.json", 200, "ok"),
    ("chat-length.json", 200, "ok"),
    ("chat-n2.json", 200, "ok"),
    ("chat-no-choices.json", 200, "failed"),
    ("chat-no-content-field.json", 200, "ok"),
    ("chat-null-content.json", 200, "ok"),
    ("chat-ok.json", 200, "ok"),
    ("chat-reasoning-only.json", 200, "ok"),
    ("chat-reasoning-raw.json", 200, "ok"),
    ("chat-reasoning.json", 200, "ok"),
    ("chat-stop.json", 200, "ok"),
    ("chat-toolcall.json", 200, "ok"),
    ("error-400-bad-json.json", 400, "refused"),
    ("error-400-context-stream.json", 400, "prompt_too_long"),
    ("error-400-context.json", 400, "prompt_too_long"),
    ("error-400-field.json", 400, "refused"),
    ("error-400-no-messages.json", 400, "refused"),
    ("error-400-template-roles.json", 400, "refused"),
    ("error-400-two-assistant.json", 400, "refused"),
    ("error-401-key.json", 401, "unauthorized"),
    ("error-403-feature.json", 403, "refused"),
    ("error-404-route.json", 404, "refused"),
    ("error-500-context-midway.json", 500, "failed"),
    ("error-500-image.json", 500, "refused"),
    ("error-500-no-role.json", 500, "refused"),
    ("error-500-output-format.json", 500, "failed"),
    ("error-500-template-system.json", 500, "refused"),
    ("error-501-embeddings.json", 501, "refused"),
    ("error-501-metrics.json", 501, "refused"),
    ("error-503-loading.json", 503, "loading"),
    ("error-503-no-slot.json", 503, "busy"),
    ("old-stream-error-line.sse", 200, "interrupted"),
    ("other-error-lmstudio-400.json", 400, "loading"),
    ("other-error-ollama-404.json", 404, "refused"),
    ("other-error-openai-429.json", 429, "busy"),
    ("other-error-openai-max-tokens-400.json", 400, "refused"),
    ("other-error-string.json", 200, "refused"),
    ("other-error-vllm-400.json", 400, "prompt_too_long"),
    ("other-error-vllm-old-400.json", 404, "refused"),
    ("other-reasoning-field.json", 200, "ok"),
    ("other-stream-crlf-no-done.sse", 200, "ok"),
    ("other-stream-role-every-chunk.sse", 200, "ok"),
    ("proxy-502.html", 502, "unreachable"),
    ("proxy-504.html", 504, "failed"),
    ("router-chat-ok.json", 200, "ok"),
    ("router-error-400-no-model.json", 400, "refused"),
    ("router-error-400-unknown-model.json", 400, "refused"),
    ("router-error-500-load.json", 500, "failed"),
    ("stream-cut-mid-line.sse", 200, "interrupted"),
    ("stream-cut.sse", 200, "interrupted"),
    ("stream-empty.sse", 200, "ok"),
    ("stream-error-context.sse", 200, "interrupted"),
    ("stream-error-output-format.sse", 200, "interrupted"),
    ("stream-length.sse", 200, "ok"),
    ("stream-ok.sse", 200, "ok"),
    ("stream-progress.sse", 200, "ok"),
    ("stream-reasoning.sse", 200, "ok"),
    ("stream-toolcall.sse", 200, "ok"),
    ("stream-usage.sse", 200, "ok"),
];

/// Recorded from routes other than the chat.
const OTHER_ROUTES: [&str; 14] = [
    "apply-template.json",
    "chat-request.json",
    "health-loading.json",
    "health-ok.json",
    "input-tokens.json",
    "metrics-busy.txt",
    "models.json",
    "props.json",
    "router-models.json",
    "router-props.json",
    "slots-busy.json",
    "slots-idle.json",
    "tokenize-pieces.json",
    "tokenize.json",
];

#[test]
fn nothing_recorded_is_forgotten() {
    let folder = format!("{}/tests/fixtures/llama", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).expect("a folder");
    let files: BTreeSet<String> =
        files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    let known = RECORDED.iter().map(|(name, ..)| *name).chain(OTHER_ROUTES).map(str::to_owned).collect();
    assert_eq!(files, known);
}

#[tokio::test]
async fn each_recorded_answer_comes_to_what_it_should() {
    for (name, status, expected) in RECORDED {
        let odd = NO_ANSWERS.iter().find(|(no, _)| no == name);
        let recorded = answer(*status, name);
        let server = chat_server(odd.map_or(recorded.clone(), |(_, why)| outside(recorded, why))).await;
        let outcome = match ask(&model(&[&server.uri()])).await {
            Ok(_) => "ok",
            Err(error) => error.kind(),
        };
        assert_eq!(outcome, *expected, "{name}");
    }
}

/// Recorded from the chat, and no answer of it.
const NO_ANSWERS: [(&str, &str); 2] =
    [("proxy-502.html", "the page of a proxy"), ("proxy-504.html", "the page of a proxy")];

#[test]
fn what_is_recorded_is_documented() {
    let document = Document::chat_completions();
    for (name, status, _) in RECORDED.iter().filter(|(name, ..)| NO_ANSWERS.iter().all(|(no, _)| no != name))
    {
        let faults = if Path::new(name).extension().is_some_and(|ending| ending == "sse") {
            stream_faults(&document, &fixture(name))
        } else {
            let schema = if *status == 200 { "Event" } else { "Error" };
            document.faults_of(schema, &serde_json::from_slice(&fixture(name)).expect(name))
        };
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
    for (name, why) in NO_ANSWERS {
        let value = serde_json::from_slice::<Value>(&fixture(name)).unwrap_or_default();
        assert!(!document.faults_of("Event", &value).is_empty(), "{name} fits and needs no exception: {why}");
    }
}

#[test]
fn what_is_recorded_of_other_routes_is_documented() {
    let document = Document::chat_completions();
    // `/metrics` is not asked, and the recorded request was somebody else's.
    for name in OTHER_ROUTES.iter().filter(|name| !["metrics-busy.txt", "chat-request.json"].contains(name)) {
        let schema = match *name {
            "models.json" | "router-models.json" => "Models",
            "props.json" | "router-props.json" => "Props",
            "input-tokens.json" => "TokenCount",
            "apply-template.json" => "RenderedPrompt",
            "slots-busy.json" | "slots-idle.json" => "Slots",
            "health-ok.json" => "Health",
            "health-loading.json" => "Error",
            _ => "Tokens",
        };
        document.assert_fits(schema, &serde_json::from_slice(&fixture(name)).expect(name));
    }
}
