//! One folder per outside thing, and the only place for its library's types.

mod bells;
pub mod clock;
pub mod demo;
pub mod doctor;
pub mod http;
pub mod http_client;
pub mod memory;
pub mod openai;
pub mod otlp;
pub mod sql;
pub mod systemd;
pub mod talk;
