//! A server is where it should be and speaks TLS, with a certificate that is not accepted, or not for long.

use std::ops::Range;

use super::fault::Fault;
use crate::support::tls::{Authority, TlsFront, VALID};

/// Where every stand-in is.
const HERE: &str = "127.0.0.1";

const EXPIRED: Range<i64> = -90..-1;
const NOT_YET: Range<i64> = 1..90;
const ENDING: Range<i64> = -80..10;

/// With that certificate of an authority that is trusted.
async fn nextcloud(fault: Fault, name: &str, days: Range<i64>) {
    let authority = Authority::new("known");
    let front = TlsFront::of(&fault.scene.talk.url(), authority.certify(name, days));
    knowing(fault, &authority).set("NEXTCLOUD_URL", &front.url).asked().await;
}

/// The same.
async fn model(fault: Fault, days: Range<i64>) {
    let authority = Authority::new("known");
    let front = TlsFront::of(&fault.scene.model.url(), authority.certify(HERE, days));
    knowing(fault, &authority).set("MODEL_BASE_URL", &front.url).asked().await;
}

/// This machine knows that authority, and no other.
fn knowing(fault: Fault, authority: &Authority) -> Fault {
    fault.set("SSL_CERT_FILE", authority.file())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nextcloud_of_an_unknown_issuer() {
    let (known, own) = (Authority::new("known"), Authority::new("own"));
    let fault = Fault::of("the certificate of `NEXTCLOUD_URL` is by an unknown authority");
    let fault = knowing(fault.await, &known);
    let front = TlsFront::of(&fault.scene.talk.url(), own.certify(HERE, VALID));
    fault.set("NEXTCLOUD_URL", &front.url).asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nextcloud_of_another_name() {
    let fault = Fault::of("the certificate of `NEXTCLOUD_URL` is for another name").await;
    nextcloud(fault, "cloud.example.com", VALID).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nextcloud_whose_certificate_has_expired() {
    let fault = Fault::of("the certificate of `NEXTCLOUD_URL` has expired").await;
    nextcloud(fault, HERE, EXPIRED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_behind() {
    let fault = Fault::of("the certificate of `NEXTCLOUD_URL` is not valid yet, or the clock is behind");
    nextcloud(fault.await, HERE, NOT_YET).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nextcloud_whose_certificate_ends_soon() {
    let fault = Fault::of("the certificate of `NEXTCLOUD_URL` ends within 14 days").await;
    nextcloud(fault, HERE, ENDING).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_of_an_unknown_issuer() {
    let (known, own) = (Authority::new("known"), Authority::new("own"));
    let fault = Fault::of("the certificate of `MODEL_BASE_URL` is by an unknown authority");
    let fault = knowing(fault.await, &known);
    let front = TlsFront::of(&fault.scene.model.url(), own.certify(HERE, VALID));
    fault.set("MODEL_BASE_URL", &front.url).asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_whose_certificate_has_expired() {
    model(Fault::of("the certificate of `MODEL_BASE_URL` has expired").await, EXPIRED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_whose_certificate_ends_soon() {
    model(Fault::of("the certificate of `MODEL_BASE_URL` ends within 14 days").await, ENDING).await;
}

/// An authority that was made anew has the name of the one that is known, and another key.
#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_of_an_unknown_issuer() {
    let (known, own) = (Authority::new("the same"), Authority::new("the same"));
    let fault = Fault::of("the webhook's certificate is by an unknown authority");
    let front = TlsFront::start(own.certify(HERE, VALID));
    let url = format!("{}/webhook", front.url);
    knowing(fault.await, &known).behind(url, move |bot| front.lead_to(bot)).not_asked().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_whose_certificate_ends_soon() {
    let authority = Authority::new("known");
    let fault = Fault::of("the webhook's certificate ends within 14 days").await;
    let front = TlsFront::start(authority.certify(HERE, ENDING));
    let url = format!("{}/webhook", front.url);
    knowing(fault, &authority).behind(url, move |bot| front.lead_to(bot)).not_asked().await;
}
