//! The JSON document that Talk puts into a string: a text and what its placeholders stand for.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::tolerant;
use crate::domain::text::{Parameter, RichText};

/// The document. Keys that are not listed here are ignored.
#[derive(Deserialize)]
struct Content {
    #[serde(default, deserialize_with = "tolerant::text")]
    message: Option<String>,
    /// PHP writes an empty map as `[]`.
    #[serde(default, deserialize_with = "tolerant::objects")]
    parameters: BTreeMap<String, Meaning>,
}

/// What a placeholder stands for.
#[derive(Deserialize)]
struct Meaning {
    #[serde(rename = "type", default, deserialize_with = "tolerant::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "tolerant::text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "tolerant::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "tolerant::text")]
    server: Option<String>,
    #[serde(rename = "mimetype", default, deserialize_with = "tolerant::text")]
    mime: Option<String>,
}

/// Reads `content`. A text that is no such document stands for itself.
pub(super) fn rich_text(content: &str) -> RichText {
    let Ok(Some(document)) = tolerant::whole::<Content>(content.as_bytes()) else {
        return RichText::plain(content);
    };
    let parameters = document.parameters.into_iter().map(|(key, meaning)| (key, meaning.into())).collect();
    RichText { raw: document.message.unwrap_or_default(), parameters }
}

impl From<Meaning> for Parameter {
    fn from(meaning: Meaning) -> Self {
        Self {
            kind: meaning.kind.unwrap_or_default(),
            id: meaning.id.unwrap_or_default(),
            name: meaning.name.unwrap_or_default(),
            server: meaning.server,
            mime: meaning.mime,
        }
    }
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
