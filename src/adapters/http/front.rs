//! What stands before the routes: every `POST` is the webhook, `HEAD` is answered like `GET`, and whatever goes
//! wrong is answered in one shape.

use poem::http::{Method, StatusCode, Uri, header};
use poem::middleware::{CatchPanic, CatchPanicEndpoint};
use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Route};

use super::problem::{Problem, Reason};

/// The documented path of the webhook.
const WEBHOOK: &str = "/webhook";

type OnPanic = fn(Box<dyn std::any::Any + Send>) -> Response;

/// The routes of one listener.
pub(super) struct Front {
    routes: CatchPanicEndpoint<Route, OnPanic>,
    pages: &'static [&'static str],
    webhook: bool,
}

impl Front {
    /// `pages` are the paths that answer `GET`.
    pub(super) fn new(routes: Route, pages: &'static [&'static str]) -> Self {
        let on_panic: OnPanic = |_| {
            tracing::error!("a request ended in a panic");
            Problem::from(Reason::Internal).into_response()
        };
        Self { routes: CatchPanic::new().with_handler(on_panic).transform(routes), pages, webhook: false }
    }

    /// Takes `POST` on any path for the webhook.
    pub(super) fn with_webhook(self) -> Self {
        Self { webhook: true, ..self }
    }

    fn allowed(&self, path: &str) -> &'static str {
        match (self.pages.contains(&path), self.webhook) {
            (true, true) => "GET, HEAD, POST",
            (true, false) => "GET, HEAD",
            (false, true) => "POST",
            (false, false) => "",
        }
    }

    fn refuse(&self, method: &Method, path: &str, status: StatusCode) -> Response {
        if !matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) {
            tracing::error!(%status, "a request failed outside of its operation");
            return Problem::from(Reason::Internal).into_response();
        }
        let allowed = self.allowed(path);
        let reads = [Method::GET, Method::HEAD].contains(method);
        if allowed.is_empty() || (reads && path != WEBHOOK) {
            let webhook = if self.webhook { "; the webhook is a signed POST to any path" } else { "" };
            let detail = format!("nothing is here; GET answers {}{webhook}", self.pages.join(", "));
            return Problem::new(Reason::NotFound, detail).into_response();
        }
        let problem = Problem::new(Reason::MethodNotAllowed, format!("this path takes {allowed}"));
        problem.into_response().with_header(header::ALLOW, allowed).into_response()
    }
}

impl Endpoint for Front {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        if method == Method::POST && self.webhook {
            *request.uri_mut() = Uri::from_static(WEBHOOK);
        } else if method == Method::HEAD {
            // The server leaves the body out by itself.
            request.set_method(Method::GET);
        }
        let answer = self.routes.call(request).await;
        Ok(answer.unwrap_or_else(|error| self.refuse(&method, &path, error.status())))
    }
}

#[cfg(test)]
mod tests;
