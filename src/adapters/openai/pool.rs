//! Which of several servers count, and what they take: the first that is well; or, where they share the questions, all
//! that are, each as many at once as it has slots.

use futures_util::future::{join_all, select_all};

use super::gate::Entry;
use super::server::Server;
use super::{OpenAiModel, route};
use crate::domain::message::Place;
use crate::ports::model::Limits;

impl OpenAiModel {
    /// Servers to ask, one after the other.
    pub(super) fn order(&self, place: &Place) -> Vec<usize> {
        let now = self.clock.now();
        let home = self.homes().get(place).copied();
        let standings: Vec<_> = self.servers.iter().map(|server| server.standing(now)).collect();
        if self.settings.spread {
            route::spread(&standings, home, place)
        } else {
            route::in_order(&standings, home)
        }
    }

    /// Waits for a slot of the first of `order`, or where the servers share the questions of whichever has one first.
    pub(super) async fn enter(&self, order: &[usize]) -> (usize, Entry<'_>) {
        let order = if self.settings.spread { order } else { &order[..1] };
        let entries = order.iter().map(|at| Box::pin(self.servers[*at].enter()));
        let (entry, nth, _) = select_all(entries).await;
        (order[nth], entry)
    }

    /// The servers whose limits hold. Where they share the questions these are all that answered when they were looked
    /// at last and have not failed repeatedly since. One that answers nobody would count slots that do not exist.
    pub(super) fn members(&self) -> Vec<usize> {
        if !self.settings.spread {
            return vec![self.first()];
        }
        let trusted = self.of(Server::is_trusted);
        let working = trusted.iter().copied().filter(|at| self.servers[*at].answers()).collect();
        let everybody = (0..self.servers.len()).collect();
        [working, trusted, everybody].into_iter().find(|some: &Vec<_>| !some.is_empty()).unwrap_or_default()
    }

    fn of(&self, which: impl Fn(&Server) -> bool) -> Vec<usize> {
        (0..self.servers.len()).filter(|at| which(&self.servers[*at])).collect()
    }

    /// The first server that is not left alone.
    pub(super) fn first(&self) -> usize {
        let now = self.clock.now();
        self.servers.iter().position(|server| server.standing(now).admitted).unwrap_or(0)
    }

    /// Looks at all servers, for who answers counts. Any of them may get any question: so none is longer than the
    /// smallest takes.
    pub(super) async fn together(&self) -> Limits {
        join_all(self.servers.iter().map(Server::look)).await;
        let members = self.members();
        let limits = members.iter().map(|at| self.servers[*at].limits());
        let sum = |one: Limits, other: Limits| Limits {
            context_tokens: one.context_tokens.min(other.context_tokens),
            slots: one.slots.saturating_add(other.slots),
        };
        limits.reduce(sum).unwrap_or(Limits::ASSUMED)
    }

    /// The limits that the servers tell now, or told last: a server that is away for a moment has not shrunk.
    pub(super) async fn told(&self) -> Limits {
        let now = self.clock.now();
        let looks = join_all(self.servers.iter().map(Server::look)).await;
        let admitted = self.servers.iter().zip(looks);
        let admitted = admitted.filter_map(|(server, told)| told.filter(|_| server.standing(now).admitted));
        let told = admitted.into_iter().next().or_else(|| self.servers.iter().find_map(Server::told));
        Limits {
            context_tokens: told
                .as_ref()
                .and_then(|told| told.context_tokens)
                .unwrap_or(Limits::ASSUMED.context_tokens),
            slots: told.and_then(|told| told.slots).unwrap_or(Limits::ASSUMED.slots),
        }
    }
}
