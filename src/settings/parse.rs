//! From text to value. Each fault is a half sentence that fits after the variable's name.

use std::collections::BTreeSet;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::DatabaseUrl;
use super::address;
use super::source::{Origin, SettingsError, Source};
use super::variables::Variable;
use crate::adapters::openai::{LimitField, OWN_FIELDS};
use crate::application::receive::{ReactionControl, RoomCommands};
use crate::domain::phrase::Language;
use crate::domain::signature::BotSecret;

/// Where systemd lets the service keep what it stores.
const STATE_DIRECTORY: &str = "STATE_DIRECTORY";

/// Reads variables by name from one source.
pub(super) struct Reader<'a>(&'a Source);

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self(source)
    }

    /// A variable that always has a value.
    pub(super) fn required<T>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, SettingsError> {
        let variable = Variable::named(name);
        self.optional(name, parse)?.ok_or_else(|| SettingsError::new(&variable, "is missing"))
    }

    /// A variable that may have none.
    pub(super) fn optional<T>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, SettingsError> {
        let variable = Variable::named(name);
        let value = self.0.value(&variable)?;
        value.map(|(text, _)| parse(&text)).transpose().map_err(|fault| SettingsError::new(&variable, fault))
    }

    pub(super) fn text(&self, name: &str) -> Result<String, SettingsError> {
        self.required(name, |text| match text.trim() {
            "" => Err("is empty".to_owned()),
            text => Ok(text.to_owned()),
        })
    }

    pub(super) fn port(&self, name: &str) -> Result<u16, SettingsError> {
        self.required(name, address::port)
    }

    pub(super) fn bot_secret(&self) -> Result<BotSecret, SettingsError> {
        let variable = Variable::named("BOT_SECRET");
        let Some((bytes, origin)) = self.bot_secret_bytes()? else {
            let fault = "is missing: give the secret of the bot as the credential `bot-secret`, as a file that \
                         BOT_SECRET_FILE names, or here";
            return Err(SettingsError::new(&variable, fault));
        };
        BotSecret::new(bytes).map_err(|error| SettingsError::new(&variable, format!("({origin}) {error}")))
    }

    pub(super) fn previous_secret(&self) -> Result<Option<BotSecret>, SettingsError> {
        let Some((bytes, origin)) = self.previous_secret_bytes()? else { return Ok(None) };
        let variable = Variable::named("BOT_SECRET_PREVIOUS");
        let secret = BotSecret::new(bytes);
        secret.map(Some).map_err(|error| SettingsError::new(&variable, format!("({origin}) {error}")))
    }

    pub(super) fn previous_secret_bytes(&self) -> Result<Option<(Vec<u8>, Origin)>, SettingsError> {
        self.0.secret(
            "bot-secret-previous",
            &Variable::named("BOT_SECRET_PREVIOUS_FILE"),
            &Variable::named("BOT_SECRET_PREVIOUS"),
        )
    }

    pub(super) fn bot_secret_bytes(&self) -> Result<Option<(Vec<u8>, Origin)>, SettingsError> {
        self.0.secret("bot-secret", &Variable::named("BOT_SECRET_FILE"), &Variable::named("BOT_SECRET"))
    }

    pub(super) fn api_key(&self) -> Result<Option<SecretString>, SettingsError> {
        let variable = Variable::named("MODEL_API_KEY");
        let Some((bytes, _)) = self.api_key_bytes()?.filter(|(bytes, _)| !bytes.is_empty()) else {
            return Ok(None);
        };
        if !bytes.iter().all(|byte| (0x20..0x7f).contains(byte)) {
            return Err(SettingsError::new(
                &variable,
                "holds characters that cannot stand in an HTTP header",
            ));
        }
        Ok(Some(SecretString::from(String::from_utf8(bytes).expect("printable ASCII is UTF-8"))))
    }

    pub(super) fn api_key_bytes(&self) -> Result<Option<(Vec<u8>, Origin)>, SettingsError> {
        self.0.secret(
            "model-api-key",
            &Variable::named("MODEL_API_KEY_FILE"),
            &Variable::named("MODEL_API_KEY"),
        )
    }

    /// With its origin; it may hold a password, so it may come from a credential or a file. The default lies in the
    /// state directory that systemd made, else below the working directory.
    pub(super) fn database_url(&self) -> Result<(String, Origin), SettingsError> {
        let (variable, file) = (Variable::named("DATABASE_URL"), Variable::named("DATABASE_URL_FILE"));
        let Some((bytes, origin)) = self.0.secret("database-url", &file, &variable)? else {
            let directory = self.state_directory()?.unwrap_or("state");
            return Ok((format!("sqlite://{directory}/bot.db"), Origin::Default));
        };
        let text = String::from_utf8(bytes).map_err(|_| "is not UTF-8 text".to_owned());
        let url = text.and_then(|text| address::database_url(&text));
        url.map(|url| (url, origin)).map_err(|fault| SettingsError::new(&variable, fault))
    }

    /// The same with the password that is given apart from it, and the setting that it comes from.
    pub(super) fn database(&self) -> Result<DatabaseUrl, SettingsError> {
        let (url, origin) = self.database_url()?;
        let is_of_state = origin == Origin::Default && self.state_directory()?.is_some();
        let setting = if is_of_state { STATE_DIRECTORY } else { "DATABASE_URL" };
        Ok(DatabaseUrl { url: self.with_password(url)?.into(), setting })
    }

    /// The address of a database with the password that is given apart from it. A file has none.
    pub(super) fn with_password(&self, url: String) -> Result<String, SettingsError> {
        let Some((bytes, _)) = self.database_password_bytes()?.filter(|(bytes, _)| !bytes.is_empty()) else {
            return Ok(url);
        };
        let variable = Variable::named("DATABASE_PASSWORD");
        let password =
            String::from_utf8(bytes).map_err(|_| SettingsError::new(&variable, "is not UTF-8 text"))?;
        Ok(address::with_password(url, &password))
    }

    pub(super) fn database_password_bytes(&self) -> Result<Option<(Vec<u8>, Origin)>, SettingsError> {
        self.0.secret(
            "database-password",
            &Variable::named("DATABASE_PASSWORD_FILE"),
            &Variable::named("DATABASE_PASSWORD"),
        )
    }

    /// The first of those that systemd made.
    fn state_directory(&self) -> Result<Option<&str>, SettingsError> {
        let Some(list) = self.0.environment.get(STATE_DIRECTORY) else { return Ok(None) };
        let Some(list) = list.to_str() else {
            let fault = format!("is not given, and {STATE_DIRECTORY} is not UTF-8 text");
            return Err(SettingsError::new(&Variable::named("DATABASE_URL"), fault));
        };
        Ok(list.split(':').next().filter(|first| !first.is_empty()))
    }
}

