//! What only a llama-server understands, and how one is known. Its slots keep the prompts they worked on last; when
//! the beginning of a conversation is dropped, what follows can be moved to its new place instead of being computed
//! again. What is moved carries traces of what it was computed after, so it must never come from another
//! conversation's prompt: [`ledger`] knows in which slot a conversation was last, and [`mark`] keeps the server from
//! exchanging what is in it.

use reqwest::header::{HeaderMap, SERVER};
use serde_json::Value;

pub(super) mod desk;
pub(super) mod ledger;
pub(super) mod mark;

/// Whether an answer's head proves a llama-server. A proxy may have put its own name there, so other heads prove
/// nothing.
pub(super) fn in_headers(headers: &HeaderMap) -> bool {
    headers.get(SERVER).is_some_and(|server| server == "llama.cpp")
}

/// Whether `/props` is a llama-server's, a router's included.
pub(super) fn in_props(props: &Value) -> bool {
    let settings = props["default_generation_settings"].is_object();
    settings && (props["total_slots"].is_u64() || props["role"] == "router")
}

/// Whether a list of models is a llama-server's.
pub(super) fn in_models(models: &Value) -> bool {
    models["data"].as_array().is_some_and(|list| list.iter().any(|model| model["owned_by"] == "llamacpp"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    macro_rules! recorded {
        ($name:literal) => {
            serde_json::from_str(include_str!(concat!("../../../../tests/fixtures/llama/", $name)))
                .expect($name)
        };
    }

    #[test]
    fn a_llama_server_is_known_by_what_it_tells() {
        assert!(in_props(&recorded!("props.json")) && in_props(&recorded!("router-props.json")));
        assert!(in_models(&recorded!("models.json")) && in_models(&recorded!("router-models.json")));
        let headers = |name: &'static str| HeaderMap::from_iter([(SERVER, name.parse().expect("a header"))]);
        assert!(in_headers(&headers("llama.cpp")));
        assert!(!in_headers(&headers("nginx/1.27")) && !in_headers(&HeaderMap::new()));
    }

    #[test]
    fn other_servers_are_not_taken_for_one() {
        for props in [json!({}), json!({"total_slots": 2}), json!("x"), json!({"role": "router"})] {
            assert!(!in_props(&props), "{props}");
        }
        for models in [json!({}), json!({"data": []}), json!({"data": [{"id": "m", "owned_by": "vllm"}]})] {
            assert!(!in_models(&models), "{models}");
        }
    }
}
