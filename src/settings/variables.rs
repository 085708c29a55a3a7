//! Every variable the service reads: its name, default and meaning, in one table. The flags, the help, `check`
//! and the README's table are all made from it.

/// One variable. Its flag is its name in lower case with dashes.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Name in the environment.
    pub name: &'static str,
    /// What holds when it is not given.
    pub default: Presence,
    /// What it means, one sentence.
    pub help: &'static str,
    /// A value that works, for error messages.
    pub example: &'static str,
    /// Whether its value is never shown.
    pub secret: bool,
}

/// What holds when a variable is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The start fails.
    Required,
    /// This value.
    Default(&'static str),
    /// Nothing; an empty value means the same. The words say what then happens.
    Unset(&'static str),
}

impl Variable {
    /// Name of the flag, without the dashes in front.
    #[must_use]
    pub fn flag(&self) -> String {
        self.name.to_lowercase().replace('_', "-")
    }

    /// The table's entry of that name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        *VARIABLES
            .iter()
            .find(|variable| variable.name == name)
            .expect("every name asked for is in the table")
    }
}

const fn required(name: &'static str, example: &'static str, help: &'static str) -> Variable {
    Variable { name, default: Presence::Required, help, example, secret: false }
}

const fn optional(name: &'static str, default: &'static str, help: &'static str) -> Variable {
    Variable { name, default: Presence::Default(default), help, example: default, secret: false }
}

const fn unset(
    name: &'static str,
    otherwise: &'static str,
    example: &'static str,
    help: &'static str,
) -> Variable {
    Variable { name, default: Presence::Unset(otherwise), help, example, secret: false }
}

const fn secret(variable: Variable) -> Variable {
    Variable { secret: true, ..variable }
}

