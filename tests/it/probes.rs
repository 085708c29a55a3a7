//! What the service tells about itself, where, and what it keeps to itself.

use nextcloud_opencode_bot::adapters::demo::model::ModelFault;
use nextcloud_opencode_bot::adapters::http::document;

use crate::support::app::{ROOM_PAUSES, SERVER_PAUSES, TestApp};
use crate::support::talk::{GROUP, MIRA, ONE_TO_ONE};

#[tokio::test]
async fn every_page_is_there() {
    let mut app = TestApp::start().await;
    for (path, media_type, holds) in [
        ("/health", "application/json", r#"{"status":"ok"}"#),
        ("/ready", "application/json", r#""status":"ok""#),
        ("/metrics", "application/openmetrics-text", "# EOF"),
        ("/openapi.json", "application/json", "receiveEvent"),
        ("/docs", "text/html", "<html"),
    ] {
        let page = app.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.media_type.starts_with(media_type), "{path}: {}", page.media_type);
        assert!(page.text.contains(holds), "{path}: {}", page.text);
    }
    assert_eq!(app.get("/webhook").await.verdict(), "405 method_not_allowed");
    assert_eq!(app.get("/").await.verdict(), "404 not_found");
    app.stop().await;
}

#[tokio::test]
async fn the_document_is_the_one_that_is_printed() {
    let mut app = TestApp::start().await;
    let printed: serde_json::Value = serde_json::from_str(&document()).expect("JSON");
    assert_eq!(app.get("/openapi.json").await.json(), printed);
    app.stop().await;
}

#[tokio::test]
async fn a_service_between_two_working_servers_is_ready() {
    let mut app = TestApp::start().await;
    let ready = app.get("/ready").await.json();
    let checks = ready["checks"].as_array().expect("checks");
    let names: Vec<_> = checks.iter().filter_map(|check| check["name"].as_str()).collect();
    assert_eq!(names, ["store", "worker", "model", "talk"]);
    assert!(checks.iter().all(|check| check["status"] == "ok"), "{ready}");
    app.stop().await;
}

#[tokio::test]
async fn a_model_that_is_away_is_named() {
    let mut app = TestApp::start().await;
    app.model.script.set_fault(ModelFault::Loading);
    let ready = app.get("/ready").await;
    assert_eq!((ready.status, &ready.json()["status"]), (503, &"failed".into()));
    assert!(app.problem("model").await.expect("a problem").contains("loading"));
    assert_eq!(app.problem("talk").await, None);
    assert_eq!(app.get("/health").await.status, 200, "that is no reason for a restart");
    app.stop().await;
}

#[tokio::test]
async fn a_nextcloud_that_is_away_is_named() {
    let mut app = TestApp::with(&[("NEXTCLOUD_URL", "http://127.0.0.1:9")]).await;
    assert!(app.problem("talk").await.expect("a problem").contains("cannot be reached"));
    assert_eq!(app.problem("model").await, None);
    app.stop().await;
}

#[tokio::test]
async fn a_listener_of_its_own_takes_everything_but_webhook_and_health() {
    let mut app = TestApp::with(&[("ADMIN_LISTEN", "127.0.0.1:0")]).await;
    let admin = app.admin_address();
    for path in ["/ready", "/metrics", "/openapi.json", "/docs"] {
        assert_eq!(app.get(path).await.status, 404, "{path} is not for everybody");
        assert_eq!(app.get_at(admin, path).await.status, 200, "{path}");
    }
    assert_eq!(app.get("/health").await.status, 200);
    assert_eq!(app.get_at(admin, "/health").await.status, 200);
    assert_eq!(app.say(ONE_TO_ONE, MIRA, "hello").await.verdict(), "200 queued");
    app.talk.wait_for_posts(ONE_TO_ONE, 1).await;
    app.stop().await;
}

#[tokio::test]
async fn the_figures_count_what_happened_and_name_nobody() {
    let mut app = TestApp::start().await;
    app.answer(GROUP, MIRA, "@Halo a-private-question").await;
    app.answer(ONE_TO_ONE, MIRA, "another one").await;
    app.say(GROUP, MIRA, "hello everybody").await;
    app.wait_for_figure("jobs_total{outcome=\"done\"}", 2).await;
    for (figure, count) in [
        ("webhooks_total{outcome=\"queued\"}", 2),
        ("webhooks_total{outcome=\"not_addressed\"}", 1),
        ("model_calls_total{outcome=\"answered\"}", 2),
        ("talk_posts_total{outcome=\"posted\"}", 2),
        ("queue_open_jobs", 0),
        ("queue_dead_letters", 0),
        (ROOM_PAUSES, 0),
        (SERVER_PAUSES, 0),
    ] {
        assert_eq!(app.figure(figure).await, Some(count), "{figure}");
    }
    let page = app.get("/metrics").await.text;
    for name in ["private", "mira", "Mira", "Halloran", "Halo", GROUP, ONE_TO_ONE, "127.0.0.1"] {
        assert!(!page.contains(name), "{name}: {page}");
    }
    app.stop().await;
}
