use poem::http::HeaderMap;
use tokio::time::timeout;

use super::*;

fn call(model: &ScriptedModel, method: &Method, path: &str, body: &Value) -> Answer {
    let body = body.to_string();
    model.answer(&Call { method, path, query: "", headers: &HeaderMap::new(), body: body.as_bytes() })
}

fn chat(body: &Value) -> Answer {
    call(&ScriptedModel::new(Pace::INSTANT), &Method::POST, "/v1/chat/completions", body)
}

fn ask(question: &str) -> Value {
    json!({
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": question}],
        "stream": true, "stream_options": {"include_usage": true}, "max_tokens": 512,
    })
}

fn events(answer: Answer) -> Vec<Value> {
    let Content::Events { events, .. } = answer.content else { panic!("{answer:?}") };
    let data = events.iter().map(|event| event.trim().strip_prefix("data: ").expect("data"));
    data.map(|data| serde_json::from_str(data).unwrap_or_else(|_| data.into())).collect()
}

fn refusal(answer: Answer) -> (u16, Value) {
    let Content::Whole { status, body, .. } = answer.content else { panic!("{answer:?}") };
    let body: Value = serde_json::from_str(&body).expect("JSON");
    (status.as_u16(), body["error"]["type"].clone())
}

#[test]
fn streams_in_the_order_of_the_real_server() {
    let events = events(chat(&ask("think, then give me a list")));
    assert_eq!(events[0]["choices"][0]["delta"], json!({"role": "assistant", "content": null}));
    let delta = |name: &str| {
        let pieces = events.iter().filter_map(|event| event["choices"][0]["delta"][name].as_str());
        pieces.collect::<String>()
    };
    assert_eq!(delta("reasoning_content"), samples::REASONING);
    assert_eq!(delta("content"), samples::LIST);
    let [.., finish, usage, done] = &events[..] else { panic!("too short") };
    assert_eq!(finish["choices"][0], json!({"finish_reason": "stop", "index": 0, "delta": {}}));
    assert_eq!(usage["choices"], json!([]));
    assert_eq!(usage["usage"]["completion_tokens"], events.len() - 4);
    assert_eq!(done, "[DONE]");
}

#[test]
fn an_answer_ends_at_its_limit() {
    let mut request = ask("a long story");
    request["max_tokens"] = 7.into();
    let events = events(chat(&request));
    assert_eq!(events.len(), 7 + 4);
    assert_eq!(events[8]["choices"][0]["finish_reason"], "length");
}

#[test]
fn answers_in_one_piece_when_no_stream_is_asked_for() {
    let mut request = ask("give me a list");
    request["stream"] = false.into();
    let Content::Whole { body, .. } = chat(&request).content else { panic!("no body") };
    let body: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(body["choices"][0]["message"]["content"], samples::LIST);
    assert_eq!(body["choices"][0]["finish_reason"], "stop");
}

#[test]
fn refuses_shapes_that_some_templates_refuse() {
    let message = |role: &str| json!({"role": role, "content": "x"});
    for roles in [
        &[][..],
        &["system"],
        &["assistant"],
        &["user", "user"],
        &["user", "system", "user"],
        &["user", "assistant"],
    ] {
        let messages: Vec<Value> = roles.iter().map(|role| message(role)).collect();
        assert_eq!(
            refusal(chat(&json!({"messages": messages}))),
            (400, "invalid_request_error".into()),
            "{roles:?}"
        );
    }
    assert_eq!(refusal(chat(&json!({}))).0, 400);
    assert_eq!(refusal(chat(&json!({"messages": [{"role": "user"}]}))).0, 400);
}

#[test]
fn refuses_a_prompt_beyond_its_context() {
    assert_eq!(refusal(chat(&ask(&"long ".repeat(4000)))), (400, "exceed_context_size_error".into()));
}

