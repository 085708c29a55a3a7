//! A room in which one question after the other is asked, answered and settled, in front of a model server that
//! counts and refuses like a real one.

use super::*;
use crate::application::testing::{FakeServer, LIMITS, MemoryQueue, Served, question, room};
use crate::domain::job::Stage;
use crate::ports::conversations::ConversationStore;
use crate::ports::model::ModelRequest;

/// The room and the bot in it.
pub(super) struct Chat {
    queue: Arc<MemoryQueue>,
    pub(super) server: Arc<FakeServer>,
    pub(super) limits: watch::Sender<Limits>,
    pub(super) answer: Answer,
    asked: i64,
}

impl Chat {
    pub(super) fn with(model: Served, keep: usize) -> Self {
        let (queue, server) = (Arc::<MemoryQueue>::default(), Arc::new(FakeServer::serving(model)));
        let limits = watch::Sender::new(LIMITS);
        let answer = bot(&queue, &server, &limits, keep);
        Self { queue, server, limits, answer, asked: 0 }
    }

    /// With a new process, which knows what is stored.
    pub(super) fn restarted(self, keep: usize) -> Self {
        Self { answer: bot(&self.queue, &self.server, &self.limits, keep), ..self }
    }

    /// Asks and returns what was posted for it.
    pub(super) async fn say(&mut self, text: &str) -> Posted {
        self.asked += 1;
        let mut question = question("kq7m2rtx", self.asked);
        question.text = text.to_owned();
        self.queue.enqueue(&question, self.answer.clock.now()).await.expect("stored");
        loop {
            let now = self.answer.clock.now();
            if let Some(leased) = self.lease(Stage::Post, now).await {
                self.queue.settle(&leased.lease, Settlement::Done, now).await.expect("settled");
                let reply = leased.job.reply.expect("stored");
                let parts = reply.parts.into_iter().map(|part| part.text).collect();
                return Posted { failure: reply.failure, parts };
            }
            match self.lease(Stage::Ask, now).await {
                None => pass(1).await,
                Some(leased) => {
                    if let Some(end) = self.answer.run(&leased).await.expect("no store error") {
                        self.queue.settle(&leased.lease, end, now).await.expect("settled");
                    }
                }
            }
        }
    }

    async fn lease(&self, stage: Stage, now: Timestamp) -> Option<Leased> {
        self.queue.lease(stage, 1, now, at(1_000_000)).await.expect("leased").pop()
    }

    /// Asks and must get an answer.
    pub(super) async fn ask(&mut self, text: &str) -> Vec<String> {
        let reply = self.say(text).await;
        assert_eq!(reply.failure, None, "{:?}", reply.parts);
        reply.parts
    }

    /// What the server saw last.
    pub(super) fn last(&self) -> ModelRequest {
        self.server.answered().pop().expect("answered")
    }

    pub(super) async fn remembered(&self) -> usize {
        self.queue.recent(&room("kq7m2rtx").into()).await.expect("read").turns.len()
    }

    /// How many turns it saw each time.
    pub(super) fn turns_shown(&self) -> Vec<usize> {
        self.server.answered().iter().map(|request| request.prompt.messages().len() / 2 - 1).collect()
    }
}

pub(super) struct Posted {
    pub(super) failure: Option<Failure>,
    pub(super) parts: Vec<String>,
}

fn bot(
    queue: &Arc<MemoryQueue>,
    server: &Arc<FakeServer>,
    limits: &watch::Sender<Limits>,
    keep: usize,
) -> Answer {
    let talk = Arc::new(MockTalk::new());
    let mut answer = testing::answer(queue.clone(), queue.clone(), server.clone(), talk, PausedClock::new());
    answer.settings.context_turns = keep;
    Answer { limits: limits.subscribe(), ..answer }
}

/// English words, so many bytes.
pub(super) fn words(bytes: usize) -> String {
    "some plain words ".repeat(bytes / 17)
}
