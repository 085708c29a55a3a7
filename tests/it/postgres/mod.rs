//! The whole service on PostgreSQL: what the tests of the store cannot see.

mod away;
mod migrate;
mod process;