#[test]
fn tells_its_limits_and_nothing_elsewhere() {
    let model = ScriptedModel::new(Pace::INSTANT);
    for path in ["/health", "/v1/health", "/v1/models", "/models", "/props"] {
        assert_eq!(call(&model, &Method::GET, path, &Value::Null).status(), StatusCode::OK, "{path}");
    }
    let Content::Whole { body, .. } = call(&model, &Method::GET, "/props", &Value::Null).content else {
        panic!("no body")
    };
    let body: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(
        (&body["total_slots"], &body["default_generation_settings"]["n_ctx"]),
        (&json!(2), &json!(4096))
    );
    assert_eq!(refusal(call(&model, &Method::GET, "/v1/v1/models", &Value::Null)).0, 404);
    assert_eq!(refusal(call(&model, &Method::GET, "/chat/completions", &Value::Null)).0, 404);
}

#[test]
fn fails_as_it_is_told_to() {
    let model = ScriptedModel::new(Pace::INSTANT);
    let ask = || call(&model, &Method::POST, "/chat/completions", &ask("hello"));
    let whole = events(ask()).len();
    model.set_fault(ModelFault::Loading);
    assert_eq!(refusal(ask()), (503, "unavailable_error".into()));
    model.set_fault(ModelFault::Down);
    assert_eq!(ask().status(), StatusCode::BAD_GATEWAY);
    model.set_fault(ModelFault::Slow);
    assert_eq!(ask().delay, Duration::from_secs(20));
    model.set_fault(ModelFault::Refusing);
    assert_eq!(refusal(ask()), (400, "invalid_request_error".into()));
    model.set_fault(ModelFault::Cut);
    let cut = ask();
    assert!(matches!(cut.content, Content::Events { cut: true, .. }));
    let events = events(cut);
    assert!(
        events.len() < whole && events.iter().all(|event| event["choices"][0]["finish_reason"].is_null())
    );
}

#[test]
fn remembers_the_newest_requests() {
    let model = ScriptedModel::new(Pace::INSTANT);
    for number in 0..=REMEMBERED {
        call(&model, &Method::POST, "/chat/completions", &ask(&number.to_string()));
    }
    let requests = model.requests();
    assert_eq!(requests.len(), REMEMBERED);
    assert_eq!(requests[0]["messages"][1]["content"], "1");
}

async fn stream(model: &Arc<ScriptedModel>, question: &str) -> poem::Response {
    let request = poem::Request::builder().method(Method::POST).uri_str("/v1/chat/completions");
    model.endpoint().get_response(request.body(ask(question).to_string())).await
}

#[tokio::test]
async fn a_third_answer_waits_for_a_slot_and_a_dropped_one_gives_it_back() {
    let model = ScriptedModel::new(Pace::INSTANT);
    let first = stream(&model, "one").await;
    let second = stream(&model, "two").await;
    assert_eq!(model.writing(), SLOTS);
    let mut third = Box::pin(stream(&model, "three"));
    assert!(futures_util::poll!(third.as_mut()).is_pending());
    drop(first);
    let third = third.await;
    assert_eq!(model.writing(), SLOTS);
    let text = third.into_body().into_string().await.expect("text");
    assert!(text.ends_with("data: [DONE]\n\n"));
    drop(second);
    assert_eq!(model.writing(), 0);
}

#[tokio::test]
async fn a_cut_answer_breaks_its_connection() {
    let model = ScriptedModel::new(Pace::INSTANT);
    model.set_fault(ModelFault::Cut);
    assert!(stream(&model, "one").await.into_body().into_string().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn its_silence_ends_after_20_seconds_and_when_it_is_switched_off() {
    let second = Duration::from_secs(1);
    let model = ScriptedModel::new(Pace::INSTANT);
    model.set_fault(ModelFault::Slow);
    let mut silent = Box::pin(stream(&model, "one"));
    assert!(timeout(19 * second, silent.as_mut()).await.is_err());
    drop(timeout(2 * second, silent).await.expect("it speaks"));
    let mut hurried = Box::pin(stream(&model, "two"));
    assert!(timeout(second, hurried.as_mut()).await.is_err());
    model.set_fault(ModelFault::None);
    drop(timeout(second, hurried).await.expect("it speaks"));
}
