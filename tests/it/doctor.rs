//! `doctor` as a person or a script runs it: the real program beside a running service and both stand-ins, each time with
//! one thing wrong.

use std::process::Command;

use nextcloud_opencode_bot::adapters::clock::Stopwatch;
use serde_json::{Value, json};
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::process::{BotProcess, DEADLINE, SECRET, command};
use crate::support::scene::Scene;

mod certificate;
mod machine;
mod room;
mod server;
mod socket;

/// What `doctor --json` prints with these settings over those of the running service, and its exit status.
async fn doctor(scene: &Scene, bot: &BotProcess, more: &[(&str, &str)]) -> (Value, Option<i32>) {
    doctor_by(command(&["doctor", "--json"]), scene, bot, more).await
}

/// The same with other arguments.
async fn doctor_by(
    mut command: Command,
    scene: &Scene,
    bot: &BotProcess,
    more: &[(&str, &str)],
) -> (Value, Option<i32>) {
    let port = bot.url.rsplit(':').next().expect("a port");
    command
        .current_dir(scene.directory.path())
        .env("NEXTCLOUD_URL", scene.talk.url())
        .env("MODEL_BASE_URL", scene.model.url())
        .env("BOT_SECRET", SECRET)
        .env("BOT_PORT", port)
        .env("WEBHOOK_URL", format!("{}/webhook", bot.url))
        .env("DATABASE_URL", format!("sqlite://{}", scene.database().display()))
        .envs(more.iter().copied());
    let start = Stopwatch::start();
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("it runs");
    let output = output.expect("it starts");
    assert!(start.elapsed() < DEADLINE);
    let document = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert!(!String::from_utf8_lossy(&output.stdout).contains(SECRET));
    (document, output.status.code())
}

/// The checks with a fault, each once.
fn faults(document: &Value) -> Vec<&str> {
    let findings = document["findings"].as_array().expect("a list");
    let faults = findings.iter().filter(|it| it["outcome"] == "fault");
    let mut checks: Vec<_> = faults.map(|it| it["check"].as_str().expect("a word")).collect();
    checks.dedup();
    checks
}

/// What is said of that check, mending included.
fn said(document: &Value, check: &str) -> String {
    let findings = document["findings"].as_array().expect("a list");
    let of_check: Vec<_> = findings.iter().filter(|it| it["check"] == check).collect();
    serde_json::to_string(&of_check).expect("JSON")
}

/// With one setting changed, exactly that check fails, and says so.
async fn one_fault(change: (&str, &str), check: &str, words: &str) {
    let scene = Scene::new().await;
    let bot = scene.start();
    let (document, code) = doctor(&scene, &bot, &[change]).await;
    assert_eq!((faults(&document), code), (vec![check], Some(1)), "{document:#}");
    assert!(said(&document, check).contains(words), "{document:#}");
}

