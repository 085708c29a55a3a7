//! What one server taught by its answers. Some of it holds only until the connection is lost: another program may
//! listen there afterwards.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::settings::ModelSettings;
use super::wire::Dialect;
use crate::ports::model::ModelError;

/// The facts, of which any may change with each answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// How it wants to be asked.
    pub(super) dialect: Dialect,
    /// Whether it is a llama-server; `None` until it was looked at.
    pub(super) is_llama: Option<bool>,
    /// Routes it does not have.
    pub(super) lacks: Lacks,
    /// The name of the model that answered last.
    model: Option<String>,
    /// Whether the last call failed as it does when a server restarts.
    lost: bool,
}

/// Routes that not every server has, nor every version of one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Lacks {
    pub(super) slots: bool,
    pub(super) input_tokens: bool,
    pub(super) apply_template: bool,
}

/// The facts, shared by all calls.
#[derive(Debug)]
pub(super) struct Learnt(Mutex<Facts>);

impl Learnt {
    pub(super) fn new(settings: &ModelSettings) -> Self {
        let dialect = Dialect { limit: settings.limit_field, ..Dialect::default() };
        Self(Mutex::new(Facts { dialect, ..Facts::default() }))
    }

    pub(super) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server answered with this model. Whether that, or that it answers at all, is new.
    pub(super) fn answered(&self, model: Option<&str>) -> bool {
        let mut facts = self.facts();
        let other = model.is_some() && facts.model.is_some() && facts.model.as_deref() != model;
        if let Some(model) = model {
            facts.model = Some(model.to_owned());
        }
        std::mem::take(&mut facts.lost) || other
    }

    /// The call failed.
    pub(super) fn failed(&self, error: &ModelError) {
        if matches!(error, ModelError::Unreachable(_) | ModelError::Loading | ModelError::Interrupted(_)) {
            let mut facts = self.facts();
            (facts.lost, facts.is_llama, facts.lacks) = (true, None, Lacks::default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learnt() -> Learnt {
        let facts = Facts { is_llama: Some(true), ..Facts::default() };
        Learnt(Mutex::new(facts))
    }

    #[test]
    fn another_model_is_news_and_the_same_one_is_not() {
        let learnt = learnt();
        let news = [Some("a"), Some("a"), None, Some("b"), Some("b")].map(|model| learnt.answered(model));
        assert_eq!(news, [false, false, false, true, false]);
    }

    #[test]
    fn a_server_that_comes_back_is_news_and_may_be_another_one() {
        let learnt = learnt();
        learnt.failed(&ModelError::Unreachable("gone".into()));
        assert_eq!(learnt.facts().is_llama, None);
        assert!(learnt.answered(None) && !learnt.answered(None));
    }

    #[test]
    fn a_refusal_loses_nothing() {
        let learnt = learnt();
        learnt.failed(&ModelError::Refused("no".into()));
        assert_eq!(learnt.facts().is_llama, Some(true));
        assert!(!learnt.answered(None));
    }
}
