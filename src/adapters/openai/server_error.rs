//! What a server says went wrong, in any of the shapes that chat servers use: an object, a bare string, an object
//! that is not nested, a validator's list, plain words, or a web page.

use serde_json::Value;

/// The parts of an error that decisions hang on. All of it may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ServerError {
    /// In the server's words. May repeat parts of the request.
    message: String,
    /// `type`, `code` and `status`, where they are words.
    kind: String,
    /// `code`, where it is an HTTP status.
    code: Option<u16>,
    /// llama-server's `n_prompt_tokens`.
    prompt_tokens: Option<u64>,
    /// llama-server's `n_ctx`.
    context_tokens: Option<u64>,
}

/// Longest account of an error that is passed on, in characters.
const BRIEF: usize = 200;

impl ServerError {
    /// Reads the body of a refusal.
    pub(super) fn in_body(body: &[u8]) -> Self {
        if let Ok(value) = serde_json::from_slice(body) {
            return Self::from_value(&value);
        }
        let text = String::from_utf8_lossy(body).trim().to_owned();
        let message = if text.starts_with('<') { "a web page instead of an answer".to_owned() } else { text };
        Self { message, ..Self::default() }
    }

    /// The error that an event or an answer turns out to be, if it is one.
    pub(super) fn in_answer(value: &Value) -> Option<Self> {
        let is_error = value.get("error").is_some_and(|error| !error.is_null()) || value["object"] == "error";
        is_error.then(|| Self::from_value(value))
    }

    /// From an error object, or from what holds one.
    pub(super) fn from_value(value: &Value) -> Self {
        let error = value.get("error").filter(|error| !error.is_null()).unwrap_or(value);
        let text = |field: &str| error[field].as_str().unwrap_or_default();
        let message =
            [error, &error["message"], &error["detail"], &error["detail"][0]["msg"]].map(Value::as_str);
        Self {
            message: message.into_iter().flatten().next().unwrap_or_default().to_owned(),
            kind: ["type", "code", "status"].map(text).join(" ").trim().to_owned(),
            code: error["code"].as_u64().and_then(|code| u16::try_from(code).ok()),
            prompt_tokens: error["n_prompt_tokens"].as_u64(),
            context_tokens: error["n_ctx"].as_u64(),
        }
    }

    /// The HTTP status that this error would have had, when it came in an answer that began well.
    pub(super) fn status(&self) -> u16 {
        let kinds =
            [("invalid_request", 400), ("authentication", 401), ("not_found", 404), ("rate_limit", 429)];
        let by_kind =
            || kinds.iter().find(|(kind, _)| self.kind.contains(kind)).map_or(500, |(_, code)| *code);
        self.code.filter(|code| (400..600).contains(code)).unwrap_or_else(by_kind)
    }

    /// Whether the server said one of these (in lower case), in its words or as a code.
    pub(super) fn says(&self, any: &[&str]) -> bool {
        let said = format!("{} {}", self.kind, self.message).to_lowercase();
        any.iter().any(|words| said.contains(words))
    }

    /// The server's words for a log: one short line. It ends where a structure begins, since that is where
    /// servers repeat the request, and of a template's error only the last line is of use.
    pub(super) fn brief(&self) -> String {
        let message = self.message.rsplit("Jinja Exception:").next().unwrap_or_default();
        let message = message.split('{').next().unwrap_or_default();
        let words: Vec<&str> = message.split_whitespace().collect();
        words.join(" ").chars().take(BRIEF).collect()
    }

    /// How long the prompt was, where the server tells.
    pub(super) fn prompt_tokens(&self) -> Option<u64> {
        let phrases = ["request (", "resulted in ", "request has ", "tokens ("];
        self.prompt_tokens.or_else(|| self.number_after(&phrases))
    }

    /// How long it may be, where the server tells.
    pub(super) fn context_tokens(&self) -> Option<u64> {
        let phrases = ["context size (", "context length is ", "context length of only "];
        self.context_tokens.or_else(|| self.number_after(&phrases))
    }

    fn number_after(&self, phrases: &[&str]) -> Option<u64> {
        phrases.iter().find_map(|phrase| {
            let rest = &self.message[self.message.find(phrase)? + phrase.len()..];
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            rest[..digits].parse().ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_every_shape() {
        for (body, message, kind, code) in [
            (r#"{"error":{"message":"m","type":"t","code":400}}"#, "m", "t", Some(400)),
            (r#"{"error":{"message":"m","type":"t","code":"c"}}"#, "m", "t c", None),
            (r#"{"error":"m"}"#, "m", "", None),
            (r#"{"status":"loading model"}"#, "", "loading model", None),
            (r#"{"object":"error","message":"m","type":"t","code":404}"#, "m", "t", Some(404)),
            (r#"{"detail":"m"}"#, "m", "", None),
            (r#"{"detail":[{"loc":["body"],"msg":"m","input":"secret"}]}"#, "m", "", None),
            (r#"{"error":{"code":null}}"#, "", "", None),
            ("404 page not found\n", "404 page not found", "", None),
            ("<html>…", "a web page instead of an answer", "", None),
            ("", "", "", None),
            ("[1]", "", "", None),
        ] {
            let expected =
                ServerError { message: message.into(), kind: kind.into(), code, ..ServerError::default() };
            assert_eq!(ServerError::in_body(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn only_an_error_in_an_answer_is_one() {
        for (value, is_error) in [
            (json!({"choices": []}), false),
            (json!({"choices": [], "error": null}), false),
            (json!({"error": "x"}), true),
            (json!({"error": {}}), true),
            (json!({"object": "error", "message": "x"}), true),
        ] {
            assert_eq!(ServerError::in_answer(&value).is_some(), is_error, "{value}");
        }
    }

    #[test]
    fn the_brief_is_one_line_without_structures() {
        for (message, brief) in [
            (
                "Failed to parse messages: Missing 'role' in message: {\"content\":\"x\"}",
                "Failed to parse messages: Missing 'role' in message:",
            ),
            (
                "While executing\n   ^\nError: Jinja Exception: System message must be first.",
                "System message must be first.",
            ),
            (" a\n\n b ", "a b"),
        ] {
            assert_eq!(ServerError::in_body(message.as_bytes()).brief(), brief);
        }
        assert_eq!(ServerError::in_body("ä".repeat(500).as_bytes()).brief().chars().count(), BRIEF);
    }

    #[test]
    fn an_error_without_a_status_gets_one_from_its_kind() {
        for (value, status) in [
            (json!({"error": {"code": 503}}), 503),
            (json!({"error": {"code": 7, "type": "invalid_request_error"}}), 400),
            (json!({"error": {"code": "rate_limit_exceeded"}}), 429),
            (json!({"error": "x"}), 500),
        ] {
            assert_eq!(ServerError::from_value(&value).status(), status, "{value}");
        }
    }
}
