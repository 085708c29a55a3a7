"""Much of what has to be refused or is nothing new: long bodies, wrong signatures, copies; and much of what is genuine,
from one person and from many."""

import asyncio
import itertools
import json

from wire import PLAUSIBLE, forged, head, message, numbers, signed

LIMIT = 50
"""Questions that one person has; a setting of the service under test."""


def once_each(*requests):
    """A client that sends these, each from a new connection."""
    async def one(attack):
        for request in requests:
            async with attack.line() as line:
                await line.ask(request)
    return one


def batches(make, number=40):
    """A client that sends so many in one go and then takes the answers."""
    async def one(attack):
        async with attack.line() as line:
            while attack.goes_on():
                await line.say(b"".join(make() for _ in range(number - 1)))
                await line.ask(make())
                for _ in range(number - 1):
                    await line.ask(b"")
    return one


async def long_bodies(attack):
    """2 MiB with a wrong signature, more than that, and more than that in chunks."""
    longest = b"x" * (2 * 1024 * 1024)
    chunked = head("POST", "/webhook", *PLAUSIBLE, "Transfer-Encoding: chunked")
    chunked += (b"10000\r\n" + b"x" * 65536 + b"\r\n") * 48 + b"0\r\n\r\n"
    await attack.run((attack.many(48), once_each(forged(longest))), (8, once_each(forged(longest + b"x"))),
                     (8, once_each(chunked)))
    assert attack.seen[401] and not attack.seen[200], "wrong signatures are refused"


async def forgeries(attack):
    """Wrong signatures, as many a second as fit, on kept connections and on new ones."""
    request = forged(message("@Halo hello", "mallory", "room1"))
    await attack.run((attack.many(32), batches(lambda: request)), (attack.many(16), once_each(request)))
    assert attack.seen[401] > 100 and not attack.seen[200], "wrong signatures are refused"


async def chatter(attack):
    """Genuine messages that are not for the bot, as many a second as fit."""
    await attack.run((attack.many(32), batches(lambda: signed(message("nothing", "pat", f"chatter{next(numbers) % 50}")))))
    assert set(attack.seen) <= {200}, attack.seen


async def one_asks(attack):
    """Genuine questions of one person who has used up what there is for one."""
    words, person = set(), f"pat{next(numbers)}"

    async def one(attack):
        async with attack.line() as line:
            while attack.goes_on():
                _, body = await line.ask(signed(message("@Halo and now?", person, "flood")))
                word = json.loads(body)
                word = word.get("reason") or word["status"]
                words.add(word)
                attack.seen[word] += 1
    await attack.run((8, one))
    assert words <= {"queued", "limited"} and attack.seen["queued"] <= LIMIT, attack.seen


async def many_ask(attack):
    """Genuine questions of very many people in many rooms."""
    make = lambda: signed(message("@Halo and me?", f"one{next(numbers)}", f"crowd{next(numbers) % 200}"))
    await attack.run((attack.many(8), batches(make, 10)))
    assert set(attack.seen) <= {200}, attack.seen


async def copies(attack):
    """One captured question ten thousand times, and one captured reaction."""
    number = 1_000_000 + next(numbers)
    question = signed(message("@Halo once?", "oda", "copied", number))
    reaction = signed(json.dumps({
        "type": "Like", "actor": {"type": "Person", "id": "users/oda", "name": "Oda"},
        "object": {"type": "Note", "id": "5", "name": "message", "mediaType": "text/markdown",
                   "content": json.dumps({"message": "hi", "parameters": []})},
        "target": {"type": "Collection", "id": "copied", "name": "A room"}, "content": "😀"}).encode())
    left = itertools.islice(itertools.cycle([question, question, question, reaction]), attack.many(13_000))

    async def one(attack):
        async with attack.line() as line:
            for request in left:
                _, body = await line.ask(request)
                attack.seen[json.loads(body).get("status")] += 1
                if not attack.goes_on():
                    return
        await asyncio.sleep(0.2)
    await attack.run((16, one))
    assert attack.seen["queued"] == 1, attack.seen
    assert attack.outside.answers_to(number) <= 1, "a copy was answered"
