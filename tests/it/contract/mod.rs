//! What each port promises, run on its adapters: against stand-ins with recorded answers, and against a real server
//! where one is named. All that passes is held against the documents in `openapi/consumed` by the servers
//! themselves.

mod model;
mod offered;
pub(crate) mod socket;
mod store;
mod talk;
mod told;
