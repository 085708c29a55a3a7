//! The one signed request of `doctor --room`: sent where Talk is likely to take it, and kept back where it is not.

use wiremock::matchers::{method, path};
use wiremock::{Mock, ResponseTemplate};

use super::{doctor_by, faults, said};
use crate::faults::talk::{ASK, talk_25};
use crate::support::process::command;
use crate::support::scene::Scene;
use crate::support::talk::GROUP;

const OTHER: &str = "another secret of the tests, as long as Talk wants it";

/// Each time anew, with or without the URL of the webhook.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_the_running_service_does_not_have_is_not_shown_to_talk() {
    let scene = Scene::new().await;
    talk_25(&scene.talk, None).await;
    let refused = Mock::given(method("POST")).and(path(ASK)).respond_with(ResponseTemplate::new(401));
    refused.with_priority(1).expect(0).mount(scene.talk.mock()).await;
    let bot = scene.start();
    for more in [&[("BOT_SECRET", OTHER), ("WEBHOOK_URL", "")][..], &[("BOT_SECRET", OTHER)]] {
        let asked = command(&["doctor", "--json", "--room", GROUP]);
        let (document, code) = doctor_by(asked, &scene, &bot, more).await;
        assert_eq!((faults(&document), code), (vec!["webhook-url"], Some(1)), "{document:#}");
        assert!(said(&document, "room").contains("another secret than these settings"), "{document:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_of_a_service_that_takes_webhooks_is_shown_to_talk() {
    let scene = Scene::new().await;
    talk_25(&scene.talk, Some(11)).await;
    let bot = scene.start();
    let asked = command(&["doctor", "--json", "--room", GROUP]);
    let (document, code) = doctor_by(asked, &scene, &bot, &[]).await;
    assert_eq!((faults(&document), code), (vec![], Some(0)), "{document:#}");
    assert!(said(&document, "room").contains("\"good\""), "{document:#}");
}
