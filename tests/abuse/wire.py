"""HTTP by hand, so that it can be done wrong: requests as bytes, connections from many addresses, and what the service
makes of both."""

import asyncio
import collections
import hashlib
import hmac
import itertools
import json
import os
import secrets
import sys
import time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", place) for place in ("real", "systemd")]

from standins import SECRET

PLAUSIBLE = ("X-Nextcloud-Talk-Random: " + "r" * 64, "X-Nextcloud-Talk-Signature: " + "0" * 64)
BROKEN = (OSError, EOFError, ValueError, asyncio.TimeoutError)

LAST_ANSWERS = 3
"""Seconds that an attack waits for what it has asked for, after it is over."""

numbers = itertools.count(1)
sources = itertools.cycle([f"127.0.1.{last}" for last in range(1, 251)])


def head(method, path, *headers):
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: bot", *headers, "", "")).encode("latin-1")


def forged(body=b"{}"):
    return head("POST", "/webhook", *PLAUSIBLE, f"Content-Length: {len(body)}") + body


def signed(body, *headers):
    random = secrets.token_hex(32)
    signature = hmac.new(SECRET.encode(), random.encode() + body, hashlib.sha256).hexdigest()
    return head("POST", "/webhook", f"X-Nextcloud-Talk-Random: {random}", f"X-Nextcloud-Talk-Signature: {signature}",
                f"Content-Length: {len(body)}", *headers) + body


def message(text, person, room, number=None, name="Somebody", parameters=()):
    """The body of a message; an object instead of the text is put in as it is."""
    return json.dumps({
        "type": "Create",
        "actor": {"type": "Person", "id": f"users/{person}", "name": name, "talkParticipantType": "3"},
        "object": {"type": "Note", "id": str(number or 1_000_000 + next(numbers)), "name": "message",
                   "mediaType": "text/markdown",
                   "content": json.dumps({"message": text, "parameters": parameters or []})},
        "target": {"type": "Collection", "id": room, "name": "A room"},
    }).encode()


async def answer(reader):
    """Status and body of the next answer."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    lengths = [line.split(":")[1] for line in lines if line.lower().startswith("content-length:")]
    body = await reader.readexactly(int(lengths[0])) if lengths else b""
    return int(lines[0].split()[1]), body


class Attack:
    """What one scenario does to the service, and what it saw."""

    def __init__(self, port, seconds, size, outside):
        self.port, self.seconds, self.size, self.outside = port, seconds, size, outside
        self.seen, self.held, self.tasks, self.end = collections.Counter(), [], [], None

    def many(self, full):
        """So many at full size; fewer in the short mode."""
        return max(1, int(full * self.size))

    def goes_on(self):
        return time.monotonic() < self.end

    async def run(self, *crowds):
        """Each crowd is a number and a coroutine function that every one of them runs until the time is over."""
        self.end = time.monotonic() + self.seconds
        tasks = [asyncio.create_task(self.until_the_end(one)) for number, one in crowds for _ in range(number)]
        done, late = await asyncio.wait(tasks, timeout=self.seconds + LAST_ANSWERS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        for task in done:
            task.result()

    async def until_the_end(self, one):
        while self.goes_on():
            try:
                await one(self)
            except BROKEN as error:
                self.seen[type(error).__name__] += 1
                await asyncio.sleep(0.1)

    def line(self):
        return Line(self)


class Line:
    """One connection, from one of many addresses; cut without ceremony at the end."""

    def __init__(self, attack):
        self.attack, self.writer = attack, None

    async def __aenter__(self):
        opening = asyncio.open_connection("127.0.0.1", self.attack.port, local_addr=(next(sources), 0))
        self.reader, self.writer = await asyncio.wait_for(opening, max(1, self.attack.end - time.monotonic()))
        self.begin = time.monotonic()
        return self

    async def __aexit__(self, *_):
        self.writer.transport.abort()

    async def say(self, data, limit=10):
        self.writer.write(data)
        await asyncio.wait_for(self.writer.drain(), limit)

    async def ask(self, request, limit=10):
        """Says it, and notes the answer."""
        await self.say(request, limit)
        status, body = await asyncio.wait_for(answer(self.reader), limit)
        self.attack.seen[status] += 1
        return status, body

    async def hold(self, drip=b"", every=1):
        """Keeps it open, with some bytes now and then, until the service closes it or the time is over."""
        while (left := self.attack.end - time.monotonic()) > 0:
            try:
                said = await asyncio.wait_for(self.reader.read(1024), min(every, left))
            except asyncio.TimeoutError:
                self.writer.write(drip)
                continue
            except OSError:
                said = b""
            status = said[9:12].decode("latin-1") if said.startswith(b"HTTP/1.1 ") else ""
            self.attack.seen[status and int(status) or "closed"] += 1
            self.attack.held.append(time.monotonic() - self.begin)
            return await asyncio.sleep(min(1, every))
