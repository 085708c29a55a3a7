//! The composition root: settings become adapters, adapters become use cases, use cases become tasks. Nothing is
//! decided here but who is given to whom, and in which order all of it ends.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::adapters::clock::SystemClock;
use crate::adapters::http::{self, AdminRoutes, Service};
use crate::adapters::openai::OpenAiModel;
use crate::adapters::sql::{SqliteStore, StoreOptions};
use crate::adapters::talk::TalkApi;
use crate::application::answer::{Answer, AnswerSettings};
use crate::application::attempt::Attempts;
use crate::application::caution::Caution;
use crate::application::limits::{self, watch_limits};
use crate::application::readiness::Readiness;
use crate::application::receive::Receive;
use crate::application::worker::{Heartbeat, Worker};
use crate::domain::actor::ActorId;
use crate::domain::addressing::Identity;
use crate::domain::phrase::Language;
use crate::domain::prompt::system_prompt;
use crate::ports::clock::Clock;
use crate::ports::conversations::ConversationStore;
use crate::ports::model::ChatModel;
use crate::ports::talk::Talk;
use crate::settings::Settings;
use crate::telemetry::metrics::Metrics;

/// The key of this bot's rows: one database may serve several bots.
const BOT: &str = "bot";

/// The setting at fault when the store cannot be opened.
const DATABASE: &str = "DATABASE_URL";

/// After the grace period, time to hand the leases back.
const HAND_BACK: Duration = Duration::from_secs(5);

/// The sockets the service answers on, bound before anything else so that no webhook is refused meanwhile.
pub struct Listeners {
    /// The webhook, and the rest where there is no other.
    pub public: TcpListener,
    /// The probes, when they are apart.
    pub admin: Option<TcpListener>,
}

impl Listeners {
    /// Binds what the settings say.
    pub async fn bind(settings: &Settings) -> anyhow::Result<Self> {
        let public = bind(&settings.listen, "BOT_HOST and BOT_PORT").await?;
        let admin = match &settings.admin_listen {
            Some(address) => Some(bind(address, "ADMIN_LISTEN").await?),
            None => None,
        };
        Ok(Self { public, admin })
    }
}

/// Resolves the host without holding up the runtime.
async fn bind((host, port): &(String, u16), setting: &str) -> anyhow::Result<TcpListener> {
    let hint = || format!("cannot listen on {host} port {port} ({setting})");
    let listener = tokio::net::TcpListener::bind((host.as_str(), *port)).await.with_context(hint)?;
    listener.into_std().with_context(hint)
}

/// The running service. Dropping it without [`App::stop`] is a crash: everything acknowledged is in the store.
pub struct App {
    store: Arc<SqliteStore>,
    tasks: TaskTracker,
    stop: CancellationToken,
    abort: CancellationToken,
    grace: Duration,
    address: SocketAddr,
    admin_address: Option<SocketAddr>,
}

impl App {
    /// Opens the store and starts every task. When it returns, webhooks are answered.
    pub async fn start(settings: Settings, listeners: Listeners) -> anyhow::Result<Self> {
        let store = Arc::new(open_store(&settings).await?);
        let app = Self {
            store,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            abort: CancellationToken::new(),
            grace: settings.shutdown_grace,
            address: listeners.public.local_addr()?,
            admin_address: listeners.admin.as_ref().map(TcpListener::local_addr).transpose()?,
        };
        app.start_tasks(settings, listeners).await?;
        tracing::info!(address = %app.address, admin = ?app.admin_address, "listening");
        Ok(app)
    }

