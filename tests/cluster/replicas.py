"""Several of the real program on one database, each under a supervisor of its own, and what is known of each moment in
which one was killed."""

import random
import signal
import socket
import time

import slots
from service import Service, Stuck

# Texts of whose posts nobody can know whether they were recorded.
WAITING = """SELECT job.room, part.text FROM part JOIN job ON job.bot = part.bot AND job.id = part.job
             WHERE part.posted = 0 AND job.state = 'post' UNION ALL SELECT room, text FROM notice"""


class Cut:
    """A moment in which work was cut off: of one replica, or of all of them (`None`) while the database was away.
    `waiting`: what was still to be posted; `asking`: the questions that were being answered."""

    def __init__(self, replica, begin, end, waiting, asking=()):
        self.replica, self.begin, self.end, self.waiting, self.asking = replica, begin, end, waiting, set(asking)

    def excuses(self, post):
        """Whether that post may come again: nobody knew that it had been taken."""
        mine = self.replica in (None, post.replica)
        return mine and post.arrived <= self.end and (post.room, post.text) in self.waiting

    def split(self, post):
        """Whether it was under way in that moment, so that it may be in the room at any time after."""
        return self.replica in (None, post.replica) and post.arrived <= self.end and post.at >= self.begin


class Replica(Service):
    def __init__(self, program, talk, model, number, database, settings):
        own = {"NEXTCLOUD_URL": talk.url_for(number), "MODEL_API_KEY": slots.key_for(number),
               "DATABASE_URL": database.url, "REACTION_CONTROL": "on"}
        super().__init__(program, talk, model, held=False, settings=own | dict(settings))
        self.number, self.model, self.database = number, model, database
        self.port = free_port()
        self.url, self.environment["BOT_PORT"] = f"http://127.0.0.1:{self.port}", str(self.port)
        self.down_until = None

    def note(self):
        """Only `kill` has something to note."""

    def kill(self):
        """kill -9, after a look at what it was about: it stands still meanwhile, so that it is the last moment."""
        self.child.send_signal(signal.SIGSTOP)
        waiting = {tuple(row) for row in self.database.select(WAITING)}
        asking, begin = self.model.asked_by(self.number), time.monotonic()
        self.child.kill()
        self.child.wait()
        self.kills += 1
        return Cut(self.number, begin, time.monotonic(), waiting, asking)


def free_port():
    """Below those that the system gives to whoever wants any, so that it is still free after a kill."""
    while True:
        port = random.randrange(20_000, 32_000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
            return port
        except OSError:
            continue


class Replicas:
    """All of them. One that ended by itself is noted as wrong and started again."""

    def __init__(self, program, talk, model, count, database, settings=()):
        self.database, self.cuts, self.violations = database, [], []
        self.all = [Replica(program, talk, model, number, database, settings) for number in range(count)]

    def living(self):
        return [replica for replica in self.all if replica.lives()]

    def start(self, replica, patience=30):
        """As systemd, again and again until it lives."""
        end = time.monotonic() + patience
        replica.down_until = None
        while not replica.start():
            if time.monotonic() > end:
                raise Stuck(f"it does not start any more; see {replica.log.name}")
            time.sleep(0.1)

    def kill(self, replica, down):
        self.cuts.append(replica.kill())
        replica.down_until = time.monotonic() + down

    def restart_database(self, away):
        waiting, begin = {tuple(row) for row in self.database.select(WAITING)}, time.monotonic()
        self.database.restart(away)
        waiting |= {tuple(row) for row in self.database.select(WAITING)}
        self.cuts.append(Cut(None, begin, time.monotonic(), waiting))

    def tend(self):
        """Starts whoever's time has come."""
        for replica in self.all:
            if replica.lives():
                continue
            if replica.down_until is None:
                self.violations.append(replica.how_it_ended())
            if replica.down_until is None or time.monotonic() >= replica.down_until:
                self.start(replica)

    def start_all(self):
        for replica in self.all:
            if not replica.lives():
                self.start(replica)

    def stop(self):
        """In order. What they find wrong in that is theirs."""
        for replica in self.living():
            replica.terminate()
        for replica in self.all:
            replica.ears.close()
        self.violations += [what for replica in self.all for what in replica.violations]

    @property
    def kills(self):
        return sum(replica.kills for replica in self.all)

    def starting_seconds(self):
        return [seconds for replica in self.all for seconds in replica.starts]
