//! What the administrator decided, read once at the start: every value is checked here, and inside the service
//! none is checked again. The only place that reads the environment.

mod address;
mod faults;
mod parse;
mod report;
mod secrets;
mod source;
mod traces;
mod variables;

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::adapters::openai::{ApiKey, ModelSettings, Sampling};
use crate::adapters::otlp::Collector;
use crate::adapters::sql::is_shared;
use crate::application::receive::{QuestionLimits, ReactionControl, RoomCommands};
use crate::domain::access::Access;
use crate::domain::phrase::Language;
use crate::domain::signature::BotSecret;
use crate::telemetry::logs::{LogFormat, LogLevel};

pub use source::{Origin, SettingsError, Source};
pub use variables::{Presence, VARIABLES, Variable, markdown};

/// Where the store is. It may hold a password, so nothing shows it by itself.
#[derive(Debug, Clone)]
pub struct DatabaseUrl {
    url: SecretString,
    setting: &'static str,
}

impl DatabaseUrl {
    /// Password and all: for who opens it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.url.expose_secret()
    }

    /// The setting that is at fault when the store cannot be opened.
    #[must_use]
    pub fn setting(&self) -> &'static str {
        self.setting
    }
}

/// Every setting, valid.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Host and port of the webhook.
    pub listen: (String, u16),
    /// Host and port of the probes, when they have their own listener.
    pub admin_listen: Option<(String, u16)>,
    /// Base of Talk's API, without a slash at its end.
    pub nextcloud_url: Url,
    /// Shared with Talk.
    pub bot_secret: BotSecret,
    /// The one before it, while it is changed.
    pub previous_secret: Option<BotSecret>,
    /// What `@` calls.
    pub bot_name: String,
    /// Under which the bot was installed, where the administrator says so. To the letter: Talk makes the bot's id
    /// of it.
    pub webhook_url: Option<String>,
    /// Who may ask.
    pub access: Access,
    /// Of the bot's own sentences.
    pub language: Language,
    /// Whether questions show by a reaction how far they are.
    pub reactions: bool,
    /// Whether people steer the bot by reactions.
    pub reaction_control: ReactionControl,
    /// After which time a room is told that its question still waits; `None` for never.
    pub wait_notice: Option<Duration>,
    /// Who may give commands that change a room.
    pub room_commands: RoomCommands,
    /// Whether the bot introduces itself in a new room.
    pub welcome: bool,
    /// How much may be asked.
    pub limits: QuestionLimits,
    /// Whether a room's memory outlives the bot's stay in it.
    pub retain_on_leave: bool,
    /// Days after which texts are erased in any case.
    pub retention_days: Option<u32>,
    /// The model server.
    pub model: ModelSettings,
    /// Longest time of one model call.
    pub timeout: Duration,
    /// Turns the model is shown.
    pub context_turns: usize,
    /// The administrator's addition to the instructions; may be empty.
    pub system_prompt: String,
    /// Where the store is.
    pub database_url: DatabaseUrl,
    /// What running answers get at a stop.
    pub shutdown_grace: Duration,
    /// Who takes traces; `None` for nobody.
    pub collector: Option<Collector>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Which log lines there are.
    pub log_level: LogLevel,
}

