"""The model of the crash checks, which takes its time while it speaks, and knows which replica asks, by its key, and
which questions are being answered when."""

import re
import time

import model
from network import is_gone

KEY = re.compile(r"Bearer replica(\d+)")
# An answer takes so many seconds; one of so many lines takes that long, unless it is stopped.
USUAL, LONG, LONG_LINES = (0.2, 1.5), 8.0, 7
PIECES = 8


def key_for(replica):
    return f"replica{replica}"


class Call:
    """One answer: for whom, by whom, from when to when."""

    def __init__(self, numbers, replica):
        self.numbers, self.replica, self.begin, self.end = numbers, replica, time.monotonic(), None


class Slots(model.Model):
    """`thread_of` names the thread of a question's number."""

    def __init__(self, seed, slots, thread_of):
        super().__init__(seed, slots)
        self.thread_of, self.calls = thread_of, []
        self.server.RequestHandlerClass = Handler

    def look(self, messages):
        """Everything in a prompt is of one room, and in it of one thread."""
        super().look(messages)
        threads = {self.thread_of(int(number)) for message in messages
                   for _, number in model.MARKER.findall(message["content"])}
        if len(threads) > 1:
            self.object(f"a prompt with words of the threads {threads}")

    def asked_by(self, replica):
        """The questions that it has answered at present."""
        with self.lock:
            return {number for call in self.calls if call.replica == replica and call.end is None
                    for number in call.numbers}

    def who_answers(self, number):
        with self.lock:
            return next((call.replica for call in self.calls if call.end is None and number in call.numbers), None)

    def of(self, number):
        with self.lock:
            return [call for call in self.calls if number in call.numbers]


class Handler(model.Handler):
    def complete(self, slots, request, text):
        replica = KEY.fullmatch(self.headers.get("Authorization", ""))
        call = Call({int(number) for _, number in model.MARKER.findall(text)}, int(replica[1]) if replica else None)
        with slots.lock:
            slots.calls.append(call)
            seconds = slots.random.uniform(*USUAL)
        try:
            self.speak(request, text, LONG if f" of {LONG_LINES}: " in text else seconds)
        finally:
            call.end = time.monotonic()
        request.over = True
        slots.end(request)
        self.tell({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self.wfile.write(b"data: [DONE]\n\n")

    def speak(self, request, text, seconds):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        size = max(1, -(-len(text) // PIECES))
        for at in range(0, len(text), size):
            self.wait(seconds / PIECES)
            self.tell({"choices": [{"index": 0, "delta": {"content": text[at:at + size]}, "finish_reason": None}]})

    def wait(self, seconds):
        """A slot is free as soon as nobody wants its answer."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if is_gone(self.connection):
                raise BrokenPipeError
            time.sleep(min(left, 0.1))
