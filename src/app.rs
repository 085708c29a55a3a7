//! The composition root: settings become adapters, the bot stands between them, and doors lead to it. Nothing is decided
//! here but who is given to whom, and in which order all of it ends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::adapters::clock::SystemClock;
use crate::adapters::http::{self, AdminRoutes, Service};
use crate::adapters::openai::{ApiKey, OpenAiModel};
#[cfg(feature = "otlp")]
use crate::adapters::otlp;
use crate::adapters::sql::{OpenError, SqlStore, StoreOptions, TransferError, is_shared, transfer};
use crate::adapters::systemd::{PassedSockets, Socket};
use crate::adapters::talk::TalkApi;
use crate::application::secrets::Secrets;
use crate::ports::clock::Clock;
use crate::ports::commits::Commits;
use crate::ports::queue::JobQueue;
use crate::settings::{DatabaseUrl, Settings};

mod bot;
pub mod doctor;

pub use bot::{Bot, Outside};

/// The key of this bot's rows: one database may serve several bots.
const BOT: &str = "bot";

/// After the bot's tasks, time to close the doors and the store. A door takes less by itself; a disk may take for ever.
const CLOSE: Duration = Duration::from_secs(5);

/// The sockets the service answers on, bound before anything else so that no webhook is refused meanwhile.
pub struct Listeners {
    /// The webhook, and the rest where there is no other.
    pub public: Socket,
    /// The probes, when they are apart.
    pub admin: Option<Socket>,
}

impl Listeners {
    /// Takes what the supervisor `passed` and binds the rest as the settings say.
    pub async fn open(settings: &Settings, passed: PassedSockets) -> anyhow::Result<Self> {
        let public = open(&settings.listen, passed.public, "BOT_HOST and BOT_PORT").await?;
        let admin = match &settings.admin_listen {
            Some(address) => Some(open(address, passed.admin, "ADMIN_LISTEN").await?),
            None => passed.admin,
        };
        Ok(Self { public, admin })
    }
}

/// Resolves the host without holding up the runtime.
async fn open((host, port): &(String, u16), passed: Option<Socket>, setting: &str) -> anyhow::Result<Socket> {
    if let Some(socket) = passed {
        if !socket.may_be_at(host, *port) {
            tracing::error!(
                address = %socket,
                host,
                port,
                "the supervisor's socket is not where {setting} say; restart its socket unit as well"
            );
        }
        return Ok(socket);
    }
    let hint = || format!("cannot listen on {host} port {port} ({setting})");
    let listener = tokio::net::TcpListener::bind((host.as_str(), *port)).await.with_context(hint)?;
    Socket::listening(listener.into_std().with_context(hint)?).with_context(hint)
}

/// The running service. Dropping it without [`App::stop`] is a crash: everything acknowledged is in the store.
pub struct App {
    bot: Bot,
    store: Arc<SqlStore>,
    secrets: Arc<Secrets>,
    api_key: ApiKey,
    clock: Arc<dyn Clock>,
    doors: TaskTracker,
    close: CancellationToken,
    grace: Duration,
    address: Option<SocketAddr>,
    admin_address: Option<SocketAddr>,
}

impl App {
    /// Opens the store and starts every task. When it returns, webhooks are answered.
    pub async fn start(settings: Settings, listeners: Listeners) -> anyhow::Result<Self> {
        let store = Arc::new(open_store(&settings).await?);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let secrets = Arc::new(Secrets::new(settings.bot_secret.clone(), settings.previous_secret.clone()));
        let model = OpenAiModel::new(settings.model.clone(), Arc::clone(&clock));
        let talk = TalkApi::new(settings.nextcloud_url.clone(), Arc::clone(&secrets), Arc::clone(&clock));
        let outside = Outside {
            store: store.clone(),
            model: Arc::new(model),
            talk: Arc::new(talk),
            clock: Arc::clone(&clock),
        };
        let app = Self {
            bot: Bot::start(outside, &settings).await?,
            store,
            secrets,
            api_key: settings.model.api_key.clone(),
            clock,
            doors: TaskTracker::new(),
            close: CancellationToken::new(),
            grace: settings.shutdown_grace,
            address: listeners.public.address(),
            admin_address: listeners.admin.as_ref().and_then(Socket::address),
        };
        let (public, admin) = (listeners.public.to_string(), listeners.admin.as_ref().map(Socket::to_string));
        app.store.report_to(Arc::clone(app.bot.metrics()) as Arc<dyn Commits>);
        app.export_traces(&settings);
        app.open_doors(listeners);
        tracing::info!(address = public, admin, "listening");
        Ok(app)
    }

