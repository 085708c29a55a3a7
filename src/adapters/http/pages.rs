//! The document of this interface, and a page that shows it. The page needs nothing from the internet.

use bytes::Bytes;
use poem::{IntoResponse, Response};
use poem_openapi::payload::Payload;
use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::types::Type;
use poem_openapi::{ApiResponse, OpenApi};

use super::Tag;

/// Lets a page use what it brought along and nothing else, and talk to nobody but this service.
const OWN_CONTENT_ONLY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
                                img-src data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A text that all answers share: whoever asks for it and does not read on must not cost a copy.
struct SharedText(Bytes);

impl Payload for SharedText {
    const CONTENT_TYPE: &'static str = "text/plain; charset=utf-8";

    fn schema_ref() -> MetaSchemaRef {
        String::schema_ref()
    }
}

impl IntoResponse for SharedText {
    fn into_response(self) -> Response {
        Response::builder().content_type(Self::CONTENT_TYPE).body(self.0)
    }
}

#[derive(ApiResponse)]
enum DocumentAnswer {
    /// The document.
    #[oai(status = 200, content_type = "application/json")]
    Document(SharedText),
}

#[derive(ApiResponse)]
enum PageAnswer {
    /// The page.
    #[oai(status = 200, content_type = "text/html; charset=utf-8")]
    Page(SharedText, #[oai(header = "Content-Security-Policy")] String),
}

/// What describes the rest.
pub(super) struct PagesApi {
    /// The document, as JSON.
    pub(super) document: Bytes,
    /// The page, as HTML.
    pub(super) page: Bytes,
}

#[OpenApi(tag = "Tag::Probes")]
impl PagesApi {
    /// This document
    ///
    /// The same for every call. The repository holds a copy.
    #[oai(path = "/openapi.json", method = "get", operation_id = "openapi")]
    #[expect(clippy::unused_async, reason = "operations are async")]
    async fn openapi(&self) -> DocumentAnswer {
        DocumentAnswer::Document(SharedText(self.document.clone()))
    }

    /// A page that shows this document and can try it out
    ///
    /// It brings along all that it needs and loads nothing from elsewhere.
    #[oai(path = "/docs", method = "get", operation_id = "docs")]
    #[expect(clippy::unused_async, reason = "operations are async")]
    async fn docs(&self) -> PageAnswer {
        PageAnswer::Page(SharedText(self.page.clone()), OWN_CONTENT_ONLY.to_owned())
    }
}
