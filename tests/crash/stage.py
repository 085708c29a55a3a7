"""All parties of one scenario, from the first start to the last look: a load with something that goes wrong
meanwhile, then everything well again, until nothing is open any more."""

import shutil
import time
import urllib.request

from clock import Clock
from crowd import Crowd
from model import Model
from service import Service, Stuck
from talk import Talk
from verdict import Tally, judge

PAUSES = "opencode_bot_talk_pauses{"
OPEN = "opencode_bot_queue_open_jobs"
# Less than a lease, more than the pause after a post of unknown outcome.
STEP = 45
HALF_AN_HOUR = 31 * 60


class Stage:
    """`clock`: the library that lets the service's clock jump; with it the long pauses need not be waited for."""

    def __init__(self, arguments, name, held=True, clock="", preload="", settings=(), state=None, slots=4):
        self.seed = f"{arguments.seed} {name}"
        self.begin, self.tally = time.monotonic(), Tally(name)
        self.talk, self.model = Talk(self.seed), Model(self.seed, slots)
        self.clock = Clock() if clock else None
        settings = {"TIMEOUT": "20"} | (self.clock.settings if clock else {}) | dict(settings)
        preload = ":".join(part for part in (clock, preload) if part)
        self.service = Service(arguments.program, self.talk, self.model, state, held, settings, preload)
        self.crowd = Crowd(self.seed, self.service.port)

    def run(self, seconds, rate, act):
        """`act` does its worst again and again and returns how long to wait then."""
        if not self.service.lives():
            self.service.start()
        self.crowd.start(rate)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(min(max(0.0, act()), max(0.0, end - time.monotonic())))
        self.crowd.stop()

    def restart(self, patience=30):
        """After an end; as systemd, again and again until it lives."""
        end = time.monotonic() + patience
        while not self.service.start():
            if time.monotonic() > end:
                raise Stuck(f"it does not start any more; see {self.service.log.name}")
            time.sleep(0.05)

    def recover(self):
        self.talk.recover()
        self.model.recover()
        if not self.service.lives():
            self.restart()

    def drain(self, steps=True, patience=150):
        """Waits until nothing is open, as long as it becomes less within `patience`. With a clock that may be set, a start
        at a later time skips what is waited for on purpose."""
        since, step, left = time.monotonic(), 0, "nothing was read"
        while time.monotonic() < since + patience:
            if not self.service.lives():
                return self.tally.object(self.service.how_it_ended())
            figures = self.figures()
            if figures.get(OPEN) == 0 and not self.talk.thinking() and self.notices() == 0:
                return None
            was, left = left, f"{figures.get(OPEN)} open, {len(self.talk.thinking())} 👀, {self.notices()} notices"
            if left != was:
                since = time.monotonic()
            if steps and self.clock and time.monotonic() > max(step, since + 2):
                paused = any(count for name, count in figures.items() if name.startswith(PAUSES))
                self.start_later(HALF_AN_HOUR if paused else STEP)
                step = time.monotonic() + 4
            time.sleep(0.1)
        return self.tally.object(f"for {patience} s it does not become less: {left}; see {self.service.log.name}")

    def start_later(self, seconds):
        self.service.terminate()
        self.service.terminations -= 1
        self.clock.ahead(seconds)
        self.restart()

    def figures(self):
        try:
            with urllib.request.urlopen(f"{self.service.url}/metrics", timeout=5) as page:
                lines = (line.decode().rsplit(" ", 1) for line in page if not line.startswith(b"#"))
                return {name: float(value) for name, value in lines}
        except OSError:
            return {}

    def notices(self):
        return self.service.in_copy(lambda store: store.execute("SELECT COUNT(*) FROM notice").fetchone()[0], 0)

    def end(self):
        """Stops everything in order and says how it went."""
        if self.service.lives():
            self.service.terminate()
            self.service.terminations -= 1
        self.model.close()
        self.talk.close()
        judge(self.tally, self.crowd, self.talk, self.model, self.service)
        self.tally.seconds = time.monotonic() - self.begin
        self.service.ears.close()
        for held in self.service.sockets:
            held.close()
        if self.tally.passed:
            shutil.rmtree(self.service.directory)
        return self.tally
