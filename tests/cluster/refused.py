"""A secret that is wrong, from the start or all of a sudden, at all replicas or at half of them, while people ask in many
rooms at any of them. Talk locks an address out after some refused signatures, whoever sends from there, so all replicas
together must stop as early as one would."""

import asyncio
import json
import random
import re
import time
from types import SimpleNamespace

import crowd
import quick
from database import Database
from replicas import Replicas
from verdict import Tally

# The model's, enough for all.
SLOTS = 64
SETTINGS = {"WAIT_NOTICE": "0", "WELCOME": "false", "LOG_LEVEL": "warn"}
# Seconds that Talk takes for a post.
LATENCY = (0.1, 0.4)
# More refusals than this within half an hour, and Talk locks the address out.
LOCK_OUT = 10
# Seconds: for all replicas to be trusted, of load before and after it turns wrong, and without anything sent until it
# counts as the end.
TRUST, LOAD, QUIET = 60, 5, 6

REPLICA = re.compile(r"/replica(\d+)/ocs/v2\.php/apps/spreed/api/v1/bot/(\w+)/")
REFUSED = quick.response(401, b'{"ocs": {"meta": {"status": "failure", "statuscode": 401}, "data": null}}')
LOCKED_OUT = quick.response(429, b'{"ocs": {"meta": {"status": "failure", "statuscode": 429}, "data": null}}')


class Case:
    """`bound`: refusals at most. `wrong`: whose secret is wrong, of so many, in the end."""

    def __init__(self, name, bound, wrong, sudden, reactions):
        self.name, self.bound, self.wrong, self.sudden, self.reactions = name, bound, wrong, sudden, reactions


def cases():
    """Three rooms in a row are enough; when all is well, five answers, two notices and two reactions are on their way
    at once."""
    whose = [("wrong from the start", 3, set, False), ("half of them wrong", 3, lambda all_: set(list(all_)[::2]), False),
             ("turns wrong", 9, set, True)]
    return [Case(f"{name}{', reactions' if reactions else ''}", bound, wrong, sudden, reactions)
            for name, bound, wrong, sudden in whose for reactions in (False, True)]


class Talk:
    """What it refused and took, and what it is being asked."""

    def __init__(self):
        self.wrong, self.refused, self.rooms, self.taken, self.busy, self.last = set(), 0, set(), {}, 0, 0.0

    def protocol(self, posts):
        return Rooms(posts, self)

    def judge(self, replica, room):
        """When it answers, not when it was asked."""
        self.busy, self.last = self.busy - 1, time.monotonic()
        if self.refused > LOCK_OUT:
            return LOCKED_OUT
        if replica in self.wrong:
            self.refused += 1
            self.rooms.add(room)
            return REFUSED
        self.taken[replica] = self.taken.get(replica, 0) + 1
        return quick.TAKEN


class Rooms(quick.Servers):
    def __init__(self, posts, talk):
        super().__init__(posts)
        self.talk = talk

    def reply(self, method, path, body):
        found = REPLICA.match(path)
        if not found:
            return super().reply(method, re.sub(r"^/replica\d+", "", path), body)
        self.talk.busy += 1
        asyncio.get_running_loop().call_later(random.uniform(*LATENCY), self.end, int(found[1]), found[2])

    def end(self, replica, room):
        self.transport.write(self.talk.judge(replica, room))
        self.transport.close()


class Note(crowd.Question):
    """One of three is an order that the bot answers by itself."""

    def __init__(self, number, room, person):
        super().__init__(number, room, person, 1)
        if number % 3 == 0:
            event = json.loads(self.body)
            event["object"]["content"] = json.dumps({"message": "@Halo /help", "parameters": []})
            self.body = json.dumps(event).encode()


def refused(arguments, count, case):
    database, started = Database(), []
    tally = Tally(f"{count} replicas, {case.name}")
    try:
        asyncio.run(within(arguments, count, case, tally, database, started))
    finally:
        for replica in started:
            replica.abandon()
        database.close()
    return tally


async def within(arguments, count, case, tally, database, started):
    talk = Talk()
    server, url = await quick.listen([], talk.protocol)
    rooms = SimpleNamespace(url=url, url_for=lambda number: f"{url}/replica{number}")
    model = SimpleNamespace(url=f"{url}/v1", slots=SLOTS)
    settings = SETTINGS | {"REACTIONS": str(case.reactions).lower()}
    replicas = Replicas(arguments.program, rooms, model, count, database, settings)
    started += replicas.all
    wrong = case.wrong(range(count))
    talk.wrong = set() if case.sudden else wrong
    await asyncio.to_thread(replicas.start_all)
    over = asyncio.Event()
    asking = [asyncio.create_task(ask(arguments, f"room{room}", replicas, tally, over)) for room in range(arguments.rooms)]
    if case.sudden:
        await until(lambda: len(talk.taken) == count, TRUST)
        if len(talk.taken) < count:
            tally.object(f"after {TRUST} s only {sorted(talk.taken)} had something taken")
        await until(lambda: talk.busy >= (9 if case.reactions else 7), LOAD)
        talk.wrong = wrong
    tally.under_way = talk.busy
    await asyncio.sleep(LOAD)
    over.set()
    await asyncio.gather(*asking)
    await until(lambda: talk.busy == 0 and time.monotonic() > talk.last + QUIET, 60)
    judge(tally, talk, case, database)
    tally.violations += replicas.violations
    await asyncio.to_thread(replicas.stop)
    server.close()


async def ask(arguments, room, replicas, tally, over):
    """One after the other, at any of them."""
    choice, ports = random.Random(f"{arguments.seed} {room}"), [replica.port for replica in replicas.all]
    sender, number = quick.Sender(ports), 1000 * (1 + int(room.removeprefix("room")))
    while not over.is_set():
        number += 1
        said = await sender.send(Note(number, room, f"person{number}"), choice.randrange(len(ports)))
        if said[0] != 200:
            tally.object(f"the webhook of {number} was answered {said}")
        tally.acknowledged += said[0] == 200
        await asyncio.sleep(choice.uniform(0.1, 0.6))
    sender.close()


async def until(condition, patience):
    end = time.monotonic() + patience
    while not condition() and time.monotonic() < end:
        await asyncio.sleep(0.01)


def judge(tally, talk, case, database):
    tally.refused_signatures, tally.bound, tally.rooms = talk.refused, case.bound, len(talk.rooms)
    tally.answered = sum(talk.taken.values())
    tally.remark = f"{talk.refused} refused, at most {case.bound}"
    if talk.refused > case.bound:
        tally.object(f"{talk.refused} signatures were refused, by {len(talk.rooms)} rooms; {case.bound} at most")
    if talk.refused == 0:
        tally.object("nothing was refused")
    if database.number("SELECT COUNT(*) FROM pause WHERE room = ''") == 0:
        tally.object("the server is not left alone")
