"""How many questions are asked by the replica that asked in their room before, whose model server still has the room's
prompt; and how long an answer takes, since the others leave them to it for a moment."""

import asyncio
import random
import time
from types import SimpleNamespace

import quick
import throughput
from database import Database
from replicas import Replicas
from verdict import Tally

# Seconds between an answer and the room's next question: rooms that wait are nobody's to choose.
PAUSE = (0.5, 1.5)
PATIENCE = 30
ASKED = "SELECT room, asked_by FROM job ORDER BY room, message"


def measure(arguments, count):
    database, opened = Database(durable=True), []
    try:
        return asyncio.run(run(arguments, count, database, opened))
    finally:
        for replicas in opened:
            for replica in replicas.all:
                replica.abandon()
        database.close()


async def run(arguments, count, database, opened):
    posts, tally = [], Tally(f"{count} replicas")
    server, url = await quick.listen(posts)
    talk = SimpleNamespace(url=url, url_for=lambda number: url)
    model = SimpleNamespace(url=f"{url}/v1", slots=throughput.SLOTS)
    replicas = Replicas(arguments.program, talk, model, count, database, throughput.SETTINGS)
    opened.append(replicas)
    await asyncio.to_thread(replicas.start_all)
    tally.violations += replicas.violations
    by_room, begin, waits = quick.questions(arguments.rooms, arguments.questions), time.monotonic(), []
    if tally.passed:
        people = [Person(arguments.seed, room, replicas, posts, tally) for room in by_room]
        answered = await asyncio.gather(*(person.ask(by_room[person.room]) for person in people))
        waits = sorted(wait for person in answered for wait in person)
        throughput.judge(tally, by_room, posts)
    tally.seconds, tally.waits = time.monotonic() - begin, [1000 * wait for wait in waits]
    tally.followed, tally.kept = followed(database.select(ASKED))
    await asyncio.to_thread(replicas.stop)
    server.close()
    return tally


class Person:
    """Asks in one room, at any replica, the next thing some time after the answer."""

    def __init__(self, seed, room, replicas, posts, tally):
        self.choice, self.room, self.posts, self.tally = random.Random(f"{seed} {room}"), room, posts, tally
        self.ports = [replica.port for replica in replicas.all]

    async def ask(self, questions):
        """Returns the seconds from each webhook to the answer's post."""
        sender, waits = quick.Sender(self.ports), []
        for question in questions:
            await asyncio.sleep(self.choice.uniform(*PAUSE))
            begin = time.monotonic()
            said = await sender.send(question, self.choice.randrange(len(self.ports)))
            if said != (200, "queued"):
                self.tally.object(f"the webhook of {question.number} was answered {said}")
                continue
            self.tally.acknowledged += 1
            waits.append(await self.answer(question.number, begin + PATIENCE) - begin)
        sender.close()
        return waits

    async def answer(self, number, until):
        while True:
            at = next((at for _, to, at in self.posts if to == number), None)
            if at is not None or time.monotonic() > until:
                return at or until
            await asyncio.sleep(0.002)


def followed(rows):
    """How many questions had one before them in their room, and how many of these the same process asked."""
    pairs = [(before[1], after[1]) for before, after in zip(rows, rows[1:]) if before[0] == after[0]]
    return len(pairs), sum(before == after for before, after in pairs)
