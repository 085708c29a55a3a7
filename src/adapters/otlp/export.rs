//! Sends spans in batches. A collector that is away costs the spans of that time and one log line a minute, nothing
//! else.

use std::time::Duration;

use reqwest::Client;
use secrecy::ExposeSecret;
use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;

use super::{Collector, wire};
use crate::adapters::clock::Stopwatch;
use crate::adapters::http_client;
use crate::telemetry::traces::Span;

/// Spans of one request.
const BATCH: usize = 512;

/// Spans come together; a request waits so long for more.
const GATHER: Duration = Duration::from_secs(1);

/// Longest request. Twice that is what a stop waits for: one that runs, and the last one.
const LIMIT: Duration = Duration::from_secs(2);

/// A collector may be away for days.
const FAILURES_LOGGED_EVERY: Duration = Duration::from_mins(1);

/// Sends what comes until `stop`, then what is left.
pub async fn export(collector: Collector, mut spans: Receiver<Span>, stop: CancellationToken) {
    let client = http_client::build(&collector.url, Some(LIMIT));
    let mut exporter = Exporter { collector, client, failed: None };
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            received = spans.recv_many(&mut batch, BATCH) => if received == 0 { return },
        }
        stop.run_until_cancelled(tokio::time::sleep(GATHER)).await;
        if stop.is_cancelled() {
            break;
        }
        fill(&mut batch, &mut spans);
        exporter.send(&batch).await;
        batch.clear();
    }
    fill(&mut batch, &mut spans);
    if !batch.is_empty() {
        exporter.send(&batch).await;
    }
}

fn fill(batch: &mut Vec<Span>, spans: &mut Receiver<Span>) {
    while batch.len() < BATCH
        && let Ok(span) = spans.try_recv()
    {
        batch.push(span);
    }
}

struct Exporter {
    collector: Collector,
    client: Client,
    failed: Option<Stopwatch>,
}

impl Exporter {
    async fn send(&mut self, batch: &[Span]) {
        let request = self.client.post(&self.collector.url).json(&wire::body(&self.collector, batch));
        let request = self
            .collector
            .headers
            .iter()
            .fold(request, |request, (name, value)| request.header(name.as_str(), value.expose_secret()));
        match request.send().await {
            Ok(answer) if answer.status().is_success() => {}
            Ok(answer) => self.tell(batch.len(), Some(answer.status().as_u16())),
            Err(_) => self.tell(batch.len(), None),
        }
    }

    /// The address may hold a password, so it is not told.
    fn tell(&mut self, spans: usize, status: Option<u16>) {
        if self.failed.as_ref().is_some_and(|failed| failed.elapsed() < FAILURES_LOGGED_EVERY) {
            return;
        }
        self.failed = Some(Stopwatch::start());
        tracing::warn!(spans, status, "the collector did not take the traces; they are dropped");
    }
}
