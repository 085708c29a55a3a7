//! How models count, learnt from what their answers cost. Stays on the safe side: a prompt that is taken for too
//! short is refused, one that is taken for too long only remembers a little less.

use super::tokens::Scale;

/// So many models are remembered; beyond, the one that has not answered for longest is forgotten.
const MODELS: usize = 16;

/// A scale stays so many thousandths above what was seen: the next text may be of another kind.
const MARGIN: usize = 50;

/// What was learnt, by the server's own name of each model.
#[derive(Debug, Default)]
pub struct Calibration {
    /// The one that answered last comes last.
    scales: Vec<(String, Scale)>,
}

impl Calibration {
    /// The scale of the model that answered last.
    #[must_use]
    pub fn scale(&self) -> Scale {
        self.scales.last().map_or(Scale::ONE, |(_, scale)| *scale)
    }

    /// A model has counted `tokens` in a prompt of that estimate. A server that does not name its models is taken
    /// for one model. Some do not count what comes from their cache, so a scale never falls below what is plausible.
    pub fn learn(&mut self, model: Option<&str>, estimate: usize, tokens: u64) {
        let model = model.unwrap_or_default();
        let known = self.scales.iter().position(|(name, _)| name == model);
        let (name, scale) =
            known.map_or_else(|| (model.to_owned(), Scale::ONE), |place| self.scales.remove(place));
        let scale = scale.towards(Scale::between(estimate, tokens).with_margin(MARGIN));
        self.scales.push((name, scale));
        if self.scales.len() > MODELS {
            self.scales.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn learnt(counts: &[u64]) -> Scale {
        let mut calibration = Calibration::default();
        for tokens in counts {
            calibration.learn(Some("halo"), 1000, *tokens);
        }
        calibration.scale()
    }

    #[test]
    fn a_model_that_needs_more_is_believed_at_once() {
        assert_eq!(learnt(&[1400]).tokens(1000), 1470);
    }

    #[test]
    fn a_model_that_needs_less_is_believed_little_by_little() {
        let (once, often) = (learnt(&[750]).tokens(1000), learnt(&[750; 40]).tokens(1000));
        assert!((950..1000).contains(&once), "{once}");
        assert!((787..800).contains(&often), "{often}");
    }

    #[test]
    fn a_count_without_what_was_cached_does_not_lead_astray() {
        assert!(learnt(&[10; 100]) >= Scale::LEAST_PLAUSIBLE);
    }

    #[test]
    fn each_model_has_its_own_scale() {
        let mut calibration = Calibration::default();
        calibration.learn(Some("greedy"), 1000, 2000);
        calibration.learn(Some("plain"), 1000, 1000);
        assert_eq!(calibration.scale().tokens(1000), 1050);
        calibration.learn(Some("greedy"), 1000, 2000);
        assert_eq!(calibration.scale().tokens(1000), 2100);
    }

    #[test]
    fn the_number_of_models_is_bounded() {
        let mut calibration = Calibration::default();
        for nth in 0..1000 {
            calibration.learn(Some(&format!("model {nth}")), 1000, 1000);
        }
        assert_eq!(calibration.scales.len(), MODELS);
    }

    proptest! {
        #[test]
        fn the_last_count_is_never_underestimated(counts in prop::collection::vec(1u64..5000, 1..30)) {
            let last = *counts.last().expect("not empty");
            prop_assert!(learnt(&counts).tokens(1000) as u64 >= last);
        }
    }
}
