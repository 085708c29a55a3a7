//! Black-box and contract tests, in one binary so that they link once.

mod access;
mod architecture;
mod cancel;
mod command;
mod contract;
mod crash;
mod deeds;
mod delivery;
mod logs;
mod openapi;
mod ordering;
mod privacy;
mod probes;
mod restart;
mod shutdown;
mod stand_ins;
mod support;
mod trouble;
mod webhook;
