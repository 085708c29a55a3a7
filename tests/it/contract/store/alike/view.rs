//! All that can be read.

use nextcloud_opencode_bot::domain::message::{Place, ThreadId};
use nextcloud_opencode_bot::ports::steering::Pointer;

use super::{History, ROOMS, alike};
use crate::contract::store::room;

impl History {
    pub(super) async fn compare_all(&mut self) {
        let (now, before, limit) = (self.now(), self.before(), self.limit());
        let _ = alike!(self, store => store.queue.depth(now));
        let _ = alike!(self, store => store.queue.next_due(now));
        let _ = alike!(self, store => store.dead_letters.list());
        let _ = alike!(self, store => store.outbox.due(now, limit));
        let _ = alike!(self, store => store.outbox.next_notice(now));
        let _ = alike!(self, store => store.signs.wrong(now, limit));
        let _ = alike!(self, store => store.signs.wrongly_shown(now, limit));
        let _ = alike!(self, store => store.signs.thinking(limit));
        let _ = alike!(self, store => store.waits.waiting(before, now, limit));
        let _ = alike!(self, store => store.waits.oldest_waiting());
        let _ = alike!(self, store => store.conversations.own_actors());
        for token in ROOMS {
            let _ = alike!(self, store => store.steering.open_in(&room(token)));
            for thread in [None, Some(ThreadId(5))] {
                let place = Place { room: room(token), thread };
                let _ = alike!(self, store => store.conversations.recent(&place));
                let newest = Pointer::Newest(place);
                let _ = alike!(self, store => store.steering.find(&newest));
            }
        }
        for _ in 0..4 {
            let ((room, id), text) = (self.known(), self.text());
            let pointer = Pointer::Message { room, id, text };
            let _ = alike!(self, store => store.steering.find(&pointer));
        }
    }
}
