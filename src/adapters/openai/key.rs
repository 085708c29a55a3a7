//! The key of the model servers, which may be replaced while they are used.

use std::sync::{Arc, PoisonError, RwLock};

use secrecy::SecretString;

/// A bearer token, or none. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct ApiKey(Arc<RwLock<Option<SecretString>>>);

impl ApiKey {
    /// That one.
    #[must_use]
    pub fn new(key: Option<SecretString>) -> Self {
        Self(Arc::new(RwLock::new(key)))
    }

    /// What the next request is sent with.
    #[must_use]
    pub fn get(&self) -> Option<SecretString> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes another one, in all clones.
    pub fn replace(&self, key: Option<SecretString>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = key;
    }
}
