"""How many questions are asked by the replica that asked in their room before, whose model server still has the room's
prompt; and how long an answer takes, since the others leave them to it for a moment."""

import asyncio
import random
import time

import quick
from measured import with_replicas
from throughput import judge

# Seconds between an answer and the room's next question: rooms that wait are nobody's to choose.
PAUSE = (0.5, 1.5)
PATIENCE = 30
ASKED = "SELECT room, asked_by FROM job ORDER BY room, message"


def measure(arguments, count):
    return with_replicas(run, arguments, count)


async def run(arguments, replicas, posts, tally):
    by_room, waits = quick.questions(arguments.rooms, arguments.questions), []
    if tally.passed:
        people = [Person(arguments.seed, room, replicas, posts, tally) for room in by_room]
        answered = await asyncio.gather(*(person.ask(by_room[person.room]) for person in people))
        waits = [1000 * wait for person in answered for wait in person]
        judge(tally, by_room, posts)
    tally.waits = waits
    tally.followed, tally.kept = followed(replicas.database.select(ASKED))


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