impl Settings {
    /// Reads and checks everything; the first fault ends it.
    pub fn read(source: &Source) -> Result<Self, SettingsError> {
        let read = parse::Reader::new(source);
        Ok(Self {
            listen: (read.text("BOT_HOST")?, read.port("BOT_PORT")?),
            admin_listen: read.optional("ADMIN_LISTEN", address::address)?,
            nextcloud_url: read.required("NEXTCLOUD_URL", address::base_url)?,
            bot_secret: read.bot_secret()?,
            previous_secret: read.previous_secret()?,
            bot_name: read.required("BOT_NAME", parse::bot_name)?,
            webhook_url: read.optional("WEBHOOK_URL", address::webhook_url)?,
            access: Access {
                users: read.optional("ALLOWED_USERS", parse::user_ids)?.unwrap_or_default(),
                guests: read.required("ALLOW_GUESTS", parse::boolean)?,
                federated: read.required("ALLOW_FEDERATED", parse::boolean)?,
            },
            language: read.required("BOT_LANGUAGE", parse::language)?,
            reactions: read.required("REACTIONS", parse::boolean)?,
            reaction_control: read.required("REACTION_CONTROL", parse::reaction_control)?,
            wait_notice: read.required("WAIT_NOTICE", parse::seconds_or_none)?,
            room_commands: read.required("ROOM_COMMANDS", parse::room_commands)?,
            welcome: read.required("WELCOME", parse::boolean)?,
            limits: QuestionLimits {
                window: read.required("LIMIT_WINDOW", parse::seconds)?,
                per_user: read.required("LIMIT_PER_USER", parse::count_or_none)?,
                per_guest: read.required("LIMIT_PER_GUEST", parse::count_or_none)?,
                per_room: read.required("LIMIT_PER_ROOM", parse::count_or_none)?,
                queue: read.required("LIMIT_QUEUE", parse::count_or_none)?,
            },
            retain_on_leave: read.required("RETAIN_ON_LEAVE", parse::boolean)?,
            retention_days: read.optional("RETENTION_DAYS", parse::days)?,
            model: ModelSettings {
                base_urls: read.required("MODEL_BASE_URL", address::model_urls)?,
                model: read.text("MODEL_NAME")?,
                api_key: ApiKey::new(read.api_key()?),
                max_tokens: read.required("MODEL_MAX_TOKENS", parse::count)?,
                limit_field: read.required("MODEL_MAX_TOKENS_FIELD", parse::limit_field)?,
                context_tokens: read.optional("MODEL_CONTEXT_TOKENS", parse::context_tokens)?,
                spread: read.required("MODEL_SPREAD", parse::boolean)?,
                slots: read.optional("MODEL_PARALLEL", parse::count)?,
                cache_reuse: read.required("MODEL_CACHE_REUSE", parse::count_or_none)?,
                sampling: Sampling {
                    temperature: read.optional("MODEL_TEMPERATURE", |text| parse::decimal(text, 2.0))?,
                    top_p: read.optional("MODEL_TOP_P", |text| parse::decimal(text, 1.0))?,
                },
                extra: read.optional("MODEL_EXTRA", parse::extra_fields)?.unwrap_or_default(),
            },
            timeout: read.required("TIMEOUT", parse::seconds)?,
            context_turns: read.required("CONTEXT_MESSAGES", parse::turns)?,
            system_prompt: read.optional("SYSTEM_PROMPT", |text| Ok(text.to_owned()))?.unwrap_or_default(),
            database_url: read.database()?,
            shutdown_grace: read.required("SHUTDOWN_GRACE", parse::seconds)?,
            collector: traces::collector(&read)?,
            log_format: read.required("LOG_FORMAT", str::parse)?,
            log_level: read.required("LOG_LEVEL", str::parse)?,
        })
    }

    /// Where the store is, for a command that needs nothing else.
    pub fn database_url(source: &Source) -> Result<DatabaseUrl, SettingsError> {
        parse::Reader::new(source).database()
    }

    /// Where that was found.
    pub fn database_origin(source: &Source) -> Result<Origin, SettingsError> {
        parse::Reader::new(source).database_url().map(|(_, origin)| origin)
    }

    /// The address of the database that `migrate --to` names, with the password that the settings hold.
    pub fn database_to_fill(source: &Source, url: &str) -> Result<String, SettingsError> {
        let fault =
            |fault| SettingsError { variable: "--to", fault, example: "postgres://bot@db.example/bot" };
        if !is_shared(url.trim()) {
            return Err(fault("takes a postgres:// address, that of the database to be filled".to_owned()));
        }
        parse::Reader::new(source).with_password(address::database_url(url).map_err(fault)?)
    }

    /// Where the bot's secret comes from.
    pub fn bot_secret_origin(source: &Source) -> Result<Origin, SettingsError> {
        let found = parse::Reader::new(source).bot_secret_bytes()?;
        Ok(found.map_or(Origin::Default, |(_, origin)| origin))
    }

    /// The effective settings with their origin, for a person; secrets are only measured.
    pub fn report(source: &Source) -> Result<String, SettingsError> {
        Self::read(source)?;
        report::table(source)
    }
}

#[cfg(test)]
mod tests;
