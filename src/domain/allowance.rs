//! How long a prompt may be, as far as is known. What a server counts or refuses changes it; after a refusal it is
//! always smaller than what was refused.

use super::tokens::Scale;

/// Tokens of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Prompt and answer together.
    pub context_tokens: u32,
    /// Kept free for the answer, but never more than half of the context.
    pub answer_tokens: u32,
}

impl Budget {
    /// Tokens that the prompt may have.
    #[must_use]
    pub fn prompt_tokens(self) -> usize {
        (self.context_tokens - self.answer_tokens.min(self.context_tokens / 2)) as usize
    }
}

/// No chat model takes less, so a server that says so is not believed.
const SMALLEST: u32 = 256;

/// Share of the limit, in tenths, up to which an estimate is good enough.
const SURE_TENTHS: usize = 6;

/// The length that the prompts of one question may have.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    budget: Budget,
    scale: Scale,
    /// Longest estimate, whatever the scale says: more was refused.
    longest: usize,
}

impl Allowance {
    /// Before anything was asked.
    #[must_use]
    pub fn new(budget: Budget, scale: Scale) -> Self {
        Self { budget, scale, longest: usize::MAX }
    }

    /// The longest prompt, as an estimate.
    #[must_use]
    pub fn estimate(&self) -> usize {
        self.scale.estimate(self.budget.prompt_tokens()).min(self.longest)
    }

    /// Whether a prompt of that estimate is surely short enough.
    #[must_use]
    pub fn surely_admits(&self, estimate: usize) -> bool {
        self.scale.tokens(estimate) <= self.budget.prompt_tokens() * SURE_TENTHS / 10
            && estimate <= self.longest
    }

    /// The server counts so many tokens in a prompt of that estimate. Whether that is short enough.
    pub fn counted(&mut self, estimate: usize, tokens: u64) -> bool {
        self.scale = Scale::between(estimate, tokens);
        tokens <= self.budget.prompt_tokens() as u64 && estimate <= self.longest
    }

    /// The server refused a prompt of that estimate, perhaps with numbers. Without any that explain it, half of it is
    /// the limit.
    pub fn refused(&mut self, estimate: usize, prompt_tokens: Option<u64>, context_tokens: Option<u64>) {
        let context = context_tokens.and_then(|tokens| u32::try_from(tokens).ok());
        if let Some(context) = context.filter(|tokens| *tokens >= SMALLEST) {
            self.budget.context_tokens = self.budget.context_tokens.min(context);
        }
        let limit = self.budget.prompt_tokens();
        let counted = prompt_tokens.map(|tokens| Scale::between(estimate, tokens));
        self.scale = counted.filter(|scale| scale.tokens(estimate) > limit).unwrap_or(self.scale);
        let explained = self.scale.tokens(estimate) > limit;
        self.longest = if explained { self.estimate() } else { estimate / 2 };
    }

    /// The context as far as the server told it.
    #[must_use]
    pub fn context_tokens(&self) -> u32 {
        self.budget.context_tokens
    }

    /// The context to reckon with when even the last prompt was refused.
    #[must_use]
    pub fn doubted_context_tokens(&self) -> u32 {
        let longest = u32::try_from(self.scale.tokens(self.longest)).unwrap_or(u32::MAX);
        self.budget.context_tokens.min(longest.max(SMALLEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BUDGET: Budget = Budget { context_tokens: 4096, answer_tokens: 1024 };

    fn refused(estimate: usize, prompt_tokens: Option<u64>, context_tokens: Option<u64>) -> Allowance {
        let mut allowance = Allowance::new(BUDGET, Scale::ONE);
        allowance.refused(estimate, prompt_tokens, context_tokens);
        allowance
    }

    #[test]
    fn the_answer_never_takes_more_than_half() {
        assert_eq!(BUDGET.prompt_tokens(), 3072);
        assert_eq!(Budget { context_tokens: 1000, answer_tokens: 9000 }.prompt_tokens(), 500);
    }

    #[test]
    fn only_what_is_far_from_the_limit_is_sure() {
        let allowance = Allowance::new(BUDGET, Scale::ONE);
        assert!(allowance.surely_admits(1843) && !allowance.surely_admits(1844));
    }

    #[test]
    fn a_count_replaces_the_scale() {
        let mut allowance = Allowance::new(BUDGET, Scale::ONE);
        assert!(allowance.counted(4000, 3000), "fewer than estimated");
        assert_eq!(allowance.estimate(), 4096);
        assert!(!allowance.counted(3000, 6000), "more than estimated");
        assert_eq!(allowance.estimate(), 1536);
    }

    #[test]
    fn the_numbers_of_a_refusal_are_believed() {
        let allowance = refused(3000, Some(6000), Some(2048));
        assert_eq!((allowance.context_tokens(), allowance.estimate()), (2048, 512));
    }

    #[test]
    fn a_refusal_without_numbers_halves() {
        let allowance = refused(3000, None, None);
        assert_eq!((allowance.context_tokens(), allowance.estimate()), (4096, 1500));
        assert_eq!(allowance.doubted_context_tokens(), 1500);
    }

    #[test]
    fn numbers_that_explain_nothing_halve_too() {
        for (prompt, context) in
            [(Some(1), None), (Some(2000), Some(8192)), (None, Some(0)), (None, Some(9999))]
        {
            assert_eq!(refused(3000, prompt, context).estimate(), 1500, "{prompt:?} {context:?}");
        }
    }

    #[test]
    fn a_prompt_of_just_the_limit_that_is_refused_does_not_come_again() {
        assert_eq!(refused(3072, None, None).estimate(), 1536);
        let counted = refused(3000, Some(3072), None);
        assert_eq!((counted.estimate(), counted.doubted_context_tokens()), (1500, 1500));
    }

    #[test]
    fn a_count_that_contradicts_a_refusal_does_not_bring_the_same_prompt_again() {
        let mut allowance = refused(3000, Some(5000), Some(4096));
        assert!(!allowance.counted(3000, 2000));
        assert!(allowance.estimate() < 2000);
    }

    proptest! {
        #[test]
        fn after_a_refusal_less_is_allowed(
            estimate in 2usize..50_000,
            prompt in prop::option::of(0u64..100_000),
            context in prop::option::of(0u64..100_000),
            counted in 0u64..100_000,
        ) {
            let mut allowance = Allowance::new(BUDGET, Scale::ONE);
            for estimate in [estimate, estimate / 2] {
                allowance.refused(estimate, prompt, context);
                prop_assert!(allowance.estimate() < estimate.max(1));
                prop_assert!(!allowance.surely_admits(estimate) || estimate == 0);
            }
            allowance.counted(estimate, counted);
            prop_assert!(allowance.estimate() < estimate);
        }
    }
}
