//! How many tokens a text has before a server has counted it: an estimate from its bytes, and the scale between that
//! and a model's own counting.

/// What a chat template adds around one message.
const MESSAGE_OVERHEAD: usize = 8;

/// Bytes of a token, on the low side: English has about 4, other European languages 3, and one CJK character of
/// 3 bytes is about one token.
const BYTES_PER_TOKEN: usize = 3;

/// How many tokens a message will have, about.
#[must_use]
pub fn estimate(text: &str) -> usize {
    text.len().div_ceil(BYTES_PER_TOKEN) + MESSAGE_OVERHEAD
}

/// A model's tokens for each estimated one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scale {
    thousandths: usize,
}

impl Scale {
    /// Estimates are taken as they are.
    pub const ONE: Self = Self { thousandths: 1000 };

    /// Fewer tokens has no text that people write.
    pub const LEAST_PLAUSIBLE: Self = Self { thousandths: 600 };

    /// No tokenizer goes further: one that needs a token for each byte and each space of a template, and one that
    /// knows every word.
    const BOUNDS: (usize, usize) = (200, 5000);

    /// What a count tells about an estimate.
    #[must_use]
    pub fn between(estimate: usize, tokens: u64) -> Self {
        let tokens = usize::try_from(tokens).unwrap_or(usize::MAX);
        Self::bounded(tokens.saturating_mul(1000).div_ceil(estimate.max(1)))
    }

    fn bounded(thousandths: usize) -> Self {
        Self { thousandths: thousandths.clamp(Self::BOUNDS.0, Self::BOUNDS.1) }
    }

    /// Tokens of an estimate, rounded up.
    #[must_use]
    pub fn tokens(self, estimate: usize) -> usize {
        estimate.saturating_mul(self.thousandths).div_ceil(1000)
    }

    /// The largest estimate that has no more than so many tokens.
    #[must_use]
    pub fn estimate(self, tokens: usize) -> usize {
        tokens.saturating_mul(1000) / self.thousandths
    }

    /// This scale after another was seen: up at once, down by an eighth of the way.
    #[must_use]
    pub fn towards(self, seen: Self) -> Self {
        let fall = self.thousandths.saturating_sub(seen.thousandths) / 8;
        Self { thousandths: seen.thousandths.max(self.thousandths - fall) }
    }

    /// So many thousandths more, and at least what is plausible.
    #[must_use]
    pub fn with_margin(self, thousandths: usize) -> Self {
        let more = self.thousandths + self.thousandths * thousandths / 1000;
        Self::bounded(more).max(Self::LEAST_PLAUSIBLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nonsense_counts_are_bounded() {
        assert_eq!(Scale::between(1000, 0).tokens(1000), 200);
        assert_eq!(Scale::between(0, u64::MAX).tokens(1000), 5000);
    }

    proptest! {
        #[test]
        fn what_fits_as_an_estimate_fits_as_tokens(estimated in 1usize..100_000, seen in 1u64..200_000, limit in 0usize..100_000) {
            let scale = Scale::between(estimated, seen);
            let fits = scale.estimate(limit);
            prop_assert!(scale.tokens(fits) <= limit);
            prop_assert!(scale.tokens(fits + 1) >= limit);
        }
    }
}
