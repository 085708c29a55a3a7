//! A throw-away PostgreSQL of the distribution's own binaries, on a socket in a directory of its own. It ends with this
//! process, however that ends: a shell waits for it and cleans up.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqlSafeStr};
use tokio::sync::OnceCell;

use super::until;

/// The account that owns the cluster's databases.
const ACCOUNT: &str = "postgres";

const FIRST: &str = include_str!("../../../migrations/postgres/0001_store.sql");

/// Made once; serves every test that does not stop it.
static SHARED: OnceCell<Option<Cluster>> = OnceCell::const_new();

/// Runs the server until standard input ends, or says `stop` or `crash`; then all of it goes, or the files stay.
const KEEPER: &str = r#"
binaries=$1 directory=$2
shift 2
"$binaries/postgres" -D "$directory/data" -k "$directory" -c listen_addresses= -c fsync=off -c full_page_writes=off \
    -c autovacuum=off -c shared_buffers=16MB -c max_connections=500 -c log_min_messages=fatal -c jit=off "$@" \
    >"$directory/log" 2>&1 &
server=$!
read -r word
case $word in
crash) kill -QUIT $server ;;
*) kill -INT $server ;;
esac
wait $server
[ -n "$word" ] || rm -rf "$directory"
"#;

/// A server.
pub(crate) struct Cluster {
    binaries: PathBuf,
    directory: PathBuf,
    /// Who runs it, when this process may not.
    account: Option<(u32, u32)>,
    keeper: Mutex<Option<Child>>,
    /// Further arguments of the server.
    arguments: Vec<String>,
    port: u16,
}

impl Cluster {
    /// One for this test alone; `None` when this machine has no PostgreSQL.
    pub(crate) async fn start() -> Option<Self> {
        let cluster = Self::make()?;
        cluster.run().await;
        Some(cluster)
    }

    /// One that does not run yet.
    pub(crate) fn make() -> Option<Self> {
        let Some(binaries) = binaries() else {
            assert!(!is_required(), "no PostgreSQL below /usr/lib/postgresql");
            let _ = writeln!(std::io::stderr(), "left out: there is no PostgreSQL below /usr/lib/postgresql");
            return None;
        };
        let directory = tempfile::Builder::new().prefix("bot-pg-").tempdir().expect("a directory").keep();
        let cluster = Self {
            binaries,
            directory,
            account: account(),
            keeper: Mutex::default(),
            arguments: Vec::new(),
            port: 5432,
        };
        if let Some((user, group)) = cluster.account {
            chown(&cluster.directory, Some(user), Some(group)).expect("given away");
        }
        let mut initdb = cluster.command(&cluster.binaries.join("initdb"));
        initdb.arg("-D").arg(cluster.directory.join("data"));
        initdb.args([
            "-U",
            ACCOUNT,
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--wal-segsize=1",
        ]);
        let made = initdb.output().expect("initdb starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Some(cluster)
    }

    /// The same with a port on this machine, where it shows that certificate and key. Answers the port.
    pub(crate) fn with_tls(&mut self, certificate: &str, key: &str) -> u16 {
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let path = self.directory.join(name);
            fs::write(&path, text).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("for its owner alone");
            if let Some((user, group)) = self.account {
                chown(&path, Some(user), Some(group)).expect("given away");
            }
        }
        let port = self.with_port();
        let file = |name: &str| self.directory.join(name).display().to_string();
        let (certificate, key) = (file("server.crt"), file("server.key"));
        self.set(&["ssl=on".into(), format!("ssl_cert_file={certificate}"), format!("ssl_key_file={key}")]);
        port
    }

    /// The same with a port on this machine, which is answered.
    pub(crate) fn with_port(&mut self) -> u16 {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        self.port = free.local_addr().expect("a port").port();
        self.set(&["listen_addresses=127.0.0.1".into(), format!("port={}", self.port)]);
        self.port
    }

    /// Makes it a standby, which takes no changes, or no longer one, at the next [`Cluster::run`].
    pub(crate) fn set_standby(&self, is_one: bool) {
        let signal = self.directory.join("data/standby.signal");
        if is_one {
            fs::write(signal, "").expect("written");
        } else {
            fs::remove_file(signal).expect("removed");
        }
    }

