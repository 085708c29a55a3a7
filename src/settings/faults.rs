//! All faults of the settings at once. Reading ends at the first, so what is at fault is put aside and the rest is read
//! again, until nothing new is found.

use super::Settings;
use super::source::{SettingsError, Source};
use super::variables::{Presence, Variable};
use crate::domain::signature::SECRET_BYTES;

impl Settings {
    /// As [`Settings::read`], but with every fault, each variable once and in the order in which they are read.
    pub fn read_to_the_end(source: &Source) -> Result<Self, Vec<SettingsError>> {
        let mut faults: Vec<SettingsError> = Vec::new();
        let mut rest = source.clone();
        loop {
            match Self::read(&rest) {
                Ok(settings) if faults.is_empty() => return Ok(settings),
                Err(fault) if faults.iter().all(|known| known.variable != fault.variable) => {
                    put_aside(&mut rest, &Variable::named(fault.variable));
                    faults.push(fault);
                }
                _ => return Err(faults),
            }
        }
    }
}

/// Has the variable count as one without a fault.
fn put_aside(source: &mut Source, variable: &Variable) {
    // A secret is looked for in its file first: what would be read instead may not be there.
    let name = variable.name.strip_suffix("_FILE").unwrap_or(variable.name);
    let variable = Variable::named(name);
    let stand_in = match variable.default {
        Presence::Unset(_) if name == "BOT_SECRET" => "-".repeat(*SECRET_BYTES.start()),
        Presence::Unset(_) if variable.secret => String::new(),
        _ => variable.example.to_owned(),
    };
    source.stand_ins.insert(name, stand_in);
}

#[cfg(test)]
mod tests {
    use super::super::VARIABLES;
    use super::*;

    fn faults(pairs: &[(&str, &str)]) -> Vec<(&'static str, String)> {
        let environment = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let source = Source { environment, ..Source::default() };
        let faults = Settings::read_to_the_end(&source).expect_err("impossible");
        faults.into_iter().map(|fault| (fault.variable, fault.fault)).collect()
    }

    fn named(faults: &[(&'static str, String)]) -> Vec<&'static str> {
        faults.iter().map(|(variable, _)| *variable).collect()
    }

    #[test]
    fn without_any_setting_all_that_have_to_be_there_are_named() {
        assert_eq!(named(&faults(&[])), ["NEXTCLOUD_URL", "BOT_SECRET", "MODEL_BASE_URL"]);
    }

    #[test]
    fn each_fault_is_told_once_and_the_first_is_that_of_the_start() {
        let pairs: Vec<(&str, &str)> = VARIABLES
            .iter()
            .filter(|variable| !variable.name.ends_with("_FILE"))
            .map(|variable| (variable.name, "\u{1}@,"))
            .collect();
        let found = faults(&pairs);
        let mut names = named(&found);
        for name in ["BOT_PORT", "NEXTCLOUD_URL", "BOT_SECRET", "TIMEOUT", "MODEL_EXTRA", "LOG_LEVEL"] {
            assert!(names.contains(&name), "{name} in {names:?}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), found.len());
        let environment = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let first = Settings::read(&Source { environment, ..Source::default() }).expect_err("impossible");
        assert_eq!(found[0], (first.variable, first.fault));
    }

    #[test]
    fn a_file_that_is_not_there_is_not_told_as_a_missing_secret_too() {
        let found = faults(&[
            ("NEXTCLOUD_URL", "https://cloud.example.com"),
            ("MODEL_BASE_URL", "http://127.0.0.1:8080/v1"),
            ("BOT_SECRET_FILE", "/nowhere/secret"),
            ("MODEL_API_KEY_FILE", "/nowhere/key"),
        ]);
        assert_eq!(named(&found), ["BOT_SECRET_FILE", "MODEL_API_KEY_FILE"]);
    }

    #[test]
    fn a_credential_that_is_too_short_hides_no_other_fault() {
        let directory = tempfile::tempdir().expect("a directory");
        std::fs::write(directory.path().join("bot-secret"), "short").expect("written");
        std::fs::write(directory.path().join("model-api-key"), "a\nkey").expect("written");
        let found = faults(&[
            ("NEXTCLOUD_URL", "https://cloud.example.com"),
            ("MODEL_BASE_URL", "http://127.0.0.1:8080/v1"),
            ("CREDENTIALS_DIRECTORY", directory.path().to_str().expect("text")),
        ]);
        assert_eq!(named(&found), ["BOT_SECRET", "MODEL_API_KEY"]);
    }

    #[test]
    fn what_stands_in_for_a_fault_has_none() {
        for variable in VARIABLES {
            let mut source = Source::default();
            for name in ["NEXTCLOUD_URL", "MODEL_BASE_URL", "BOT_SECRET", variable.name] {
                put_aside(&mut source, &Variable::named(name));
            }
            assert!(Settings::read(&source).is_ok(), "{}", variable.name);
        }
    }
}