/// What people type after `@`: an `@` of its own would never be found.
pub(super) fn bot_name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() {
        return Err("is empty".to_owned());
    }
    if name.chars().any(|c| c.is_control() || matches!(c, '@' | '"')) {
        return Err(format!("{name:?} holds an @, a quotation mark or a control character"));
    }
    if name.len() > 64 {
        return Err(format!("has {} bytes, Talk takes 1 to 64", name.len()));
    }
    Ok(name.to_owned())
}

/// A list that holds no id at all is a mistake: taken as empty it would let everybody in.
pub(super) fn user_ids(text: &str) -> Result<BTreeSet<String>, String> {
    let ids: BTreeSet<String> =
        text.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect();
    if ids.is_empty() {
        Err(format!("{text:?} holds no user id; leave it empty to admit every user"))
    } else {
        Ok(ids)
    }
}

pub(super) fn boolean(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(format!("{text:?} is neither true nor false")),
    }
}

pub(super) fn count(text: &str) -> Result<u32, String> {
    match text.trim().parse() {
        Ok(0) | Err(_) => Err(format!("{text:?} is no whole number from 1 on")),
        Ok(number) => Ok(number),
    }
}

pub(super) fn count_or_none(text: &str) -> Result<u32, String> {
    text.trim().parse().map_err(|_| format!("{text:?} is no whole number from 0 on"))
}

