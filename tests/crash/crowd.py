"""People in many rooms who ask, each question with a marker of its own, and what the webhook answered to each. Some
send a message twice, as proxies and impatient people do."""

import hashlib
import hmac
import http.client
import json
import random
import secrets
import threading
import time

from supervisor import SECRET

TALKS_LIMIT = 5
PEOPLE = ["mira", "tomas", "oda", "pat", "kim", "liv", "jon"]


class Question:
    """`fate`: `queued` (acknowledged), `refused` (never reached the service, or 503), `unknown` (no answer came).
    `ended`: somebody stopped it, so that it may stay without an answer."""

    def __init__(self, number, room, person, lines, thread=None):
        self.number, self.room, self.person, self.lines, self.thread = number, room, person, lines, thread
        self.fate, self.ended = "unsent", False
        self.marker = f"MK{room}N{number}E"
        self.text = f"please answer {self.marker} in {lines} lines"
        self.body = json.dumps({
            "type": "Create",
            "actor": {"type": "Person", "id": f"users/{person}", "name": person.title(), "talkParticipantType": "3"},
            "object": {"type": "Note", "id": str(number), "name": "message", "mediaType": "text/markdown",
                       "content": json.dumps({"message": f"@Halo {self.text}", "parameters": []})}
            | ({"threadId": thread} if thread else {}),
            "target": {"type": "Collection", "id": room, "name": f"Room {room}"},
        }).encode()

    def headers(self):
        return signed(self.body)


def signed(body):
    """The headers of a webhook."""
    nonce = secrets.token_hex(32)
    signature = hmac.new(SECRET.encode(), nonce.encode() + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Nextcloud-Talk-Random": nonce,
            "X-Nextcloud-Talk-Signature": signature}


class Crowd:
    """All who ask, and the account of it. `port` is the service's."""

    def __init__(self, seed, port, rooms=12):
        self.port, self.lock, self.over = port, threading.Lock(), threading.Event()
        self.questions, self.violations, self.threads, self.full = {}, [], [], 0
        self.refused_at, self.longest_outage, self.longest_wait = None, 0.0, 0.0
        self.randoms = {f"room{n}": random.Random(f"{seed} room{n}") for n in range(rooms)}

    def start(self, rate):
        """So many questions a second, all rooms together."""
        self.over.clear()
        self.threads = [threading.Thread(target=self.talk, args=(room, rate / len(self.randoms)), daemon=True)
                        for room in self.randoms]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def talk(self, room, rate):
        """One after the other in each room: so the order of its messages is known."""
        choice = self.randoms[room]
        while not self.over.wait(min(choice.expovariate(rate), 2 / rate)):
            self.ask(room)

    def ask(self, room):
        choice = self.randoms[room]
        lines = 800 if choice.random() < 0.03 else choice.randrange(1, 4)
        with self.lock:
            question = Question(len(self.questions) + 1000, room, choice.choice(PEOPLE), lines)
            self.questions[question.number] = question
        question.fate = self.send(question)
        if question.fate == "unknown" and choice.random() < 0.5 or question.fate == "queued" and choice.random() < 0.05:
            self.send_again(question)
        return question

    def expect(self, number, room):
        """A question that is in the store already, and may be answered."""
        self.questions[number] = Question(number, room, "mira", 2)
        self.questions[number].fate = "unknown"
        return self.questions[number]

    def send_again(self, question):
        again = self.send(question, known=question.fate == "queued")
        if again in ("queued", "duplicate"):
            question.fate = "queued"

    def send(self, question, known=False):
        """Returns the question's fate. One that is known must be called a duplicate."""
        begin = time.monotonic()
        fate = self.deliver(question, known)
        self.clock(begin, time.monotonic(), fate in ("queued", "duplicate"))
        return fate

    def deliver(self, question, known):
        return self.send_to(self.port, question, known)

    def send_to(self, port, question, known):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TALKS_LIMIT)
        try:
            connection.request("POST", "/webhook", question.body, question.headers())
            response = connection.getresponse()
            status, value = response.status, json.loads(response.read() or b"{}")
            fate = self.judge(question, status, value, known)
        except ConnectionRefusedError:
            fate = "refused"
        except (OSError, http.client.HTTPException, ValueError):
            fate = "unknown"
        finally:
            connection.close()
        return fate

    def judge(self, question, status, value, known):
        if status == 503:
            with self.lock:
                self.full += 1
            return "refused"
        word = value.get("status")
        if status == 200 and word == ("duplicate" if known else word) and word in ("queued", "duplicate"):
            return word
        with self.lock:
            self.violations.append(f"the webhook of {question.number} was answered {status} {value}")
        return "unknown"

    def clock(self, begin, end, taken):
        """An outage lasts from the first webhook that is not taken to the next one that is."""
        with self.lock:
            if not taken:
                self.refused_at = self.refused_at or begin
                return
            self.longest_wait = max(self.longest_wait, end - begin)
            if self.refused_at:
                self.longest_outage = max(self.longest_outage, end - self.refused_at)
                self.refused_at = None
