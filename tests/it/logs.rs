//! The log of a whole life, troubles included, at its most talkative: no word that somebody wrote, no name, no
//! secret.

use nextcloud_opencode_bot::adapters::demo::model::ModelFault;
use nextcloud_opencode_bot::adapters::demo::talk::TalkFault;
use nextcloud_opencode_bot::domain::job::{Failure, JobId};
use nextcloud_opencode_bot::domain::message::{MessageId, RoomToken};
use nextcloud_opencode_bot::domain::phrase::{Language, Phrase};
use nextcloud_opencode_bot::domain::signature::BotSecret;
use nextcloud_opencode_bot::domain::trace::TraceKey;
use wiremock::ResponseTemplate;

use crate::support::NOBODY;
use crate::support::process::SECRET;
use crate::support::scene::{Scene, Side};
use crate::support::talk::{GROUP, MIRA, ONE_TO_ONE};
use crate::support::trap::Moment;

/// The answers quote the questions.
const WORD: &str = "quokka";
const PROMPT: &str = "words-of-the-administrator";

#[tokio::test]
async fn the_operator_is_told_what_to_do() {
    let wrong_key = (401, include_str!("../fixtures/llama/error-401-key.json"), "MODEL_API_KEY_FILE");
    let template =
        (400, include_str!("../fixtures/llama/error-400-template-roles.json"), "--chat-template-file");
    for (status, body, advice) in [wrong_key, template] {
        let scene = Scene::new().await;
        let mut bot = scene.start();
        let refusal = ResponseTemplate::new(status).set_body_raw(body, "application/json");
        scene.model.instead(refusal, 1).await;
        scene.ask(&bot, GROUP, "@Halo hello").await;
        let line = bot.line_with("given up");
        assert!(line.contains("what_to_do") && line.contains(advice), "{line}");
        bot.stop();
    }
}

/// A library keeps it apart from its own words, and not every format writes what is kept apart.
#[tokio::test]
async fn what_caused_a_failure_is_told_in_every_format() {
    for format in ["text", "json"] {
        let scene = Scene::new().await;
        let mut bot = scene.start_with(&[("LOG_FORMAT", format)]);
        scene.talk.instead(GROUP, ResponseTemplate::new(503), 1).await;
        scene.ask(&bot, GROUP, "@Halo hello").await;
        let line = bot.line_with("not posted");
        assert!(line.contains("Nextcloud cannot be reached: it is in maintenance mode"), "{line}");
    }
}

#[tokio::test]
async fn json_holds_nothing_that_somebody_wrote() {
    assert_private("json").await;
}

#[tokio::test]
async fn text_holds_nothing_that_somebody_wrote() {
    assert_private("text").await;
}

async fn assert_private(format: &str) {
    let scene = Scene::new().await;
    let key = "a-key-for-the-model";
    let mut bot = scene.start_with(&[
        ("LOG_FORMAT", format),
        ("LOG_LEVEL", "trace"),
        ("MODEL_API_KEY", key),
        ("SYSTEM_PROMPT", PROMPT),
    ]);
    scene.model.script.set_fault(ModelFault::Cut);
    scene.ask(&bot, GROUP, "@Halo what does the quokka eat?").await;
    bot.line_with("the model did not answer");
    scene.talk.server().set_fault(TalkFault::ServerError);
    scene.model.script.set_fault(ModelFault::None);
    bot.line_with("not posted");
    scene.talk.server().set_fault(TalkFault::None);
    scene.talk.wait_for_posts(GROUP, 1).await;

    let (_, headers, body) = scene.talk.say(GROUP, MIRA, "@Halo and another quokka?");
    assert!(!scene.deliver(&bot.url, &(0, headers, body.replace("quokka", "koala quokka"))).await);
    bot.line_with("a webhook was refused");
    scene.talk.instead(GROUP, ResponseTemplate::new(401), 1).await;
    scene.ask(&bot, GROUP, "@Halo one more quokka?").await;
    bot.line_with("given up");
    scene.talk.server().set_fault(TalkFault::Unauthorized);
    scene.ask(&bot, ONE_TO_ONE, "a quokka here?").await;
    bot.line_with("refused the signature in one room");
    bot.line_with("refused the signature in one room");
    bot.stop();

    let log = bot.log();
    assert!(log.len() > 5, "{log:#?}");
    for line in log {
        for hidden in [WORD, "koala", "Mira", "users/", "Launch crew", GROUP, ONE_TO_ONE, SECRET, key, PROMPT]
        {
            assert!(!line.contains(hidden), "{hidden} in {line}");
        }
    }
}

