//! What a server is sent, and what is kept from it and from the log.

use serde_json::json;
use wiremock::matchers::body_partial_json;

use super::*;

fn with_key() -> ModelSettings {
    ModelSettings { api_key: ApiKey::new(Some("k-secret-123".into())), ..settings(&[]) }
}

#[tokio::test]
async fn a_request_is_a_stream_with_a_limit_and_plain_texts() {
    let server = chat_server(answer(200, "stream-usage.sse")).await;
    ask(&model(&[&server.uri()])).await.expect("an answer");
    let expected = json!({
        "model": "halo-8000",
        "messages": [
            {"role": "system", "content": "You are Halo."},
            {"role": "user", "content": "Name three colours."},
        ],
        "stream": true,
        "stream_options": {"include_usage": true},
        "max_tokens": 64,
    });
    assert_eq!(bodies(&server).await, [expected]);
}

#[tokio::test]
async fn a_key_is_sent_where_there_is_one_and_never_shown() {
    let server = chat_server(answer(200, "stream-ok.sse")).await;
    let base_urls = settings(&[&server.uri()]).base_urls;
    let keyed = with(ModelSettings { base_urls, ..with_key() });
    ask(&keyed).await.expect("an answer");
    ask(&model(&[&server.uri()])).await.expect("an answer");
    let requests = server.received_requests().await.expect("recorded");
    let keys: Vec<_> = requests.iter().map(|request| request.headers.get("authorization")).collect();
    let (keyed_requests, plain_requests) = keys.split_at(keys.len() / 2);
    assert!(keyed_requests.iter().all(|key| key.is_some_and(|key| key == "Bearer k-secret-123")), "{keys:?}");
    assert!(plain_requests.iter().all(Option::is_none), "{keys:?}");
    assert!(!format!("{keyed:?} {:?}", with_key()).contains("secret-123"));
}

#[tokio::test]
async fn a_key_that_no_header_can_hold_is_told() {
    let server = chat_server(answer(200, "stream-ok.sse")).await;
    let base_urls = settings(&[&server.uri()]).base_urls;
    let model = with(ModelSettings { base_urls, api_key: ApiKey::new(Some("a\nb".into())), ..with_key() });
    let error = ask(&model).await.expect_err("no such header");
    assert!(error.to_string().contains("MODEL_API_KEY"), "{error}");
}

#[tokio::test]
async fn an_optional_field_that_is_refused_is_left_out_from_then_on() {
    let server = MockServer::start().await;
    let refusal =
        json!({"error": {"message": "Unknown field: stream_options", "type": "invalid_request_error"}});
    Mock::given(body_partial_json(json!({"stream_options": {}})))
        .respond_with(ResponseTemplate::new(400).set_body_json(refusal))
        .mount(&server)
        .await;
    chats(&server, answer(200, "stream-ok.sse")).await;
    let model = model(&[&server.uri()]);
    ask(&model).await.expect("an answer");
    ask(&model).await.expect("an answer");
    let with_usage: Vec<bool> =
        bodies(&server).await.iter().map(|body| body.get("stream_options").is_some()).collect();
    assert_eq!(with_usage, [true, false, false]);
}

#[tokio::test]
async fn a_server_that_wants_the_limits_new_name_gets_it() {
    let server = MockServer::start().await;
    Mock::given(body_partial_json(json!({"max_completion_tokens": 64})))
        .respond_with(answer(200, "stream-ok.sse"))
        .mount(&server)
        .await;
    chats(&server, answer(400, "other-error-openai-max-tokens-400.json")).await;
    ask(&model(&[&server.uri()])).await.expect("an answer");
    assert_eq!(bodies(&server).await.len(), 2);
}

#[tokio::test]
async fn what_the_settings_say_of_sampling_and_fields_is_sent_and_nothing_else() {
    let server = chat_server(answer(200, "stream-ok.sse")).await;
    let extra = json!({"chat_template_kwargs": {"enable_thinking": false}});
    let said = with(ModelSettings {
        limit_field: LimitField::MaxCompletionTokens,
        sampling: Sampling { temperature: Some(0.7), top_p: Some(0.9) },
        extra: extra.as_object().expect("an object").clone(),
        ..settings(&[&server.uri()])
    });
    ask(&said).await.expect("an answer");
    let body = bodies(&server).await.remove(0);
    for (field, value) in [
        ("temperature", json!(0.7)),
        ("top_p", json!(0.9)),
        ("max_completion_tokens", json!(64)),
        ("chat_template_kwargs", json!({"enable_thinking": false})),
    ] {
        assert_eq!(body[field], value, "{field}");
    }
    assert_eq!((body.get("max_tokens"), body.as_object().expect("an object").len()), (None, 8));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = chat_server(answer(200, "stream-ok.sse")).await;
    let location = format!("{}/v1/chat/completions?token=abc", target.uri());
    let server = chat_server(ResponseTemplate::new(308).insert_header("location", location.as_str())).await;
    let error = ask(&model(&[&server.uri()])).await.expect_err("not followed").to_string();
    assert!(error.contains(&target.uri()) && !error.contains("abc"), "{error}");
    assert_eq!(target.received_requests().await.expect("recorded").len(), 0);
}

#[tokio::test]
async fn an_error_does_not_repeat_the_question() {
    let question = "my daughter's name is Ophelia Vantongerloo";
    let message = format!("Input should be a valid list, got '{question}'");
    let refusal = json!({"error": {"message": message, "type": "BadRequestError", "code": 400}});
    let server = chat_server(ResponseTemplate::new(400).set_body_json(refusal)).await;
    let error = model(&[&server.uri()]).complete(&super::question(question), LIMIT).await;
    let error = error.expect_err("refused");
    assert_eq!(error.kind(), "refused");
    assert!(!error.to_string().contains("Ophelia"), "{error}");
}

#[tokio::test]
async fn a_busy_server_is_given_the_time_it_asks_for() {
    let response = answer(429, "other-error-openai-429.json").insert_header("retry-after", "20");
    let server = chat_server(response).await;
    let error = ask(&model(&[&server.uri()])).await.expect_err("busy");
    assert!(matches!(error, ModelError::Busy { after: Some(after) } if after == Duration::from_secs(20)));
}
