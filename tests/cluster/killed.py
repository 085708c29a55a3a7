"""Replicas that are killed every few seconds while people ask, and a database that is restarted once, at once and for a
moment."""

import random
import shutil
import time

import account
from database import Database
from replicas import Replicas
from rooms import Rooms
from senders import Senders
from slots import Slots
from verdict import Tally

SLOTS = 4
# Fates of a post, as Talk's troubles in the crash checks.
TALK = {"late": 0.2, "cut after": 0.003}
STILL = 20


class Scene:
    """All parties, from the first start to the last look."""

    database_kind, senders_kind = Database, Senders

    def __init__(self, arguments, count):
        self.name = "1 replica" if count == 1 else f"{count} replicas"
        seed = f"{arguments.seed} {self.name}"
        self.begin, self.choice, self.tally = time.monotonic(), random.Random(seed), Tally(self.name)
        self.senders = self.senders_kind(seed, arguments.rooms, arguments.questions, every=25)
        self.database, self.talk = self.database_kind(), Rooms(seed)
        self.model = Slots(seed, SLOTS, self.senders.thread_of)
        self.replicas = Replicas(arguments.program, self.talk, self.model, count, self.database)
        self.senders.replicas, self.seconds = self.replicas, arguments.seconds
        self.pace = arguments.questions / arguments.seconds

    def play(self):
        self.replicas.start_all()
        self.talk.trouble(TALK)
        self.senders.start(self.pace)
        self.trouble()
        self.senders.stop()
        self.talk.recover()
        self.replicas.start_all()
        self.drain()
        self.end()
        return self.tally

    def trouble(self):
        """Until everything is sent and little is open."""
        begin, restarted = time.monotonic(), False
        next_kill = begin + self.pause()
        while time.monotonic() < begin + 4 * self.seconds:
            self.replicas.tend()
            now = time.monotonic()
            if not restarted and now > begin + self.seconds / 2:
                self.replicas.restart_database(self.choice.choice([0, 1, 3]))
                restarted = True
            elif now > next_kill:
                self.kill_one()
                next_kill = time.monotonic() + self.pause()
                if self.senders.is_over() and self.open() < STILL:
                    return
            time.sleep(0.05)

    def pause(self):
        return self.choice.uniform(2, 5)

    def kill_one(self):
        """Never the last one, unless it is the only one."""
        living, alone = self.replicas.living(), len(self.replicas.all) == 1
        if alone or len(living) > 1:
            self.replicas.kill(self.choice.choice(living), self.choice.uniform(*((0.2, 1) if alone else (1, 4))))

    def open(self):
        return self.database.number("SELECT COUNT(*) FROM job WHERE state IN ('ask', 'post')")

    def drain(self, patience=120):
        """Waits until nothing is open, as long as it becomes less within `patience`."""
        since, left = time.monotonic(), None
        while time.monotonic() < since + patience:
            self.replicas.tend()
            now = (self.open(), self.database.number("SELECT COUNT(*) FROM notice"), len(self.talk.thinking()))
            if not any(now):
                return
            if now != left:
                since, left = time.monotonic(), now
            time.sleep(0.3)
        self.tally.object("for {} s it does not become less: {} open, {} notices, {} 👀".format(patience, *left))

    def end(self):
        self.replicas.stop()
        self.model.close()
        self.talk.close()
        account.judge(self.tally, self.senders, self.talk, self.model, self.replicas, self.database)
        self.tally.seconds = time.monotonic() - self.begin
        if self.tally.passed:
            for replica in self.replicas.all:
                shutil.rmtree(replica.directory)
        else:
            self.tally.remark = "logs: " + " ".join(replica.log.name for replica in self.replicas.all)

    def close(self):
        """Nothing of it outlives it."""
        for replica in self.replicas.all:
            replica.abandon()
        self.database.close()


def killed(arguments, count, kind=Scene):
    scene = kind(arguments, count)
    try:
        return scene.play()
    finally:
        scene.close()
