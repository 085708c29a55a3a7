//! What comes in, what holds it back, what is said besides answers.

use nextcloud_opencode_bot::domain::job::PauseScope;
use nextcloud_opencode_bot::ports::outbox::{NewNotice, NoticeEnd, NoticeId};

use super::{History, alike};

impl History {
    pub(super) async fn ask(&mut self) {
        let (now, question) = (self.now(), self.question());
        self.asked.push((question.place.room.clone(), question.message));
        if self.below(8) == 0 {
            let _ = alike!(self, store => store.steering.claim(&question.place, question.message, now));
        } else {
            let _ = alike!(self, store => store.queue.enqueue(&question, now));
        }
    }

    pub(super) async fn hold_back(&mut self) {
        let (now, until, room) = (self.now(), self.soon(), self.room());
        let scope = match self.below(5) {
            0..=1 => return drop(alike!(self, store => store.queue.resume(&room, now))),
            2 => PauseScope::Server,
            _ => PauseScope::Room(room),
        };
        let _ = alike!(self, store => store.queue.pause(&scope, until));
    }

    pub(super) async fn say(&mut self) {
        let (now, job, at) = (self.now(), self.job(), self.soon());
        let reply_to = (self.below(2) == 0).then(|| self.message());
        let notice = NewNotice { place: self.place(), reply_to, text: self.text() };
        let id = NoticeId(self.below(6));
        match self.below(4) {
            0 => drop(alike!(self, store => store.waits.tell(job, &notice, now))),
            1 => drop(alike!(self, store => store.outbox.end(id, NoticeEnd::Gone))),
            2 => drop(alike!(self, store => store.outbox.end(id, NoticeEnd::RetryAt(at)))),
            _ => drop(alike!(self, store => store.outbox.add(&notice, now))),
        }
    }
}
