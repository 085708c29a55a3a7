//! What the service tells about itself: figures and log lines.

pub mod logs;
pub mod metrics;
pub mod traces;
