use super::*;
use crate::adapters::openai::LimitField;
use crate::domain::actor::ActorId;

mod database;

const SECRET: &str = "0123456789012345678901234567890123456789";

fn source(pairs: &[(&str, &str)]) -> Source {
    let base = [
        ("NEXTCLOUD_URL", "https://cloud.example.com"),
        ("MODEL_BASE_URL", "http://127.0.0.1:8080/v1"),
        ("BOT_SECRET", SECRET),
    ];
    let environment =
        base.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    Source { environment, ..Source::default() }
}

fn settings(pairs: &[(&str, &str)]) -> Settings {
    Settings::read(&source(pairs)).expect("valid")
}

fn fault(pairs: &[(&str, &str)]) -> String {
    Settings::read(&source(pairs)).expect_err("impossible").to_string()
}

#[test]
fn the_least_configuration_has_the_documented_defaults() {
    let settings = settings(&[]);
    assert_eq!(settings.listen, ("127.0.0.1".into(), 8086));
    assert_eq!((settings.bot_name.as_str(), settings.model.model.as_str()), ("Halo", "halo-8000"));
    assert_eq!((settings.context_turns, settings.timeout), (6, Duration::from_mins(2)));
    assert_eq!(
        (settings.model.max_tokens, settings.model.context_tokens, settings.model.slots),
        (1024, None, None)
    );
    assert!(!settings.model.spread);
    assert_eq!(settings.access, Access::default());
    assert_eq!((settings.system_prompt.as_str(), settings.admin_listen), ("", None));
    assert_eq!(settings.database_url.expose(), "sqlite://state/bot.db");
}

#[test]
fn what_the_existing_nixos_module_sets_is_taken_unchanged() {
    let settings = settings(&[
        ("BOT_HOST", "0.0.0.0"),
        ("BOT_PORT", "9000"),
        ("NEXTCLOUD_URL", "https://host.example/nextcloud/"),
        ("MODEL_BASE_URL", "http://127.0.0.1:8000/v1"),
        ("MODEL_NAME", "qwen"),
        ("BOT_NAME", "Ada"),
        ("ALLOWED_USERS", " mira , tomas b,"),
        ("CONTEXT_MESSAGES", "0"),
        ("TIMEOUT", "300"),
        ("SYSTEM_PROMPT", ""),
        ("MODEL_API_KEY", ""),
        ("HOME", "/root"),
    ]);
    assert_eq!(settings.nextcloud_url.as_str(), "https://host.example/nextcloud");
    assert_eq!(settings.access.users.into_iter().collect::<Vec<_>>(), ["mira", "tomas b"]);
    assert!(settings.model.api_key.get().is_none());
    assert_eq!(settings.context_turns, 0);
}

#[test]
fn what_people_meet_has_the_documented_defaults() {
    let settings = settings(&[]);
    assert_eq!(settings.language, Language::English);
    assert!(settings.reactions && settings.welcome && !settings.retain_on_leave);
    assert_eq!(settings.reaction_control, ReactionControl::Auto);
    assert_eq!(settings.room_commands, RoomCommands::Moderators);
    assert_eq!((settings.wait_notice, settings.retention_days), (Some(Duration::from_secs(20)), None));
    let window = Duration::from_hours(1);
    let limits = QuestionLimits { window, per_user: 0, per_guest: 20, per_room: 0, queue: 0 };
    assert_eq!(settings.limits, limits);
}

