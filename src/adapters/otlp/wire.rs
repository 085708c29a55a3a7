//! Spans as OTLP writes them in JSON: ids in hex, 64-bit numbers as text.

use serde_json::{Value, json};

use super::Collector;
use crate::domain::time::Timestamp;
use crate::telemetry::traces::{Attribute, Span, Step};

/// SERVER and CLIENT, as OTLP numbers kinds; INTERNAL is the rest.
const INTERNAL: u8 = 1;
const SERVER: u8 = 2;
const CLIENT: u8 = 3;

/// As OTLP numbers the status of a span.
const ERROR: u8 = 2;

/// The body of one request.
pub(super) fn body(collector: &Collector, spans: &[Span]) -> Value {
    let service = json!([
        {"key": "service.name", "value": {"stringValue": collector.service}},
        {"key": "service.version", "value": {"stringValue": env!("CARGO_PKG_VERSION")}},
    ]);
    let spans: Vec<Value> = spans.iter().map(span).collect();
    json!({"resourceSpans": [{
        "resource": {"attributes": service},
        "scopeSpans": [{"scope": {"name": env!("CARGO_PKG_NAME")}, "spans": spans}],
    }]})
}

fn span(span: &Span) -> Value {
    let name = span.step.as_str();
    let kind = match span.step {
        Step::Webhook => SERVER,
        Step::Model | Step::Post => CLIENT,
        Step::Wait | Step::Settle => INTERNAL,
    };
    let mut attributes: Vec<Value> = span.attributes.iter().map(attribute).collect();
    if let Some(error) = span.error {
        attributes.push(attribute(&("error.type", Attribute::Word(error))));
    }
    let mut json = json!({
        "traceId": span.trace.to_string(),
        "name": name,
        "kind": kind,
        "startTimeUnixNano": nanoseconds(span.began),
        "endTimeUnixNano": nanoseconds(span.ended.max(span.began)),
        "attributes": attributes,
        "status": span.error.map_or_else(|| json!({}), |error| json!({"code": ERROR, "message": error})),
    });
    if span.step == Step::Webhook {
        json["spanId"] = span.trace.root().into();
    } else {
        json["spanId"] = span.trace.child(name, span.began.as_millis(), span.nth).into();
        json["parentSpanId"] = span.trace.root().into();
    }
    json
}

fn attribute((key, value): &(&'static str, Attribute)) -> Value {
    let value = match value {
        Attribute::Number(number) => json!({"intValue": number.to_string()}),
        Attribute::Word(word) => json!({"stringValue": word}),
    };
    json!({"key": key, "value": value})
}

fn nanoseconds(time: Timestamp) -> String {
    format!("{}000000", time.as_millis().max(0))
}
