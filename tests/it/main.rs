//! Black-box and contract tests, in one binary so that they link once.

mod contract;
mod openapi;
