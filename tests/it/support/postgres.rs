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

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use tokio::sync::OnceCell;

use super::until;

/// The account that owns the cluster's databases.
const ACCOUNT: &str = "postgres";

/// Made once; serves every test that does not stop it.
static SHARED: OnceCell<Option<Cluster>> = OnceCell::const_new();

/// Runs the server until standard input ends, or says `stop`; then all of it goes, or the files stay.
const KEEPER: &str = r#"
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off -c autovacuum=off \
    -c shared_buffers=16MB -c max_connections=500 -c log_min_messages=fatal -c jit=off >"$2/log" 2>&1 &
server=$!
read -r word
kill -INT $server
wait $server
[ "$word" = stop ] || rm -rf "$2"
"#;

/// A server.
pub(crate) struct Cluster {
    binaries: PathBuf,
    directory: PathBuf,
    /// Who runs it, when this process may not.
    account: Option<(u32, u32)>,
    keeper: Mutex<Option<Child>>,
}

impl Cluster {
    /// One for this test alone; `None` when this machine has no PostgreSQL.
    pub(crate) async fn start() -> Option<Self> {
        let Some(binaries) = binaries() else {
            assert!(!is_required(), "no PostgreSQL below /usr/lib/postgresql");
            let _ = writeln!(std::io::stderr(), "left out: there is no PostgreSQL below /usr/lib/postgresql");
            return None;
        };
        let directory = tempfile::Builder::new().prefix("bot-pg-").tempdir().expect("a directory").keep();
        let cluster = Self { binaries, directory, account: account(), keeper: Mutex::default() };
        if let Some((user, group)) = cluster.account {
            chown(&cluster.directory, Some(user), Some(group)).expect("given away");
        }
        let mut initdb = cluster.command(&cluster.binaries.join("initdb"));
        initdb.arg("-D").arg(cluster.directory.join("data"));
        initdb.args([
            "-U",
            ACCOUNT,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--wal-segsize=1",
        ]);
        let made = initdb.output().expect("initdb starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        cluster.run().await;
        Some(cluster)
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
        keeper.args(["-c", KEEPER, "keeper"]).arg(&self.binaries).arg(&self.directory).stdin(Stdio::piped());
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

    /// Statements by its administrator.
    pub(crate) async fn meddle(&self, sql: &str) {
        run(self.options().connect().await.expect("it answers"), sql).await;
    }
}

/// Statements by somebody else at that address.
pub(crate) async fn meddle(url: &str, sql: &str) {
    run(connect(url).await, sql).await;
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
