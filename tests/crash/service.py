"""The real program under a supervisor that kills it, ends it, and starts it again; after each end it looks, in a copy,
at what the store held, since only that tells which post may be repeated."""

import atexit
import os
import select
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time

from supervisor import Supervisor

# Of whose posts nobody can know whether they were recorded.
WAITING = """SELECT job.room, part.text FROM part JOIN job ON job.bot = part.bot AND job.id = part.job
             WHERE part.posted = 0 AND job.state = 'post'"""


class Stuck(Exception):
    """It does not come to life, so that the scenario cannot go on."""


class Service(Supervisor):
    """`held`: the supervisor holds the socket, so that nobody is refused between two processes. `preload` is a
    library that comes between the program and the system."""

    def __init__(self, program, talk, model, state=None, held=True, settings=(), preload=""):
        super().__init__(program, talk, settings={"MODEL_BASE_URL": model.url, "MODEL_PARALLEL": str(model.slots)})
        self.state, self.held, self.preload = state or f"{self.directory}/state", held, preload
        self.port = self.sockets[0].getsockname()[1]
        if not held:
            self.sockets[0].close()
        self.url, self.path = f"http://127.0.0.1:{self.port}", f"{self.state}/bot.db"
        self.environment |= {"BOT_PORT": str(self.port), "DATABASE_URL": f"sqlite://{self.path}", "SHUTDOWN_GRACE": "3"}
        self.environment |= dict(settings)
        self.may_repeat, self.violations, self.log_begin = [], [], 0
        self.kills = self.terminations = 0
        self.words = []
        threading.Thread(target=self.listen, daemon=True).start()
        atexit.register(self.abandon)

    def start(self, patience=30):
        """Returns whether it got ready; else it ended, and `self.child.returncode` says how."""
        begin = time.monotonic()
        self.begin()
        while time.monotonic() < begin + patience:
            if "READY=1" in self.words:
                self.starts.append(time.monotonic() - begin)
                return True
            if self.child.poll() is not None:
                return False
            time.sleep(0.002)
        raise Stuck(f"it is not ready after {patience} s; see {self.log.name}")

    def begin(self):
        """Starts it and waits for nothing."""
        self.forget_words()
        self.log_begin, passed = self.log.tell(), [held.fileno() for held in self.sockets if self.held]
        line = 'LISTEN_PID=$$ exec env LD_PRELOAD="$2" "$0" serve 3<&"$1"' if self.held else \
            'unset LISTEN_FDS LISTEN_FDNAMES; exec env LD_PRELOAD="$2" "$0" serve'
        self.child = subprocess.Popen(
            ["/bin/bash", "-c", line, self.program, "".join(map(str, passed)), self.preload], env=self.environment,
            pass_fds=passed, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)

    def listen(self):
        """A supervisor always listens."""
        while True:
            try:
                self.words += self.ears.recv(4096).decode().splitlines()
            except TimeoutError:
                continue
            except OSError:
                return

    def forget_words(self):
        """Those of the process before."""
        while select.select([self.ears], [], [], 0)[0]:
            time.sleep(0.001)
        self.words.clear()

    def abandon(self):
        """Whatever happens, nothing of it outlives the run."""
        if self.lives():
            self.child.kill()

    def lives(self):
        return self.child is not None and self.child.poll() is None

    def how_it_ended(self):
        return f"it ended by itself with {self.child.returncode}; see {self.log.name}"

    def kill(self):
        """kill -9. Returns once nothing of it is left."""
        self.child.kill()
        self.child.wait()
        self.kills += 1
        self.note()

    def terminate(self, again=None, kill=None, patience=20):
        """SIGTERM, a second one after `again` seconds, kill -9 after `kill` seconds."""
        self.terminations += 1
        self.child.send_signal(signal.SIGTERM)
        begin, forced = time.monotonic(), False
        while self.child.poll() is None:
            now = time.monotonic() - begin
            if again is not None and now >= again:
                self.child.send_signal(signal.SIGTERM)
                again, forced = None, True
            if kill is not None and now >= kill:
                return self.kill()
            if now > patience:
                self.violations.append(f"SIGTERM did not end it within {patience} s")
                return self.kill()
            time.sleep(0.005)
        if self.child.returncode != 0:
            self.violations.append(f"after SIGTERM it ended with {self.child.returncode}; see {self.log.name}")
        if forced or "the grace period is over" in self.said():
            self.note()
        return None

    def said(self):
        """The log of the last process."""
        with open(self.log.name, encoding="utf-8", errors="replace") as log:
            log.seek(self.log_begin)
            return log.read()

    def note(self):
        """Notes which posts may come again. The store itself must stay as the process left it."""
        self.may_repeat += self.in_copy(lambda store: store.execute(WAITING).fetchall(), missing=[])

    def in_copy(self, look, missing=None):
        with tempfile.TemporaryDirectory() as copy:
            for ending in ("", "-wal", "-journal"):
                if os.path.exists(self.path + ending):
                    shutil.copyfile(self.path + ending, f"{copy}/bot.db{ending}")
            try:
                store = sqlite3.connect(f"{copy}/bot.db")
                try:
                    return look(store)
                finally:
                    store.close()
            except sqlite3.Error as error:
                if "no such table" not in str(error):
                    self.violations.append(f"what it left cannot be read: {error}")
                return missing

    def dead_letters(self):
        """The lines that the program's own command prints, or its complaint."""
        ended = subprocess.run([self.program, "dead-letters", "list"], env=self.environment, capture_output=True,
                               text=True, timeout=60)
        return ended.stdout if ended.returncode == 0 else f"dead-letters list ended with {ended.returncode}: {ended.stderr}"
