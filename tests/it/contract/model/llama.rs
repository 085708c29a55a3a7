//! What only a llama-server is sent, and when.

use std::collections::BTreeSet;

use serde_json::json;
use wiremock::matchers::any;

use super::*;
use crate::support::model::FakeModel;

/// Fields that no other server knows.
const LLAMA_FIELDS: [&str; 3] = ["n_cache_reuse", "id_slot", "seed"];

fn llama_fields(body: &Value) -> Vec<&str> {
    LLAMA_FIELDS.into_iter().filter(|field| body.get(field).is_some()).collect()
}

async fn last_body(server: &MockServer) -> Value {
    bodies(server).await.pop().expect("a question")
}

#[tokio::test]
async fn a_server_that_proves_nothing_is_sent_the_standard_alone() {
    let server = chat_server(answer(200, "stream-ok.sse")).await;
    get(&server, "/v1/models", ResponseTemplate::new(200).set_body_json(json!({"data": [{"id": "m"}]})))
        .await;
    ask(&model(&[&server.uri()])).await.expect("an answer");
    let body = last_body(&server).await;
    assert!(llama_fields(&body).is_empty(), "{body}");
    assert_eq!(body["messages"][0]["content"], "You are Halo.");
}

#[tokio::test]
async fn a_llama_server_is_known_by_its_header_its_properties_or_its_models() {
    for proof in ["header", "/props", "/v1/models"] {
        let server = chat_server(answer(200, "stream-ok.sse")).await;
        match proof {
            "header" => {
                let response = ResponseTemplate::new(404).insert_header("server", "llama.cpp");
                Mock::given(any()).respond_with(response).mount(&server).await;
            }
            "/props" => get(&server, proof, answer(200, "props.json")).await,
            _ => get(&server, proof, answer(200, "models.json")).await,
        }
        ask(&model(&[&server.uri()])).await.expect("an answer");
        assert_eq!(last_body(&server).await["n_cache_reuse"], 0, "{proof}");
    }
}

#[tokio::test]
async fn after_a_lost_connection_the_proof_is_asked_for_again() {
    let server = chat_server(answer(200, "stream-ok.sse")).await;
    get(&server, "/props", answer(200, "props.json")).await;
    let model = model(&[&server.uri()]);
    ask(&model).await.expect("an answer");
    assert_eq!(last_body(&server).await["n_cache_reuse"], 0);
    server.reset().await;
    chats(&server, answer(503, "error-503-loading.json")).await;
    ask(&model).await.expect_err("loading");
    server.reset().await;
    chats(&server, answer(200, "stream-ok.sse")).await;
    ask(&model).await.expect("an answer of another server");
    assert!(llama_fields(&last_body(&server).await).is_empty());
}

#[tokio::test]
async fn where_it_is_switched_off_or_the_slots_cannot_be_told_apart_nothing_is_moved() {
    let seeded = json!({"seed": 1}).as_object().expect("an object").clone();
    let fake = FakeModel::start().await;
    let urls = [&*fake.url()];
    for settings in [
        ModelSettings { cache_reuse: 0, ..settings(&urls) },
        ModelSettings { extra: seeded, ..settings(&urls) },
    ] {
        let model = with(settings);
        for _ in 0..2 {
            ask(&model).await.expect("an answer");
            let body = last_body(fake.mock()).await;
            assert_eq!((&body["n_cache_reuse"], body.get("id_slot")), (&json!(0), None));
            assert_eq!(body["messages"][0]["content"], "You are Halo.");
        }
    }
    let server = chat_server(answer(200, "stream-ok.sse")).await;
    get(&server, "/props", answer(200, "props.json")).await;
    let model = model(&[&server.uri()]);
    for _ in 0..2 {
        ask(&model).await.expect("an answer");
        assert_eq!(llama_fields(&last_body(&server).await), ["n_cache_reuse"], "no such route");
    }
    let looks = server.received_requests().await.expect("recorded");
    assert_eq!(looks.iter().filter(|request| request.url.path() == "/slots").count(), 1);
}

/// The scripted model with its two slots, asked in rooms and epochs.
struct Slots {
    fake: FakeModel,
    model: OpenAiModel,
}

