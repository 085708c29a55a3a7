//! What sending has in common with other processes of the bot: Talk counts refused signatures of an address, whoever
//! sends from there. So what goes alone goes alone among all, and rooms that refuse are counted over all.

use std::sync::Arc;
use std::time::Duration;

use super::{Poster, Unsent, tell_several};
use crate::application::caution::{PAUSE, TOO_MANY_ROOMS};
use crate::domain::job::PauseScope;
use crate::domain::time::Timestamp;
use crate::ports::neighbours::{Alone, Neighbours};
use crate::ports::queue::QueueError;
use crate::ports::with_causes;

/// Before something is tried again that could not be agreed on with the others.
const STORE_PAUSE: Duration = Duration::from_secs(5);

impl Poster {
    /// Sends together with these from now on.
    #[must_use]
    pub fn among(mut self, neighbours: Arc<dyn Neighbours>) -> Self {
        self.neighbours = neighbours.may_exist().then_some(neighbours);
        self
    }

    /// Another process had something refused, or learned that it no longer is.
    pub async fn heed_others(&self) {
        self.caution.doubt();
        if let Err(error) = self.learn().await {
            let error = with_causes(&error);
            tracing::warn!(error, "what refuses the signatures of other processes cannot be read");
        }
    }

    /// Waits until nothing goes alone in any process, and learns what became of what did.
    pub(super) async fn go_alone(&self) -> Result<Option<Alone>, Unsent> {
        let Some(neighbours) = &self.neighbours else { return Ok(None) };
        let held = |error: QueueError| {
            tracing::warn!(error = with_causes(&error), "not sent: other processes may be sending now");
            Unsent::Held(self.clock.now() + STORE_PAUSE)
        };
        let alone = neighbours.alone().await.map_err(held)?;
        self.learn().await.map_err(held)?;
        Ok(Some(alone))
    }

    /// Beside no pause that is just being written.
    async fn learn(&self) -> Result<(), QueueError> {
        let Some(neighbours) = &self.neighbours else { return Ok(()) };
        let _alone = self.pausing.lock().await;
        loop {
            let resumptions = self.caution.resumptions();
            let refusals = neighbours.refusals(self.clock.now()).await?;
            if self.caution.learn(&refusals, resumptions) {
                return Ok(());
            }
        }
    }

    /// One room refused the signature. Others may have refused that of other processes.
    pub(super) async fn count_together(&self, now: Timestamp) {
        let Some(neighbours) = &self.neighbours else { return };
        match neighbours.refusals(now).await {
            Ok(refusals) if refusals.refusing.len() >= TOO_MANY_ROOMS => {
                tell_several();
                self.caution.pause(&PauseScope::Server, now + PAUSE);
                self.pause(&PauseScope::Server).await;
            }
            Ok(_) => {}
            Err(error) => {
                let error = with_causes(&error);
                tracing::warn!(error, "it is not known how many rooms refuse the signature");
            }
        }
    }

    /// After what this process had stored before.
    pub(super) async fn tell_taken(&self) {
        let Some(neighbours) = &self.neighbours else { return };
        let _alone = self.pausing.lock().await;
        if let Err(error) = neighbours.taken().await {
            tracing::debug!(error = with_causes(&error), "rooms that refused go on counting for a while");
        }
    }
}

#[cfg(test)]
mod tests;
