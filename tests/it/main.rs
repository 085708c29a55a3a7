//! Black-box and contract tests, in one binary so that they link once.

mod access;
mod architecture;
mod attachments;
mod book;
mod cancel;
mod command;
mod commands;
mod contract;
mod crash;
mod deeds;
mod delivery;
mod doctor;
mod doctor_outside;
mod fuzz;
mod hostile;
mod logs;
mod metrics;
mod openapi;
mod ordering;
#[cfg(feature = "otlp")]
mod otlp;
mod postgres;
mod privacy;
mod probes;
mod reactions;
mod restart;
mod rooms;
mod shutdown;
mod signs;
mod stand_ins;
mod support;
mod threads;
mod together;
mod transcript;
mod trouble;
mod webhook;
