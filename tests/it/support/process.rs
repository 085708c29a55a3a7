//! The real program as a process: started, asked, killed.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use nextcloud_opencode_bot::adapters::clock::Stopwatch;

/// What the bot and the stand-ins share.
pub(crate) const SECRET: &str = "a secret of the tests, between 40 and 128 bytes long";

/// Far longer than any start, stop or answer here takes.
pub(crate) const DEADLINE: Duration = Duration::from_mins(1);

/// A command with nothing of this machine's environment.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nextcloud-opencode-bot"));
    command.env_clear().args(arguments).stdin(Stdio::null());
    command
}

/// Runs a command that ends by itself.
pub(crate) fn output(command: &mut Command) -> Output {
    command.output().expect("the program starts")
}

/// A running service.
pub(crate) struct BotProcess {
    child: Child,
    /// Where it listens, without a slash at the end.
    pub(crate) url: String,
    lines: mpsc::Receiver<String>,
    log: Vec<String>,
    /// Lines that a test waited for.
    read: Vec<String>,
}

impl BotProcess {
    /// Starts the service in `directory` and waits until it listens.
    pub(crate) fn start(directory: &Path, nextcloud: &str, model: &str, more: &[(&str, &str)]) -> Self {
        Self::spawn(directory, nextcloud, model, more).listening()
    }

    /// Waits until it listens.
    pub(crate) fn listening(mut self) -> Self {
        let line = self.line_with("listening");
        let address = line.split("address").nth(1).map(|rest| rest.trim_start_matches(['"', ':', '=']));
        let address = address.and_then(|rest| rest.split('"').next());
        self.url = format!("http://{}", address.expect("the line names the address"));
        self
    }

    /// Starts the service and waits for nothing.
    pub(crate) fn spawn(directory: &Path, nextcloud: &str, model: &str, more: &[(&str, &str)]) -> Self {
        Self::spawn_by(command(&["serve"]), directory, nextcloud, model, more)
    }

    /// The same by a command that becomes the service.
    pub(crate) fn spawn_by(
        mut command: Command,
        directory: &Path,
        nextcloud: &str,
        model: &str,
        more: &[(&str, &str)],
    ) -> Self {
        command
            .current_dir(directory)
            .env("NEXTCLOUD_URL", nextcloud)
            .env("MODEL_BASE_URL", model)
            .env("BOT_SECRET", SECRET)
            .env("BOT_PORT", "0")
            .env("LOG_FORMAT", "json")
            .env("DATABASE_URL", format!("sqlite://{}", directory.join("bot.db").display()))
            .envs(more.iter().copied())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().expect("piped"));
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, url: String::new(), lines, log: Vec::new(), read: Vec::new() }
    }

    /// Waits for a log line that holds `text`. No line is returned twice.
    pub(crate) fn line_with(&mut self, text: &str) -> String {
        let start = Stopwatch::start();
        loop {
            if let Some(place) = self.log.iter().position(|line| line.contains(text)) {
                let line = self.log.remove(place);
                self.read.push(line.clone());
                return line;
            }
            match self.lines.recv_timeout(DEADLINE.saturating_sub(start.elapsed())) {
                Ok(line) => self.log.push(line),
                Err(error) => panic!("no log line with {text:?} ({error}) among {:#?}", self.log),
            }
        }
    }

    /// Waits for a log that holds all these texts, be they in one line or in several.
    pub(crate) fn wait_for_log(&mut self, texts: &[&str]) {
        let held = |log: &[String], text: &str| log.iter().any(|line| line.contains(text));
        let start = Stopwatch::start();
        while let Some(text) = texts.iter().find(|text| !held(&self.log, text) && !held(&self.read, text)) {
            match self.lines.recv_timeout(DEADLINE.saturating_sub(start.elapsed())) {
                Ok(line) => self.log.push(line),
                Err(error) => panic!("no {text:?} ({error}) in {:#?}", self.log),
            }
        }
    }

    /// The whole log, after the end; not in order.
    pub(crate) fn log(&mut self) -> Vec<&String> {
        self.log.extend(self.lines.iter());
        self.read.iter().chain(&self.log).collect()
    }

    /// kill -9.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
    }

    /// Sends a signal by name, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().expect("kill runs");
        assert!(sent.success(), "signal {name} was not sent");
    }

    /// Ends it in order.
    pub(crate) fn stop(&mut self) {
        self.signal("TERM");
        let status = self.wait();
        assert!(status.success(), "{status}");
    }

    /// Waits for the end, which must come by itself.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let start = Stopwatch::start();
        loop {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                return status;
            }
            assert!(start.elapsed() < DEADLINE, "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for BotProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
