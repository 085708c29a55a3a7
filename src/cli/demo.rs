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

/// What the administrator's own set-up says must not reach the demo: it would mix with real data.
const NOT_FOR_THE_DEMO: [&str; 8] = [
    "CREDENTIALS_DIRECTORY",
    "STATE_DIRECTORY",
    "BOT_SECRET_FILE",
    "ALLOWED_USERS",
    "ALLOW_GUESTS",
    "ALLOW_FEDERATED",
    "ADMIN_LISTEN",
    "BOT_PORT",
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
    for name in NOT_FOR_THE_DEMO {
        source.flags.remove(name);
        source.environment.remove(name);
    }
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
