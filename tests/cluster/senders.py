"""People in many rooms and some threads whose webhooks go to any living replica, and to the next one where that does not
take it, as a load balancer does. Some questions are stopped at another replica than the one that answers them."""

import http.client
import json
import random
import threading
import time

import crowd
from slots import LONG_LINES

THREADED = 10
SECOND_THREAD = 500


class Stop:
    """An order to end a question: its command's number, if it is one, and when it was acknowledged."""

    def __init__(self, question, command):
        self.question, self.command, self.at, self.answer = question, command, None, None


class Senders(crowd.Crowd):
    """`replicas` is set before the start. Every `every`th question is a long one that is stopped."""

    def __init__(self, seed, rooms, count, every):
        super().__init__(seed, 0, rooms)
        self.replicas, self.each, self.every, self.number = None, count // rooms, every, 999
        self.stops, self.stoppers, self.chosen, self.slowest = [], [], random.Random(f"{seed} replicas"), 0.0

    def start(self, rate):
        self.pace = rate / len(self.randoms)
        super().start(rate)

    def is_over(self):
        return not any(thread.is_alive() for thread in self.threads + self.stoppers)

    def stop(self):
        for thread in self.threads + self.stoppers:
            thread.join()

    def thread_of(self, number):
        question = self.questions.get(number)
        return question and question.thread

    def talk(self, room, rate):
        choice = self.randoms[room]
        time.sleep(choice.uniform(0, 1 / rate))
        for _ in range(self.each):
            self.ask(room)
            time.sleep(min(choice.expovariate(rate), 2 / rate))

    def next_number(self):
        with self.lock:
            self.number += 1
            return self.number

    def ask(self, room):
        choice = self.randoms[room]
        number = self.next_number()
        long = self.every and number % self.every == 0
        lines = LONG_LINES if long else 800 if choice.random() < 0.03 else choice.randrange(1, 4)
        in_thread = int(room.removeprefix("room")) < THREADED and choice.random() < 0.5
        question = crowd.Question(number, room, choice.choice(crowd.PEOPLE), lines, SECOND_THREAD if in_thread else None)
        with self.lock:
            self.questions[number] = question
        question.fate = self.send(question)
        if question.fate == "unknown" and choice.random() < 0.5 or question.fate == "queued" and choice.random() < 0.05:
            self.send_again(question)
        if long and question.fate == "queued":
            stopper = threading.Thread(target=self.stop_later, args=(question, choice.random()), daemon=True)
            self.stoppers.append(stopper)
            stopper.start()

    def deliver(self, question, known):
        return self.anywhere(lambda port: self.send_to(port, question, known))

    def anywhere(self, send, but=None):
        """To living replicas one after the other, until one takes it or nobody knows whether it did."""
        ports = [replica.port for replica in self.replicas.living() if replica.number != but]
        self.chosen.shuffle(ports)
        fate = "refused"
        for port in ports:
            begin = time.monotonic()
            fate = send(port)
            self.slowest = max(self.slowest, time.monotonic() - begin)
            if time.monotonic() - begin > crowd.TALKS_LIMIT:
                self.object(f"a webhook was not answered within {crowd.TALKS_LIMIT} s")
            if fate != "refused":
                break
        return fate

    def object(self, what):
        with self.lock:
            self.violations.append(what)

    def stop_later(self, question, point):
        """Stops it soon after somebody answers it, or, now and then, while it still waits."""
        model, runner, end = self.replicas.all[0].model, None, time.monotonic() + (90 if point < 0.8 else 0.5)
        while runner is None and time.monotonic() < end:
            time.sleep(0.05)
            runner = model.who_answers(question.number)
        time.sleep(0.3 + point)
        stop = Stop(question, self.next_number() if point < 0.4 else None)
        others = len(self.replicas.all) > 1
        for _ in range(20):
            stop.answer = self.anywhere(lambda port: self.order(port, stop), runner if others else None)
            if stop.answer != "refused":
                break
            time.sleep(0.3)
        stop.at = time.monotonic()
        with self.lock:
            self.stops.append(stop)
            # What this person asked here so far may be joined with it, or is meant by the command as well.
            for other in self.questions.values() if stop.answer not in ("refused", "ignored") else []:
                if (other.room, other.person) == (question.room, question.person):
                    other.ended = True

    def order(self, port, stop):
        """The webhook's word for it."""
        question = stop.question
        actor = {"type": "Person", "id": f"users/{question.person}", "name": question.person.title()}
        target = {"type": "Collection", "id": question.room, "name": f"Room {question.room}"}
        words = "@Halo /stop" if stop.command else f"@Halo {question.text}"
        note = {"type": "Note", "id": str(stop.command or question.number), "name": "message" if stop.command else "",
                "mediaType": "text/markdown", "content": json.dumps({"message": words, "parameters": []})}
        if stop.command:
            actor["talkParticipantType"] = "3"
        event = {"type": "Create" if stop.command else "Like", "actor": actor, "object": note, "target": target}
        body = json.dumps(event if stop.command else event | {"content": "🛑"}).encode()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=crowd.TALKS_LIMIT)
        try:
            connection.request("POST", "/webhook", body, crowd.signed(body))
            response = connection.getresponse()
            said = json.loads(response.read() or b"{}")
            if response.status == 503:
                return "refused"
            if response.status != 200:
                self.object(f"the order to stop {question.number} was answered {response.status} {said}")
            return said.get("status")
        except ConnectionRefusedError:
            return "refused"
        except (OSError, http.client.HTTPException, ValueError):
            return "unknown"
        finally:
            connection.close()
