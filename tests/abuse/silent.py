"""Clients that take a place and give nothing for it: slow heads, half bodies, idle connections, and those that come and
go as fast as they can."""

import itertools

from wire import PLAUSIBLE, forged, head


async def slow_heads(attack):
    """Slow-loris: a byte of a header each second."""
    async def one(attack):
        async with attack.line() as line:
            await line.say(b"POST /webhook HTTP/1.1\r\nHost: bot\r\nX-Slow: ")
            await line.hold(b"a")
    await attack.run((attack.many(1500), one))


async def half_bodies(attack):
    """Bodies that stop in the middle or drip, with a declared length and in chunks without an end."""
    lengths, chunks = (head("POST", "/webhook", *PLAUSIBLE, f"{name}")
                       for name in ("Content-Length: 100000", "Transfer-Encoding: chunked"))
    kinds = itertools.cycle([(lengths + b"half", b""), (lengths, b"x"), (chunks + b"4\r\nhalf\r\n", b""),
                             (chunks, b"1\r\nx\r\n"), (chunks + b"fffffff\r\nhalf", b"x")])

    async def one(attack):
        start, drip = next(kinds)
        async with attack.line() as line:
            await line.say(start)
            await line.hold(drip)
    await attack.run((attack.many(1500), one))


async def idle(attack):
    """Connections that say nothing, a part of them after an answer."""
    before = itertools.cycle([b"", b"", b"", head("GET", "/health")])

    async def one(attack):
        start = next(before)
        async with attack.line() as line:
            if start:
                await line.ask(start, attack.seconds)
            await line.hold(every=30)
    await attack.run((attack.many(10_000), one))


async def comers(attack):
    """Connections that are opened and cut at once, as many as there can be."""
    async def one(attack):
        async with attack.line() as line:
            line.writer.write(b"POST / HTTP/1.1\r\n")
        attack.seen["opened"] += 1
    await attack.run((attack.many(64), one))


async def full_bodies(attack):
    """Bodies of the longest size of which one byte stays away: as much memory as strangers can make the service hold."""
    body = b"x" * (2 * 1024 * 1024)

    async def one(attack):
        async with attack.line() as line:
            await line.say(forged(body)[:-1])
            await line.hold()
    await attack.run((attack.many(600), one))


async def unread_answers(attack):
    """Large answers that are asked for many times over and never read."""
    async def one(attack):
        async with attack.line() as line:
            line.writer.write(head("GET", "/docs") * 50)
            line.writer.transport.pause_reading()
            await line.hold(every=30)
    await attack.run((attack.many(600), one))
