"""What no Talk sends: correctly signed nonsense, requests that are not HTTP/1.1 as it should be, and probes by the
hundred."""

import asyncio
import itertools
import json
import struct

from bulk import batches
from wire import BROKEN, PLAUSIBLE, forged, head, message, signed

MIB = 1024 * 1024


def nonsense():
    """Bodies that Talk would never sign, up to the size limit."""
    def content(value):
        event = json.loads(message("", "eve", "nonsense"))
        event["object"]["content"] = value
        return json.dumps(event).encode()

    user = {"type": "user", "id": "eve", "name": "Eve", "mention-id": "eve"}
    return {
        "nested arrays": b"[" * MIB,
        "nested objects": b'{"type":' * (MIB // 4),
        "nested in place": b'{"type":"Create","object":' + b"[" * MIB + b"]" * (MIB - 40) + b"}",
        "nested in the content": content("[" * MIB),
        "many keys": ("{" + ",".join(f'"k{n}":0' for n in range(150_000)) + "}").encode(),
        "long number": b'{"type":' + b"9" * MIB + b"}",
        "number out of range": message("@Halo", "eve", "nonsense").replace(b'"id": "10', b'"id": "9' + b"9" * 50_000),
        "many parameters": message("@Halo {p1}", "eve", "nonsense", parameters={
            f"p{n}": {"type": "user", "id": f"e{n}", "name": "E"} for n in range(20_000)}),
        "many mentions": message("@Halo " + "{p1} " * 200_000, "eve", "nonsense", parameters={"p1": user}),
        "many calls": message("@Halo " * 200_000, "eve", "nonsense"),
        "long name": message("@Halo hi", "eve", "nonsense", name="n" * MIB),
        "long text": message("@Halo " + "long " * 6_400, "eve", "nonsense"),
        "longest text of wide characters": message("@Halo " + "\U0001f600" * 32_000, "eve", "nonsense"),
        "marks without end": message("@Halo " + "*_`[(<" * 5_300, "eve", "nonsense"),
        "combining marks": message("@Halo e" + "\u0301" * 31_000, "eve", "nonsense"),
        "lone surrogates": content('{"message":"@Halo \\ud800","parameters":[]}'),
        "no text at all": b"\xff" * MIB,
        "nothing": b"",
    }


async def signed_nonsense(attack):
    """Each kind over and over, and each gets its answer."""
    requests = {name: signed(body) for name, body in nonsense().items()}
    cases = itertools.cycle(requests.items())

    async def one(attack):
        name, request = next(cases)
        async with attack.line() as line:
            status, _ = await line.ask(request, 30)
        assert status in (200, 400), f"{name}: {status}"
    await attack.run((4, one))


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0)
PING = frame(6, 0, 0, b"12345678")
# POST, http, /, and an authority: a request whose body never comes.
OPEN_STREAM = frame(1, 4, 1, b"\x83\x86\x84\x41\x01b")

ODD = [
    ("a request of HTTP/1.0", b"GET /health HTTP/1.0\r\n\r\n", b""),
    ("a webhook of HTTP/1.0 without an end", b"POST / HTTP/1.0\r\n" + "\r\n".join(PLAUSIBLE).encode() + b"\r\n\r\n", b""),
    ("a header of 100 KB", head("GET", "/health", "X: " + "x" * 100_000), b""),
    ("a header without end", b"GET /health HTTP/1.1\r\nX: " + b"x" * MIB, b"x" * 65536),
    ("1000 headers", head("GET", "/health", *[f"X-{n}: {n}" for n in range(1000)]), b""),
    ("a path of 100 KB", head("GET", "/" + "p" * 100_000), b""),
    ("a TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(507), b""),
    ("HTTP/2 that stays", PREFACE + OPEN_STREAM, PING),
    ("no protocol", bytes(range(256)) * 16, b""),
    ("two lengths", head("POST", "/", *PLAUSIBLE, "Content-Length: 2", "Content-Length: 3") + b"{}", b""),
    ("length and chunks", head("POST", "/", *PLAUSIBLE, "Content-Length: 2", "Transfer-Encoding: chunked") + b"0\r\n\r\n", b""),
    ("a negative length", head("POST", "/", *PLAUSIBLE, "Content-Length: -1"), b""),
    ("a length of 20 digits", head("POST", "/", *PLAUSIBLE, "Content-Length: " + "9" * 20), b""),
    ("chunks of no size", head("POST", "/", *PLAUSIBLE, "Transfer-Encoding: chunked") + b"zz\r\n", b""),
    ("chunks with endless extensions", head("POST", "/", *PLAUSIBLE, "Transfer-Encoding: chunked") + b"1;" + b"x" * MIB, b"x"),
    ("a body where none belongs", head("GET", "/health", "Content-Length: 9000000") + b"x" * MIB, b"x"),
    ("leave that is never used", head("POST", "/", *PLAUSIBLE, "Expect: 100-continue", "Content-Length: 9"), b""),
    ("a change of protocol", head("GET", "/health", "Connection: Upgrade", "Upgrade: h2c", "HTTP2-Settings: AA"), b""),
    ("empty lines", b"\r\n" * 50_000, b"\r\n"),
]


async def odd_requests(attack):
    """Each kind over and over, and answers to long rows of requests that nobody waits for."""
    cases = itertools.cycle(ODD)

    async def one(attack):
        _, start, drip = next(cases)
        async with attack.line() as line:
            await line.say(start)
            await line.hold(drip, 0.5)

    async def row(attack):
        async with attack.line() as line:
            line.writer.write(head("GET", "/health") * 5000 + forged() * 500)
            await asyncio.sleep(0.5)
    await attack.run((attack.many(400), one), (attack.many(20), row))


async def probes(attack):
    """All pages as fast as they come, and readiness by the hundred at once. Other servers are hardly asked."""
    pages = itertools.cycle([head("GET", page) for page in ("/metrics", "/ready", "/openapi.json", "/docs", "/health")])

    async def ready(attack):
        async with attack.line() as line:
            await line.ask(head("GET", "/ready"), 30)

    asked = attack.outside.asked()
    await attack.run((attack.many(24), batches(lambda: next(pages), 10)), (attack.many(400), ready))
    # A check of the readiness asks each server once or twice, every 10 s; the rest asks by its own clock.
    more = attack.outside.asked() - asked
    attack.seen["asked of others"] = more
    assert more <= 10 + attack.seconds, f"{more} requests to other servers"
    statuses = {seen for seen in attack.seen if isinstance(seen, int)}
    assert attack.seen[200] and statuses <= {200, 503}, attack.seen


async def probes_of_a_silent_model(attack):
    """Readiness by the hundred while the model does not answer: nobody waits in Talk's way."""
    async def ready(attack):
        async with attack.line() as line:
            try:
                await line.ask(head("GET", "/ready"), 30)
            except BROKEN:
                attack.seen["closed"] += 1

    with attack.outside.silence():
        await attack.run((attack.many(1000), ready))
