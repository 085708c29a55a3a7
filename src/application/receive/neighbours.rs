//! What other processes of the bot have done with questions that this one may be working on.

use super::Receive;
use crate::ports::neighbours::News;
use crate::ports::with_causes;

impl Receive {
    /// Does what this process has to do about it.
    pub async fn heed(&self, news: News) {
        match news {
            News::Ended => self.around.running.doubt(),
            News::Signs => self.around.signs.look(),
            News::OwnActors => self.learn_again().await,
            News::Refusals => self.around.poster.heed_others().await,
        }
    }

    async fn learn_again(&self) {
        match self.around.conversations.own_actors().await {
            Ok(known) => known.into_iter().for_each(|bot| self.answer_to(bot)),
            Err(error) => {
                let error = with_causes(&error);
                tracing::warn!(error, "an id of the bot that another process learned cannot be read");
            }
        }
    }
}