impl Slots {
    async fn new() -> Self {
        let fake = FakeModel::start().await;
        let model = model(&[&fake.url()]);
        Self { fake, model }
    }

    /// Asks, and returns the slot that was asked for and the smallest piece that may be moved.
    async fn ask(&self, room: &str, epoch: u64) -> (Option<u64>, u64) {
        let request = ModelRequest { conversation: conversation(room, epoch), prompt: prompt("hi") };
        self.model.complete(&request, LIMIT).await.expect("an answer");
        let body = last_body(self.fake.mock()).await;
        (body["id_slot"].as_u64(), body["n_cache_reuse"].as_u64().expect("always sent"))
    }
}

#[tokio::test]
async fn a_conversation_keeps_its_slot_and_only_its_own_prompt_is_moved() {
    let slots = Slots::new().await;
    let (a, first) = slots.ask("a", 0).await;
    let (b, _) = slots.ask("b", 0).await;
    assert!(a.is_some() && b.is_some() && a != b && first == 0, "{a:?} {b:?}");
    for _ in 0..2 {
        assert_eq!(slots.ask("a", 0).await, (a, 64));
        assert_eq!(slots.ask("b", 0).await, (b, 64));
    }
}

#[tokio::test]
async fn nothing_is_moved_in_the_first_request_after_an_erase() {
    let slots = Slots::new().await;
    slots.ask("a", 0).await;
    assert_eq!(slots.ask("a", 0).await.1, 64);
    assert_eq!(slots.ask("a", 1).await.1, 0);
    assert_eq!(slots.ask("a", 1).await.1, 64);
}

#[tokio::test]
async fn with_more_rooms_than_slots_the_choice_is_the_servers() {
    let slots = Slots::new().await;
    for room in ["a", "b"] {
        slots.ask(room, 0).await;
    }
    for room in ["c", "a", "b", "c"] {
        assert!(matches!(slots.ask(room, 0).await, (None, 0) | (Some(_), 64)), "{room}");
    }
}

#[tokio::test]
async fn conversations_share_the_instructions_and_differ_right_after_them() {
    let slots = Slots::new().await;
    for (room, epoch) in [("a", 0), ("b", 0), ("a", 1), ("a", 1)] {
        slots.ask(room, epoch).await;
    }
    let requests = bodies(slots.fake.mock()).await;
    let instructions = requests.iter().map(|body| body["messages"][0]["content"].as_str().expect("text"));
    let instructions: BTreeSet<&str> = instructions.collect();
    assert_eq!(instructions.len(), 3, "the same for the same conversation: {instructions:?}");
    assert!(instructions.iter().all(|text| text.starts_with("You are Halo.\n\n(Conversation ")));
}

#[tokio::test]
async fn requests_are_told_apart_by_their_seeds() {
    let slots = Slots::new().await;
    for _ in 0..4 {
        slots.ask("a", 0).await;
    }
    let requests = bodies(slots.fake.mock()).await;
    let seeds: BTreeSet<u64> = requests.iter().filter_map(|body| body["seed"].as_u64()).collect();
    assert_eq!(seeds.len(), 4);
}

#[tokio::test]
async fn after_a_request_that_was_withdrawn_before_it_began_nothing_is_certain() {
    let server = MockServer::start().await;
    get(&server, "/props", answer(200, "props.json")).await;
    get(&server, "/slots", answer(200, "slots-idle.json")).await;
    chats(&server, answer(200, "stream-ok.sse").set_delay(Duration::from_secs(20))).await;
    let model = model(&[&server.uri()]);
    let cut = model.complete(&question("hi"), Duration::from_millis(300)).await;
    assert_eq!(cut.expect_err("slow").kind(), "timed_out");
    assert_eq!(last_body(&server).await["id_slot"], 0, "of nobody");
    server.reset().await;
    get(&server, "/props", answer(200, "props.json")).await;
    get(&server, "/slots", answer(200, "slots-idle.json")).await;
    chats(&server, answer(200, "stream-ok.sse")).await;
    ask(&model).await.expect("an answer");
    assert_eq!(llama_fields(&last_body(&server).await), ["n_cache_reuse", "seed"]);
}
