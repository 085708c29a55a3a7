//! Several servers for one question: the first that has more to say than that it cannot answer now.

use crate::ports::model::ModelError;

/// One walk along the servers.
#[derive(Debug, Default)]
pub(super) struct Failover {
    away: Option<ModelError>,
}

impl Failover {
    /// The result that ends the walk, or `None` to ask the next server.
    pub(super) fn settled_by<T>(&mut self, result: Result<T, ModelError>) -> Option<Result<T, ModelError>> {
        let error = match result {
            Err(error) if is_away(&error) => error,
            // What a second choice refuses, the first may take when it is back.
            Err(error @ (ModelError::Refused(_) | ModelError::Unauthorized)) if self.away.is_some() => error,
            result => return Some(result),
        };
        self.away = Some(match self.away.take() {
            Some(known) if !matches!(known, ModelError::Unreachable(_)) || !is_away(&error) => known,
            _ => error,
        });
        None
    }

    /// The most telling error: a server that is there tells more than one that is not.
    pub(super) fn into_error(self) -> ModelError {
        self.away.unwrap_or_else(|| ModelError::Unreachable("no model server is configured".into()))
    }
}

/// Whether another server may do better.
pub(super) fn is_away(error: &ModelError) -> bool {
    match error {
        ModelError::Busy { .. }
        | ModelError::Loading
        | ModelError::Unreachable(_)
        | ModelError::Failed(_) => true,
        ModelError::Interrupted(_)
        | ModelError::TimedOut(_)
        | ModelError::PromptTooLong { .. }
        | ModelError::Unauthorized
        | ModelError::Refused(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(results: Vec<Result<(), ModelError>>) -> (usize, Result<(), &'static str>) {
        let mut failover = Failover::default();
        let mut asked = 0;
        for result in results {
            asked += 1;
            if let Some(result) = failover.settled_by(result) {
                return (asked, result.map_err(|error| error.kind()));
            }
        }
        (asked, Err(failover.into_error().kind()))
    }

    fn gone() -> Result<(), ModelError> {
        Err(ModelError::Unreachable("refused".into()))
    }

    fn refused() -> Result<(), ModelError> {
        Err(ModelError::Refused("no such model".into()))
    }

    #[test]
    fn the_next_is_asked_while_one_cannot_answer() {
        assert_eq!(walk(vec![gone(), Err(ModelError::Loading), Ok(()), Ok(())]), (3, Ok(())));
    }

    #[test]
    fn an_answer_that_is_about_the_question_ends_the_walk() {
        assert_eq!(walk(vec![refused(), Ok(())]), (1, Err("refused")));
        let cut = Err(ModelError::Interrupted("cut".into()));
        assert_eq!(walk(vec![gone(), cut, Ok(())]), (2, Err("interrupted")));
    }

    #[test]
    fn the_error_is_that_of_a_server_that_is_there() {
        assert_eq!(walk(vec![gone(), Err(ModelError::Loading), gone()]), (3, Err("loading")));
        assert_eq!(walk(vec![]), (0, Err("unreachable")));
    }

    #[test]
    fn a_second_choice_that_refuses_does_not_end_the_wait_for_the_first() {
        assert_eq!(walk(vec![gone(), refused(), Err(ModelError::Unauthorized)]), (3, Err("unreachable")));
    }
}
