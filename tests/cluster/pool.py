"""How many questions a minute two model servers answer, with MODEL_SPREAD and without, and whether one replica's
questions wait inside a server while another's are answered there: each replica knows of its own ones only."""

import asyncio
import json

import quick
from measured import with_replicas
from throughput import ask_all, everything, judge

# Of each server, and the seconds that an answer takes.
SERVERS, SLOTS, SECONDS = 2, 2, 2
PATIENCE = 400


def measure(arguments, count):
    """The tally with MODEL_SPREAD, which holds the rate without as well."""
    alone = with_replicas(run, arguments, count, Pool("false"))
    tally = with_replicas(run, arguments, count, Pool("true"))
    tally.alone, tally.violations = alone, alone.violations + tally.violations
    tally.ratio = tally.rate / max(alone.rate, 1e-9)
    return tally


async def run(arguments, replicas, posts, tally, pool):
    by_room = quick.questions(arguments.rooms, arguments.questions)
    begin = asyncio.get_running_loop().time()
    if tally.passed:
        await ask_all(arguments, replicas, by_room, tally)
        await everything(posts, arguments.questions, begin + PATIENCE)
    judge(tally, by_room, posts)
    end = max((at for _, _, at in posts), default=begin)
    tally.rate = 60 * tally.answered / max(end - begin, 1e-9)
    tally.waited = sum(server.waited for server in pool.servers)


class Pool:
    """Servers that tell how many slots they have, and let wait who comes when all are taken, as llama-server does."""

    def __init__(self, spread):
        self.slots, self.settings, self.servers, self.url = SLOTS, {"MODEL_SPREAD": spread}, [], ""

    async def listen(self):
        self.servers = [Server() for _ in range(SERVERS)]
        self.url = ",".join([await server.listen() for server in self.servers])

    def close(self):
        for server in self.servers:
            server.listener.close()


class Server:
    def __init__(self):
        self.free, self.waited, self.listener = asyncio.Semaphore(SLOTS), 0, None

    async def listen(self):
        loop = asyncio.get_running_loop()
        self.listener = await loop.create_server(lambda: Connection(self), "127.0.0.1", 0, backlog=1024)
        return f"http://127.0.0.1:{self.listener.sockets[0].getsockname()[1]}/v1"

    async def speak(self, transport):
        self.waited += self.free.locked()
        async with self.free:
            await asyncio.sleep(SECONDS)
        transport.write(quick.ANSWER)
        transport.close()


class Connection(quick.Servers):
    """As those that take no time, but for chats."""

    def __init__(self, server):
        super().__init__([])
        self.server, self.speech = server, None

    def reply(self, method, path, body):
        if path.endswith("/chat/completions"):
            self.speech = asyncio.ensure_future(self.server.speak(self.transport))
        elif method == "GET" and path.endswith("/props"):
            self.send(quick.response(200, json.dumps({"total_slots": SLOTS}).encode()))
        else:
            super().reply(method, path, body)
