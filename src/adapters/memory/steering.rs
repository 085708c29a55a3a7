//! What people do with questions that were asked, in memory.

use async_trait::async_trait;

use super::MemoryStore;
use super::conversations::Remembered;
use super::job::{Row, State, Words};
use super::state::{Numbers, Room, Rows};
use crate::adapters::bells::Wakes;
use crate::adapters::sql::print;
use crate::domain::actor::Person;
use crate::domain::job::JobId;
use crate::domain::message::{MessageId, Place, RoomToken, ThreadId};
use crate::domain::time::Timestamp;
use crate::ports::queue::Enqueued;
use crate::ports::steering::{Asked, Pointer, Progress, Steering, SteeringError, Whose};

#[async_trait]
impl Steering for MemoryStore {
    async fn claim(
        &self,
        place: &Place,
        message: MessageId,
        now: Timestamp,
    ) -> Result<Enqueued, SteeringError> {
        let row = Row::identity(place.clone(), message, now);
        self.change(|rows, numbers| rows.take_in(row, numbers)).map_err(SteeringError::Unavailable)
    }

    async fn find(&self, pointer: &Pointer) -> Result<Option<Asked>, SteeringError> {
        let find = |rows: &Rows| match pointer {
            Pointer::Newest(place) => rows.rooms.get(&place.room)?.newest(place),
            Pointer::Message { room: token, id, text } => {
                let room = rows.rooms.get(token)?;
                room.question(token, *id).or_else(|| room.answered_by(token, *id, text))
            }
        };
        self.read(find).map_err(SteeringError::Unavailable)
    }

    async fn stop(&self, room: &RoomToken, whose: &Whose) -> Result<Vec<JobId>, SteeringError> {
        let stopped = self.change(|rows, _| rows.stop(room, whose)).map_err(SteeringError::Unavailable)?;
        self.bells.ring(Wakes::EVERYBODY);
        Ok(stopped)
    }

    async fn again(
        &self,
        room: &RoomToken,
        message: MessageId,
        now: Timestamp,
    ) -> Result<bool, SteeringError> {
        let known = self.change(|rows, numbers| rows.again(room, message, now, numbers));
        let known = known.map_err(SteeringError::Unavailable)?;
        self.bells.ring(Wakes::WORKER);
        Ok(known)
    }

    async fn open_in(&self, room: &RoomToken) -> Result<u64, SteeringError> {
        let open = |rows: &Rows| match rows.rooms.get(room) {
            Some(room) => room.jobs.values().filter(|job| job.is_open()).count() as u64,
            None => 0,
        };
        self.read(open).map_err(SteeringError::Unavailable)
    }
}

impl Row {
    /// While it is open or dead.
    fn asked(&self) -> Option<Asked> {
        let progress = match self.state {
            State::Ask | State::Post => Progress::Open,
            State::Dead { .. } => Progress::Dead,
            State::Done => return None,
        };
        let (place, asker) = (self.place.clone(), self.asker()?.clone());
        Some(Asked { place, message: self.message, asker, progress })
    }
}

impl Room {
    /// A question whose reply is stored is a job and a turn; the job tells how far it is.
    fn asked(&self, room: &RoomToken, thread: Option<ThreadId>, turn: &Remembered) -> Asked {
        let message = turn.turn.message;
        let of_job = self.jobs.get(&message).and_then(Row::asked);
        let progress = of_job.map_or(Progress::Answered, |asked| asked.progress);
        let place = Place { room: room.clone(), thread };
        Asked { place, message, asker: turn.asker.clone(), progress }
    }

    fn newest(&self, place: &Place) -> Option<Asked> {
        let mut jobs = self.jobs.values().rev().filter(|job| job.place == *place);
        let of_jobs = jobs.find_map(Row::asked);
        let of_turns = self.memories.get(&place.thread).and_then(|memory| memory.turns.values().next_back());
        let of_turns = of_turns.map(|turn| self.asked(&place.room, place.thread, turn));
        of_turns.into_iter().chain(of_jobs).max_by_key(|asked| asked.message)
    }

