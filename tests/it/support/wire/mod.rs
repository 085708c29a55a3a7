//! A wiremock server whose every request and answer is held against the documents in `openapi/consumed`. All that a
//! test sends and mounts passes here, so a stand-in that says what no real server would say fails the test.

mod document;
mod exchange;
mod judge;
mod judge_tests;
mod tee;

use std::net::TcpListener;
use std::ops::Deref;

use wiremock::{MockServer as Inner, ResponseTemplate};

pub(crate) use document::Document;
use judge::Contract;
pub(crate) use judge::stream_faults;
use tee::Tee;

/// Names the reason why an answer is outside of the contract.
const OUTSIDE: &str = "x-outside-the-contract";

/// An answer that is deliberately none that the contract knows, and why: it is not held against it.
pub(crate) fn outside(answer: ResponseTemplate, why: &str) -> ResponseTemplate {
    answer.insert_header(OUTSIDE, why)
}

/// Like wiremock's, behind something that listens. Panics when it is dropped after a breach of the contract.
pub(crate) struct MockServer {
    inner: Inner,
    tee: Tee,
}

impl MockServer {
    /// At a free port.
    pub(crate) async fn start() -> Self {
        Self::at(TcpListener::bind("127.0.0.1:0").expect("a free port")).await
    }

    /// At that address.
    pub(crate) async fn at(listener: TcpListener) -> Self {
        let inner = Inner::start().await;
        let tee = Tee::start(listener, *inner.address());
        Self { inner, tee }
    }

    /// Its address.
    pub(crate) fn uri(&self) -> String {
        self.tee.url()
    }
}

impl Deref for MockServer {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let contract = Contract::default();
        let breaches: Vec<String> =
            self.tee.exchanges().iter().flat_map(|exchange| contract.breaches(exchange)).collect();
        assert!(breaches.is_empty(), "outside of openapi/consumed:\n{}", breaches.join("\n"));
    }
}
