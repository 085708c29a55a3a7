"""The service under test between its stand-ins, and what it takes of the machine while it is abused."""

import contextlib
import json
import os
import resource
import subprocess
import sys
import threading
import time

import wire  # noqa: F401; first: it knows where the stand-ins are
from standins import Service, get
from supervisor import Handler, StandIns

import bulk

HERE = os.path.dirname(os.path.abspath(__file__))
TICKS = os.sysconf("SC_CLK_TCK")


class Counting(Handler):
    """Counts how often others are asked about themselves, and answers such questions late if it has to."""

    def do_GET(self):
        self.server.gets += 1
        self.server.speaks.wait(20)
        super().do_GET()



class Outside(StandIns):
    """A Talk and a model."""

    def __init__(self):
        self.gets, self.speaks = 0, threading.Event()
        self.speaks.set()
        super().__init__()
        self.RequestHandlerClass = Counting

    def handle_error(self, *_):
        """Somebody did not wait for the answer."""

    def asked(self):
        return self.gets

    def answers_to(self, question):
        return self.answered().count(question)

    @contextlib.contextmanager
    def silence(self):
        self.speaks.clear()
        try:
            yield
        finally:
            self.speaks.set()


class Target(Service):
    """`program serve`, started for the whole row of scenarios."""

    def __init__(self, program, outside):
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
        # Its own limits are watched here, so nothing is left to those of the stand-ins.
        super().__init__(program, outside, f"{outside.url}/v1", {
            "MODEL_PARALLEL": "8", "MODEL_CONTEXT_TOKENS": "8192", "LIMIT_PER_USER": str(bulk.LIMIT), "REACTIONS": "false"})
        self.port, self.pid = int(self.url.rsplit(":", 1)[1]), self.child.pid

    def lives(self):
        return self.child.poll() is None and "ok" in get(f"{self.url}/health", 5)

    def files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def cpu_seconds(self):
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self, which="VmRSS"):
        """MiB."""
        with open(f"/proc/{self.pid}/status") as status:
            lines = dict(line.split(":", 1) for line in status)
        return int(lines[which].split()[0]) / 1024

    def forget_peak(self):
        with open(f"/proc/{self.pid}/clear_refs", "w") as out:
            out.write("5")


class Watch:
    """Memory, descriptors and processor time from its start to its end."""

    def __init__(self, target):
        self.target, self.done = target, threading.Event()
        target.forget_peak()
        self.memory, self.files, self.cpu = [target.memory()], [target.files()] * 2, target.cpu_seconds()
        self.thread = threading.Thread(target=self.sample)
        self.thread.start()

    def sample(self):
        while not self.done.wait(0.05):
            with contextlib.suppress(OSError):
                self.files[1] = max(self.files[1], self.target.files())

    def finish(self, allowance, limit=20):
        """Once the descriptors are back, give or take the allowance, or after so many seconds."""
        self.done.set()
        self.thread.join()
        self.cpu = self.target.cpu_seconds() - self.cpu
        self.memory.append(self.target.memory("VmHWM"))
        end = time.monotonic() + limit
        while self.target.files() > self.files[0] + allowance and time.monotonic() < end:
            time.sleep(0.1)
        self.files.append(self.target.files())
        self.memory.append(self.target.memory())


class Genuine:
    """The genuine webhooks beside an attack."""

    next = 1000

    def __init__(self, port, rate):
        self.child = subprocess.Popen([sys.executable, f"{HERE}/genuine.py", str(port), str(rate), str(Genuine.next)],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.child.stdout.readline()

    def finish(self):
        seen = json.loads(self.child.communicate(timeout=60)[0])
        self.waits, self.faults, self.questions = sorted(seen["waits"]), seen["faults"], seen["questions"]
        Genuine.next += len(self.waits) + 10

    def at(self, share):
        """Milliseconds that this share of them took at most."""
        return self.waits[min(int(len(self.waits) * share), len(self.waits) - 1)] * 1000
