//! How much a server takes, from whichever route tells it. None of these routes waits for a slot, loads a model or
//! hides a lost connection from the server.

use serde_json::Value;

use super::endpoint::Endpoint;
use super::llama;

/// What one server tells; `None` where it does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) context_tokens: Option<u32>,
    pub(super) slots: Option<u32>,
    /// Which model is loaded, where llama-server tells.
    pub(super) model: Option<String>,
}

/// Asks a server about a model; `None` when it does not answer. What it answers also shows whether it is a
/// llama-server.
pub(super) async fn ask(endpoint: &Endpoint, model: &str) -> Option<Told> {
    let props = endpoint.props(None).await;
    if let Some(props) = &props {
        endpoint.learnt.facts().is_llama = Some(llama::in_props(props));
    }
    if let Some(told) = props.as_ref().map(in_props)
        && told.context_tokens.is_some()
    {
        return Some(told);
    }
    if props.as_ref().is_some_and(|props| props["role"] == "router")
        && let Some(props) = endpoint.props(Some(model)).await
    {
        return Some(in_props(&props));
    }
    let models = endpoint.models().await;
    if let Some(models) = &models {
        let in_props = props.as_ref().is_some_and(llama::in_props);
        endpoint.learnt.facts().is_llama = Some(in_props || llama::in_models(models));
    }
    let context_tokens = models.as_ref().and_then(|models| in_models(models, model));
    let slots = props.as_ref().and_then(|props| in_props(props).slots);
    (props.is_some() || models.is_some()).then_some(Told { context_tokens, slots, model: None })
}

fn in_props(props: &Value) -> Told {
    Told {
        context_tokens: positive(&props["default_generation_settings"]["n_ctx"]),
        slots: positive(&props["total_slots"]),
        model: ["model_path", "model_alias"]
            .into_iter()
            .find_map(|name| props[name].as_str().map(str::to_owned)),
    }
}

/// llama-server tells a loaded model's context, vLLM a model's longest request. A server with one model answers
/// with it whatever name is asked for.
fn in_models(models: &Value, model: &str) -> Option<u32> {
    let models = models["data"].as_array()?;
    let named = models.iter().find(|entry| {
        entry["id"] == model
            || entry["aliases"].as_array().is_some_and(|names| names.iter().any(|name| name == model))
    });
    let entry = named.or_else(|| models.first().filter(|_| models.len() == 1))?;
    positive(&entry["meta"]["n_ctx"]).or_else(|| positive(&entry["max_model_len"]))
}

fn positive(number: &Value) -> Option<u32> {
    u32::try_from(number.as_u64()?).ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_one_model_of_a_server_counts_whatever_its_name() {
        let models = json!({"data": [{"id": "a", "meta": {"n_ctx": 2048}}]});
        assert_eq!(in_models(&models, "halo-8000"), Some(2048));
    }

    #[test]
    fn of_several_models_the_named_one_counts() {
        let models = json!({"data": [
            {"id": "a", "meta": {"n_ctx": 1}},
            {"id": "b", "aliases": ["halo"], "max_model_len": 32768},
        ]});
        assert_eq!(in_models(&models, "halo"), Some(32768));
        assert_eq!(in_models(&models, "other"), None);
    }

    #[test]
    fn nonsense_is_no_limit() {
        for number in [json!(0), json!(-1), json!("2048"), json!(null), json!(1e12)] {
            let props = json!({"default_generation_settings": {"n_ctx": number}, "total_slots": number});
            assert_eq!(in_props(&props), Told::default(), "{number}");
        }
    }
}
