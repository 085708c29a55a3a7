//! Every server by TLS, with certificates of an authority that the environment makes known.

use super::{doctor, said};
use crate::support::scene::Scene;
use crate::support::tls::{Authority, TlsFront, VALID};

#[tokio::test(flavor = "multi_thread")]
async fn each_certificate_is_told_with_the_days_that_it_has() {
    let scene = Scene::new().await;
    let bot = scene.start();
    let authority = Authority::new("own");
    let front = |server: &str| TlsFront::of(server, authority.certify("127.0.0.1", VALID));
    let (talk, model) = (front(&scene.talk.url()), front(&scene.model.url()));
    let webhook = front(&format!("{}/webhook", bot.url));
    let settings = [
        ("NEXTCLOUD_URL", talk.url.as_str()),
        ("MODEL_BASE_URL", &model.url),
        ("WEBHOOK_URL", &webhook.url),
        ("SSL_CERT_FILE", &authority.file()),
    ];
    let (document, code) = doctor(&scene, &bot, &settings).await;
    assert_eq!(code, Some(0), "{document:#}");
    let told = said(&document, "certificate");
    assert_eq!(told.matches("trusted, for that name, and for 334 days more").count(), 3, "{told}");
    for check in ["webhook-url", "nextcloud", "model-answer"] {
        assert!(said(&document, check).contains("\"good\""), "{check} in {document:#}");
    }
}
