//! From a client's error to why there was no connection. The TLS and DNS libraries are not named by this crate, so
//! their errors are known by their words.

use std::error::Error;
use std::io::ErrorKind;

use crate::application::doctor::Trouble;
use crate::ports::{Cause, with_causes};

const WORDS: [(&str, Trouble); 11] = [
    ("unknownissuer", Trouble::UnknownIssuer),
    ("unknown issuer", Trouble::UnknownIssuer),
    // Its issuer has the name of one that is trusted, and another key: an authority that was made anew.
    ("badsignature", Trouble::UnknownIssuer),
    ("expired", Trouble::Expired),
    ("not valid yet", Trouble::NotYetValid),
    ("not valid for name", Trouble::WrongName),
    ("notvalidforname", Trouble::WrongName),
    ("dns error", Trouble::UnknownName),
    ("no answer within", Trouble::TimedOut),
    ("corrupt message", Trouble::Tls),
    ("peer certificate", Trouble::NotAccepted),
];

/// Why `error` came instead of an answer.
pub(in crate::adapters) fn trouble(error: &(dyn Error + 'static)) -> Trouble {
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    if let Some(known) = causes.find_map(of_kind) {
        return known;
    }
    let words = with_causes(error).to_lowercase();
    let known = WORDS.iter().find(|(word, _)| words.contains(word));
    known.map_or(Trouble::Lost, |(_, trouble)| *trouble)
}

/// Why a request got no answer, for the log and for `/ready`. Of a certificate the library does not say what to do.
pub(in crate::adapters) fn cause(error: reqwest::Error, setting: &'static str) -> Cause {
    let error = error.without_url();
    let trouble = trouble(&error);
    if trouble.is_of_certificate() { Box::new(Distrust { trouble, setting, error }) } else { Box::new(error) }
}

/// A certificate that is not accepted.
#[derive(Debug, thiserror::Error)]
#[error("{}; {}", trouble.found(), trouble.mend(setting))]
struct Distrust {
    trouble: Trouble,
    /// Holds the address.
    setting: &'static str,
    #[source]
    error: reqwest::Error,
}

fn of_kind(error: &(dyn Error + 'static)) -> Option<Trouble> {
    if let Some(known) = error.downcast_ref::<Distrust>() {
        return Some(known.trouble);
    }
    if error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_timeout) {
        return Some(Trouble::TimedOut);
    }
    match error.downcast_ref::<std::io::Error>()?.kind() {
        ErrorKind::ConnectionRefused => Some(Trouble::Refused),
        ErrorKind::TimedOut => Some(Trouble::TimedOut),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_trouble_is_known_by_its_kind_or_its_words() {
        for (error, expected) in [
            (io::Error::from(ErrorKind::ConnectionRefused), Trouble::Refused),
            (io::Error::from(ErrorKind::TimedOut), Trouble::TimedOut),
            (io::Error::other("invalid peer certificate: UnknownIssuer"), Trouble::UnknownIssuer),
            (io::Error::other("invalid peer certificate: BadSignature"), Trouble::UnknownIssuer),
            (io::Error::other("invalid peer certificate: certificate expired: …"), Trouble::Expired),
            (
                io::Error::other("invalid peer certificate: certificate not valid yet: …"),
                Trouble::NotYetValid,
            ),
            (
                io::Error::other("invalid peer certificate: certificate not valid for name \"h\""),
                Trouble::WrongName,
            ),
            (io::Error::other("dns error: failed to lookup address information"), Trouble::UnknownName),
            (io::Error::other("invalid peer certificate: Other(CaUsedAsEndEntity)"), Trouble::NotAccepted),
            (io::Error::other("received corrupt message of type InvalidContentType"), Trouble::Tls),
            (io::Error::other("no answer within 4 s"), Trouble::TimedOut),
            (io::Error::other("connection closed"), Trouble::Lost),
        ] {
            assert_eq!(trouble(&error), expected, "{error}");
        }
    }
}
