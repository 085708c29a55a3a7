//! The real program as a process of its own, and what the kernel tells of its memory.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::sample::{millis, now};
use super::service;

/// The program, built with the profile of the benches, which is that of a release.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_nextcloud-opencode-bot");

/// How often a server that does not listen yet is tried.
const RETRY: Duration = Duration::from_micros(200);

/// How often it is asked whether all is answered.
const GLANCE: Duration = Duration::from_millis(100);

/// A running service. Dropping it kills the process.
pub(crate) struct Process {
    child: Child,
    address: SocketAddr,
    /// Milliseconds from its start to its first answer.
    pub(crate) start: f64,
}

/// What its pages take, in MiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// All of them now, with those that are the program itself.
    pub(crate) resident: f64,
    /// Of these, what was allocated.
    pub(crate) allocated: f64,
    /// The most there ever was.
    pub(crate) peak: f64,
}

impl Process {
    /// Starts on the database in `state`, and returns when it has answered.
    pub(crate) fn start(state: &Path, model: SocketAddr, talk: SocketAddr) -> Self {
        let address = free_address();
        let mut environment = service::environment(state, model, talk);
        environment.insert("BOT_PORT".to_owned(), OsString::from(address.port().to_string()));
        let began = now();
        let child = Command::new(PROGRAM)
            .env_clear()
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut process = Self { child, address, start: 0.0 };
        while TcpStream::connect(address).is_err() {
            assert!(process.child.try_wait().is_ok_and(|ended| ended.is_none()), "the program ended");
            thread::sleep(RETRY);
        }
        assert!(process.get("/health").starts_with("HTTP/1.1 200"), "it is not well");
        process.start = millis(began.elapsed());
        process
    }

    /// Where webhooks are taken.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns when no question is open.
    pub(crate) fn wait_until_answered(&self) {
        while !self.get("/metrics").contains("\nopencode_bot_queue_open_jobs 0\n") {
            thread::sleep(GLANCE);
        }
    }

    /// What it takes now.
    pub(crate) fn memory(&self) -> Memory {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let mebibytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("the kernel tells");
            let digits = line.trim_matches(|c: char| !c.is_ascii_digit());
            digits.parse::<f64>().expect("a number of KiB") / 1024.0
        };
        Memory { resident: mebibytes("VmRSS:"), allocated: mebibytes("RssAnon:"), peak: mebibytes("VmHWM:") }
    }

    fn get(&self, path: &str) -> String {
        let mut connection = TcpStream::connect(self.address).expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("answered");
        answer
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}
