//! Looking at a store without working on it: nothing is made, brought up to date or changed there, whoever looks and
//! whether or not a service works on it.

use std::path::PathBuf;

use super::{OpenError, postgres, sqlite};
use crate::application::doctor::StoreFacts;
use crate::domain::time::Timestamp;

/// What lies at that address, and what waits in it for that bot.
pub async fn look(url: &str, bot: &str, now: Timestamp) -> Result<StoreFacts, OpenError> {
    if postgres::is_server(url) {
        return Ok(postgres::look(url, bot, now).await?);
    }
    Ok(sqlite::look(url, bot, now).await?)
}

/// The file that an address names; `None` of a server, and where it names none.
#[must_use]
pub fn file_of(url: &str) -> Option<PathBuf> {
    if postgres::is_server(url) { None } else { sqlite::path(url).ok() }
}
