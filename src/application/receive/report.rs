//! What `status` and `context` tell: how the model is, what waits, and what the model is shown here.

use super::{Receive, ReceiveError};
use crate::domain::allowance::{Allowance, Budget};
use crate::domain::context::Draft;
use crate::domain::message::Place;
use crate::domain::phrase::{ContextUse, Phrase, Status};
use crate::domain::time::Timestamp;
use crate::domain::window;
use crate::ports::conversations::StoreError;

impl Receive {
    /// The answer to `status`.
    pub(super) async fn status(&self, place: &Place, now: Timestamp) -> Result<String, ReceiveError> {
        let context = self.context_use(place, now).await?;
        let depth = self.around.queue.depth(now).await?;
        let endpoints = self.around.model.endpoints();
        let used = endpoints.iter().position(|endpoint| endpoint.used).unwrap_or(0);
        Ok(self.phrase(&Phrase::Status(Status {
            model: &self.settings.model,
            endpoint: (used + 1, endpoints.len()),
            sharing: endpoints.iter().filter(|endpoint| endpoint.used).count(),
            problem: endpoints.get(used).and_then(|endpoint| endpoint.problem.as_deref()).map(without_causes),
            open_here: self.around.steering.open_in(&place.room).await?,
            open: depth.open,
            running: depth.leased,
            context: (context.tokens, context.of),
            tokens_per_second: self.around.measure.tokens_per_second(),
        })))
    }

    /// The answer to `context`.
    pub(super) async fn context(&self, place: &Place, now: Timestamp) -> Result<String, ReceiveError> {
        Ok(self.phrase(&Phrase::Context(self.context_use(place, now).await?)))
    }

    /// What the next question would be asked with, before its own words: estimated, no server is asked.
    async fn context_use(&self, place: &Place, now: Timestamp) -> Result<ContextUse, StoreError> {
        let conversation = self.around.conversations.recent(place).await?;
        let (settings, turns) = (&self.settings.answer, conversation.turns.as_slice());
        let first = window::start(turns.len(), settings.context_turns);
        let (system, told) = (settings.system_prompt.as_str(), *self.around.limits.borrow());
        let draft = Draft { system, turns: &turns[first..], speaker: None, question: "" };
        let context_tokens = self.around.measure.context_tokens(told, now);
        let budget = Budget { context_tokens, answer_tokens: settings.answer_tokens };
        let scale = self.around.measure.scale();
        let fitted = draft.fit(Allowance::new(budget, scale).estimate());
        let tokens = scale.tokens(fitted.prompt.estimate());
        Ok(ContextUse {
            turns: fitted.turns.len(),
            tokens: u32::try_from(tokens).unwrap_or(u32::MAX),
            of: context_tokens,
            trimmed: conversation.trimmed || fitted.turns.len() < turns.len(),
        })
    }
}

/// The causes behind it name addresses, and repeat what servers say: they are for the administrator.
fn without_causes(problem: &str) -> &str {
    problem.split_once(": ").map_or(problem, |(problem, _)| problem)
}
