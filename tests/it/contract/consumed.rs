//! The documents of what is called, and whether a JSON value fits one of their schemas. Knows the keywords that the
//! documents use, and no others.

use serde_json::{Map, Value};
use wiremock::Request;

/// One document.
pub(super) struct Document(Value);

impl Document {
    pub(super) fn chat_completions() -> Self {
        Self::parse(include_str!("../../../openapi/consumed/chat-completions.yaml"))
    }

    pub(super) fn talk_bot() -> Self {
        Self::parse(include_str!("../../../openapi/consumed/talk-bot.yaml"))
    }

    fn parse(yaml: &str) -> Self {
        Self(serde_yaml::from_str(yaml).expect("a document"))
    }

    /// Panics unless `path` and `method` are documented and the body fits; returns the operation.
    pub(super) fn assert_request(&self, method: &str, path: &str, body: &[u8]) -> &Value {
        let operation = &self.0["paths"][path][method.to_lowercase()];
        assert!(operation.is_object(), "{method} {path} is not documented");
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_object() {
            let body = serde_json::from_slice(body).expect("a JSON body");
            self.check(schema, &body, "body");
        } else {
            assert!(body.is_empty(), "{method} {path} has an undocumented body");
        }
        operation
    }

    /// Like `assert_request`, and for the path, the query and the headers as well.
    pub(super) fn assert_sent(&self, request: &Request) {
        let path = request.url.path();
        let paths = self.0["paths"].as_object().expect("paths");
        let found = paths.keys().find_map(|template| Some((template, path_values(template, path)?)));
        let (template, in_path) = found.unwrap_or_else(|| panic!("{path} is not documented"));
        let operation = self.assert_request(request.method.as_str(), template, &request.body);
        let query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
        let mut documented = Vec::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = self.resolve(parameter);
            let name = parameter["name"].as_str().expect("a name");
            let known = |pairs: &[(String, String)]| {
                pairs.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
            };
            let value = match parameter["in"].as_str().expect("a place") {
                "path" => known(&in_path),
                "query" => {
                    documented.push(name);
                    known(&query)
                }
                "header" => request.headers.get(name).map(|value| value.to_str().expect("text").to_owned()),
                place => panic!("the documents use no {place}"),
            };
            let value = value.unwrap_or_else(|| panic!("{name} is missing"));
            self.check(&parameter["schema"], &typed(&parameter["schema"], value), name);
        }
        let stranger = query.iter().find(|(name, _)| !documented.contains(&name.as_str()));
        assert_eq!(stranger, None, "{template} has an undocumented query");
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let Some(reference) = value["$ref"].as_str() else { return value };
        self.0.pointer(reference.trim_start_matches('#')).expect("a reference that leads somewhere")
    }

    /// Panics unless the value fits the named schema.
    pub(super) fn assert_fits(&self, schema: &str, value: &Value) {
        self.check(&self.0["components"]["schemas"][schema], value, schema);
    }

    fn check(&self, schema: &Value, value: &Value, at: &str) {
        if schema["$ref"].is_string() {
            return self.check(self.resolve(schema), value, at);
        }
        if value.is_null() && schema["nullable"] == true {
            return;
        }
        if let Some(kind) = schema["type"].as_str() {
            assert!(is_a(kind, value), "{at} is no {kind}: {value}");
        }
        if let Some(values) = schema["enum"].as_array() {
            assert!(values.contains(value), "{at} must not be {value}");
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            let fits = |choice: &&Value| choice["type"].as_str().is_some_and(|kind| is_a(kind, value));
            self.check(choices.iter().find(fits).unwrap_or_else(|| panic!("{at}: {value}")), value, at);
        }
        for item in value.as_array().into_iter().flatten() {
            self.check(&schema["items"], item, at);
        }
        if let (Some(properties), Some(fields)) = (schema["properties"].as_object(), value.as_object()) {
            self.check_fields(schema, properties, fields, at);
        }
    }

    fn check_fields(
        &self,
        schema: &Value,
        properties: &Map<String, Value>,
        fields: &Map<String, Value>,
        at: &str,
    ) {
        for (name, field) in fields {
            match properties.get(name) {
                Some(schema) => self.check(schema, field, &format!("{at}.{name}")),
                None => assert_ne!(schema["additionalProperties"], false, "{at}.{name} is not documented"),
            }
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            assert!(fields.contains_key(name), "{at}.{name} is missing");
        }
    }
}

/// What stands in the place of each `{name}`, where the path is one of that template.
fn path_values(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let (parts, values): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    if parts.len() != values.len() {
        return None;
    }
    let mut named = Vec::new();
    for (part, value) in parts.into_iter().zip(values) {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => named.push((name.to_owned(), value.to_owned())),
            None if part == value => {}
            None => return None,
        }
    }
    Some(named)
}

/// A value that was sent as text, as its schema names it.
fn typed(schema: &Value, text: String) -> Value {
    match schema["type"].as_str() {
        Some("integer") => text.parse::<i64>().map_or(Value::String(text), Value::from),
        _ => Value::String(text),
    }
}

fn is_a(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => panic!("the documents use no {kind}"),
    }
}

#[test]
#[should_panic(expected = "body.top_k is not documented")]
fn a_field_that_is_not_documented_is_found() {
    let body = br#"{"model":"m","messages":[],"stream":true,"top_k":1}"#;
    Document::chat_completions().assert_request("POST", "/v1/chat/completions", body);
}

#[test]
#[should_panic(expected = "body.messages.content is no string")]
fn a_wrong_type_is_found() {
    let body = br#"{"model":"m","messages":[{"role":"user","content":1}],"stream":true}"#;
    Document::chat_completions().assert_request("POST", "/v1/chat/completions", body);
}
