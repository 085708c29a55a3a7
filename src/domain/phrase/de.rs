//! German.

use super::{Phrase, en};

pub(super) fn text(phrase: &Phrase<'_>) -> String {
    en::text(phrase)
}
