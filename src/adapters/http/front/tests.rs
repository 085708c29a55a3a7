use poem::http::Method;
use poem::{Endpoint, Response};
use serde_json::json;

use super::super::stand::{Stand, ask, bare, signed};
use super::super::{AdminRoutes, admin, public};

const ADMIN_ONLY: [&str; 4] = ["/ready", "/metrics", "/openapi.json", "/docs"];

fn split() -> (impl Endpoint<Output = Response>, impl Endpoint<Output = Response>) {
    let service = Stand::default().service();
    (public(&service, AdminRoutes::Elsewhere), admin(&service))
}

async fn answer(endpoint: &impl Endpoint<Output = Response>, method: Method, path: &str) -> (u16, String) {
    let response = endpoint.call(bare(method, path)).await.expect("an answer");
    (response.status().as_u16(), response.header("Allow").unwrap_or_default().to_owned())
}

#[tokio::test]
async fn with_a_listener_of_its_own_the_administration_leaves_the_public_one() {
    let (public, admin) = split();
    for path in ADMIN_ONLY {
        assert_eq!(ask(&public, bare(Method::GET, path)).await.0, 404, "{path}");
    }
    for endpoint_answer in
        [answer(&public, Method::GET, "/health").await, answer(&admin, Method::GET, "/health").await]
    {
        assert_eq!(endpoint_answer.0, 200);
    }
    for path in ["/openapi.json", "/docs"] {
        assert_eq!(answer(&admin, Method::GET, path).await.0, 200, "{path}");
    }
}

#[tokio::test]
async fn the_administrators_listener_takes_no_webhook() {
    let (_, admin) = split();
    assert_eq!(ask(&admin, signed("/webhook", "{}")).await.0, 404);
    assert_eq!(answer(&admin, Method::POST, "/health").await, (405, "GET, HEAD".into()));
}

#[tokio::test]
async fn an_unknown_path_is_told_what_there_is() {
    let (public, _) = split();
    for path in ["/", "/nothing", "/health/", "/../etc/passwd"] {
        let (status, body) = ask(&public, bare(Method::GET, path)).await;
        assert_eq!((status, &body["status"], &body["reason"]), (404, &json!(404), &json!("not_found")));
        assert_eq!(
            body["detail"],
            "nothing is here; GET answers /health; the webhook is a signed POST to any path"
        );
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let endpoint = Stand::default().public();
    for (method, path, allowed) in [
        (Method::PUT, "/health", "GET, HEAD, POST"),
        (Method::DELETE, "/openapi.json", "GET, HEAD, POST"),
        (Method::OPTIONS, "/anything", "POST"),
        (Method::GET, "/webhook", "POST"),
        (Method::HEAD, "/webhook", "POST"),
        (Method::TRACE, "/docs", "GET, HEAD, POST"),
    ] {
        assert_eq!(answer(&endpoint, method, path).await, (405, allowed.into()), "{path}");
    }
}

#[tokio::test]
async fn head_is_answered_like_get() {
    let endpoint = Stand::default().public();
    for path in ["/health", "/openapi.json", "/docs"] {
        assert_eq!(answer(&endpoint, Method::HEAD, path).await.0, 200, "{path}");
    }
    assert_eq!(answer(&endpoint, Method::HEAD, "/nothing").await.0, 404);
}

#[tokio::test]
async fn a_panic_is_an_answer_and_the_next_request_is_served() {
    // Nothing expects the probe, so its mock panics.
    let endpoint = Stand::default().public();
    let (status, body) = ask(&endpoint, bare(Method::GET, "/ready")).await;
    assert_eq!((status, &body["reason"]), (500, &json!("internal")));
    assert_eq!(ask(&endpoint, bare(Method::GET, "/health")).await.0, 200);
}
