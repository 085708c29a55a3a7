//! Random histories, told to a store and to a simple model of it, which must agree on every answer.

use nextcloud_opencode_bot::domain::actor::ActorId;
use nextcloud_opencode_bot::domain::job::{Failure, JobId, Lease, PartState, PauseScope, Settlement, Stage};
use nextcloud_opencode_bot::domain::message::MessageId;
use nextcloud_opencode_bot::domain::time::Timestamp;
use nextcloud_opencode_bot::ports::dead_letters::Selection;
use nextcloud_opencode_bot::ports::queue::{NewReply, NewTurn, QueueError};
use nextcloud_opencode_bot::ports::steering::Whose;

use self::reference::Reference;
use super::{Engine, Store, new_turn, question, room};

mod line;
mod reference;
mod rooms;

on_every_engine![
    agrees_on_a_first_history,
    agrees_on_a_second_history,
    agrees_on_a_third_history,
    agrees_on_a_fourth_history,
];

async fn agrees_on_a_first_history(engine: &dyn Engine) {
    History::new(engine, 1).await.run(400).await;
}

async fn agrees_on_a_second_history(engine: &dyn Engine) {
    History::new(engine, 2).await.run(400).await;
}

async fn agrees_on_a_third_history(engine: &dyn Engine) {
    History::new(engine, 3).await.run(400).await;
}

async fn agrees_on_a_fourth_history(engine: &dyn Engine) {
    History::new(engine, 4).await.run(400).await;
}

const ROOMS: [&str; 4] = ["r1", "r2", "r3", "r4"];

const ASKERS: [&str; 3] = ["users/mira", "users/tomas", "users/eve"];

/// A fixed sequence of numbers that look random (xorshift).
struct Dice(u64);

impl Dice {
    /// Below `sides`.
    fn roll(&mut self, sides: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 >> 2).expect("two bits are gone") % sides
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.roll(i64::try_from(of.len()).expect("small"))).expect("not negative")]
    }
}

struct History {
    dice: Dice,
    store: Store,
    reference: Reference,
    now: i64,
    /// Every lease there ever was, most of them over.
    leases: Vec<Lease>,
    /// The follow-ups that were leased last.
    follow_ups: Vec<JobId>,
}

impl History {
    async fn new(engine: &dyn Engine, seed: u64) -> Self {
        let dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let (store, reference) = (engine.serve().await, Reference::default());
        Self { dice, store, reference, now: 1000, leases: Vec::new(), follow_ups: Vec::new() }
    }

    async fn run(mut self, steps: u32) {
        for step in 0..steps {
            self.now += self.dice.roll(10);
            match self.dice.roll(20) {
                0..=4 => self.enqueue().await,
                5..=8 => self.lease().await,
                9 => self.pause().await,
                10 if step % 4 == 0 => self.dead_letters().await,
                11 if step % 8 == 0 => self.forget().await,
                12 if step % 4 == 0 => self.stop().await,
                13 => self.again().await,
                _ => self.write().await,
            }
            self.compare(step).await;
        }
        assert!(self.leases.len() > 30, "too little happened");
    }

