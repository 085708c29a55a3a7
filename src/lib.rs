//! A colleague in your Nextcloud Talk rooms who is your own language model.
//!
//! The way of one message: [`adapters`] take a signed webhook in, [`application`] decides with [`domain`] whether
//! it is meant and keeps it safe through a port, a worker asks the model and posts the signed answer. Imports go
//! inward only: `domain` knows nobody, `ports` know `domain`, `application` knows both, `adapters` implement the
//! ports. [`app`] gives everything to everybody, from the [`settings`]; [`cli`] and [`lifecycle`] start and end it.

pub mod adapters;
pub mod app;
pub mod application;
pub mod cli;
pub mod domain;
pub mod lifecycle;
pub mod ports;
pub mod settings;
pub mod telemetry;
