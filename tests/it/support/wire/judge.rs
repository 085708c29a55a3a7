//! Whether a request and its answer are what the documents say: method, path, query, headers and body of the one,
//! status, media type and body of the other, events one by one.

use serde_json::{Value, json};

use super::exchange::{Exchange, Said};
use super::{Document, OUTSIDE};

/// The documents of what is called.
pub(super) struct Contract([Document; 2]);

impl Default for Contract {
    fn default() -> Self {
        Self([Document::talk_bot(), Document::chat_completions()])
    }
}

impl Contract {
    /// What is wrong, a line for each.
    pub(super) fn breaches(&self, exchange: &Exchange) -> Vec<String> {
        let Exchange { request, answer } = exchange;
        let (method, target) = (request.word(0), request.word(1));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let known = self.0.iter().find_map(|document| Some((document, document.operation(method, path)?)));
        let Some((document, (operation, in_path))) = known else {
            return vec![format!("{method} {path} is not documented")];
        };
        let mut faults = Vec::new();
        if request.whole {
            faults.extend(parameters(document, operation, request, &in_path, query));
            faults.extend(sent_body(document, operation, request));
        }
        if let Some(answer) = answer.as_ref().filter(|answer| answer.header(OUTSIDE).is_none()) {
            faults.extend(answered(document, operation, answer));
        }
        faults.into_iter().map(|fault| format!("{method} {path}: {fault}")).collect()
    }
}

fn parameters(
    document: &Document,
    operation: &Value,
    request: &Said,
    in_path: &[(String, String)],
    query: &str,
) -> Vec<String> {
    let query: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let (mut faults, mut documented) = (Vec::new(), Vec::new());
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = document.resolve(parameter);
        let name = parameter["name"].as_str().expect("a name");
        let known = |pairs: &[(String, String)]| {
            pairs.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
        };
        let value = match parameter["in"].as_str().expect("a place") {
            "path" => known(in_path),
            "query" => {
                documented.push(name);
                known(&query)
            }
            _ => request.header(name).map(str::to_owned),
        };
        match value {
            Some(text) => {
                faults.extend(document.faults(&parameter["schema"], &typed(&parameter["schema"], text)));
            }
            None if parameter["required"] == true => faults.push(format!("{name} is missing")),
            None => {}
        }
    }
    let strangers = query.iter().filter(|(name, _)| !documented.contains(&name.as_str()));
    faults.extend(strangers.map(|(name, _)| format!("the query has {name}, which is not documented")));
    faults
}

/// A value that was sent as text, as its schema names it.
fn typed(schema: &Value, text: String) -> Value {
    match schema["type"].as_str() {
        Some("integer") => text.parse::<i64>().map_or(Value::String(text), Value::from),
        _ => Value::String(text),
    }
}

fn sent_body(document: &Document, operation: &Value, request: &Said) -> Vec<String> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    match (schema.is_object(), request.body.is_empty()) {
        (false, true) => Vec::new(),
        (false, false) => vec!["a body that is not documented".to_owned()],
        (true, _) if request.header("content-type") != Some("application/json") => {
            vec!["the body is not marked as JSON".to_owned()]
        }
        (true, _) => json_faults(document, schema, &request.body),
    }
}

fn answered(document: &Document, operation: &Value, answer: &Said) -> Vec<String> {
    let status = answer.word(1);
    let answers = &operation["responses"];
    let range = format!("{}XX", &status[..1.min(status.len())]);
    let Some(known) = answers.get(status).or_else(|| answers.get(&range)) else {
        return vec![format!("the status {status} is not documented")];
    };
    let known = document.resolve(known);
    // Of a failure the status is enough for every reader.
    let told = !answer.body.is_empty() || (status.starts_with('2') && known["x-unread"] != true);
    let Some(contents) = known["content"].as_object().filter(|_| told && answer.whole) else {
        return Vec::new();
    };
    let media_type =
        answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let Some(content) = contents.get(media_type) else {
        return vec![format!("{status} as `{media_type}` is not documented")];
    };
    let faults = match media_type {
        "text/event-stream" => events_faults(document, &content["schema"], &answer.body),
        "application/json" => json_faults(document, &content["schema"], &answer.body),
        _ => Vec::new(),
    };
    faults.into_iter().map(|fault| format!("{status}: {fault}")).collect()
}

/// Of every event that came whole. The last one may be cut.
fn events_faults(document: &Document, schema: &Value, body: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(body);
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let mut faults = Vec::new();
    for line in whole.lines().map(|line| line.trim_end_matches('\r')).filter(|line| !line.is_empty()) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        match (field, value.trim()) {
            ("", _) | ("data", "[DONE]") => {}
            ("data" | "error", value) => faults.extend(json_faults(document, schema, value.as_bytes())),
            _ => faults.push(format!("no field of an event: {line}")),
        }
    }
    faults
}

fn json_faults(document: &Document, schema: &Value, bytes: &[u8]) -> Vec<String> {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => document.faults(schema, &value),
        Err(error) => vec![format!("no JSON: {error}")],
    }
}

/// Events of a recorded stream that fit no chunk.
pub(crate) fn stream_faults(document: &Document, body: &[u8]) -> Vec<String> {
    events_faults(document, &json!({"$ref": "#/components/schemas/Event"}), body)
}
