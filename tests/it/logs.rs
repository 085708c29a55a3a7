//! The log of a whole life, troubles included, at its most talkative: no word that somebody wrote, no name, no
//! secret.

use nextcloud_opencode_bot::adapters::demo::model::ModelFault;
use nextcloud_opencode_bot::adapters::demo::talk::TalkFault;
use wiremock::ResponseTemplate;

use crate::support::process::SECRET;
use crate::support::scene::Scene;
use crate::support::talk::{GROUP, MIRA};

/// The answers quote the questions.
const WORD: &str = "quokka";

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

#[tokio::test]
async fn logs_hold_nothing_that_somebody_wrote() {
    let scene = Scene::new().await;
    let key = "a-key-for-the-model";
    let mut bot = scene.start_with(&[("LOG_LEVEL", "trace"), ("MODEL_API_KEY", key)]);
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
    scene.talk.server().set_fault(TalkFault::Unauthorized);
    scene.ask(&bot, GROUP, "@Halo one more quokka?").await;
    bot.line_with("given up");
    bot.stop();

    let log = bot.log();
    assert!(log.len() > 5, "{log:#?}");
    for line in log {
        for hidden in [WORD, "koala", "Mira", SECRET, key] {
            assert!(!line.contains(hidden), "{hidden} in {line}");
        }
    }
}
