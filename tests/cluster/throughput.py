"""Questions a second, from the first webhook to the last answer, with a model that takes no time and has slots for all;
and what each cost the processors, since they share those of one machine with the stand-ins."""

import asyncio
import os
import random
import time

import quick
from database import used
from measured import with_replicas

PATIENCE = 180


def measure(arguments, count):
    return with_replicas(run, arguments, count)


async def run(arguments, replicas, posts, tally):
    by_room = quick.questions(arguments.rooms, arguments.questions)
    before, begin = processors(replicas), time.monotonic()
    if tally.passed:
        await ask_all(arguments, replicas, by_room, tally)
        await everything(posts, arguments.questions, begin + PATIENCE)
    end = max((at for _, _, at in posts), default=begin)
    after = processors(replicas)
    judge(tally, by_room, posts)
    tally.seconds, tally.ratio = end - begin, 0.0
    tally.rate = tally.answered / max(tally.seconds, 1e-9)
    tally.cpu = [1000 * (late - early) / max(1, tally.answered) for early, late in zip(before, after)]


async def ask_all(arguments, replicas, by_room, tally):
    """All rooms at once; in each the next one follows when the one before is acknowledged."""
    ports = [replica.port for replica in replicas.all]

    async def ask(room):
        choice, sender = random.Random(f"{arguments.seed} {room}"), quick.Sender(ports)
        for question in by_room[room]:
            said = await sender.send(question, choice.randrange(len(ports)))
            if said != (200, "queued"):
                tally.object(f"the webhook of {question.number} was answered {said}")
            tally.acknowledged += said[0] == 200
        sender.close()

    await asyncio.gather(*map(ask, by_room))


async def everything(posts, count, until):
    while len(posts) < count and time.monotonic() < until:
        await asyncio.sleep(0.01)


def judge(tally, by_room, posts):
    """Each once, and in each room in order."""
    for room, questions in by_room.items():
        asked, answered = [question.number for question in questions], [to for where, to, _ in posts if where == room]
        tally.answered += len(set(answered) & set(asked))
        tally.lost += len(set(asked) - set(answered))
        if answered != asked:
            order = "in" if sorted(answered) == answered else "out of"
            tally.object(f"{room}: {len(asked)} asked, {len(answered)} answers, {order} order")


def processors(replicas):
    """Seconds that the replicas, the database and this process have used."""
    ticks = sum(sum(used(replica.child.pid, (13, 14))) for replica in replicas.all if replica.lives())
    return ticks / os.sysconf("SC_CLK_TCK"), replicas.database.processor_seconds(), time.process_time()


def compare(tallies):
    """Each with the first one that went well."""
    first = next((tally.rate for tally in tallies if tally.acknowledged and tally.rate), None)
    for tally in tallies:
        if first and tally.acknowledged:
            tally.ratio = tally.rate / first
