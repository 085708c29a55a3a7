//! `demo`: the real service between two stand-ins, on this machine alone, with a page to chat in.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use clap::{Arg, ArgMatches, Command};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use super::serve::{block_on, start_log};
use crate::adapters::clock::SystemClock;
use crate::adapters::demo::{DemoBot, DemoTalk, ModelSide, Pace, ScriptedModel};
use crate::adapters::http;
use crate::app::{App, Listeners};
use crate::lifecycle::Signals;
use crate::settings::{Settings, Source};

/// Where the page is; when that is taken, on any free port.
const PAGE: &str = "127.0.0.1:8090";

/// What the demo takes from the person's own set-up, each with everything that begins so: how the bot is, and its model.
/// Whatever else is set there (store, secrets, listeners, who may ask, collector) would mix with real data.
const FOR_THE_DEMO: [&str; 14] = [
    "BOT_NAME",
    "BOT_LANGUAGE",
    "WELCOME",
    "REACTION",
    "ROOM_COMMANDS",
    "WAIT_NOTICE",
    "LIMIT_",
    "RETAIN_ON_LEAVE",
    "RETENTION_DAYS",
    "MODEL_",
    "TIMEOUT",
    "CONTEXT_MESSAGES",
    "SYSTEM_PROMPT",
    "LOG_",
];

pub(super) fn command() -> Command {
    let page = Arg::new("page")
        .long("page")
        .value_name("HOST:PORT")
        .help(format!("Where the page is [default: {PAGE}, or any free port]"));
    Command::new("demo")
        .about("Try it: the whole loop on this machine, without a Nextcloud and without a model")
        .after_help("With MODEL_BASE_URL set, the answers come from that model.")
        .arg(page)
}

pub(super) fn run(source: Source, arguments: &ArgMatches) -> anyhow::Result<()> {
    let page = bind_page(arguments.get_one::<String>("page"))?;
    let state = tempfile::tempdir().context("a temporary directory cannot be made")?;
    block_on(async {
        let signals = Signals::listen().context("signals cannot be received")?;
        let stand_ins = TaskTracker::new();
        let app = start(source, page, state.path(), &stand_ins).await?;
        Ok(signals.run(app, |_| ()).await?)
    })
}

fn bind_page(wanted: Option<&String>) -> anyhow::Result<TcpListener> {
    let bound = match wanted {
        Some(address) => TcpListener::bind(address),
        None => TcpListener::bind(PAGE).or_else(|_| TcpListener::bind("127.0.0.1:0")),
    };
    bound.with_context(|| format!("cannot listen on {} (--page)", wanted.map_or(PAGE, String::as_str)))
}

/// Starts everything and says where the page is. The stand-ins end with the process.
async fn start(
    mut source: Source,
    page: TcpListener,
    state: &Path,
    stand_ins: &TaskTracker,
) -> anyhow::Result<App> {
    let backend = format!("http://{}", page.local_addr()?);
    let given = source.flags.get("MODEL_BASE_URL").or_else(|| source.environment.get("MODEL_BASE_URL"));
    let model = if let Some(url) = given.filter(|url| !url.is_empty()) {
        ModelSide::Real(url.to_string_lossy().into_owned())
    } else {
        let (model, listener) = (ScriptedModel::new(Pace::VISIBLE), TcpListener::bind("127.0.0.1:0")?);
        set(&mut source, "MODEL_BASE_URL", format!("http://{}/v1", listener.local_addr()?));
        stand_ins.spawn(http::run_patiently(listener, model.endpoint(), CancellationToken::new()));
        ModelSide::Scripted(model)
    };
    let public = TcpListener::bind("127.0.0.1:0")?;
    let webhook = format!("http://{}/webhook", public.local_addr()?);
    let settings = settings(source, &backend, &webhook, state)?;
    start_log(&settings)?;
    let bot = DemoBot {
        name: settings.bot_name.clone(),
        secret: settings.bot_secret.clone(),
        webhook_url: Url::parse(&webhook)?,
        backend: backend.clone(),
    };
    let told = match &model {
        ModelSide::Scripted(_) => "scripted (set MODEL_BASE_URL for a real one)".to_owned(),
        ModelSide::Real(url) => format!("{} at {url}", settings.model.model),
    };
    let talk = DemoTalk::new(bot, model, Arc::new(SystemClock));
    stand_ins.spawn(http::run_patiently(page, talk.endpoint(), CancellationToken::new()));
    let app = App::start(settings, Listeners { public: public.into(), admin: None }).await?;
    talk.announce().await;
    super::print(&format!(
        "\n  Talk to the bot at {backend}\n\n  The model is {told}.\n  \
         Everything is on this machine and gone after Ctrl-C.\n\n"
    ))?;
    Ok(app)
}