    fn set(&mut self, settings: &[String]) {
        self.arguments.extend(settings.iter().flat_map(|setting| ["-c".to_owned(), setting.clone()]));
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.directory).stdin(Stdio::null()).stdout(Stdio::null());
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        command
    }

    /// Starts it, and returns when it answers.
    pub(crate) async fn run(&self) {
        let mut keeper = self.command(Path::new("/bin/sh"));
        keeper.args(["-c", KEEPER, "keeper"]).arg(&self.binaries).arg(&self.directory);
        keeper.args(&self.arguments).stdin(Stdio::piped());
        // Ctrl-C is for the tests; the end of their process is what the keeper waits for.
        keeper.process_group(0);
        let keeper = keeper.spawn().expect("a shell");
        *self.keeper.lock().expect("no panic while it is held") = Some(keeper);
        until("PostgreSQL answers", async || self.options().connect().await.is_ok()).await;
    }

    /// Stops it as a restart does; its files stay.
    pub(crate) fn stop(&self) {
        self.end("stop\n");
    }

    /// Ends it as a power cut does, but for the disk.
    pub(crate) fn crash(&self) {
        self.end("crash\n");
    }

    fn end(&self, word: &str) {
        let keeper = self.keeper.lock().expect("no panic while it is held").take();
        if let Some(mut keeper) = keeper {
            let mut input = keeper.stdin.take().expect("piped");
            input.write_all(word.as_bytes()).expect("it listens");
            drop(input);
            keeper.wait().expect("it ends");
        }
    }

    fn options(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.directory)
            .port(self.port)
            .username(ACCOUNT)
            .database(ACCOUNT)
            .disable_statement_logging()
    }

    /// The address of a schema with nothing in it, which costs less than a database.
    pub(crate) async fn fresh(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let schema = format!("s{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        self.meddle(&format!("CREATE SCHEMA {schema}")).await;
        let socket = self.directory.display().to_string().replace('/', "%2F");
        format!("postgres://{ACCOUNT}@{socket}/{ACCOUNT}?options=-csearch_path%3D{schema}")
    }

    /// The number that a statement of its administrator answers.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let mut connection = self.options().connect().await.expect("it answers");
        let number =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.expect("a number");
        connection.close().await.expect("closed");
        number
    }

    /// Statements by its administrator.
    pub(crate) async fn meddle(&self, sql: &str) {
        run(self.options().connect().await.expect("it answers"), sql).await;
    }
}

/// Statements by somebody else at that address.
pub(crate) async fn meddle(url: &str, sql: &str) {
    run(connect(url).await, sql).await;
}

/// The tables as the first version made them.
pub(crate) async fn make_first(url: &str) {
    let pool = PgPoolOptions::new().max_connections(1).connect(url).await.expect("it answers");
    let first = Migration::new(1, "store".into(), MigrationType::Simple, FIRST.into_sql_str(), false);
    Migrator::with_migrations(vec![first]).run(&pool).await.expect("made");
    pool.close().await;
}

/// Somebody else's connection to that address.
pub(crate) async fn connect(url: &str) -> PgConnection {
    let options: PgConnectOptions = url.parse().expect("an address");
    options.connect().await.expect("it answers")
}

async fn run(mut connection: PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("done");
    connection.close().await.expect("closed");
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.keeper.lock().is_ok_and(|keeper| keeper.is_some()) {
            self.end("\n");
        } else {
            let _ = fs::remove_dir_all(&self.directory);
        }
    }
}

/// The server that all tests of this process share.
pub(crate) async fn shared() -> Option<&'static Cluster> {
    SHARED.get_or_init(Cluster::start).await.as_ref()
}

/// Those of the newest version.
fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let found = versions.filter_map(|version| {
        let version = version.ok()?;
        let number: u32 = version.file_name().to_str()?.parse().ok()?;
        let binaries = version.path().join("bin");
        let is_there = |name: &str| {
            fs::metadata(binaries.join(name)).is_ok_and(|file| file.permissions().mode() & 0o111 != 0)
        };
        (is_there("initdb") && is_there("postgres")).then_some((number, binaries))
    });
    found.max().map(|(_, binaries)| binaries)
}

#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not a setting of the service")]
fn is_required() -> bool {
    std::env::var_os("REQUIRE_POSTGRES").is_some_and(|value| value == "1")
}

/// PostgreSQL does not run as root.
fn account() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").expect("Linux").uid() != 0 {
        return None;
    }
    let accounts = fs::read_to_string("/etc/passwd").expect("accounts");
    let of = |name: &str| {
        let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2).map(|field| field.parse().ok());
        Some((fields.next()??, fields.next()??))
    };
    Some(of(ACCOUNT).or_else(|| of("nobody")).expect("an account without rights"))
}
