//! Erasing what is too old, in steps: webhooks wait for the same writer, so no commit may take long.

use async_trait::async_trait;

use super::SqlStore;
use super::change::Change;
use super::engine::{Connection, Statement, query};
use super::statements;
use crate::adapters::bells::Wakes;
use crate::domain::time::Timestamp;
use crate::ports::Cause;
use crate::ports::upkeep::{Sweep, Swept};

/// Most rows of one commit.
const STEP: u32 = 1000;

impl SqlStore {
    pub(super) async fn sweep_in_steps(&self, sweep: Sweep) -> Result<Swept, Cause> {
        let mut swept = Swept::default();
        if let Some(before) = sweep.texts_before {
            swept.turns = self.sweep_all(Old::Turns, before).await?;
            swept.dead_letters = self.sweep_all(Old::DeadLetters, before).await?;
        }
        swept.identities = self.sweep_all(Old::Identities, sweep.identities_before).await?;
        Ok(swept)
    }

    async fn sweep_all(&self, what: Old, before: Timestamp) -> Result<u64, Cause> {
        let mut swept = 0;
        loop {
            let step = self.write(SweepStep { what, before }).await?;
            swept += step;
            if step < u64::from(STEP) {
                return Ok(swept);
            }
        }
    }
}

/// What is swept.
#[derive(Debug, Clone, Copy)]
enum Old {
    Turns,
    DeadLetters,
    Identities,
}

impl Old {
    /// What is done with the same rows before they are erased, and the erasing.
    const fn statements(self) -> [Statement; 2] {
        match self {
            Self::Turns => [statements::SWEEP_EPOCHS, statements::SWEEP_TURNS],
            Self::DeadLetters => [statements::SWEEP_PARTS, statements::SWEEP_DEAD_LETTERS],
            Self::Identities => [statements::RAISE_FLOORS, statements::SWEEP_IDENTITIES],
        }
    }
}

/// Sweeps the oldest; answers how many.
struct SweepStep {
    what: Old,
    before: Timestamp,
}

#[async_trait]
impl Change for SweepStep {
    type Answer = u64;
    const WAKES: Wakes = Wakes::NOBODY;

    async fn apply(&self, bot: &str, store: &mut Connection) -> sqlx::Result<u64> {
        let mut swept = 0;
        for statement in self.what.statements() {
            let sweep = query(statement).bind(bot).bind(self.before.as_millis()).bind(STEP);
            swept = sweep.execute(&mut *store).await?.rows_affected();
        }
        Ok(swept)
    }
}