    fn soon(&mut self) -> Timestamp {
        Timestamp::from_millis(self.now + self.dice.roll(60))
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now)
    }

    async fn enqueue(&mut self) {
        let mut question = question(self.dice.pick(&ROOMS), self.dice.roll(40));
        question.asker.id = ActorId::new(self.dice.pick(&ASKERS));
        question.text = format!("text {}", self.dice.roll(3));
        let stored = self.store.queue.enqueue(&question, self.now()).await.expect("stored");
        assert_eq!(stored, self.reference.enqueue(question, self.now()));
    }

    async fn lease(&mut self) {
        let stage = self.dice.pick(&[Stage::Ask, Stage::Post]);
        let limit = usize::try_from(self.dice.roll(4)).expect("not negative");
        let (now, until) = (self.now(), self.soon());
        let leased = self.store.queue.lease(stage, limit, now, until).await.expect("leased");
        self.leases.extend(leased.iter().map(|leased| leased.lease.clone()));
        if let Some(last) = leased.last() {
            self.follow_ups = last.job.follow_ups.iter().map(|follow_up| follow_up.job).collect();
        }
        self.reference.lease(stage, limit, now, until, &leased);
    }

    async fn pause(&mut self) {
        let scope = match self.dice.roll(3) {
            0 => PauseScope::Server,
            _ => PauseScope::Room(room(self.dice.pick(&ROOMS))),
        };
        let until = self.soon();
        self.store.queue.pause(&scope, until).await.expect("paused");
        self.reference.pause(scope, until);
    }

    async fn forget(&mut self) {
        let token = self.dice.pick(&ROOMS);
        self.store.forget(token).await;
        self.reference.memory.forget(token);
    }

    async fn stop(&mut self) {
        let whose = match self.dice.roll(3) {
            0 => Whose::Everybody,
            1 => Whose::Person(ActorId::new(self.dice.pick(&ASKERS))),
            _ => Whose::Message(MessageId(self.dice.roll(40))),
        };
        let room = room(self.dice.pick(&ROOMS));
        let stopped = self.store.steering.stop(&room, &whose).await.expect("stopped");
        assert_eq!(stopped.len(), self.reference.stop(&room, &whose));
    }

    async fn again(&mut self) {
        let (room, message) = (room(self.dice.pick(&ROOMS)), MessageId(self.dice.roll(40)));
        let known = self.store.steering.again(&room, message, self.now()).await.expect("stored");
        assert_eq!(known, self.reference.again(&room, message, self.now()));
    }

    async fn dead_letters(&mut self) {
        let which = match self.dice.roll(2) {
            0 => Selection::All,
            _ => Selection::One(self.leases.last().map_or(JobId(0), |lease| lease.job)),
        };
        let letters = &self.store.dead_letters;
        if self.dice.roll(3) == 0 {
            assert_eq!(letters.erase(which).await.expect("dropped"), self.reference.drop(which));
        } else {
            let reopened = letters.retry(which, self.now()).await.expect("opened");
            assert_eq!(reopened, self.reference.retry(which, self.now()));
        }
    }

    /// Something that needs a lease, mostly one of the last.
    async fn write(&mut self) {
        let Some(last) = self.leases.len().checked_sub(1) else { return };
        let back = usize::try_from(self.dice.roll(3)).expect("not negative");
        let lease = self.leases[last.saturating_sub(back)].clone();
        let queue = &self.store.queue;
        let (stored, expected) = match self.dice.roll(9) {
            0 => {
                let until = Timestamp::from_millis(self.now + 30);
                (queue.renew(&lease, until).await, self.reference.renew(&lease, until))
            }
            1..=3 => {
                let (message, epoch) = self.reference.message_and_epoch(&lease);
                let mut reply = new_reply(&mut self.dice, message, epoch);
                if self.dice.roll(2) == 0 {
                    reply.joined.clone_from(&self.follow_ups);
                }
                (queue.save_reply(&lease, &reply).await, self.reference.save_reply(&lease, &reply))
            }
            4 => {
                let state = self.dice.pick(&[PartState::Waiting, PartState::Posted]);
                let marked = queue.mark_part(&lease, 1, state, 1).await;
                (marked, self.reference.mark_part(&lease, 1, state, 1))
            }
            5 => {
                let texts = ["x", "y", "z"].map(str::to_owned);
                (queue.split_part(&lease, 0, &texts).await, self.reference.split_part(&lease, 0, &texts))
            }
            _ => {
                let (now, settlement) = (self.now(), settlement(&mut self.dice, self.now));
                let settled = queue.settle(&lease, settlement, now).await;
                (settled, self.reference.settle(&lease, settlement, now))
            }
        };
        match stored {
            Ok(()) => assert!(expected, "{lease:?} is lost"),
            Err(QueueError::LeaseLost(job)) => assert!(!expected && job == lease.job, "{lease:?} is held"),
            Err(error) => panic!("{error}"),
        }
    }

    async fn compare(&self, step: u32) {
        let (now, store) = (self.now(), &self.store);
        let depth = store.queue.depth(now).await.expect("read");
        assert_eq!(depth, self.reference.depth(now), "step {step}");
        let due = store.queue.next_due(now).await.expect("read");
        assert_eq!(due, self.reference.next_due(now), "step {step}");
        let dead = store.dead_letters.list().await.expect("read");
        assert_eq!(dead, self.reference.dead_letters(), "step {step}");
        for token in ROOMS {
            assert_eq!(
                store.conversation(token).await,
                self.reference.memory.conversation(token),
                "step {step}"
            );
        }
    }
}

/// A failure, or an answer made in that epoch or the one before, which may move the window.
fn new_reply(dice: &mut Dice, message: i64, epoch: u64) -> NewReply {
    let failure = (dice.roll(4) == 0).then_some(Failure::ModelTimedOut);
    let parts = ["a", "b", "c"].map(str::to_owned);
    let epoch = if dice.roll(5) == 0 { epoch.saturating_sub(1) } else { epoch };
    let window_start = (dice.roll(4) == 0).then(|| MessageId(message + dice.roll(9) - 6));
    let turn = NewTurn { epoch, window_start, ..new_turn(message) };
    let turn = failure.is_none().then_some(turn);
    NewReply { failure, parts: parts.to_vec(), turn, joined: Vec::new() }
}

fn settlement(dice: &mut Dice, now: i64) -> Settlement {
    let at = Timestamp::from_millis(now + dice.roll(40));
    match dice.roll(8) {
        0..=1 => Settlement::Done,
        2..=3 => Settlement::Dead(Failure::TalkUncertain),
        4 => Settlement::HandBack,
        5 => Settlement::RetryAt { at, trouble_since: None },
        _ => Settlement::RetryAt { at, trouble_since: Some(Timestamp::from_millis(now)) },
    }
}
