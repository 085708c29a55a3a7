#!/usr/bin/env python3
"""Restarts the service behind a socket that outlives it, while webhooks come, and sees that nobody is refused.

    tests/systemd/restart.py PROGRAM [--rate 50] [--seconds 20] [--restarts 5] [--model-seconds 0]

Plays systemd: binds the socket, passes it as descriptor 3, hears what the service tells over NOTIFY_SOCKET. Talk gives
a webhook five seconds, so that is each one's limit here; every second one asks the bot something and has to be answered
exactly once. Nothing but Python itself is needed. Ends with 1 when a webhook is refused, late or lost.
"""

import argparse
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request

from supervisor import StandIns, Supervisor, webhook

TALKS_LIMIT = 5


class Load:
    """Webhooks at a steady rate, each from its own connection, as Talk sends them."""

    def __init__(self, url, rate, seconds, first=1):
        self.url, self.numbers, self.pause = url, range(first, first + int(rate * seconds)), 1 / rate
        self.waits, self.faults, self.lock = [], [], threading.Lock()

    def run(self):
        begin, threads = time.monotonic(), []
        for nth, number in enumerate(self.numbers):
            time.sleep(max(0, begin + nth * self.pause - time.monotonic()))
            threads.append(threading.Thread(target=self.send, args=(number,)))
            threads[-1].start()
        for thread in threads:
            thread.join()

    def send(self, number):
        asks = number % 2 == 0
        headers, body = webhook(number, asks)
        begin = time.monotonic()
        try:
            request = urllib.request.Request(f"{self.url}/webhook", body, headers)
            with urllib.request.urlopen(request, timeout=TALKS_LIMIT) as response:
                status = json.load(response)["status"]
            fault = None if status == ("queued" if asks else "ignored") else status
        except (OSError, urllib.error.URLError) as error:
            fault = repr(error)
        with self.lock:
            self.waits.append(time.monotonic() - begin)
            if fault:
                self.faults.append((number, fault))

    def questions(self):
        return {number for number in self.numbers if number % 2 == 0}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--restarts", type=int, default=5)
    parser.add_argument("--model-seconds", type=float, default=0, help="for each answer; a stop waits for running ones")
    arguments = parser.parse_args()

    stand_ins = StandIns(arguments.model_seconds)
    supervisor = Supervisor(os.path.abspath(arguments.program), stand_ins)
    supervisor.start()
    supervisor.hear("WATCHDOG=1")
    load = Load(supervisor.url, arguments.rate, arguments.seconds)
    sending = threading.Thread(target=load.run)
    sending.start()
    for _ in range(arguments.restarts):
        time.sleep(arguments.seconds / (arguments.restarts + 1))
        supervisor.restart()
    sending.join()

    end = time.monotonic() + 60
    while not load.questions() <= set(stand_ins.answered()) and time.monotonic() < end:
        time.sleep(0.1)
    supervisor.stop()
    answered = stand_ins.answered()
    lost = load.questions() - set(answered)
    twice = len(answered) - len(set(answered))

    waits, starts = sorted(load.waits), sorted(supervisor.starts)
    print(f"{len(load.numbers)} webhooks at {arguments.rate:g} a second, {arguments.restarts} restarts")
    print(f"refused, failed or late: {len(load.faults)} {load.faults[:5] or ''}")
    print(f"questions: {len(load.questions())}, lost: {len(lost)}, answered twice: {twice}")
    print(f"wait: median {waits[len(waits) // 2] * 1000:.1f} ms, longest {waits[-1] * 1000:.0f} ms")
    print(f"start to ready: median {starts[len(starts) // 2] * 1000:.0f} ms, longest {starts[-1] * 1000:.0f} ms")
    passed = not load.faults and not lost and not twice
    print("1 passed, 0 failed" if passed else "0 passed, 1 failed")
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