    /// Not a task whose end is the end of the bot.
    #[cfg(feature = "otlp")]
    fn export_traces(&self, settings: &Settings) {
        if let (Some(collector), Some(spans)) = (&settings.collector, self.bot.traces().take()) {
            self.doors.spawn(otlp::export(collector.clone(), spans, self.close.clone()));
        }
    }

    #[cfg(not(feature = "otlp"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    fn export_traces(&self, settings: &Settings) {
        if settings.collector.is_some() {
            tracing::warn!(
                "OTEL_EXPORTER_OTLP_ENDPOINT is set, but this program was built without the feature `otlp`: no \
                 traces are sent"
            );
        }
    }

    /// From here on webhooks are answered.
    fn open_doors(&self, listeners: Listeners) {
        let service = Arc::new(Service {
            receive: Arc::clone(&self.bot.receive),
            readiness: Arc::new(self.bot.readiness()),
            queue: self.store.clone(),
            metrics: Arc::clone(self.bot.metrics()),
            clock: Arc::clone(&self.clock),
            secrets: Arc::clone(&self.secrets),
            handling: self.doors.clone(),
        });
        let routes = match listeners.admin {
            Some(listener) => {
                let door = http::run(listener, http::admin(&service), self.close.clone());
                self.bot.spawn_on(&self.doors, door);
                AdminRoutes::Elsewhere
            }
            None => AdminRoutes::Here,
        };
        let door = http::run(listeners.public, http::public(&service, routes), self.close.clone());
        self.bot.spawn_on(&self.doors, door);
    }

    /// Where webhooks are taken; `None` when that is a path.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Where the probes are, when they are apart and not at a path.
    #[must_use]
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin_address
    }

    /// Takes the secrets that the administrator has now. Requests that run are not disturbed, and what Talk signs with
    /// the secret before still counts for a while.
    pub fn reload(&self, settings: Settings) {
        self.secrets.replace(settings.bot_secret, settings.previous_secret, self.clock.now());
        self.api_key.replace(settings.model.api_key.get());
    }

    /// Whether the worker has looked at the queue lately.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.bot.is_working()
    }

    /// One line for a person.
    pub async fn status(&self) -> String {
        match self.store.depth(self.clock.now()).await {
            Ok(depth) => format!("{} questions open, {} of them being answered", depth.open, depth.leased),
            Err(_) => "the store cannot be read".to_owned(),
        }
    }

    /// Returns when a task ended that should run for ever, by a defect: the service cannot go on.
    pub async fn broken(&self) {
        self.bot.broken().await;
    }

    /// Asks the model nothing new, lets running answers finish within the grace period, hands back what is left. The
    /// doors close last: Talk sends a webhook once, and a question that is stored now is answered after the next start.
    pub async fn stop(self) {
        self.bot.stop(self.grace).await;
        self.close.cancel();
        self.doors.close();
        let closed = async {
            self.doors.wait().await;
            self.store.close().await;
        };
        if tokio::time::timeout(CLOSE, closed).await.is_err() {
            tracing::error!(
                "the listeners and the store did not close in time; what is acknowledged is on disk"
            );
        }
    }
}

async fn open_store(settings: &Settings) -> anyhow::Result<SqlStore> {
    let (url, setting) = (settings.database_url.expose(), settings.database_url.setting());
    // Among several services, the one on duty puts the signs on that are missing.
    let signs = settings.reactions && !is_shared(url);
    SqlStore::open_for_service(url, store_options(signs)).await.context(setting)
}

/// The store as the `dead-letters` command uses it, beside a running service.
pub async fn open_dead_letters(at: &DatabaseUrl) -> anyhow::Result<SqlStore> {
    SqlStore::open(at.expose(), store_options(false)).await.context(at.setting())
}

/// Copies what is in a file to a server's database, for the `migrate` command. Answers the tables with their rows, and the
/// database in words.
pub async fn migrate(from: &DatabaseUrl, to: &str) -> anyhow::Result<(Vec<(&'static str, u64)>, String)> {
    let copied = transfer(from.expose(), to).await.map_err(|error| match error {
        TransferError::Open(OpenError::File(_)) => anyhow::Error::new(error).context(from.setting()),
        error => error.into(),
    });
    copied.context("nothing was copied")
}

fn store_options(signs: bool) -> StoreOptions {
    StoreOptions { bot: BOT.to_owned(), signs }
}
