//! The address of a chat-completions API, in any of the ways people write it, and the routes beside it.

use url::{Url, form_urlencoded};

/// Where a model server's API begins. A path in front of it is kept: a proxy or `--api-prefix` may need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// What `/chat/completions` and `/models` are appended to.
    api: String,
    /// What `/health` and `/props` are appended to: the API without its `/v1`.
    root: String,
}

/// The text is not the address of an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadBaseUrl {
    /// No absolute `http` or `https` address.
    #[error("is not an address like http://127.0.0.1:8080/v1")]
    NotHttp,
    /// It would end up in logs.
    #[error("must not contain a user name or password; a key belongs into MODEL_API_KEY")]
    Credentials,
    /// The route is appended to it, so nothing may follow the path.
    #[error("must end with its path: no ? or #")]
    Query,
}

const CHAT: &str = "/chat/completions";

impl BaseUrl {
    /// Accepts `http://host:8080`, `…/v1`, `…/v1/` and `…/v1/chat/completions`, each also below another path.
    /// Only an address without any path gets `/v1` added.
    pub fn parse(raw: &str) -> Result<Self, BadBaseUrl> {
        let url = Url::parse(raw.trim()).map_err(|_| BadBaseUrl::NotHttp)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BadBaseUrl::NotHttp);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadBaseUrl::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BadBaseUrl::Query);
        }
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix(CHAT).unwrap_or(path).trim_end_matches('/');
        let origin = url.origin().ascii_serialization();
        let api = if path.is_empty() { format!("{origin}/v1") } else { format!("{origin}{path}") };
        let root = api.strip_suffix("/v1").unwrap_or(&api).to_owned();
        Ok(Self { api, root })
    }

    /// What every route of the API begins with.
    #[must_use]
    pub fn api(&self) -> &str {
        &self.api
    }

    pub(super) fn chat(&self) -> String {
        format!("{}{CHAT}", self.api)
    }

    /// Counts the tokens of what would be asked.
    pub(super) fn input_tokens(&self) -> String {
        format!("{}{CHAT}/input_tokens", self.api)
    }

    pub(super) fn apply_template(&self) -> String {
        format!("{}/apply-template", self.root)
    }

    pub(super) fn tokenize(&self) -> String {
        format!("{}/tokenize", self.root)
    }

    pub(super) fn slots(&self) -> String {
        format!("{}/slots", self.root)
    }

    pub(super) fn models(&self) -> String {
        format!("{}/models", self.api)
    }

    pub(super) fn health(&self) -> String {
        format!("{}/health", self.root)
    }

    /// The server's properties, or those of one of its models, which is not loaded for it.
    pub(super) fn props(&self, model: Option<&str>) -> String {
        let props = format!("{}/props", self.root);
        let query =
            |model| form_urlencoded::Serializer::new(String::new()).append_pair("model", model).finish();
        model.map_or_else(|| props.clone(), |model| format!("{props}?{}&autoload=false", query(model)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_leads_to_the_same_routes() {
        for (spellings, chat, props) in [
            (
                vec![
                    "http://h:8080",
                    "http://h:8080/",
                    " http://h:8080/v1",
                    "http://h:8080/v1/",
                    "http://h:8080/v1/chat/completions",
                    "http://h:8080/v1/chat/completions/",
                ],
                "http://h:8080/v1/chat/completions",
                "http://h:8080/props",
            ),
            (
                vec!["https://h/llm/v1", "https://h/llm/v1/chat/completions"],
                "https://h/llm/v1/chat/completions",
                "https://h/llm/props",
            ),
            (
                vec!["http://[::1]:80/api/openai/"],
                "http://[::1]/api/openai/chat/completions",
                "http://[::1]/api/openai/props",
            ),
        ] {
            for spelling in spellings {
                let base = BaseUrl::parse(spelling).expect(spelling);
                assert_eq!((base.chat().as_str(), base.props(None).as_str()), (chat, props), "{spelling}");
            }
        }
    }

    #[test]
    fn the_other_routes_lie_beside() {
        let base = BaseUrl::parse("http://h:8080/x/v1").expect("valid");
        assert_eq!(base.models(), "http://h:8080/x/v1/models");
        assert_eq!(base.health(), "http://h:8080/x/health");
        assert_eq!(base.slots(), "http://h:8080/x/slots");
        assert_eq!(base.input_tokens(), "http://h:8080/x/v1/chat/completions/input_tokens");
        assert_eq!(base.props(Some("a&b c")), "http://h:8080/x/props?model=a%26b+c&autoload=false");
    }

    #[test]
    fn what_cannot_be_an_address_is_refused_with_the_reason() {
        for (raw, error) in [
            ("", BadBaseUrl::NotHttp),
            ("localhost:8080", BadBaseUrl::NotHttp),
            ("127.0.0.1:8080/v1", BadBaseUrl::NotHttp),
            ("http://", BadBaseUrl::NotHttp),
            ("ftp://h/v1", BadBaseUrl::NotHttp),
            ("http://key@h/v1", BadBaseUrl::Credentials),
            ("http://me:secret@h/v1", BadBaseUrl::Credentials),
            ("http://h/v1?key=1", BadBaseUrl::Query),
            ("http://h/v1#top", BadBaseUrl::Query),
        ] {
            assert_eq!(BaseUrl::parse(raw), Err(error), "{raw}");
        }
    }
}
