//! Log lines, for people or machines. They name rooms and jobs by number and never hold what somebody wrote.

use std::io::IsTerminal;
use std::panic::PanicHookInfo;

use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::prelude::*;

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For a terminal.
    Text,
    /// One JSON object a line.
    Json,
    /// Straight into the journal, with its own fields.
    Journald,
}

/// The least important line that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogLevel(LevelFilter);

impl std::str::FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "journald" => Ok(Self::Journald),
            _ => Err(format!("{text:?} is none of text, json or journald")),
        }
    }
}

impl std::str::FromStr for LogLevel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "error" => Ok(Self(LevelFilter::ERROR)),
            "warn" => Ok(Self(LevelFilter::WARN)),
            "info" => Ok(Self(LevelFilter::INFO)),
            "debug" => Ok(Self(LevelFilter::DEBUG)),
            "trace" => Ok(Self(LevelFilter::TRACE)),
            _ => Err(format!("{text:?} is none of error, warn, info, debug or trace")),
        }
    }
}

impl LogLevel {
    /// Our lines from this level on. Libraries speak up from `warn` on only: their finer lines may hold what
    /// ours must not, such as a request's body.
    fn targets(self) -> Targets {
        Targets::new()
            .with_target(env!("CARGO_CRATE_NAME"), self.0)
            .with_default(self.0.min(LevelFilter::WARN))
    }
}

/// Starts logging to standard error, or to the journal. Fails when the journal cannot be reached or logging was
/// started before.
pub fn init(format: LogFormat, level: LogLevel) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let registry = tracing_subscriber::registry().with(level.targets()).with(filter_fn(is_told_nowhere_else));
    let color = std::io::stderr().is_terminal();
    let lines = || tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(color);
    match format {
        LogFormat::Text => registry.with(lines().with_target(false)).try_init()?,
        LogFormat::Json => {
            registry.with(lines().json().flatten_event(true).with_span_list(false)).try_init()?;
        }
        LogFormat::Journald => registry.with(tracing_journald::layer()?).try_init()?,
    }
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Each refused certificate is an error to the library that checks it. Ours come once, with the server and what to do.
fn is_told_nowhere_else(line: &Metadata<'_>) -> bool {
    *line.level() != Level::ERROR || !line.target().starts_with("rustls_platform_verifier")
}

/// A panic's own words may quote what somebody wrote, so only its place is told.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    tracing::error!(place = place.as_deref(), "a defect: the code panicked");
}
