//! From a question to an answer of the model: a prompt that fits, and a shorter one when the server refuses it.

use std::time::Duration;

use tokio::time::timeout;

use super::Answer;
use crate::domain::allowance::{Allowance, Budget};
use crate::domain::context::{Draft, Fitted};
use crate::domain::conversation::ConversationId;
use crate::domain::prompt::Prompt;
use crate::domain::retry::Retry;
use crate::domain::time::Timestamp;
use crate::domain::window::Trim;
use crate::ports::model::{Completion, ModelError, ModelRequest};

/// How often a prompt is sent that the server finds too long: the first time and two more.
const ASKS: u32 = 3;

/// How often a server is asked to count before one prompt is sent.
const COUNTS: u32 = 3;

/// Longest wait for a count. A server that takes longer has more urgent work than ours.
const COUNT_PATIENCE: Duration = Duration::from_secs(5);

/// An answer and what it answers.
pub(super) struct Answered<'a> {
    pub(super) completion: Completion,
    pub(super) sent: Fitted<'a>,
    /// Why turns of the draft were left out, if they were.
    pub(super) trim: Option<Trim>,
}

/// No answer, and whether asking again makes sense.
pub(super) struct Unanswered {
    pub(super) error: ModelError,
    pub(super) retry: Retry,
}

impl From<ModelError> for Unanswered {
    fn from(error: ModelError) -> Self {
        let retry = error.retry();
        Self { error, retry }
    }
}

impl Answer {
    /// Asks within `limit` from `began` on.
    pub(super) async fn complete<'a>(
        &self,
        conversation: &ConversationId,
        draft: &Draft<'a>,
        began: Timestamp,
        limit: Duration,
    ) -> Result<Answered<'a>, Unanswered> {
        let told = *self.limits.borrow();
        let context_tokens = self.measure.context_tokens(told, began);
        let budget = Budget { context_tokens, answer_tokens: self.settings.answer_tokens };
        let mut allowance = Allowance::new(budget, self.measure.scale());
        let mut asks = 0;
        loop {
            let sent = self.fit(draft, &mut allowance).await;
            let request = ModelRequest { conversation: conversation.clone(), prompt: sent.prompt.clone() };
            let left = limit.saturating_sub(self.clock.now().since(began));
            let result = self.model.complete(&request, left).await;
            asks += 1;
            let error = match result {
                Ok(completion) => {
                    let reason = if asks == 1 { Trim::Tokens } else { Trim::Refused };
                    let trim = (sent.turns.len() < draft.turns.len()).then_some(reason);
                    return Ok(Answered { completion, sent, trim });
                }
                Err(error) => error,
            };
            let ModelError::PromptTooLong { prompt_tokens, context_tokens } = error else {
                return Err(error.into());
            };
            allowance.refused(sent.prompt.estimate(), prompt_tokens, context_tokens);
            self.measure.refused(allowance.context_tokens(), told, self.clock.now());
            if asks == ASKS {
                // The server may have been swapped for a smaller one that tells no numbers.
                self.measure.refused(allowance.doubted_context_tokens(), told, self.clock.now());
                let shorter = draft.fit(allowance.estimate()).prompt.estimate() < sent.prompt.estimate();
                let retry = if shorter { Retry::Backoff } else { Retry::Never };
                return Err(Unanswered { error, retry });
            }
        }
    }

    /// As much of the draft as is allowed. The server is asked to count only what could be too long.
    async fn fit<'a>(&self, draft: &Draft<'a>, allowance: &mut Allowance) -> Fitted<'a> {
        let mut fitted = draft.whole();
        for _ in 0..COUNTS {
            let estimate = fitted.prompt.estimate();
            if allowance.surely_admits(estimate) {
                return fitted;
            }
            let Some(tokens) = self.count(&fitted.prompt).await else {
                return draft.fit(allowance.estimate());
            };
            if allowance.counted(estimate, tokens) {
                return fitted;
            }
            fitted = draft.fit(allowance.estimate());
        }
        fitted
    }

    async fn count(&self, prompt: &Prompt) -> Option<u64> {
        timeout(COUNT_PATIENCE, self.model.count_tokens(prompt)).await.ok()?
    }
}
