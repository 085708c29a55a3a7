//! What several model servers take together: the sum where they share the questions, else what the first takes.

use super::Finding;
use super::model::ModelFacts;
use crate::ports::model::Limits;

const CHECK: &str = "model-context";

/// Check `model-context` of all servers, where they share the questions: any of them may get any, so the smallest
/// context is everybody's. `None` where there is nothing to add up.
#[must_use]
pub fn judge_sharing(facts: &[ModelFacts]) -> Option<Finding> {
    let sizes = facts.iter().filter(|facts| works(facts)).map(|facts| (tokens(facts), &facts.server));
    let (least, server) = sizes.clone().min().filter(|_| facts.len() > 1)?;
    let most = sizes.clone().map(|(tokens, _)| tokens).max().unwrap_or(least);
    let slots = facts.iter().filter(|facts| works(facts)).map(slots).fold(0, u32::saturating_add);
    let (working, of) = (sizes.count(), facts.len());
    let found =
        format!("{working} of {of} servers share the questions: {slots} at once, {least} tokens for each");
    if least > most / 2 {
        return Some(Finding::good(CHECK, found));
    }
    let found = format!("{found}, since {server} takes no more");
    let mend = "give it the context that the others have, or leave it out of MODEL_BASE_URL";
    Some(Finding::warning(CHECK, found, mend))
}

/// The same where a later server is for when those before it fail.
#[must_use]
pub fn judge_in_order(facts: &[ModelFacts]) -> Option<Finding> {
    let first = facts.iter().find(|facts| works(facts)).filter(|_| facts.len() > 1)?;
    let (server, slots) = (&first.server, slots(first));
    let found =
        format!("{slots} at once in all, as {server} takes; the others wait until it fails (MODEL_SPREAD)");
    Some(Finding::good(CHECK, found))
}

fn works(facts: &ModelFacts) -> bool {
    facts.problem.is_none() && facts.is_api
}

fn slots(facts: &ModelFacts) -> u32 {
    facts.slots.unwrap_or(Limits::ASSUMED.slots)
}

fn tokens(facts: &ModelFacts) -> u32 {
    facts.context_tokens.unwrap_or(Limits::ASSUMED.context_tokens)
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::super::model::Problem;
    use super::*;
    use crate::ports::model::ModelError;

    fn server(name: &str, context_tokens: Option<u32>, slots: Option<u32>) -> ModelFacts {
        ModelFacts {
            server: name.into(),
            has_key: false,
            problem: None,
            is_api: true,
            wanted: "halo".into(),
            names: None,
            serves_any_name: false,
            context_tokens,
            slots,
            max_tokens: 1024,
            certificate: None,
            trial: None,
        }
    }

    fn away(name: &str) -> ModelFacts {
        let problem = Problem { error: ModelError::Loading, trouble: None };
        ModelFacts { problem: Some(problem), ..server(name, None, None) }
    }

    #[test]
    fn servers_that_share_are_added_up_as_far_as_they_work() {
        let facts = [away("a"), server("b", Some(8192), Some(3)), server("c", Some(8000), None)];
        let sum = "2 of 3 servers share the questions: 4 at once, 8000 tokens for each";
        assert_eq!(judge_sharing(&facts), Some(Finding::good(CHECK, sum)));
        let small = [server("a", None, Some(2)), server("b", Some(8192), Some(2))];
        let finding = judge_sharing(&small).expect("two servers");
        assert_eq!(finding.outcome, Outcome::Warning);
        assert!(finding.found.ends_with("4 at once, 4096 tokens for each, since a takes no more"));
    }

    #[test]
    fn in_order_the_first_that_works_tells() {
        let facts = [away("a"), server("b", None, Some(3)), server("c", None, Some(9))];
        let found = judge_in_order(&facts).expect("several").found;
        assert!(found.starts_with("3 at once in all, as b takes"), "{found}");
    }

    #[test]
    fn of_one_server_or_of_none_that_works_nothing_is_added_up() {
        for facts in [vec![server("a", None, None)], vec![away("a"), away("b")]] {
            assert_eq!((judge_sharing(&facts), judge_in_order(&facts)), (None, None));
        }
    }
}
