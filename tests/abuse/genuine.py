#!/usr/bin/env python3
"""Genuine webhooks at a steady rate, each from its own connection as Talk sends them, timed from the connection's start
to the answer's end. A process of its own, so that what it measures is not the attacker's own slowness.

    tests/abuse/genuine.py PORT RATE FIRST

Says so when it begins, runs until its input ends, then writes what it saw as JSON. FIRST is the number of the first message.
"""

import asyncio
import json
import sys
import time

from wire import BROKEN, answer, message, signed

TALKS_LIMIT = 5
ASKS = 5


class Load:
    """Every fifth message is a question, all are by different people in one of ten rooms."""

    def __init__(self, port, rate, first):
        self.port, self.rate, self.first = port, rate, first
        self.waits, self.faults, self.questions = [], [], []

    async def run(self, ended):
        begin, tasks, number = time.monotonic(), [], self.first
        print("begins", flush=True)
        while not ended.is_set():
            number += 1
            tasks.append(asyncio.create_task(self.send(number)))
            due = begin + (number - self.first) / self.rate
            await asyncio.sleep(max(0, due - time.monotonic()))
        await asyncio.gather(*tasks)

    async def send(self, number):
        asks = number % ASKS == 0
        text = f"@Halo what is {number}?" if asks else f"nothing for the bot: {number}"
        request = signed(message(text, f"person{number}", f"room{number % 10}", number))
        begin = time.monotonic()
        try:
            status = await asyncio.wait_for(self.exchange(request), TALKS_LIMIT)
            fault = None if status == ("queued" if asks else "ignored") else status
        except BROKEN as error:
            fault = repr(error)
        self.waits.append(time.monotonic() - begin)
        if fault:
            self.faults.append(f"{number} after {self.waits[-1]:.3f} s: {fault}")
        elif asks:
            self.questions.append(number)

    async def exchange(self, request):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            status, body = await answer(reader)
            return json.loads(body)["status"] if status == 200 else f"status {status}"
        finally:
            writer.close()


async def main():
    port, rate, first = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    load, ended = Load(port, rate, first), asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, ended.set)
    await load.run(ended)
    print(json.dumps({"waits": load.waits, "faults": load.faults, "questions": load.questions}))


if __name__ == "__main__":
    asyncio.run(main())
