//! One of the places where an answer is written.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use super::ScriptedModel;
use crate::adapters::demo::changes::Changes;

/// A place in use; it is free again when this is dropped.
pub(super) struct Slot {
    permit: Option<OwnedSemaphorePermit>,
    changes: Changes,
}

impl Slot {
    /// Waits for one.
    pub(super) async fn take(model: &ScriptedModel) -> Option<Self> {
        let permit = Arc::clone(&model.slots).acquire_owned().await.ok()?;
        model.changes.bump();
        Some(Self { permit: Some(permit), changes: model.changes.clone() })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.permit = None;
        self.changes.bump();
    }
}
