//! A model server that counts in its own way and refuses what is too long, as real ones do.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::completion;
use crate::domain::prompt::Prompt;
use crate::ports::model::{
    ChatModel, Completion, EndpointState, Finish, Limits, ModelError, ModelRequest, Usage,
};

/// What a server says about sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tells {
    /// It counts prompts that are not asked, and refuses with numbers.
    All,
    /// It refuses with numbers.
    Numbers,
    /// It refuses.
    Nothing,
}

/// The model it serves.
#[derive(Debug, Clone)]
pub(crate) struct Served {
    pub(crate) context_tokens: u64,
    pub(crate) tells: Tells,
    /// Bytes of a token. A digit is one by itself.
    pub(crate) bytes_per_token: usize,
    /// What it says, always.
    pub(crate) answer: String,
}

impl Default for Served {
    fn default() -> Self {
        Self { context_tokens: 4096, tells: Tells::All, bytes_per_token: 4, answer: "an answer".into() }
    }
}

impl Served {
    fn count(&self, prompt: &Prompt) -> u64 {
        let of = |text: &str| {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            digits + (text.len() - digits).div_ceil(self.bytes_per_token) + 5
        };
        prompt.messages().iter().map(|message| of(&message.content)).sum::<usize>() as u64
    }
}

#[derive(Default)]
struct Seen {
    served: Served,
    answered: Vec<ModelRequest>,
    refused: usize,
    counted: usize,
}

#[derive(Default)]
pub(crate) struct FakeServer(Mutex<Seen>);

impl FakeServer {
    pub(crate) fn serving(served: Served) -> Self {
        Self(Mutex::new(Seen { served, ..Seen::default() }))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves something else from now on.
    pub(crate) fn swap(&self, change: impl FnOnce(&mut Served)) {
        change(&mut self.seen().served);
    }

    /// What it answered, oldest first.
    pub(crate) fn answered(&self) -> Vec<ModelRequest> {
        self.seen().answered.clone()
    }

    /// How many prompts it refused, and how many it counted.
    pub(crate) fn refused_and_counted(&self) -> (usize, usize) {
        let seen = self.seen();
        (seen.refused, seen.counted)
    }
}

#[async_trait]
impl ChatModel for FakeServer {
    async fn complete(&self, request: &ModelRequest, _limit: Duration) -> Result<Completion, ModelError> {
        let mut seen = self.seen();
        let prompt_tokens = seen.served.count(&request.prompt);
        let context_tokens = seen.served.context_tokens;
        if prompt_tokens >= context_tokens {
            seen.refused += 1;
            let tells = seen.served.tells != Tells::Nothing;
            return Err(ModelError::PromptTooLong {
                prompt_tokens: tells.then_some(prompt_tokens),
                context_tokens: tells.then_some(context_tokens),
            });
        }
        seen.answered.push(request.clone());
        let finish = Finish::Stop;
        let usage = Some(Usage { prompt_tokens, ..Usage::default() });
        let model = Some(format!("{} bytes", seen.served.bytes_per_token));
        Ok(Completion { finish, usage, model, ..completion(&seen.served.answer) })
    }

    async fn count_tokens(&self, prompt: &Prompt) -> Option<u64> {
        let mut seen = self.seen();
        if seen.served.tells != Tells::All {
            return None;
        }
        seen.counted += 1;
        Some(seen.served.count(prompt))
    }

    async fn limits(&self) -> Limits {
        super::LIMITS
    }

    async fn limits_changed(&self) {
        std::future::pending::<()>().await;
    }

    fn endpoints(&self) -> Vec<EndpointState> {
        Vec::new()
    }

    async fn probe(&self) -> Result<(), ModelError> {
        Ok(())
    }
}
