//! How targets cut their bytes into several texts, and how they choose places in them. Nothing here is random: the
//! same bytes always make the same case.

use std::collections::BTreeMap;

use nextcloud_opencode_bot::domain::text::{Parameter, RichText};

/// Stands between two texts; ASCII's own sign for that.
const SEPARATOR: u8 = 0x1F;

/// The texts in the bytes, in order; empty ones for ever after the last.
pub(crate) fn texts(data: &[u8]) -> impl Iterator<Item = String> + '_ {
    let texts = data.split(|byte| *byte == SEPARATOR);
    texts.map(|text| String::from_utf8_lossy(text).into_owned()).chain(std::iter::repeat_with(String::new))
}

/// A text with up to `most` parameters: key, kind, id, name, server and MIME type of each.
pub(crate) fn rich_text(texts: &mut impl Iterator<Item = String>, most: usize) -> RichText {
    let mut next = || texts.next().unwrap_or_default();
    let raw = next();
    let mut parameters = BTreeMap::new();
    for _ in 0..most {
        let (key, kind, id, name) = (next(), next(), next(), next());
        let (server, mime) = (next(), next());
        if key.is_empty() && kind.is_empty() {
            break;
        }
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        parameters.insert(key, Parameter { kind, id, name, server: given(server), mime: given(mime) });
    }
    RichText { raw, parameters }
}

/// Numbers that follow from the bytes: xorshift, begun with their FNV-1a hash.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn of(data: &[u8]) -> Self {
        let hash = data.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
        });
        Self(hash | 1)
    }

    /// The next one, below `end`; 0 where that is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0).checked_rem(end).unwrap_or(0)
    }
}
