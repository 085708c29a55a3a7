//! What the benches share: the load and its measure, the servers around the service, and the report.

pub(crate) mod bare;
pub(crate) mod disk;
pub(crate) mod door;
pub(crate) mod load;
pub(crate) mod process;
pub(crate) mod questions;
pub(crate) mod report;
pub(crate) mod sample;
pub(crate) mod service;
pub(crate) mod stand_in;
pub(crate) mod stand_ins;
pub(crate) mod webhook;
