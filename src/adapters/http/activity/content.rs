//! The JSON document that Talk puts into a string: a text and what its placeholders stand for.

use serde_json::{Map, Value};

use super::tolerant::as_text;
use crate::domain::text::{Parameter, RichText};

/// Reads `content`. A text that is no such document stands for itself.
pub(super) fn rich_text(content: &str) -> RichText {
    let Ok(Value::Object(content)) = serde_json::from_str(content) else {
        return RichText::plain(content);
    };
    // PHP writes an empty map as `[]`.
    let parameters = match content.get("parameters") {
        Some(Value::Object(parameters)) => {
            let known = |(key, value): (&String, &Value)| Some((key.clone(), parameter(value.as_object()?)));
            parameters.iter().filter_map(known).collect()
        }
        _ => std::collections::BTreeMap::new(),
    };
    RichText { raw: text(&content, "message").unwrap_or_default(), parameters }
}

fn parameter(fields: &Map<String, Value>) -> Parameter {
    Parameter {
        kind: text(fields, "type").unwrap_or_default(),
        id: text(fields, "id").unwrap_or_default(),
        name: text(fields, "name").unwrap_or_default(),
        server: text(fields, "server"),
        mime: text(fields, "mimetype"),
    }
}

fn text(fields: &Map<String, Value>, key: &str) -> Option<String> {
    fields.get(key).and_then(as_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_as_an_object_and_are_none_otherwise() {
        for (parameters, count) in
            [(r#"{"a":{"name":"x"},"b":7}"#, 1), ("[]", 0), ("null", 0), ("{}", 0), (r#"[{"name":"x"}]"#, 0)]
        {
            let text = rich_text(&format!(r#"{{"message":"hi {{a}}","parameters":{parameters}}}"#));
            assert_eq!((text.raw.as_str(), text.parameters.len()), ("hi {a}", count), "{parameters}");
        }
        assert_eq!(rich_text(r#"{"message":"hi"}"#), RichText::plain("hi"));
    }

    #[test]
    fn scalars_may_be_numbers_and_may_be_missing() {
        let text = rich_text(
            r#"{"message":12,"parameters":{"file":{"type":"file","id":90112,"name":2026,"mimetype":"a/b"}}}"#,
        );
        assert_eq!(text.raw, "12");
        let file = Parameter {
            kind: "file".into(),
            id: "90112".into(),
            name: "2026".into(),
            server: None,
            mime: Some("a/b".into()),
        };
        assert_eq!(text.parameters["file"], file);
    }

    #[test]
    fn what_is_no_document_stands_for_itself() {
        for plain in ["hello", "", "[1]", "false", "{\"message\":", "12"] {
            assert_eq!(rich_text(plain), RichText::plain(plain));
        }
    }
}
