//! Opening a store: the address says on which engine.

use super::postgres::{self, ServerError};
use super::sqlite::{self, FileError};
use super::{SqlStore, StoreOptions};

/// The store could not be opened. What was found there is as it was.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// In a file.
    #[error(transparent)]
    File(#[from] FileError),
    /// On a server.
    #[error(transparent)]
    Server(#[from] ServerError),
}

impl OpenError {
    /// Whether it may be opened later though no setting was changed.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::File(error) => matches!(error, FileError::InUse(_) | FileError::Failed { .. }),
            Self::Server(error) => error.may_pass(),
        }
    }
}

/// What is wrong with the address of a server, without any secret in it; `None` also for that of a file.
#[must_use]
pub fn fault_of_server(url: &str) -> Option<String> {
    if postgres::is_server(url) { postgres::fault(url) } else { None }
}

/// Whether several services may work on what is at that address.
#[must_use]
pub fn is_shared(url: &str) -> bool {
    postgres::is_server(url)
}

impl SqlStore {
    /// Opens the store beside a service that may be working on it.
    pub async fn open(url: &str, options: StoreOptions) -> Result<Self, OpenError> {
        if postgres::is_server(url) {
            return Ok(postgres::open(url, options).await?);
        }
        Ok(sqlite::open(url, options).await?)
    }

    /// Opens the store as the service that works on it, or on a server as one of them; makes it, or brings it up to date,
    /// where needed. Leases that a killed service left are free when it returns.
    pub async fn open_for_service(url: &str, options: StoreOptions) -> Result<Self, OpenError> {
        if postgres::is_server(url) {
            return Ok(postgres::open_for_service(url, options).await?);
        }
        Ok(sqlite::open_for_service(url, options).await?)
    }
}
