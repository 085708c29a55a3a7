//! The version of Talk out of what a Nextcloud tells of its apps.

use serde_json::Value;

use crate::ports::talk::TalkVersion;

/// The version in the answer of the capabilities; `None` where there is none, or no Talk.
pub(super) fn of_capabilities(body: &[u8]) -> Option<TalkVersion> {
    let body: Value = serde_json::from_slice(body).ok()?;
    parse(body["ocs"]["data"]["capabilities"]["spreed"]["version"].as_str()?)
}

/// Three numbers; the last may be followed by what kind of release it is, as in `23.0.0-rc.2`.
pub(super) fn parse(text: &str) -> Option<TalkVersion> {
    let mut numbers = text.split('.').map(|part| {
        let digits = part.find(|char: char| !char.is_ascii_digit()).unwrap_or(part.len());
        part[..digits].parse().ok()
    });
    let mut next = || numbers.next().flatten();
    Some(TalkVersion { major: next()?, minor: next()?, patch: next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_three_numbers_whatever_follows() {
        for (text, expected) in [
            ("22.0.12", Some((22, 0, 12))),
            ("23.0.0-rc.2", Some((23, 0, 0))),
            ("22.0.0-dev.1", Some((22, 0, 0))),
            ("17.1.0.3", Some((17, 1, 0))),
            ("22.0", None),
            ("22..1", None),
            ("", None),
            ("talk", None),
            ("99999999999.0.0", None),
        ] {
            let expected = expected.map(|(major, minor, patch)| TalkVersion { major, minor, patch });
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
