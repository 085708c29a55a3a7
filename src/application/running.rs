//! Which jobs run in this process, so that a question that is stopped frees the model at once. Who stops it has ended
//! it in the store before.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::domain::job::JobId;

/// Shared by who runs jobs and who stops them.
#[derive(Debug, Default)]
pub struct Running(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    /// How many there ever were.
    entered: u64,
    /// By number rather than by job: a job whose lease ran out may be entered anew before its old run has left.
    runs: BTreeMap<u64, Entry>,
}

#[derive(Debug)]
struct Entry {
    job: JobId,
    stopped: CancellationToken,
    doubt: Arc<Notify>,
}

/// One run of a job; dropping it ends that.
#[derive(Debug)]
pub struct Run {
    running: Arc<Running>,
    number: u64,
    doubt: Arc<Notify>,
}

impl Running {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// That job runs until the first value is dropped; the second is cancelled when it is to stop.
    #[must_use]
    pub fn enter(self: &Arc<Self>, job: JobId) -> (Run, CancellationToken) {
        let (stopped, doubt) = (CancellationToken::new(), Arc::<Notify>::default());
        let mut entries = self.entries();
        entries.entered += 1;
        let number = entries.entered;
        let entry = Entry { job, stopped: stopped.clone(), doubt: Arc::clone(&doubt) };
        entries.runs.insert(number, entry);
        (Run { running: Arc::clone(self), number, doubt }, stopped)
    }

    /// Stops those of the jobs that run. They must have been ended in the store before.
    pub fn cancel(&self, jobs: &[JobId]) {
        for entry in self.entries().runs.values() {
            if jobs.contains(&entry.job) {
                entry.stopped.cancel();
            }
        }
    }

    /// Any of the jobs may have been ended by another process.
    pub fn doubt(&self) {
        for entry in self.entries().runs.values() {
            entry.doubt.notify_one();
        }
    }
}

impl Run {
    /// Returns when it is to be found out whether the job is still to be worked on.
    pub async fn doubted(&self) {
        self.doubt.notified().await;
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.running.entries().runs.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_jobs_that_are_meant_are_stopped() {
        let running = Arc::new(Running::default());
        let (_first, stopped) = running.enter(JobId(1));
        let (_second, goes_on) = running.enter(JobId(2));
        running.cancel(&[JobId(1), JobId(3)]);
        assert!(stopped.is_cancelled() && !goes_on.is_cancelled());
    }

    #[tokio::test]
    async fn doubt_is_about_all_that_runs() {
        let running = Arc::new(Running::default());
        let (first, stopped) = running.enter(JobId(1));
        let (second, _) = running.enter(JobId(2));
        running.doubt();
        tokio::join!(first.doubted(), second.doubted());
        assert!(!stopped.is_cancelled());
    }

    #[test]
    fn a_job_that_has_ended_is_not_stopped_when_it_runs_again() {
        let running = Arc::new(Running::default());
        drop(running.enter(JobId(1)));
        running.cancel(&[JobId(1)]);
        let (_again, stopped) = running.enter(JobId(1));
        assert!(!stopped.is_cancelled());
    }

    #[test]
    fn the_end_of_an_old_run_leaves_the_new_one_stoppable() {
        let running = Arc::new(Running::default());
        let (old, _) = running.enter(JobId(1));
        let (_new, stopped) = running.enter(JobId(1));
        drop(old);
        running.cancel(&[JobId(1)]);
        assert!(stopped.is_cancelled());
    }
}
