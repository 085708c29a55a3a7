"""Questions a second, from the first webhook to the last answer, with a model that takes no time and has slots for all;
and what each cost the processors, since they share those of one machine with the stand-ins."""

import asyncio
import os
import random
import time
from types import SimpleNamespace

import quick
from database import Database, used
from replicas import Replicas
from verdict import Tally

SLOTS = 64
PATIENCE = 180
# What is measured is the way of an answer: nothing beside it.
SETTINGS = {"REACTIONS": "false", "WAIT_NOTICE": "0", "WELCOME": "false", "LOG_LEVEL": "warn"}


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
    posts, tally = [], Tally("1 replica" if count == 1 else f"{count} replicas")
    server, url = await quick.listen(posts)
    talk = SimpleNamespace(url=url, url_for=lambda number: url)
    model = SimpleNamespace(url=f"{url}/v1", slots=SLOTS)
    replicas = Replicas(arguments.program, talk, model, count, database, SETTINGS)
    opened.append(replicas)
    await asyncio.to_thread(replicas.start_all)
    tally.violations += replicas.violations
    by_room = quick.questions(arguments.rooms, arguments.questions)
    before, begin = processors(replicas, database), time.monotonic()
    if tally.passed:
        await ask_all(arguments, replicas, by_room, tally)
        await everything(posts, arguments.questions, begin + PATIENCE)
    end = max((at for _, _, at in posts), default=begin)
    after = processors(replicas, database)
    judge(tally, by_room, posts)
    tally.seconds, tally.ratio = end - begin, 0.0
    tally.rate = tally.answered / max(tally.seconds, 1e-9)
    tally.cpu = [1000 * (late - early) / max(1, tally.answered) for early, late in zip(before, after)]
    await asyncio.to_thread(replicas.stop)
    server.close()
    return tally


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


def processors(replicas, database):
    """Seconds that the replicas, the database and this process have used."""
    ticks = sum(sum(used(replica.child.pid, (13, 14))) for replica in replicas.all if replica.lives())
    return ticks / os.sysconf("SC_CLK_TCK"), database.processor_seconds(), time.process_time()


def compare(tallies):
    """Each with the first one that went well."""
    first = next((tally.rate for tally in tallies if tally.acknowledged and tally.rate), None)
    for tally in tallies:
        if first and tally.acknowledged:
            tally.ratio = tally.rate / first
