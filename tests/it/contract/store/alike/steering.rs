//! What people and administrators do, and what is erased.

use nextcloud_opencode_bot::domain::sign::Sign;
use nextcloud_opencode_bot::ports::dead_letters::Selection;
use nextcloud_opencode_bot::ports::steering::Whose;
use nextcloud_opencode_bot::ports::upkeep::Sweep;

use super::{History, alike};

impl History {
    pub(super) async fn steer(&mut self) {
        let (now, (room, message)) = (self.now(), self.known());
        let which = if self.below(2) == 0 { Selection::All } else { Selection::One(self.job()) };
        let whose = match self.below(4) {
            0 => Whose::Everybody,
            1 => Whose::Person(self.person()),
            _ => Whose::Message(message),
        };
        match self.below(8) {
            0 => drop(alike!(self, store => async {
                // In no order that is promised.
                store.steering.stop(&room, &whose).await.map(|mut stopped| { stopped.sort_unstable(); stopped })
            })),
            1..=4 => drop(alike!(self, store => store.steering.again(&room, message, now))),
            5 => drop(alike!(self, store => store.dead_letters.erase(which))),
            _ => drop(alike!(self, store => store.dead_letters.retry(which, now))),
        }
    }

    pub(super) async fn show(&mut self) {
        let (job, actor, room) = (self.job(), self.person(), self.room());
        let shown = self.pick(&[None, None, Some(Sign::Thinking), Some(Sign::Failed)]);
        match self.below(6) {
            0 => drop(alike!(self, store => store.conversations.add_own_actor(&actor))),
            1 => drop(alike!(self, store => store.upkeep.welcome(&room))),
            _ => drop(alike!(self, store => store.signs.record(job, shown))),
        }
    }

    pub(super) async fn erase(&mut self) {
        let (place, person, (room, message)) = (self.place(), self.person(), self.known());
        let texts_before = (self.below(3) == 0).then(|| self.before());
        let sweep = Sweep { texts_before, identities_before: self.before() };
        match self.below(10) {
            0 => drop(alike!(self, store => store.upkeep.clear_room(&room))),
            1 => drop(alike!(self, store => async {
                store.upkeep.erase_room(&room).await.map(|mut erased| { erased.sort_unstable(); erased })
            })),
            2 => drop(alike!(self, store => async {
                store.upkeep.erase_person(&person).await.map(|mut erased| { erased.sort_unstable(); erased })
            })),
            3..=5 => drop(alike!(self, store => store.upkeep.sweep(sweep))),
            6 => drop(alike!(self, store => store.conversations.forget(&place))),
            _ => drop(alike!(self, store => store.conversations.forget_turn(&room, message))),
        }
    }
}
