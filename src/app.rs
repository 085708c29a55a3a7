//! The composition root: settings become adapters, adapters become use cases, use cases become tasks. Nothing is
//! decided here but who is given to whom, and in which order all of it ends.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::adapters::sql::{SqliteStore, StoreOptions};
use crate::settings::Settings;

mod tasks;

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
}

async fn open_store(settings: &Settings) -> anyhow::Result<SqliteStore> {
    SqliteStore::open_for_service(&settings.database_url, store_options(settings.reactions))
        .await
        .context(DATABASE)
}

/// The store as the `dead-letters` command uses it, beside a running service.
pub async fn open_dead_letters(database_url: &str) -> anyhow::Result<SqliteStore> {
    SqliteStore::open(database_url, store_options(false)).await.context(DATABASE)
}

fn store_options(signs: bool) -> StoreOptions {
    StoreOptions { bot: BOT.to_owned(), signs }
}
