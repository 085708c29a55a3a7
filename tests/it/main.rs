//! Black-box and contract tests, in one binary so that they link once.

mod access;
mod architecture;
mod cancel;
mod command;
mod commands;
mod contract;
mod crash;
mod deeds;
mod delivery;
mod logs;
mod openapi;
mod ordering;
mod privacy;
mod probes;
mod reactions;
mod restart;
mod rooms;
mod shutdown;
mod signs;
mod stand_ins;
mod support;
mod together;
mod trouble;
mod webhook;
