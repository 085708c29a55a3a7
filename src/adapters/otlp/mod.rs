//! Traces for a collector of OpenTelemetry (OTLP over HTTP, in JSON). Sent only by a program that was built with the
//! feature `otlp`, and only when a collector is named.

use secrecy::SecretString;

#[cfg(feature = "otlp")]
mod export;
#[cfg(feature = "otlp")]
mod wire;

#[cfg(feature = "otlp")]
pub use export::export;

/// Where spans go.
#[derive(Debug, Clone)]
pub struct Collector {
    /// The whole address.
    pub url: String,
    /// Headers of each request, such as a key.
    pub headers: Vec<(String, SecretString)>,
    /// What the service is called there.
    pub service: String,
}
