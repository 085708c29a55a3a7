//! The model behind any OpenAI-compatible server, llama-server first of all.
//!
//! Always asked for a stream, because only a stream gives its slot back when it is dropped. Three times are
//! limited: getting a connection (5 s), silence after the answer's first words (`answer`), and the whole call. Not
//! limited is the time to the first word: a busy llama-server sends nothing at all while a request queues, and on
//! a processor the prompt alone may take minutes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::http_client;
use crate::domain::prompt::Prompt;
use crate::ports::clock::Clock;
use crate::ports::model::{ChatModel, Completion, EndpointState, Limits, ModelError, ModelRequest};

mod answer;
mod base_url;
mod breaker;
mod count;
mod echo;
mod endpoint;
mod events;
mod failover;
mod gate;
mod inspect;
mod key;
mod learnt;
mod limits;
mod llama;
mod pool;
mod recent;
mod refusal;
mod route;
mod server;
mod server_error;
mod settings;
mod wire;

/// The decoder of answers by itself, for `fuzz/`: an endpoint would put a connection before it.
#[doc(hidden)]
pub use answer::read as read_answer;
pub use base_url::{BadBaseUrl, BaseUrl};
use endpoint::Endpoint;
use failover::Failover;
pub use inspect::inspect;
pub use key::ApiKey;
use recent::Recent;
use server::Server;
pub use settings::{LimitField, ModelSettings, OWN_FIELDS, Sampling};

/// No server is being asked.
const NOBODY: usize = usize::MAX;

/// One model on one or more servers. A question goes to the server that has its place's cache, else to the first, or
/// where they share the questions (`spread`) to the one that has least to do; one that cannot answer now is passed
/// over, and left alone for a while when that happens repeatedly.
///
/// The limits are those of the first server that is not left alone, or where they share the questions of all together:
/// their slots, and the smallest context. This process never has more requests on a server than that has slots itself:
/// a question that finds them taken goes to the next server, or waits where there is none.
pub struct OpenAiModel {
    settings: Arc<ModelSettings>,
    servers: Vec<Server>,
    clock: Arc<dyn Clock>,
    /// Which server answered a place last.
    homes: Mutex<Recent<usize>>,
    /// Whose limits held when a question ended last.
    known: Mutex<Vec<usize>>,
    news: Notify,
}

fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for OpenAiModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenAiModel").field("servers", &self.servers).finish_non_exhaustive()
    }
}

impl OpenAiModel {
    /// Nothing is asked yet.
    #[must_use]
    pub fn new(settings: ModelSettings, clock: Arc<dyn Clock>) -> Self {
        let settings = Arc::new(settings);
        let endpoint = |base: &BaseUrl| {
            let client = http_client::build(&base.chat(), None);
            Endpoint::new(client, base.clone(), Arc::clone(&settings), Arc::clone(&clock))
        };
        let server = |(place, base)| Server::new(endpoint(base), place, Arc::clone(&clock));
        let servers: Vec<_> = (1..).zip(&settings.base_urls).map(server).collect();
        let (homes, news) = (Mutex::default(), Notify::new());
        let model = Self { settings, servers, clock, homes, known: Mutex::default(), news };
        *lock(&model.known) = model.members();
        model
    }

    /// `asking` tells all the while which server works on it.
    async fn ask(&self, request: &ModelRequest, asking: &AtomicUsize) -> Result<Completion, ModelError> {
        let place = &request.conversation.place;
        let mut failover = Failover::default();
        let mut rest = self.order(place);
        while !rest.is_empty() {
            let (at, _slot) = self.enter(&rest).await;
            rest.retain(|other| *other != at);
            let server = &self.servers[at];
            asking.store(at, Ordering::Relaxed);
            let result = server.ask(request).await;
            asking.store(NOBODY, Ordering::Relaxed);
            self.learn(at, request, &result);
            if let Some(result) = failover.settled_by(result) {
                return result;
            }
        }
        Err(failover.into_error())
    }

    fn learn(&self, at: usize, request: &ModelRequest, result: &Result<Completion, ModelError>) {
        let news = match result {
            Ok(completion) => {
                self.homes().set(&request.conversation.place, at, self.clock.now());
                self.servers[at].endpoint.learnt.answered(completion.model.as_deref())
            }
            Err(error) => matches!(error, ModelError::PromptTooLong { .. }),
        };
        if news {
            self.news.notify_one();
        }
        self.recount();
    }

    /// Whose limits hold may have changed.
    fn recount(&self) {
        let members = self.members();
        let before = std::mem::replace(&mut *lock(&self.known), members.clone());
        if before != members {
            self.news.notify_one();
        }
    }

    fn homes(&self) -> MutexGuard<'_, Recent<usize>> {
        lock(&self.homes)
    }
}

#[async_trait]
impl ChatModel for OpenAiModel {
    async fn complete(&self, request: &ModelRequest, limit: Duration) -> Result<Completion, ModelError> {
        let asking = AtomicUsize::new(NOBODY);
        if let Ok(result) = timeout(limit, self.ask(request, &asking)).await {
            return result;
        }
        let error = ModelError::TimedOut(limit);
        if let Some(server) = self.servers.get(asking.into_inner()) {
            server.timed_out(&error);
            self.recount();
        }
        Err(error)
    }

    async fn count_tokens(&self, prompt: &Prompt) -> Option<u64> {
        count::tokens(&self.servers.get(self.first())?.endpoint, prompt).await
    }

    async fn limits(&self) -> Limits {
        let ModelSettings { context_tokens, slots, .. } = &*self.settings;
        if self.settings.spread {
            return self.together().await;
        }
        if let (Some(context_tokens), Some(slots)) = (*context_tokens, *slots) {
            return Limits { context_tokens, slots };
        }
        let told = self.told().await;
        Limits {
            context_tokens: context_tokens.unwrap_or(told.context_tokens),
            slots: slots.unwrap_or(told.slots),
        }
    }

    async fn limits_changed(&self) {
        self.news.notified().await;
    }

    async fn probe(&self) -> Result<(), ModelError> {
        let mut failover = Failover::default();
        for result in join_all(self.servers.iter().map(Server::probe)).await {
            if let Some(result) = failover.settled_by(result) {
                return result;
            }
        }
        Err(failover.into_error())
    }

    fn endpoints(&self) -> Vec<EndpointState> {
        let members = self.members();
        self.servers.iter().enumerate().map(|(at, server)| server.state(members.contains(&at))).collect()
    }
}