#[test]
fn what_people_meet_can_be_changed() {
    let settings = settings(&[
        ("BOT_LANGUAGE", "de_DE.UTF-8"),
        ("REACTIONS", "no"),
        ("REACTION_CONTROL", "ON"),
        ("ROOM_COMMANDS", "everyone"),
        ("WAIT_NOTICE", "0"),
        ("LIMIT_WINDOW", "60"),
        ("LIMIT_PER_USER", "1"),
        ("LIMIT_PER_GUEST", "2"),
        ("LIMIT_PER_ROOM", "3"),
        ("LIMIT_QUEUE", "4"),
        ("RETAIN_ON_LEAVE", "true"),
        ("RETENTION_DAYS", "30"),
        ("WELCOME", "false"),
    ]);
    assert_eq!(settings.language, Language::German);
    assert!(!settings.reactions && !settings.welcome && settings.retain_on_leave);
    assert_eq!(settings.reaction_control, ReactionControl::On);
    assert_eq!(settings.room_commands, RoomCommands::Everyone);
    assert_eq!((settings.wait_notice, settings.retention_days), (None, Some(30)));
    let window = Duration::from_mins(1);
    let limits = QuestionLimits { window, per_user: 1, per_guest: 2, per_room: 3, queue: 4 };
    assert_eq!(settings.limits, limits);
}

