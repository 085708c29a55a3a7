#!/usr/bin/env python3
"""Measures the service against a real llama-server: how warm its cache stays, how fair and how full its slots are,
and what a killed server costs. Nothing but Python itself is needed beside the two programs.

    tests/real/measure.py PROGRAM --server 'llama-server -m MODEL.gguf --port {port} -np 2 -c 4096 --no-kv-unified \\
        --metrics --slots' [SCENARIO ...] [--set NAME=VALUE ...]

Scenarios: conversation (40 turns in one room, a second room interleaved), rooms (8 rooms, 15 turns each), load (100
questions at once over 20 rooms by 5 people), kill (as load with 40 questions; the server is killed in the middle and
starts again), sizes (messages longer than the context, and a server with half of it in the middle), recall (facts told
just before older turns are dropped). All of them where none is named. Each gets a fresh server and a fresh database.
`--set` is a setting of the service, such as MODEL_CACHE_REUSE=0. Ends with 1 when a question stays without its one
answer.
"""

import argparse
import random
import re
import signal
import sys
import threading
import time

from standins import LlamaServer, Service, Talk, figures, get, wait_for

PROMPT, CACHED = 'opencode_bot_tokens_total{kind="prompt"}', 'opencode_bot_tokens_total{kind="cached"}'
PROMPT_SECONDS = "opencode_bot_model_prompt_duration_seconds_sum"
IN_FLIGHT = "opencode_bot_model_endpoint_in_flight"
PEOPLE = ["mira", "tomas", "oda", "pat", "kim"]
SUBJECTS = "tea rivers stones gardens summer paper music bread morning stories tables winter birds houses roads".split()
SORRY = "(Reference #"


class Stage:
    """A Talk, a server and a service between them."""

    def __init__(self, arguments):
        self.talk = Talk()
        self.command = arguments.server
        self.server = LlamaServer(arguments.server)
        self.service = Service(arguments.program, self.talk, self.server.url, arguments.settings)
        self.random = random.Random(7)

    def question(self):
        one, two = self.random.sample(SUBJECTS, 2)
        return f"tell me in one sentence what you like about {one} and what {two} have to do with number {self.random.randrange(1000)}"

    def ask(self, room, person, text):
        return self.talk.say(self.service, room, person, text)

    def restart_server(self, pause):
        self.server.stop(signal.SIGKILL)
        time.sleep(pause)
        self.server = LlamaServer(self.command, self.server.port)

    def close(self):
        self.service.stop()
        self.server.stop()


def conversation(arguments, rooms=2, turns=40):
    """Rooms speak in turn, each after the other's answer. From turn 2 on: the share that came from the cache."""
    stage = Stage(arguments)
    names, known, questions = [f"room{n}" for n in range(rooms)], None, []
    first_room = {PROMPT: 0.0, CACHED: 0.0}
    for turn in range(turns):
        for room in names:
            before = stage.service.figures()
            number = stage.ask(room, PEOPLE[turn % len(PEOPLE)], stage.question())
            questions.append(number)
            wait_for("an answer", lambda: stage.talk.answers(number) and counted(stage) == len(questions), 300)
            after = stage.service.figures()
            if turn > 0 and room == names[0]:
                for name in first_room:
                    first_room[name] += after[name] - before[name]
        known = known or stage.service.figures()
    end = stage.service.figures()
    prompt, cached, seconds = (end[name] - known[name] for name in (PROMPT, CACHED, PROMPT_SECONDS))
    answers = rooms * (turns - 1)
    print(f"{rooms} rooms, {turns} turns each: from turn 2 on {cached / prompt:.3f} of {prompt:.0f} prompt tokens came from the "
          f"cache ({first_room[CACHED] / first_room[PROMPT]:.3f} in the first room); prompt time {seconds:.1f} s, {seconds / answers:.3f} s an answer")
    print(f"    the server itself: {of_server(stage)}")
    return finish(stage, questions)


def rooms(arguments):
    """More rooms than slots."""
    return conversation(arguments, rooms=8, turns=15)


def counted(stage):
    return counted_in(stage.service.figures())


def counted_in(page):
    """Answers of the model that came whole."""
    return int(page.get('opencode_bot_model_calls_total{outcome="answered"}', 0))


def of_server(stage):
    """The server's own counters, where it was started with --metrics."""
    try:
        page = figures(get(f"{stage.server.url}/metrics"))
    except OSError:
        return "no figures (start it with --metrics)"
    computed, seconds = page["llamacpp:prompt_tokens_total"], page["llamacpp:prompt_seconds_total"]
    return f"{computed:.0f} prompt tokens computed in {seconds:.1f} s since its start"


class Watch(threading.Thread):
    """Looks at the service's figures ten times a second, and at the server's every three: more often disturbs it."""

    def __init__(self, stage):
        super().__init__(daemon=True)
        self.stage, self.over = stage, threading.Event()
        self.most_sent = self.most_at_server = 0

    def run(self):
        ticks = 0
        while not self.over.wait(0.1):
            page = self.stage.service.figures()
            sent = sum(value for name, value in page.items() if name.startswith(IN_FLIGHT))
            self.most_sent = max(self.most_sent, int(sent))
            ticks += 1
            if ticks % 30 == 0:
                self.most_at_server = max(self.most_at_server, self.at_server())

    def at_server(self):
        try:
            page = figures(get(f"{self.stage.server.url}/metrics"))
        except OSError:
            return 0
        return int(page["llamacpp:requests_processing"] + page["llamacpp:requests_deferred"])