#[tokio::test]
async fn one_line_tells_the_whole_life_of_a_question() {
    let scene = Scene::new().await;
    let mut bot = scene.start();
    let trace = trace(scene.ask(&bot, GROUP, "@Halo hello").await);
    let settled = bot.line_with("question settled");
    bot.stop();
    let json: serde_json::Value = serde_json::from_str(&settled).expect("JSON");
    assert!(json["span"]["trace"] == trace && json["outcome"] == "done", "{settled}");
    assert!(json["parts"] == 1 && json["completion_tokens"].is_u64(), "{settled}");
    let log = bot.log();
    let life: Vec<_> = log.iter().filter(|line| line.contains(&trace)).collect();
    assert_eq!(life.len(), 1, "{life:#?}");
}

#[tokio::test]
async fn one_id_finds_every_line_of_a_question_in_every_format() {
    for format in ["text", "json"] {
        let scene = Scene::new().await;
        let mut bot = scene.start_with(&[("LOG_FORMAT", format), ("LOG_LEVEL", "debug")]);
        let trace = trace(scene.ask(&bot, GROUP, "@Halo hello").await);
        bot.line_with("question settled");
        bot.stop();
        let log = bot.log();
        for step in [
            "question stored",
            "leased for the first time",
            "the model answered",
            "part posted",
            "question settled",
        ] {
            let lines: Vec<_> = log.iter().filter(|line| line.contains(step)).collect();
            assert!(lines.len() == 1 && lines[0].contains(&trace), "{format}, {step}: {lines:#?}");
        }
    }
}

#[tokio::test]
async fn a_line_ties_what_was_added_to_the_question_that_it_was_answered_with() {
    let scene = Scene::new().await;
    let mut bot = scene.start_with(&[("LOG_LEVEL", "debug"), ("MODEL_PARALLEL", "1")]);
    let busy = scene.trap(Side::Model).set(0, Moment::Arrived);
    scene.ask(&bot, ONE_TO_ONE, "hold the model").await;
    let held = busy.held().await;
    let question = trace(scene.ask(&bot, GROUP, "@Halo tell me about tea").await);
    let added = trace(scene.ask(&bot, GROUP, "@Halo and about green tea").await);
    drop(held);
    let line = bot.line_with("answered with the question");
    bot.stop();
    let json: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert!(json["span"]["trace"] == question && json["follow_up"] == added, "{line}");
}

/// The id of a message in the group.
fn trace(message: i64) -> String {
    let secret = BotSecret::new(SECRET).expect("length");
    let room = RoomToken::parse(GROUP).expect("valid");
    TraceKey::of(&secret).trace(&room, MessageId(message)).to_string()
}

#[tokio::test]
async fn a_command_that_is_obeyed_is_one_line_without_its_words() {
    let scene = Scene::new().await;
    let mut bot = scene.start();
    scene.ask(&bot, GROUP, "@Halo !quokka").await;
    let line: serde_json::Value = serde_json::from_str(&bot.line_with("command obeyed")).expect("JSON");
    assert_eq!((line["command"].as_str(), line["span"]["name"].as_str()), (Some("unknown"), Some("command")));
    bot.stop();
    assert!(bot.log().iter().all(|line| !line.contains(WORD)));
}

#[tokio::test]
async fn a_collector_that_cannot_be_used_is_told_at_the_start() {
    let scene = Scene::new().await;
    let mut bot = scene.start_with(&[("OTEL_EXPORTER_OTLP_ENDPOINT", NOBODY)]);
    bot.stop();
    let told = bot.log().iter().any(|line| line.contains("built without the feature `otlp`"));
    assert_eq!(told, !cfg!(feature = "otlp"));
}

#[tokio::test]
async fn a_failure_is_told_in_the_language_of_the_settings_with_the_reference_that_the_log_has() {
    for language in Language::ALL {
        let scene = Scene::new().await;
        let mut bot = scene.start_with(&[("BOT_LANGUAGE", language.as_str())]);
        scene.ask(&bot, GROUP, "@Halo hello").await;
        scene.settled(&bot).await;
        scene.model.instead(ResponseTemplate::new(401), 1).await;
        scene.ask(&bot, GROUP, "@Halo hello again").await;
        let line: serde_json::Value = serde_json::from_str(&bot.line_with("given up")).expect("JSON");
        let told = scene.talk.wait_for_posts(GROUP, 2).await.remove(1).0;
        assert_eq!(told, Phrase::Failure(Failure::ModelRefused, JobId(2)).text(language));
        assert!(line["job"] == "#2" && told.contains("#2"), "{line}: {told}");
        bot.stop();
    }
}