#[test]
fn each_fault_is_one_line_with_variable_and_example() {
    for (name, value, said) in [
        ("NEXTCLOUD_URL", "", "NEXTCLOUD_URL: is empty; for example NEXTCLOUD_URL=https://cloud.example.com"),
        ("NEXTCLOUD_URL", "cloud.example.com", "is no URL"),
        ("NEXTCLOUD_URL", "ftp://cloud.example.com", "http://"),
        ("NEXTCLOUD_URL", "https://a:b@cloud.example.com", "password"),
        ("MODEL_BASE_URL", "localhost:8080", "is not an address"),
        ("NEXTCLOUD_URL", "https://cloud.example.com/?x", "base"),
        ("MODEL_BASE_URL", " , ", "holds no URL"),
        ("BOT_PORT", "abc", "\"abc\" is no port"),
        ("BOT_PORT", "-1", "no port"),
        ("BOT_PORT", "70000", "no port"),
        ("BOT_PORT", "", "is empty"),
        ("BOT_NAME", "@Halo", "holds an @"),
        ("BOT_NAME", " ", "is empty"),
        ("BOT_SECRET", "short", "has 5 bytes, Talk takes 40 to 128"),
        ("BOT_SECRET_FILE", "/does/not/exist", "/does/not/exist cannot be read"),
        ("MODEL_API_KEY", "a\nb", "HTTP header"),
        ("ALLOWED_USERS", " , ", "holds no user id"),
        ("ALLOW_GUESTS", "maybe", "neither true nor false"),
        ("MODEL_MAX_TOKENS", "0", "whole number from 1"),
        ("MODEL_CONTEXT_TOKENS", "100", "too small"),
        ("MODEL_PARALLEL", "-2", "whole number from 1"),
        ("MODEL_MAX_TOKENS_FIELD", "n_predict", "neither max_tokens nor max_completion_tokens"),
        ("MODEL_CACHE_REUSE", "-1", "whole number from 0"),
        ("MODEL_TEMPERATURE", "warm", "no number from 0 to 2"),
        ("MODEL_TEMPERATURE", "2.1", "no number from 0 to 2"),
        ("MODEL_TOP_P", "NaN", "no number from 0 to 1"),
        ("MODEL_EXTRA", "{", "is no JSON"),
        ("MODEL_EXTRA", "[1]", "is no JSON object"),
        ("MODEL_EXTRA", r#"{"stream":false}"#, "must not hold \"stream\", which is the bot's own"),
        ("MODEL_EXTRA", r#"{"model":"x"}"#, "must not hold \"model\"; use MODEL_NAME"),
        ("MODEL_EXTRA", r#"{"id_slot":1}"#, "use MODEL_CACHE_REUSE"),
        ("TIMEOUT", "0", "above 0"),
        ("TIMEOUT", "NaN", "above 0"),
        ("CONTEXT_MESSAGES", "-6", "from 0"),
        ("ADMIN_LISTEN", "8087", "HOST:PORT"),
        ("ADMIN_LISTEN", "::1:80", "HOST:PORT"),
        ("DATABASE_URL", "mysql://db/bot", "\"mysql\""),
        ("DATABASE_URL", "postgres://db", "names no database"),
        ("DATABASE_URL", "postgres://db/bot?pasword=x", "\"pasword\""),
        ("DATABASE_URL", "sqlite::memory:", "names no file"),
        ("WEBHOOK_URL", "halo", "is no URL"),
        ("BOT_LANGUAGE", "fr", "neither en nor de"),
        ("REACTIONS", "maybe", "neither true nor false"),
        ("REACTION_CONTROL", "maybe", "neither auto, on nor off"),
        ("ROOM_COMMANDS", "admins", "neither moderators nor everyone"),
        ("WAIT_NOTICE", "-1", "no number of seconds from 0 to 86400"),
        ("WAIT_NOTICE", "100000", "no number of seconds from 0 to 86400"),
        ("LIMIT_WINDOW", "0", "above 0"),
        ("LIMIT_PER_USER", "-1", "whole number from 0"),
        ("LIMIT_PER_GUEST", "many", "whole number from 0"),
        ("LIMIT_PER_ROOM", "1.5", "whole number from 0"),
        ("LIMIT_QUEUE", "", "is empty"),
        ("RETAIN_ON_LEAVE", "2", "neither true nor false"),
        ("RETENTION_DAYS", "0", "whole number from 1"),
        ("RETENTION_DAYS", "36501", "whole number from 1 to 36500"),
        ("WELCOME", "hello", "neither true nor false"),
        ("MODEL_SPREAD", "all", "neither true nor false"),
        ("LOG_FORMAT", "xml", "text, json or journald"),
        ("LOG_LEVEL", "loud", "error, warn, info, debug or trace"),
    ] {
        let line = fault(&[(name, value)]);
        assert!(line.contains(said) && !line.contains('\n'), "{name}={value}: {line}");
        assert!(line.contains("for example") && line.contains(&name[..name.len().min(10)]), "{line}");
    }
}

#[test]
fn a_fault_does_not_repeat_a_password() {
    for (name, value) in [
        ("MODEL_BASE_URL", "http://me:hunter2@h/v1"),
        ("MODEL_BASE_URL", "http://h/v1?key=hunter2"),
        ("MODEL_BASE_URL", "ftp://me:hunter2@h/v1"),
        ("NEXTCLOUD_URL", "https://me:hunter2@h"),
        ("DATABASE_URL", "hunter2"),
        ("DATABASE_URL", "postgres://me:hunter2@db:port/bot"),
        ("DATABASE_URL", "postgres://me:hunter2@db"),
        ("DATABASE_URL", "postgres://db/bot?pasword=hunter2"),
        ("NEXTCLOUD_URL", "ftp://me:hunter2@h"),
        ("NEXTCLOUD_URL", "https://me:hunter2@"),
        ("WEBHOOK_URL", "me:hunter2@h"),
    ] {
        let line = fault(&[(name, value)]);
        assert!(line.starts_with(name) && !line.contains("hunter2"), "{line}");
    }
}

#[test]
fn the_bot_is_known_by_the_url_that_was_installed_to_the_letter() {
    for url in ["https://bot.example", "https://Bot.example:443/halo/../x", "https://bot.example/ü"] {
        let known = settings(&[("WEBHOOK_URL", &format!(" {url} "))]).webhook_url.expect("given");
        assert_eq!(ActorId::of_bot(&known), ActorId::of_bot(url), "{url}");
    }
}

#[test]
fn how_the_model_is_asked_is_left_to_its_server_unless_said() {
    let model = settings(&[]).model;
    assert_eq!((model.sampling, model.limit_field), (Sampling::default(), LimitField::MaxTokens));
    assert_eq!((model.cache_reuse, model.extra.len()), (64, 0));
    let model = settings(&[
        ("MODEL_TEMPERATURE", "0"),
        ("MODEL_TOP_P", "0.95"),
        ("MODEL_MAX_TOKENS_FIELD", "max_completion_tokens"),
        ("MODEL_CACHE_REUSE", "0"),
        ("MODEL_EXTRA", r#"{"chat_template_kwargs":{"enable_thinking":false}}"#),
    ])
    .model;
    assert_eq!(model.sampling, Sampling { temperature: Some(0.0), top_p: Some(0.95) });
    assert_eq!((model.limit_field, model.cache_reuse), (LimitField::MaxCompletionTokens, 0));
    assert_eq!(model.extra["chat_template_kwargs"]["enable_thinking"], false);
}

#[test]
fn what_is_required_is_missed_by_name() {
    for name in ["NEXTCLOUD_URL", "MODEL_BASE_URL", "BOT_SECRET"] {
        let mut source = source(&[]);
        source.environment.remove(name);
        let line = Settings::read(&source).expect_err("missing").to_string();
        assert!(line.starts_with(&format!("{name}: is missing")), "{line}");
    }
}

#[test]
fn a_flag_wins_over_the_environment() {
    let mut source = source(&[("BOT_PORT", "1")]);
    source.flags.insert("BOT_PORT".into(), "2".into());
    assert_eq!(Settings::read(&source).expect("valid").listen.1, 2);
}

#[test]
fn a_secret_comes_from_credential_then_file_then_variable() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("secret");
    std::fs::write(&file, format!("{SECRET}\n\n")).expect("written");
    let pairs = [("BOT_SECRET_FILE", file.to_str().expect("UTF-8"))];
    let signed = |pairs: &[(&str, &str)]| settings(pairs).bot_secret.sign("r", b"");
    let sign = |secret: &str| BotSecret::new(secret).expect("length").sign("r", b"");
    assert_eq!(signed(&[]), sign(SECRET));
    assert_eq!(signed(&pairs), sign(&format!("{SECRET}\n")));
    let directory = directory.path().to_str().expect("UTF-8");
    let pairs = [pairs[0], ("CREDENTIALS_DIRECTORY", directory)];
    assert_eq!(signed(&pairs), sign(&format!("{SECRET}\n")));
    std::fs::write(format!("{directory}/bot-secret"), "c".repeat(40)).expect("written");
    assert_eq!(signed(&pairs), sign(&"c".repeat(40)));
}

#[test]
fn the_store_lies_in_the_state_directory_that_systemd_made() {
    let settings = settings(&[("STATE_DIRECTORY", "/var/lib/opencode-bot:/var/lib/other")]);
    assert_eq!(settings.database_url.expose(), "sqlite:///var/lib/opencode-bot/bot.db");
}

#[test]
fn the_report_names_origins_and_shows_no_secret() {
    let report = Settings::report(&source(&[("MODEL_API_KEY", "sk-very-secret")])).expect("valid");
    assert!(!report.contains(SECRET) && !report.contains("sk-very-secret"), "{report}");
    let line = |name: &str| report.lines().find(|line| line.starts_with(name)).expect("a line").to_owned();
    assert!(line("BOT_SECRET ").contains("(40 bytes)") && line("BOT_SECRET ").ends_with("environment"));
    assert!(line("BOT_PORT").contains("8086") && line("BOT_PORT").ends_with("default"));
}

#[test]
fn the_report_shows_where_the_store_really_is() {
    let report = Settings::report(&source(&[("STATE_DIRECTORY", "/var/lib/opencode-bot")])).expect("valid");
    let line = report.lines().find(|line| line.starts_with("DATABASE_URL")).expect("a line");
    assert!(
        line.contains("\"sqlite:///var/lib/opencode-bot/bot.db\"") && line.ends_with("default"),
        "{line}"
    );
}

#[test]
fn debug_shows_no_secret() {
    let url = ("DATABASE_URL", "postgres://bot:hunter2@db/halo");
    let shown = format!("{:?}", settings(&[("MODEL_API_KEY", "sk-very-secret"), url]));
    assert!(!shown.contains(SECRET) && !shown.contains("sk-very-secret") && !shown.contains("hunter2"));
}
