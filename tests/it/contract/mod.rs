//! What each port promises, run on its adapters: against stand-ins with recorded answers, and against a real server
//! where one is named. What is sent must fit the documents in `openapi/consumed`.

mod consumed;
mod model;
pub(crate) mod socket;
mod store;
mod talk;
