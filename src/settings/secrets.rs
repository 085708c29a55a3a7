//! Which secrets are given, and where each comes from, for who judges that. The bytes stay here.

use std::os::unix::fs::PermissionsExt;

use super::Settings;
use super::address::without_password;
use super::parse::Reader;
use super::source::{Origin, SettingsError, Source};
use super::variables::Variable;
use crate::application::doctor::{GivenBy, SecretFacts};

impl Settings {
    /// Every secret that is given, in the order of the README.
    pub fn secrets(source: &Source) -> Result<Vec<SecretFacts>, SettingsError> {
        let read = Reader::new(source);
        let headers = Variable::named("OTEL_EXPORTER_OTLP_HEADERS");
        let headers = source.given(&headers)?.map(|(text, origin)| (text.into_bytes(), origin));
        let (url, origin) = read.database_url()?;
        let url = (without_password(&url) != url).then(|| (url.into_bytes(), origin));
        let found = [
            ("BOT_SECRET", read.bot_secret_bytes()?),
            ("BOT_SECRET_PREVIOUS", read.previous_secret_bytes()?),
            ("MODEL_API_KEY", read.api_key_bytes()?.filter(|(bytes, _)| !bytes.is_empty())),
            ("DATABASE_URL", url),
            ("DATABASE_PASSWORD", read.database_password_bytes()?.filter(|(bytes, _)| !bytes.is_empty())),
            ("OTEL_EXPORTER_OTLP_HEADERS", headers),
        ];
        let facts = |(setting, found): (&'static str, Option<(Vec<u8>, Origin)>)| {
            let (bytes, origin) = found?;
            Some(SecretFacts::new(setting, given_by(origin)?, &bytes))
        };
        Ok(found.into_iter().filter_map(facts).collect())
    }
}

fn given_by(origin: Origin) -> Option<GivenBy> {
    Some(match origin {
        Origin::Flag => GivenBy::Flag,
        Origin::Environment => GivenBy::Environment,
        Origin::Credential(name) => GivenBy::Credential(name),
        Origin::File(path) => {
            let mode = std::fs::metadata(&path).ok().map(|file| file.permissions().mode() & 0o7777);
            GivenBy::File { path: path.display().to_string(), mode }
        }
        Origin::Default => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_secret_is_found_where_it_is() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("key");
        std::fs::write(&file, "sk-1234\n").expect("written");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).expect("changed");
        let path = file.to_str().expect("text");
        let mut source = Source::default();
        source
            .flags
            .insert("BOT_SECRET".to_owned(), "a secret of the tests, between 40 and 128 bytes".into());
        for (name, value) in
            [("MODEL_API_KEY_FILE", path), ("DATABASE_URL", "postgres://bot:hunter2@db/halo")]
        {
            source.environment.insert(name.to_owned(), value.into());
        }
        let found = Settings::secrets(&source).expect("readable");
        let found: Vec<_> = found.into_iter().map(|it| (it.setting, it.given_by)).collect();
        let in_file = GivenBy::File { path: path.to_owned(), mode: Some(0o640) };
        assert_eq!(
            found,
            [
                ("BOT_SECRET", GivenBy::Flag),
                ("MODEL_API_KEY", in_file),
                ("DATABASE_URL", GivenBy::Environment)
            ]
        );
    }
}