def load(arguments, count=100, room_count=20, kill=False):
    stage = Stage(arguments)
    watch = Watch(stage)
    watch.start()
    asked, first_of_room, first_of_person, questions = {}, {}, {}, []
    for n in range(count):
        room, person = f"room{n % room_count}", PEOPLE[n % len(PEOPLE)]
        number = stage.ask(room, person, stage.question())
        asked[number] = time.monotonic()
        first_of_room.setdefault(room, number)
        first_of_person.setdefault(person, number)
        questions.append(number)
    if kill:
        wait_for("the first answers", lambda: len(stage.talk.posts) >= 5, 300)
        stage.restart_server(pause=5)
    stage.talk.wait_for_answers(questions, 1800)
    watch.over.set()
    waits = {number: stage.talk.answers(number)[0][0] - asked[number] for number in questions}
    longest_of_room, longest_of_person = (
        max(waits[number] for number in firsts.values()) for firsts in (first_of_room, first_of_person))
    print(f"{count} questions over {room_count} rooms by {len(PEOPLE)} people{', the server killed in between' if kill else ''}: at most "
          f"{watch.most_sent} in flight ({watch.most_at_server} by the server's figures); all waited for at most {max(waits.values()):.1f} s, "
          f"the first of a room for at most {longest_of_room:.1f} s, the first of a person for at most {longest_of_person:.1f} s")
    return finish(stage, questions)


def kill(arguments):
    return load(arguments, count=40, room_count=10, kill=True)


def sizes(arguments):
    """Messages of far more tokens than the context holds, and in mid-conversation a server with half the context."""
    stage, questions = Stage(arguments), []

    def ask(text):
        questions.append(stage.ask("room0", "mira", text))
        wait_for("an answer", lambda: stage.talk.answers(questions[-1]) and counted(stage) == len(questions), 300)

    def talk_long_and_short():
        for _ in range(5):
            ask(stage.question())
        ask("what is the sum of " + " ".join(str(stage.random.randrange(10)) for _ in range(10_000)))
        ask(stage.question())

    talk_long_and_short()
    stage.command = re.sub(r"-c (\d+)", lambda found: f"-c {int(found[1]) // 2}", stage.command)
    stage.restart_server(pause=0)
    talk_long_and_short()
    shortened = stage.service.figures()["opencode_bot_prompts_shortened_total"]
    print(f"two messages of 10,000 tokens, and half the context from the middle on: {shortened:.0f} shortened")
    return finish(stage, questions)


def recall(arguments, conversations=12):
    """Facts that stay while older turns are dropped: how many are still known right after that."""
    arguments.settings.update(CONTEXT_MESSAGES="4", MODEL_TEMPERATURE="0", MODEL_MAX_TOKENS="48")
    stage, questions, known = Stage(arguments), [], 0

    def ask(room, text):
        questions.append(stage.ask(room, "mira", text))
        wait_for("an answer", lambda: stage.talk.answers(questions[-1]) and counted(stage) == len(questions), 300)
        return stage.talk.answers(questions[-1])[0][1]

    animals = "fox owl horse whale tiger rabbit eagle spider dolphin snake goat camel".split()
    for n, animal in enumerate(animals[:conversations]):
        for turn in range(8):
            told = f"my favourite animal is the {animal}." if turn == 6 else stage.question()
            ask(f"room{n}", told)
        known += animal in ask(f"room{n}", "what is my favourite animal?").lower()
    trims = stage.service.figures().get('opencode_bot_window_trims_total{reason="turns"}', 0)
    print(f"{conversations} conversations, {trims:.0f} times the older half was dropped: {known} facts of the kept half were known right after")
    return finish(stage, questions)


def finish(stage, questions):
    """Every question has one answer, which is no apology, and of which the model ended what it began."""
    wait_for("the last answer counted", lambda: counted(stage) >= len(questions), 30)
    answers = {number: stage.talk.answers(number) for number in questions}
    unanswered = [number for number, posts in answers.items() if not posts]
    sorry = [number for number, posts in answers.items() if any(SORRY in text for _, text in posts)]
    page = stage.service.figures()
    errors = {name.split('"')[1]: int(value) for name, value in page.items()
              if name.startswith("opencode_bot_model_calls_total") and "answered" not in name and value}
    print(f"    {len(questions)} questions, {len(questions) - len(unanswered) - len(sorry)} answered, {len(unanswered)} without an answer, "
          f"{len(sorry)} given up; {counted(stage)} whole answers of the model; failed calls: {errors or 'none'}")
    stage.close()
    return not unanswered and not sorry and counted_in(page) == len(questions)


SCENARIOS = {"conversation": conversation, "rooms": rooms, "load": load, "kill": kill, "sizes": sizes, "recall": recall}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", choices=[*SCENARIOS, []])
    parser.add_argument("--server", required=True, metavar="COMMAND")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")
    arguments = parser.parse_args()
    arguments.settings = dict(setting.split("=", 1) for setting in arguments.settings)
    results = [SCENARIOS[name](arguments) for name in arguments.scenarios or SCENARIOS]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    sys.exit(results.count(False) > 0)


if __name__ == "__main__":
    main()
