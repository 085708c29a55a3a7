"""A model that takes its time and fails for a while, and people who ask it: what a picture of the figures needs."""

import importlib.machinery
import importlib.util
import json
import os
import random
import sys
import threading
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "systemd"))

from supervisor import Handler, StandIns, webhook  # noqa: E402

SLOTS, CONTEXT = 4, 2048

# Seconds from the beginning.
BURST, FAILING = (40, 52), (95, 120)


def beside(name):
    """A script of this folder, as a module."""
    loader = importlib.machinery.SourceFileLoader(name, f"{HERE}/{name}")
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


class Model(StandIns):
    """Four slots; each room's last prompt is found in the cache mostly."""

    def __init__(self):
        self.slots, self.begin = threading.Semaphore(SLOTS), time.monotonic()
        super().__init__()
        self.RequestHandlerClass = Speaker

    def is_failing(self):
        return FAILING[0] <= time.monotonic() - self.begin < FAILING[1]


class Speaker(Handler):
    def do_GET(self):
        if self.path.endswith("/props"):
            return self.reply(200, {"default_generation_settings": {"n_ctx": CONTEXT}, "total_slots": SLOTS})
        if self.path.endswith("/slots"):
            return self.reply(200, [{"id": slot, "n_ctx": CONTEXT} for slot in range(SLOTS)])
        if self.path.endswith("/models"):
            return self.reply(200, {"object": "list", "data": [{"id": "scripted", "object": "model"}]})
        super().do_GET()

    def stream(self):
        if self.server.is_failing():
            return self.reply(500, {"error": {"code": 500, "message": "out of memory", "type": "server_error"}})
        with self.server.slots:
            self.speak()

    def speak(self):
        prompt, words = random.randint(150, 900), random.randint(8, 60)
        cached = int(prompt * random.choice((0, 0.6, 0.9, 0.95)))
        reading = (prompt - cached) / 900
        pace = random.uniform(20, 40)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        time.sleep(reading)
        for _ in range(words):
            self.event({"choices": [{"index": 0, "delta": {"content": "word "}, "finish_reason": None}]})
            time.sleep(1 / pace)
        self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self.event({"choices": [], "usage": {"prompt_tokens": prompt, "completion_tokens": words,
                                             "total_tokens": prompt + words},
                    "timings": {"cache_n": cached, "prompt_n": prompt - cached, "prompt_ms": reading * 1000,
                                "predicted_n": words, "predicted_ms": words / pace * 1000}})
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def event(self, value):
        self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())
        self.wfile.flush()


def people(url, begin, seconds):
    """Talks in ten rooms: two messages of three are for the bot, one of fifty has a wrong signature."""
    number = 0
    while (now := time.monotonic() - begin) < seconds:
        number += 1
        wrong = {"secret": "a secret that is another one, and long enough"} if number % 50 == 0 else {}
        send(url, *webhook(number, number % 3 > 0, **wrong))
        is_burst = BURST[0] <= now < BURST[1]
        time.sleep(random.expovariate(5 if is_burst else 1.5))


def send(url, headers, body):
    try:
        urllib.request.urlopen(urllib.request.Request(f"{url}/webhook", body, headers), timeout=10).read()
    except urllib.error.HTTPError:
        pass