    /// Where webhooks are taken.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the probes are, when they are apart.
    #[must_use]
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin_address
    }

    /// Returns when a task ended that should run for ever, by a defect: the service cannot go on.
    pub async fn broken(&self) {
        self.stop.cancelled().await;
    }

    /// A task whose end, by return or by panic, is the end of the service.
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let end = self.stop.clone().drop_guard();
        self.tasks.spawn(async move {
            task.await;
            drop(end);
        });
    }

    /// Takes nothing new, lets running answers finish within the grace period, hands back what is left.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(self.grace, self.tasks.wait()).await.is_err() {
            tracing::warn!("the grace period is over; what still runs is handed back");
            self.abort.cancel();
            if tokio::time::timeout(HAND_BACK, self.tasks.wait()).await.is_err() {
                tracing::error!("not everything was handed back; it is taken up again at the next start");
            }
        }
        self.store.close().await;
    }

    async fn start_tasks(&self, settings: Settings, listeners: Listeners) -> anyhow::Result<()> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let metrics = Arc::new(Metrics::default());
        let model: Arc<dyn ChatModel> =
            Arc::new(OpenAiModel::new(settings.model.clone(), Arc::clone(&clock)));
        let talk: Arc<dyn Talk> =
            Arc::new(TalkApi::new(settings.nextcloud_url.clone(), settings.bot_secret.clone()));
        let heartbeat = Arc::new(Heartbeat::default());
        let (limits_now, limits) = watch::channel(limits::UNKNOWN);

        let answer = Answer {
            queue: self.store.clone(),
            conversations: self.store.clone(),
            model: Arc::clone(&model),
            talk: Arc::clone(&talk),
            clock: Arc::clone(&clock),
            metrics: Arc::clone(&metrics),
            limits: limits.clone(),
            measure: Arc::default(),
            outage: Arc::default(),
            caution: Caution::default(),
            settings: AnswerSettings {
                system_prompt: system_prompt(&settings.bot_name, &settings.system_prompt),
                context_turns: settings.context_turns,
                answer_tokens: settings.model.max_tokens,
                timeout: settings.timeout,
                language: Language::English,
            },
        };
        let attempts = Attempts::new(
            self.store.clone(),
            Arc::clone(&clock),
            Arc::clone(&metrics),
            Arc::default(),
            answer,
        );
        let worker = Worker::new(
            self.store.clone(),
            Arc::clone(&clock),
            Arc::new(attempts),
            Arc::clone(&heartbeat),
            limits,
        );
        self.spawn(watch_limits(Arc::clone(&model), limits_now, self.stop.clone()));
        self.spawn(worker.run(self.stop.clone(), self.abort.clone()));

        let identity = self.identity(&settings).await?;
        let receive = Receive::new(
            self.store.clone(),
            self.store.clone(),
            Arc::clone(&clock),
            settings.access,
            identity,
        );
        let readiness = Readiness::new(self.store.clone(), model, talk, Arc::clone(&clock), heartbeat);
        let service = Arc::new(Service {
            receive: Arc::new(receive),
            readiness: Arc::new(readiness),
            queue: self.store.clone(),
            metrics,
            clock,
            secrets: vec![settings.bot_secret],
        });
        let routes = match listeners.admin {
            Some(listener) => {
                self.spawn(http::run(listener, http::admin(&service), self.stop.clone()));
                AdminRoutes::Elsewhere
            }
            None => AdminRoutes::Here,
        };
        self.spawn(http::run(listeners.public, http::public(&service, routes), self.stop.clone()));
        Ok(())
    }

    /// What the bot knows of itself at the start: from the settings, and from earlier Joins.
    async fn identity(&self, settings: &Settings) -> anyhow::Result<Identity> {
        let mut own_actors = self.store.own_actors().await.context("the store cannot be read")?;
        own_actors.extend(settings.webhook_url.as_deref().map(ActorId::of_bot));
        Ok(Identity { name: settings.bot_name.clone(), own_actors })
    }
}

async fn open_store(settings: &Settings) -> anyhow::Result<SqliteStore> {
    SqliteStore::open_for_service(&settings.database_url, store_options()).await.context(DATABASE)
}

/// The store as the `dead-letters` command uses it, beside a running service.
pub async fn open_dead_letters(database_url: &str) -> anyhow::Result<SqliteStore> {
    SqliteStore::open(database_url, store_options()).await.context(DATABASE)
}

fn store_options() -> StoreOptions {
    StoreOptions { bot: BOT.to_owned() }
}
