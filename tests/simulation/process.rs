//! One life of the bot's process. Nothing of it can be seen from outside but its calls of ports, so a crash at the
//! border of a call, before it takes effect or between the effect and the return, stands for a crash between any two
//! awaits: whatever it did meanwhile in memory is lost either way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::world::World;

/// Where a crash comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Border {
    /// Nothing has happened yet.
    Before,
    /// It is on its way to another machine.
    During,
    /// It has happened, and nobody knows of it.
    After,
}

/// A process, alive or not.
pub(crate) struct Process {
    pub(crate) number: u32,
    pub(crate) world: Arc<World>,
    dead: AtomicBool,
    died: Notify,
    /// So many borders of that kind until it dies.
    armed: Mutex<Option<(u32, Border)>>,
}

impl Process {
    pub(crate) fn new(number: u32, world: Arc<World>) -> Self {
        Self { number, world, dead: AtomicBool::new(false), died: Notify::new(), armed: Mutex::default() }
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Relaxed)
    }

    /// It dies at that border, counted from now.
    pub(crate) fn arm(&self, borders: u32, border: Border) {
        *self.armed.lock().unwrap_or_else(PoisonError::into_inner) = Some((borders, border));
    }

    /// It does not die any more.
    pub(crate) fn disarm(&self) {
        *self.armed.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn kill(&self) {
        self.dead.store(true, Ordering::Relaxed);
        self.died.notify_one();
    }

    /// Returns after its death.
    pub(crate) async fn died(&self) {
        self.died.notified().await;
    }

    /// Never returns to a dead process: whatever it would do next has no effect.
    pub(crate) async fn alive(&self) {
        if self.is_dead() {
            std::future::pending::<()>().await;
        }
    }

    /// The border of a call that changes something.
    pub(crate) async fn border(&self, border: Border, call: &'static str) {
        self.alive().await;
        if self.dies_at(border) {
            self.world.with(|world| {
                world.say(format_args!("CRASH {border:?} {call}"));
                world.coverage.saw(match border {
                    Border::Before => "process: dies before a change",
                    Border::During => "process: dies while something is on its way",
                    Border::After => "process: dies after a change",
                });
            });
            self.kill();
            self.alive().await;
        }
    }

    fn dies_at(&self, border: Border) -> bool {
        let mut armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        match armed.as_mut() {
            Some((left, at)) if *at == border => {
                *left = left.saturating_sub(1);
                *left == 0
            }
            _ => false,
        }
    }
}
