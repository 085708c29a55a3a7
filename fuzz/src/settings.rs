//! Settings from any flags and environment: either all of them are valid, or one line names a variable and what is
//! wrong with it. Secrets are never shown.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use nextcloud_opencode_bot::settings::{Settings, SettingsError, Source, VARIABLES};

/// Where lines of the input end; a value may hold every other byte but NUL.
const END: u8 = 0x1F;

/// Lines `NAME=value`; `-NAME=value` is a flag. What is required and not given has a value that works.
pub fn check(data: &[u8]) {
    let source = source(data);
    match Settings::read(&source) {
        Ok(settings) => {
            settings_hold(&settings);
            let report = Settings::report(&source).expect("a report of valid settings");
            no_secret_shows(&source, &format!("{settings:?}{report}"));
        }
        Err(error) => {
            error_holds(&error, &source);
            assert_eq!(Settings::report(&source), Err(error));
        }
    }
}

fn source(data: &[u8]) -> Source {
    let mut source = Source::default();
    let given = [
        ("NEXTCLOUD_URL", "https://cloud.example.com"),
        ("MODEL_BASE_URL", "http://127.0.0.1:8080/v1"),
        ("BOT_SECRET", "0123456789012345678901234567890123456789"),
    ];
    for (name, value) in given {
        source.environment.insert(name.to_owned(), value.into());
    }
    for line in data.split(|byte| *byte == END) {
        let Some(at) = line.iter().position(|byte| *byte == b'=') else { continue };
        let name = String::from_utf8_lossy(&line[..at]).into_owned();
        // No file is read that the input names.
        if name.ends_with("_FILE") || name == "CREDENTIALS_DIRECTORY" || line.contains(&0) {
            continue;
        }
        let value = OsString::from_vec(line[at + 1..].to_vec());
        match name.strip_prefix('-') {
            Some(flag) => insert(&mut source.flags, flag, value),
            None => insert(&mut source.environment, &name, value),
        }
    }
    source
}

fn insert(values: &mut BTreeMap<String, OsString>, name: &str, value: OsString) {
    if !name.ends_with("_FILE") {
        values.insert(name.to_owned(), value);
    }
}

fn settings_hold(settings: &Settings) {
    assert!(!settings.listen.0.trim().is_empty());
    let name = &settings.bot_name;
    assert!((1..=64).contains(&name.len()) && name.trim() == name && !name.contains(['@', '"', '\n']));
    let url = &settings.nextcloud_url;
    assert!(matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
    assert!(url.query().is_none() && url.username().is_empty() && url.password().is_none());
    assert!(url.path() == "/" || !url.path().ends_with('/'), "{url}");
    assert!(!settings.model.base_urls.is_empty() && !settings.model.model.trim().is_empty());
    assert!(settings.model.max_tokens > 0 && settings.model.slots != Some(0));
    assert!(settings.model.context_tokens.is_none_or(|tokens| tokens >= 256));
    assert!(settings.model.sampling.temperature.is_none_or(|value| (0.0..=2.0).contains(&value)));
    assert!(settings.model.sampling.top_p.is_none_or(|value| (0.0..=1.0).contains(&value)));
    assert!(!settings.limits.window.is_zero() && !settings.timeout.is_zero());
    assert!(settings.wait_notice.is_none_or(|time| !time.is_zero()));
    assert!(settings.retention_days.is_none_or(|days| (1..=36_500).contains(&days)));
    assert!(settings.context_turns <= 10_000);
    let database = settings.database_url.expose();
    assert!(["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| database.starts_with(scheme)));
}

fn error_holds(error: &SettingsError, source: &Source) {
    let line = error.to_string();
    assert!(VARIABLES.iter().any(|variable| variable.name == error.variable), "{line}");
    assert!(line.starts_with(&format!("{}: ", error.variable)) && !error.fault.is_empty(), "{line}");
    assert!(!line.chars().any(char::is_control), "not one line: {line:?}");
    no_secret_shows(source, &line);
}

/// Of values that are long and odd enough to be nothing else.
fn no_secret_shows(source: &Source, shown: &str) {
    for variable in VARIABLES.iter().filter(|variable| variable.secret) {
        let effective = source.flags.get(variable.name).or_else(|| source.environment.get(variable.name));
        let Some(secret) = effective.and_then(|value| value.to_str()) else { continue };
        let others = || source.flags.iter().chain(&source.environment);
        let is_name = VARIABLES.iter().any(|variable| variable.name.contains(secret));
        let is_elsewhere = is_name
            || others()
                .any(|(name, value)| name != variable.name && value.to_string_lossy().contains(secret));
        assert!(secret.len() < 16 || is_elsewhere || !shown.contains(secret), "{} shows", variable.name);
    }
}
