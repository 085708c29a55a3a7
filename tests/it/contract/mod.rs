//! What each port promises, run on its adapters.

mod store;