/// In the order of the README and of `check`.
pub const VARIABLES: &[Variable] = &[
    required("NEXTCLOUD_URL", "https://cloud.example.com", "Base URL of the Nextcloud; a sub-path is kept"),
    required(
        "MODEL_BASE_URL",
        "http://127.0.0.1:8080/v1",
        "Base URL of the chat-completions API; several, separated by commas, are tried in order",
    ),
    secret(unset(
        "BOT_SECRET",
        "see below",
        "a-secret-of-40-to-128-bytes",
        "The secret given to `occ talk:bot:install`, 40 to 128 bytes; better the credential `bot-secret` or BOT_SECRET_FILE",
    )),
    unset(
        "BOT_SECRET_FILE",
        "not used",
        "/run/secrets/bot-secret",
        "File that holds the secret; one final newline is dropped",
    ),
    secret(unset(
        "BOT_SECRET_PREVIOUS",
        "none",
        "the-secret-of-40-to-128-bytes-before-it",
        "A secret that still counts while it is changed; better the credential `bot-secret-previous` or BOT_SECRET_PREVIOUS_FILE",
    )),
    unset(
        "BOT_SECRET_PREVIOUS_FILE",
        "not used",
        "/run/secrets/bot-secret-previous",
        "File that holds it; one final newline is dropped",
    ),
    optional("BOT_HOST", "127.0.0.1", "Address to listen on"),
    optional("BOT_PORT", "8086", "Port to listen on; 0 takes a free one"),
    optional("BOT_NAME", "Halo", "Name that `@` calls in group rooms"),
    unset(
        "WEBHOOK_URL",
        "learnt from Talk",
        "https://cloud.example.com/halo",
        "URL the bot was installed with; tells its own messages from other bots' from the start",
    ),
    unset(
        "ALLOWED_USERS",
        "every user",
        "mira,tomas",
        "Nextcloud user ids that may ask, separated by commas",
    ),
    optional("ALLOW_GUESTS", "false", "Whether guests may ask, too"),
    optional("ALLOW_FEDERATED", "false", "Whether people of other Nextclouds may ask, too"),
    optional(
        "BOT_LANGUAGE",
        "en",
        "Language of the bot's own sentences: en or de; answers are in that of the question",
    ),
    optional("WELCOME", "true", "Whether the bot introduces itself once in each room it is enabled in"),
    optional("REACTIONS", "true", "Whether a question shows by a reaction that it is worked on, or failed"),
    optional(
        "REACTION_CONTROL",
        "auto",
        "Whether people steer by reactions: on, off or auto, which is on where Talk tells who reacted (22.0.9 or newer)",
    ),
    optional(
        "ROOM_COMMANDS",
        "moderators",
        "Who may erase a room's conversation and stop others' questions: moderators (where Talk tells them, else everyone) or everyone",
    ),
    optional(
        "WAIT_NOTICE",
        "20",
        "Seconds after which a room is told, once, that its question still waits; 0 is never",
    ),
    optional("LIMIT_WINDOW", "3600", "Seconds over which questions are counted for the limits"),
    optional("LIMIT_PER_USER", "0", "Questions of one user within that time; 0 is no limit"),
    optional(
        "LIMIT_PER_GUEST",
        "20",
        "Questions of one guest or person of another Nextcloud within that time; 0 is no limit",
    ),
    optional("LIMIT_PER_ROOM", "0", "Questions of one room within that time; 0 is no limit"),
    optional("LIMIT_QUEUE", "0", "Questions of one room that may wait at once; 0 is no limit"),
    optional(
        "RETAIN_ON_LEAVE",
        "false",
        "Whether a room's conversation is kept when the bot is disabled in it",
    ),
    unset(
        "RETENTION_DAYS",
        "kept while the model is shown them",
        "30",
        "Days after which conversations and unanswered questions are erased",
    ),
    optional("MODEL_NAME", "halo-8000", "Name of the model in requests"),
    secret(unset(
        "MODEL_API_KEY",
        "no key",
        "sk-1234",
        "Bearer token for the model server; better the credential `model-api-key` or MODEL_API_KEY_FILE",
    )),
    unset("MODEL_API_KEY_FILE", "not used", "/run/secrets/model-api-key", "File that holds the token"),
    optional("MODEL_MAX_TOKENS", "1024", "Longest answer, in tokens"),
    optional(
        "MODEL_MAX_TOKENS_FIELD",
        "max_tokens",
        "Field of a request that says so: max_tokens or max_completion_tokens",
    ),
    unset(
        "MODEL_CONTEXT_TOKENS",
        "asked from the server, else 4096",
        "8192",
        "Tokens of one request, answer included",
    ),
    unset(
        "MODEL_PARALLEL",
        "asked from the server, else 1",
        "2",
        "Requests at once; with several servers on each, and in all as many as the first one that works takes, or with MODEL_SPREAD as all that work",
    ),
    optional(
        "MODEL_SPREAD",
        "false",
        "Whether several model servers share the questions, each as many as it has slots; else the later ones are for when the earlier fail",
    ),
    optional(
        "MODEL_CACHE_REUSE",
        "64",
        "Only llama-server: smallest piece of a conversation, in tokens, that is moved within its cache when older turns are dropped; 0 is off",
    ),
    unset("MODEL_TEMPERATURE", "the server's", "0.7", "How freely words are chosen, 0 to 2"),
    unset("MODEL_TOP_P", "the server's", "0.9", "Share of the likeliest words to choose from, 0 to 1"),
    unset(
        "MODEL_EXTRA",
        "nothing added",
        "{\"chat_template_kwargs\":{\"enable_thinking\":false}}",
        "JSON object of further fields for each request; a `seed` in it switches MODEL_CACHE_REUSE off",
    ),
    optional("TIMEOUT", "120", "Seconds for one model call"),
    optional(
        "CONTEXT_MESSAGES",
        "6",
        "Turns (question and answer) of a room the model is shown at least; up to twice as many while they fit",
    ),
    unset("SYSTEM_PROMPT", "nothing added", "Answer like a pirate.", "Added to the built-in instructions"),
    unset(
        "DATABASE_URL",
        "sqlite://$STATE_DIRECTORY/bot.db, else sqlite://state/bot.db",
        "sqlite:///var/lib/opencode-bot/bot.db",
        "Where questions and conversations are kept: in a file, or in PostgreSQL at postgres://ACCOUNT@HOST/DATABASE",
    ),
    unset(
        "DATABASE_URL_FILE",
        "not used",
        "/run/secrets/database-url",
        "File that holds it; or the credential `database-url`",
    ),
    secret(unset(
        "DATABASE_PASSWORD",
        "the one in the address, else none",
        "a-long-password",
        "Password of the account in PostgreSQL; better the credential `database-password` or DATABASE_PASSWORD_FILE",
    )),
    unset(
        "DATABASE_PASSWORD_FILE",
        "not used",
        "/run/secrets/database-password",
        "File that holds it; one final newline is dropped",
    ),
    unset(
        "ADMIN_LISTEN",
        "on the main listener",
        "127.0.0.1:8087",
        "Address and port for everything but the webhook and /health",
    ),
    optional("SHUTDOWN_GRACE", "30", "Seconds that running answers get to finish when the service stops"),
    unset(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "no traces",
        "http://127.0.0.1:4318",
        "Collector that takes traces (OTLP over HTTP) below this address; needs a program with the feature `otlp`",
    ),
    unset(
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "/v1/traces below that address",
        "http://127.0.0.1:4318/v1/traces",
        "The same as a whole address",
    ),
    secret(unset(
        "OTEL_EXPORTER_OTLP_HEADERS",
        "none",
        "authorization=Bearer%20KEY",
        "Headers for it, as name=value with commas between",
    )),
    optional("OTEL_SERVICE_NAME", "nextcloud-opencode-bot", "What the service is called in traces"),
    optional("LOG_FORMAT", "text", "text, json or journald"),
    optional("LOG_LEVEL", "info", "error, warn, info, debug or trace"),
];

/// The table as Markdown, for the README.
#[must_use]
pub fn markdown() -> String {
    let head = "| variable | default | meaning |\n|---|---|---|\n".to_owned();
    VARIABLES.iter().fold(head, |table, variable| {
        let default = match variable.default {
            Presence::Required => "**required**".to_owned(),
            Presence::Default(value) => format!("`{value}`"),
            Presence::Unset(otherwise) => otherwise.to_owned(),
        };
        format!("{table}| `{}` | {default} | {} |\n", variable.name, variable.help)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_holds_the_table_as_it_is() {
        let readme = include_str!("../../README.md");
        let table = format!("\n\n{}\nThe secret is looked for", markdown());
        assert!(readme.contains(&table), "put this table, and nothing else, into README.md:\n{}", markdown());
    }
}