    fn question(&self, room: &RoomToken, message: MessageId) -> Option<Asked> {
        let of_job = self.jobs.get(&message).and_then(Row::asked);
        of_job.or_else(|| self.turn(message).map(|(thread, turn)| self.asked(room, thread, turn)))
    }

    /// The question for which the bot posted that message.
    fn answered_by(&self, room: &RoomToken, message: MessageId, text: &str) -> Option<Asked> {
        let print = print::of(text);
        let turns = self
            .memories
            .iter()
            .flat_map(|(thread, memory)| memory.turns.range(..message).map(|(_, turn)| (*thread, turn)));
        let answers = turns.filter(|(_, turn)| turn.prints.contains(&print));
        let answer = answers.max_by_key(|(_, turn)| turn.turn.message);
        if let Some((thread, turn)) = answer {
            return Some(self.asked(room, thread, turn));
        }
        let has_posted = |job: &&Row| job.parts.iter().any(|part| print::of(&part.text) == print);
        let before = self.jobs.range(..message).rev().map(|(_, job)| job);
        let mut dead = before.filter(|job| job.is_dead());
        dead.find(has_posted).and_then(Row::asked)
    }
}

impl Rows {
    pub(super) fn stop(&mut self, token: &RoomToken, whose: &Whose) -> Vec<JobId> {
        let is_meant = |job: &Row| match whose {
            Whose::Everybody => true,
            Whose::Person(person) => job.asker() == Some(person),
            Whose::Message(message) => job.message == *message,
        };
        let open = self.room(token).jobs.values_mut().filter(|job| job.is_open());
        let meant = open.filter(|job| is_meant(job)).map(|job| {
            job.end();
            (job.id, job.message)
        });
        let stopped: Vec<_> = meant.collect();
        for (_, message) in &stopped {
            self.erase_notices_to(token, *message);
        }
        stopped.into_iter().map(|(id, _)| id).collect()
    }

    fn again(
        &mut self,
        token: &RoomToken,
        message: MessageId,
        now: Timestamp,
        numbers: &mut Numbers,
    ) -> bool {
        let room = self.room(token);
        let known = match room.jobs.get_mut(&message) {
            Some(job) if job.is_dead() => {
                let memory = room.memories.get(&job.place.thread);
                job.revive(memory.and_then(|memory| memory.turns.get(&message)), now);
                true
            }
            _ => self.ask_again(token, message, now, numbers),
        };
        if known {
            self.room(token).forget_turn(message);
        }
        known
    }

    /// Makes the question of what is remembered of it.
    fn ask_again(
        &mut self,
        token: &RoomToken,
        message: MessageId,
        now: Timestamp,
        numbers: &mut Numbers,
    ) -> bool {
        let Some(room) = self.rooms.get_mut(token) else { return false };
        let Some((thread, turn)) = room.turn(message) else { return false };
        let id = numbers.next_job();
        let words = turn.words();
        let place = Place { room: token.clone(), thread };
        let (one_to_one, files) = (turn.one_to_one, turn.files);
        match room.jobs.get_mut(&message) {
            Some(job) if job.state != State::Done => return false,
            Some(job) => {
                job.words = Some(words);
                job.open_again(now);
            }
            None => {
                let row = Row::identity(place, message, now);
                let words = Some(words);
                self.insert(Row { id, one_to_one, files, state: State::Ask, words, ..row });
            }
        }
        true
    }
}

impl Row {
    /// Opens a dead letter again. An answer that could not be posted was for follow-ups as well, whose words only its
    /// turn has.
    fn revive(&mut self, turn: Option<&Remembered>, now: Timestamp) {
        if let (Some(words), Some(turn)) = (&mut self.words, turn) {
            words.text.clone_from(&turn.turn.question);
        }
        self.parts.clear();
        self.open_again(now);
    }
}

impl Remembered {
    fn words(&self) -> Words {
        let name = self.turn.speaker.clone().unwrap_or_default();
        Words { asker: Person { id: self.asker.clone(), name }, text: self.turn.question.clone() }
    }
}
