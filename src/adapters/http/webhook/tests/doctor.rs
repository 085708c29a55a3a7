//! The doctor's events: known by their stamp, which is good for nothing but a count.

use std::collections::BTreeMap;

use super::*;
use crate::domain::signature::BotSecret;
use crate::domain::stamp::{NONCE, stamp};

/// Of these requests each is counted with that word, and answered like any other.
async fn counted(requests: Vec<(poem::Request, u16, &str)>) {
    let service = Stand::queueing(1).service();
    let endpoint = public(&service, AdminRoutes::Here);
    let mut words = BTreeMap::<&str, u64>::new();
    for (request, status, word) in requests {
        assert_eq!(ask(&endpoint, request).await.0, status, "{word}");
        *words.entry(word).or_default() += 1;
    }
    let page = service.metrics.render(None);
    for (word, count) in words {
        assert!(
            page.contains(&format!("webhooks_total{{outcome=\"{word}\"}} {count}\n")),
            "{word} in {page}"
        );
    }
}

#[tokio::test]
async fn the_doctors_events_are_counted_apart_and_let_in_no_more_than_any_other() {
    let secret = BotSecret::new(fixtures::secret()).expect("length");
    let event = r#"{"type":"DoctorProbe"}"#;
    let by = |random: &str, body: &str, sent: &str| {
        webhook("/", random, &secret.sign(random, body.as_bytes()), sent.to_owned())
    };
    let random = |nonce| stamp(&secret, [nonce; NONCE]);
    let other = stamp(&BotSecret::new([b'x'; 40]).expect("length"), [1; NONCE]);
    let (question, no_event) = (call(), "{}");
    counted(vec![
        (by(&random(1), event, event), 200, "doctor"),
        (by(&random(2), "other bytes", event), 401, "doctor"),
        (by(&random(3), event, "changed on the way"), 401, "doctor"),
        (by(&random(4), "other bytes", &question), 401, "doctor"),
        (by(&random(5), &question, &question), 200, "queued"),
        (by(&random(6), no_event, no_event), 400, "malformed"),
        (by(&other, event, event), 200, "unknown_type"),
        (by(&other, "other bytes", event), 401, "unauthorized"),
    ])
    .await;
}
