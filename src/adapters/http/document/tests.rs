use super::*;

fn read() -> Value {
    serde_json::from_str(&document()).expect("JSON")
}

/// Every value of that key, at any depth.
fn values_of<'a>(key: &str, within: &'a Value, found: &mut Vec<&'a Value>) {
    match within {
        Value::Object(fields) => {
            found.extend(fields.get(key));
            fields.values().for_each(|value| values_of(key, value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| values_of(key, value, found)),
        _ => {}
    }
}

#[test]
fn is_the_same_for_every_call() {
    assert_eq!(document(), document());
    assert!(document().ends_with("}\n"));
}

#[test]
fn every_answer_and_every_body_has_an_example() {
    let document = read();
    let mut bodies = Vec::new();
    values_of("requestBody", &document["paths"], &mut bodies);
    let mut answers = Vec::new();
    values_of("responses", &document["paths"], &mut answers);
    bodies.extend(answers.iter().flat_map(|statuses| statuses.as_object().expect("statuses").values()));
    let contents = || bodies.iter().flat_map(|body| body["content"].as_object().expect("content"));
    assert_eq!(contents().count(), examples().len());
    assert!(contents().all(|(_, media)| !media["example"].is_null()), "{bodies:#?}");
}

/// The framework brings an XML parser along. No operation may reach it.
#[test]
fn takes_json_only() {
    let document = read();
    let mut bodies = Vec::new();
    values_of("requestBody", &document, &mut bodies);
    let types: Vec<_> =
        bodies.iter().flat_map(|body| body["content"].as_object().expect("content").keys()).collect();
    assert_eq!(types, ["application/json"]);
}

#[test]
fn the_webhook_needs_a_signature_over_random_and_body() {
    let document = read();
    let webhook = &document["paths"]["/webhook"]["post"];
    assert_eq!(webhook["security"], json!([{"TalkSignature": []}]));
    let scheme = &document["components"]["securitySchemes"]["TalkSignature"];
    assert_eq!((&scheme["in"], &scheme["name"]), (&json!("header"), &json!("X-Nextcloud-Talk-Signature")));
    let random = &webhook["parameters"][0];
    assert_eq!((&random["name"], &random["required"]), (&json!("X-Nextcloud-Talk-Random"), &json!(true)));
    let body = &webhook["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body, &json!({"$ref": "#/components/schemas/WebhookEvent"}));
}

#[test]
fn the_page_holds_the_document_and_names_no_other_host_to_load_from() {
    let page = page();
    assert!(page.contains("\"receiveEvent\"") && page.contains("not_addressed"));
    for loads in ["<link", "<script src", "src=\"http", "@import"] {
        assert!(!page.contains(loads), "{loads}");
    }
}
