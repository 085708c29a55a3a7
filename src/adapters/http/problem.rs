//! What an answer that is no success looks like: the problem details of RFC 9457 for all of them, with a word for
//! programs. Only a probe that fails is no problem but a report.

use poem::Response;
use poem::http::{StatusCode, header};
use poem_openapi::types::ToJSON;
use poem_openapi::{Enum, Object};

/// Why a request failed, as a closed word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub(super) enum Reason {
    /// The signature or its headers are missing or wrong.
    Unauthorized,
    /// Signed, but no event of Talk.
    Malformed,
    /// The body did not arrive, or not in time.
    Incomplete,
    /// The body is too long.
    TooLarge,
    /// The store could not take it.
    Unavailable,
    /// Nothing is at that path.
    NotFound,
    /// The path takes other methods.
    MethodNotAllowed,
    /// A defect of this service.
    Internal,
}

impl Reason {
    /// The word, as in the answer and in metrics.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::Malformed => "malformed",
            Self::Incomplete => "incomplete",
            Self::TooLarge => "too_large",
            Self::Unavailable => "unavailable",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Internal => "internal",
        }
    }

    /// The status it is sent with.
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Incomplete => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What people are told when there is nothing more to say. One sentence for every wrong signature: it must not
    /// tell how near a guess was.
    const fn detail(self) -> &'static str {
        match self {
            Self::Unauthorized => "the signature or one of its headers is missing or wrong",
            Self::Malformed => "the body is no event of Talk",
            Self::Incomplete => "the body did not arrive, or not in time",
            Self::TooLarge => "the body is longer than 2 MiB",
            Self::Unavailable => "the store is not available; the event counts as not taken",
            Self::NotFound => "nothing is at this path",
            Self::MethodNotAllowed => "the path does not take this method",
            Self::Internal => "this service failed on the request; its log says more",
        }
    }
}

/// Its media type.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request failed: problem details as in RFC 9457.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub(super) struct Problem {
    /// Always `about:blank`: the status says what kind of problem it is, and `reason` says it closer.
    #[oai(rename = "type")]
    kind: String,
    /// The name of the status.
    title: String,
    /// The status of the answer.
    status: u16,
    /// A sentence for people.
    detail: String,
    /// A word for programs.
    pub(super) reason: Reason,
}

impl From<Reason> for Problem {
    fn from(reason: Reason) -> Self {
        Self::new(reason, reason.detail())
    }
}

impl Problem {
    /// A problem with its sentence.
    pub(super) fn new(reason: Reason, detail: impl Into<String>) -> Self {
        let status = reason.status();
        Self {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            reason,
        }
    }

    /// The answer, outside of documented operations.
    pub(super) fn into_response(self) -> Response {
        Response::builder()
            .status(self.reason.status())
            .header(header::CONTENT_TYPE, MEDIA_TYPE)
            .body(self.to_json_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_the_same_word_in_answers_and_in_metrics() {
        use Reason::{
            Incomplete, Internal, Malformed, MethodNotAllowed, NotFound, TooLarge, Unauthorized, Unavailable,
        };
        let all = [
            Unauthorized,
            Malformed,
            Incomplete,
            TooLarge,
            Unavailable,
            NotFound,
            MethodNotAllowed,
            Internal,
        ];
        for reason in all {
            assert_eq!(reason.to_json(), Some(reason.as_str().into()));
        }
    }
}