/// A number from 0 to `most`.
pub(super) fn decimal(text: &str, most: f64) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(number) if (0.0..=most).contains(&number) => Ok(number),
        _ => Err(format!("{text:?} is no number from 0 to {most}")),
    }
}

pub(super) fn limit_field(text: &str) -> Result<LimitField, String> {
    match text.trim() {
        "max_tokens" => Ok(LimitField::MaxTokens),
        "max_completion_tokens" => Ok(LimitField::MaxCompletionTokens),
        _ => Err(format!("{text:?} is neither max_tokens nor max_completion_tokens")),
    }
}

/// Fields for the model server, beside those that the bot decides about.
pub(super) fn extra_fields(text: &str) -> Result<Map<String, Value>, String> {
    let value = serde_json::from_str(text).map_err(|error| format!("is no JSON ({error})"))?;
    let Value::Object(fields) = value else { return Err("is no JSON object".to_owned()) };
    match OWN_FIELDS.iter().find(|(own, _)| fields.contains_key(*own)) {
        None => Ok(fields),
        Some((own, "")) => Err(format!("must not hold {own:?}, which is the bot's own")),
        Some((own, setting)) => Err(format!("must not hold {own:?}; use {setting}")),
    }
}

/// Less than this holds neither the instructions nor an answer.
pub(super) fn context_tokens(text: &str) -> Result<u32, String> {
    match count(text)? {
        0..256 => Err(format!("{text:?} is too small, a request needs at least 256 tokens")),
        tokens => Ok(tokens),
    }
}

pub(super) fn turns(text: &str) -> Result<usize, String> {
    match text.trim().parse() {
        Ok(turns @ 0..=10_000) => Ok(turns),
        _ => Err(format!("{text:?} is no whole number from 0 to 10000")),
    }
}

/// More than a day is a mistake, less than nothing too.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    match text.trim().parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 86_400.0 => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(format!("{text:?} is no number of seconds above 0 and up to 86400")),
    }
}

/// As `seconds`, or `None` for 0.
pub(super) fn seconds_or_none(text: &str) -> Result<Option<Duration>, String> {
    if matches!(text.trim().parse(), Ok(0.0)) {
        return Ok(None);
    }
    seconds(text).map(Some).map_err(|_| format!("{text:?} is no number of seconds from 0 to 86400"))
}

/// A century is for ever, and more days a slip.
pub(super) fn days(text: &str) -> Result<u32, String> {
    match count(text)? {
        days @ 1..=36_500 => Ok(days),
        _ => Err(format!("{text:?} is no whole number from 1 to 36500")),
    }
}

pub(super) fn language(text: &str) -> Result<Language, String> {
    Language::parse(text.trim()).ok_or_else(|| format!("{text:?} is neither en nor de"))
}

pub(super) fn reaction_control(text: &str) -> Result<ReactionControl, String> {
    if text.trim().eq_ignore_ascii_case("auto") {
        return Ok(ReactionControl::Auto);
    }
    match boolean(text) {
        Ok(true) => Ok(ReactionControl::On),
        Ok(false) => Ok(ReactionControl::Off),
        Err(_) => Err(format!("{text:?} is neither auto, on nor off")),
    }
}

pub(super) fn room_commands(text: &str) -> Result<RoomCommands, String> {
    match text.trim() {
        "moderators" => Ok(RoomCommands::Moderators),
        "everyone" => Ok(RoomCommands::Everyone),
        _ => Err(format!("{text:?} is neither moderators nor everyone")),
    }
}