/// The person's settings for bot and model; everything that reaches outside is the demo's.
fn settings(mut source: Source, backend: &str, webhook: &str, state: &Path) -> anyhow::Result<Settings> {
    let is_for_the_demo = |name: &String| FOR_THE_DEMO.iter().any(|beginning| name.starts_with(beginning));
    source.flags.retain(|name, _| is_for_the_demo(name));
    source.environment.retain(|name, _| is_for_the_demo(name));
    let mut secret = [0_u8; 32];
    getrandom::fill(&mut secret).context("no randomness for a secret")?;
    set(&mut source, "NEXTCLOUD_URL", backend.to_owned());
    set(&mut source, "WEBHOOK_URL", webhook.to_owned());
    set(&mut source, "BOT_SECRET", base16ct::lower::encode_string(&secret));
    set(&mut source, "DATABASE_URL", format!("sqlite://{}", state.join("bot.db").display()));
    source.environment.entry("LOG_LEVEL".to_owned()).or_insert_with(|| "warn".into());
    Ok(Settings::read(&source)?)
}

fn set(source: &mut Source, name: &str, value: String) {
    source.flags.insert(name.to_owned(), value.into());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::access::Access;

    #[test]
    fn nothing_of_a_real_service_reaches_the_demo() {
        let state = tempfile::tempdir().expect("a directory");
        let file = state.path().join("of-the-service");
        std::fs::write(&file, "sqlite:///var/lib/nextcloud-opencode-bot/bot.db").expect("written");
        let file = file.to_str().expect("UTF-8");
        let real = [
            ("DATABASE_URL_FILE", file),
            ("DATABASE_PASSWORD", "hunter2"),
            ("CREDENTIALS_DIRECTORY", "/run/credentials/bot"),
            ("BOT_SECRET_FILE", file),
            ("BOT_SECRET_PREVIOUS", "the secret of before, forty bytes and more"),
            ("NEXTCLOUD_URL", "https://cloud.example.com"),
            ("ALLOWED_USERS", "mira"),
            ("ADMIN_LISTEN", "0.0.0.0:8087"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.example.com:4318"),
            ("MODEL_BASE_URL", "http://127.0.0.1:1/v1"),
            ("BOT_NAME", "Iris"),
        ];
        let real: BTreeMap<_, _> =
            real.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let by_environment = Source { environment: real.clone(), ..Source::default() };
        for source in [by_environment, Source { flags: real, ..Source::default() }] {
            let settings = settings(source, "http://127.0.0.1:2", "http://127.0.0.1:3/webhook", state.path())
                .expect("right");
            assert_eq!(
                settings.database_url.expose(),
                format!("sqlite://{}", state.path().join("bot.db").display())
            );
            assert_eq!(settings.nextcloud_url.as_str(), "http://127.0.0.1:2/");
            assert!(settings.previous_secret.is_none() && settings.access == Access::default());
            assert!(settings.collector.is_none() && settings.admin_listen.is_none());
            assert_eq!(settings.bot_name, "Iris");
        }
    }
}
