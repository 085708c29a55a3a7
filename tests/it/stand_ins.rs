//! The stand-ins and the adapters that talk to them understand each other, in success and in failure. The stand-ins
//! follow what was measured on real servers, so this is what the adapters will meet.

use std::sync::Arc;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::clock::SystemClock;
use nextcloud_opencode_bot::adapters::demo::model::ModelFault;
use nextcloud_opencode_bot::adapters::demo::talk::TalkFault;
use nextcloud_opencode_bot::adapters::openai::{
    ApiKey, BaseUrl, LimitField, ModelSettings, OpenAiModel, Sampling,
};
use nextcloud_opencode_bot::adapters::talk::TalkApi;
use nextcloud_opencode_bot::domain::conversation::ConversationId;
use nextcloud_opencode_bot::domain::message::{MessageId, RoomToken};
use nextcloud_opencode_bot::domain::prompt::Prompt;
use nextcloud_opencode_bot::ports::model::{ChatModel, Completion, Finish, Limits, ModelError, ModelRequest};
use nextcloud_opencode_bot::ports::talk::{Talk, TalkError};

use crate::support::bot_api::bot_api;
use crate::support::model::FakeModel;
use crate::support::process::SECRET;
use crate::support::talk::{FakeTalk, GROUP, MIRA};

fn api(talk: &FakeTalk) -> TalkApi {
    bot_api(&talk.url(), SECRET)
}

fn group() -> RoomToken {
    RoomToken::parse(GROUP).expect("a token")
}

async fn kind(talk: &FakeTalk, text: &str, reply_to: Option<i64>) -> &'static str {
    match api(talk).post(&group().into(), text, reply_to.map(MessageId)).await {
        Ok(()) => "posted",
        Err(error) => error.kind(),
    }
}

#[tokio::test]
async fn a_post_arrives_in_reply_to_its_question() {
    let talk = FakeTalk::start().await;
    let (question, headers, body) = talk.say(GROUP, MIRA, "@Halo what is new?");
    assert!(headers.iter().any(|(name, _)| *name == "X-Nextcloud-Talk-Signature"));
    assert!(body.contains(&format!("\"id\":\"{question}\"")), "{body}");
    assert_eq!(kind(&talk, " Grüße 👩🏽‍🚀\n", Some(question)).await, "posted");
    assert_eq!(talk.wait_for_posts(GROUP, 1).await, [("Grüße 👩🏽‍🚀".to_owned(), Some(question))]);
    api(&talk).probe().await.expect("it is up");
}

#[tokio::test]
async fn talks_refusals_are_understood() {
    let talk = FakeTalk::start().await;
    assert_eq!(kind(&talk, " ", None).await, "refused");
    assert_eq!(kind(&talk, "hi", Some(1)).await, "refused");
    assert_eq!(kind(&talk, &"👍".repeat(32_001), None).await, "too_long");
    talk.server().disable_bot(GROUP);
    assert_eq!(kind(&talk, "hi", None).await, "unauthorized");
    talk.server().enable_bot(GROUP);
    for (fault, expected) in [
        (TalkFault::ServerError, "failed"),
        (TalkFault::GatewayTimeout, "uncertain"),
        (TalkFault::BadGateway, "unavailable"),
        (TalkFault::Unauthorized, "unauthorized"),
        (TalkFault::LockedOut, "locked_out"),
        (TalkFault::None, "posted"),
    ] {
        talk.server().set_fault(fault);
        assert_eq!(kind(&talk, "hi", None).await, expected, "{fault:?}");
    }
}

#[tokio::test]
async fn too_many_wrong_signatures_lock_good_ones_out() {
    let talk = FakeTalk::start().await;
    let wrong = bot_api(&talk.url(), [7; 40]);
    for _ in 0..11 {
        let refused = wrong.post(&group().into(), "hi", None).await;
        assert!(matches!(refused, Err(TalkError::Unauthorized)), "{refused:?}");
    }
    assert_eq!(kind(&talk, "hi", None).await, "locked_out");
}

fn model(fake: &FakeModel, max_tokens: u32) -> OpenAiModel {
    let settings = ModelSettings {
        base_urls: vec![BaseUrl::parse(&fake.url()).expect("an address")],
        model: "halo-8000".into(),
        api_key: ApiKey::default(),
        max_tokens,
        limit_field: LimitField::MaxTokens,
        context_tokens: None,
        spread: false,
        slots: None,
        cache_reuse: 0,
        sampling: Sampling::default(),
        extra: serde_json::Map::new(),
    };
    OpenAiModel::new(settings, Arc::new(SystemClock))
}

async fn ask(fake: &FakeModel, question: &str) -> Result<Completion, ModelError> {
    let conversation = ConversationId { place: group().into(), epoch: 0 };
    let request = ModelRequest { conversation, prompt: Prompt::assemble("You are Halo.", &[], question) };
    model(fake, 200).complete(&request, Duration::from_secs(30)).await
}

#[tokio::test]
async fn an_answer_comes_whole_with_its_count() {
    let fake = FakeModel::start().await;
    let answer = ask(&fake, "Think first: is it late?").await.expect("an answer");
    assert!(answer.text.starts_with("> Think first: is it late?\n"), "{}", answer.text);
    assert!(answer.reasoned && answer.finish == Finish::Stop);
    assert!(answer.usage.expect("counted").completion_tokens > 10);
    let cut = ask(&fake, "a long story").await.expect("an answer");
    assert_eq!((cut.finish, cut.text.split(' ').count()), (Finish::Length, 201));
    assert_eq!(ask(&fake, "say nothing").await.expect("an answer").text, "");
    assert_eq!(fake.script.requests()[0]["messages"][0]["content"], "You are Halo.");
    assert_eq!(model(&fake, 200).limits().await, Limits { context_tokens: 4096, slots: 2 });
}

#[tokio::test]
async fn the_models_failures_are_understood() {
    let fake = FakeModel::start().await;
    for (fault, expected) in [
        (ModelFault::Down, "unreachable"),
        (ModelFault::Loading, "loading"),
        (ModelFault::Cut, "interrupted"),
    ] {
        fake.script.set_fault(fault);
        assert_eq!(ask(&fake, "hello").await.expect_err("no answer").kind(), expected, "{fault:?}");
    }
    fake.script.set_fault(ModelFault::None);
    let long = ask(&fake, &"word ".repeat(4000)).await.expect_err("no answer");
    assert_eq!(long.kind(), "prompt_too_long");
}
