//! Who may ask, as the settings say.

use nextcloud_opencode_bot::adapters::demo::talk::Webhook;
use serde_json::json;

use crate::support::app::TestApp;
use crate::support::talk::{GROUP, GUEST, LENA, MIRA, PUBLIC, TOMAS};

/// What each of them hears.
async fn heard(settings: &[(&str, &str)]) -> Vec<String> {
    let mut app = TestApp::with(settings).await;
    let mut verdicts = Vec::new();
    for (room, actor) in [(GROUP, MIRA), (GROUP, TOMAS), (GROUP, LENA), (PUBLIC, GUEST)] {
        let before = app.talk.posted(room).len();
        let verdict = app.say(room, actor, "@Halo hello").await.verdict();
        if verdict == "200 queued" {
            app.talk.wait_for_posts(room, before + 1).await;
        }
        verdicts.push(verdict);
    }
    app.stop().await;
    verdicts
}

const YES: &str = "200 queued";
const NO: &str = "200 ignored not_allowed";

#[tokio::test]
async fn without_settings_every_user_of_this_nextcloud_may() {
    assert_eq!(heard(&[]).await, [YES, YES, NO, NO]);
    assert_eq!(heard(&[("ALLOWED_USERS", "")]).await, [YES, YES, NO, NO]);
}

#[tokio::test]
async fn a_list_admits_those_on_it() {
    assert_eq!(heard(&[("ALLOWED_USERS", " tomas , eve")]).await, [NO, YES, NO, NO]);
}

#[tokio::test]
async fn guests_and_people_of_other_nextclouds_are_admitted_apart() {
    assert_eq!(heard(&[("ALLOW_GUESTS", "true")]).await, [YES, YES, NO, YES]);
    assert_eq!(heard(&[("ALLOW_FEDERATED", "true")]).await, [YES, YES, YES, NO]);
    let both = [("ALLOWED_USERS", "mira"), ("ALLOW_GUESTS", "true"), ("ALLOW_FEDERATED", "true")];
    assert_eq!(heard(&both).await, [YES, NO, YES, YES]);
}

#[tokio::test]
async fn a_borrowed_name_opens_nothing() {
    let mut app = TestApp::with(&[("ALLOWED_USERS", "mira")]).await;
    for actor in
        ["users/Mira Halloran", "users/MIRA", "guests/mira", "federated_users/mira@elsewhere.example"]
    {
        let (_, webhook) = app.said(GROUP, MIRA, "@Halo hello");
        let mut event: serde_json::Value = serde_json::from_str(&webhook.body).expect("JSON");
        event["actor"]["id"] = json!(actor);
        assert_eq!(app.deliver(&Webhook { body: event.to_string() }).await.verdict(), NO, "{actor}");
    }
    app.stop().await;
    assert!(app.model.chats().await.is_empty());
}