async fn answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn where_all_is_well_it_ends_with_0_and_tells_every_check() {
    let scene = Scene::new().await;
    let bot = scene.start();
    let (document, code) = doctor(&scene, &bot, &[]).await;
    assert_eq!((faults(&document), code), (vec![], Some(0)), "{document:#}");
    assert!(document["version"].is_string() && document["verdict"].is_string());
    for check in [
        "settings",
        "secret",
        "state-directory",
        "store",
        "backlog",
        "listener",
        "webhook-url",
        "nextcloud",
        "clock",
        "talk",
        "model",
        "model-answer",
    ] {
        assert!(said(&document, check).contains("\"good\""), "{check} in {document:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_secret_than_the_services_is_told() {
    let other = "another secret of the tests, as long as Talk wants it";
    one_fault(("BOT_SECRET", other), "webhook-url", "another secret").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_of_the_webhook_is_told_with_its_target() {
    let answer = ResponseTemplate::new(301).insert_header("Location", "https://bot.example.com/webhook");
    let server = answering(answer).await;
    one_fault(("WEBHOOK_URL", &server.uri()), "webhook-url", "https://bot.example.com").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_at_the_webhook_is_told() {
    for body in ["<html>", "{}"] {
        let server = answering(ResponseTemplate::new(200).set_body_string(body)).await;
        one_fault(("WEBHOOK_URL", &server.uri()), "webhook-url", "something else").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_as_the_bot_to_everything_is_not_the_bot() {
    let receipt = json!({ "status": "ignored", "reason": "unknown_type" });
    let server = answering(ResponseTemplate::new(200).set_body_json(receipt)).await;
    one_fault(("WEBHOOK_URL", &server.uri()), "webhook-url", "not this bot").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_of_the_webhook_where_nobody_listens_is_told() {
    one_fault(("WEBHOOK_URL", "http://127.0.0.1:1/webhook"), "webhook-url", "refused").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_the_environment_is_told_with_who_is_asked_through_it() {
    let scene = Scene::new().await;
    let bot = scene.start();
    let answer =
        json!({"installed": true, "maintenance": true, "needsDbUpgrade": false, "versionstring": "35"});
    let proxy = answering(ResponseTemplate::new(200).set_body_json(answer)).await;
    let change = [("NEXTCLOUD_URL", "http://cloud.invalid"), ("HTTP_PROXY", &proxy.uri())];
    let (document, code) = doctor(&scene, &bot, &change).await;
    assert_eq!((faults(&document), code), (vec!["nextcloud"], Some(1)), "{document:#}");
    let place = format!("cloud.invalid (NEXTCLOUD_URL) is asked through the proxy {}", proxy.address());
    assert!(said(&document, "proxy").contains(&place), "{document:#}");
    assert!(said(&document, "nextcloud").contains("maintenance"), "{document:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn maintenance_of_nextcloud_is_told() {
    let server = MockServer::start().await;
    let status =
        json!({"installed": true, "maintenance": true, "needsDbUpgrade": false, "versionstring": "35"});
    let answer = ResponseTemplate::new(200).set_body_json(status);
    Mock::given(path("/status.php")).respond_with(answer).mount(&server).await;
    one_fault(("NEXTCLOUD_URL", &server.uri()), "nextcloud", "maintenance").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_server_that_is_away_is_told() {
    one_fault(("MODEL_BASE_URL", "http://127.0.0.1:1/v1"), "model", "refused").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctors_wrong_signature_leaves_the_service_ready() {
    let scene = Scene::new().await;
    let bot = scene.start();
    for _ in 0..3 {
        let (document, code) = doctor(&scene, &bot, &[]).await;
        assert_eq!((faults(&document), code), (vec![], Some(0)), "{document:#}");
    }
    scene.ask(&bot, crate::support::talk::GROUP, "@Halo what does the quokka eat?").await;
    scene.settled(&bot).await;
}

/// Else whoever runs it again is told of webhooks that were refused.
#[tokio::test(flavor = "multi_thread")]
async fn the_doctors_events_are_counted_as_its_own() {
    let scene = Scene::new().await;
    let bot = scene.start();
    let (document, _) = doctor(&scene, &bot, &[]).await;
    assert!(said(&document, "webhook-url").contains("\"good\""), "{document:#}");
    for (outcome, count) in [("doctor", 3), ("unknown_type", 0), ("unauthorized", 0)] {
        assert_eq!(
            scene.figure(&bot, &format!("webhooks_total{{outcome=\"{outcome}\"}}")).await,
            count,
            "{outcome}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_service_the_way_of_a_webhook_is_skipped() {
    let scene = Scene::new().await;
    let mut bot = scene.start();
    bot.stop();
    let (document, code) = doctor(&scene, &bot, &[]).await;
    assert_eq!((faults(&document), code), (vec![], Some(0)), "{document:#}");
    assert!(said(&document, "webhook-url").contains("no service was found here"), "{document:#}");
    assert!(said(&document, "listener").contains("holds its socket at a path"), "{document:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_too_short_ends_it_with_78() {
    let scene = Scene::new().await;
    let bot = scene.start();
    let (document, code) = doctor(&scene, &bot, &[("BOT_SECRET", "short")]).await;
    assert_eq!((faults(&document), code), (vec!["settings"], Some(78)), "{document:#}");
    assert!(said(&document, "settings").contains("40 to 128"), "{document:#}");
}
