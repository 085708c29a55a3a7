"""What must hold when everything is well again and the queue is empty, and the figures of how it came to that."""

import dataclasses
import re

from model import MARKER

LINE = re.compile(r"MK(room\d+)N(\d+)E line (\d+) of (\d+)")
SORRY = "(Reference #"
NOTICES = ("The language model is not ready yet", "I am still working on your answer", "Your question waits its turn")
REST = [
    ("open questions", "job WHERE state IN ('ask', 'post')"), ("notices", "notice"),
    ("leases", "job WHERE lease IS NOT NULL"),
    ("parts of none", "part WHERE (bot, job) NOT IN (SELECT bot, id FROM job WHERE state IN ('ask', 'post', 'dead'))"),
]
DEAD = "SELECT message, part.text FROM job LEFT JOIN part ON part.bot = job.bot AND part.job = job.id " \
       "WHERE job.state = 'dead'"


@dataclasses.dataclass
class Tally:
    """The figures of one scenario, and what was wrong."""

    name: str
    seconds: float = 0.0
    kills: int = 0
    terminations: int = 0
    acknowledged: int = 0
    refused: int = 0
    unknown: int = 0
    answered: int = 0
    told: int = 0
    stopped: int = 0
    lost: int = 0
    explained: int = 0
    unexplained: int = 0
    outage: float = 0.0
    wait: float = 0.0
    most: int = 0
    violations: list = dataclasses.field(default_factory=list)
    remark: str = ""

    def object(self, what):
        self.violations.append(what)

    @property
    def passed(self):
        return not self.violations


class Told:
    """What the rooms read about the questions: the lines of each answer, and sentences about failures."""

    def __init__(self, tally):
        self.tally, self.lines, self.sorry = tally, {}, set()

    def read_room(self, room, posts, may_repeat):
        """Every post in order; only a repetition right after its original is forgiven, and only where it is explained."""
        copies, last, asked = {}, None, 0
        for post in posts:
            if post.text.startswith(NOTICES):
                continue
            self.stay_in(room, post)
            if post.text in copies:
                copies[post.text].append(post)
                if post.text != last:
                    self.tally.object(f"{room}: a message came again after others: {post.text[:60]!r}")
                continue
            copies[post.text], last = [post], post.text
            if post.reply_to is None or post.reply_to < asked:
                self.tally.object(f"{room}: the reply to {post.reply_to} came after the one to {asked}")
            asked = post.reply_to or asked
            self.read(post)
        for text, same in copies.items():
            explained = min(len(same) - 1, self.excuses(room, text, same, may_repeat))
            self.tally.explained += explained
            self.tally.unexplained += len(same) - 1 - explained
            if len(same) - 1 > explained:
                self.tally.object(f"{room}: posted {len(same)} times, {explained} repetitions explained: {text[:60]!r}")

    def excuses(self, room, text, same, may_repeat):
        """How many of these may have been repeated."""
        return sum(not post.certain for post in same) + may_repeat.count((room, text))

    def stay_in(self, room, post):
        foreign = {found for found, _ in MARKER.findall(post.text)} - {room}
        if foreign:
            self.tally.object(f"words of {sorted(foreign)} were posted in {room}")

    def read(self, post):
        if SORRY in post.text:
            return self.sorry.add(post.reply_to)
        lines = LINE.findall(post.text)
        if not lines:
            self.tally.object(f"a message that nobody expects: {post.text[:100]!r}")
        for _, number, line, of in lines:
            self.lines.setdefault(int(number), []).append((int(line), int(of)))
        return None

    def is_whole(self, question):
        lines = self.lines.get(question.number, [])
        whole = [(line, question.lines) for line in range(1, question.lines + 1)]
        if lines != whole[:len(lines)]:
            self.tally.object(f"the answer to {question.number} is not in order, or came twice: {lines[:20]}")
        return lines == whole


def judge(tally, crowd, talk, model, service):
    """Everything that was seen from outside, and what is in the store after the last end."""
    with talk.lock:
        posts = list(talk.posts)
    told = Told(tally)
    for room in sorted({post.room for post in posts}):
        told.read_room(room, [post for post in posts if post.room == room], service.may_repeat)
    dead = look_into_store(tally, talk, service)
    count(tally, crowd, told, dead)
    if talk.thinking():
        tally.object(f"a 👀 stayed on {sorted(talk.thinking())[:10]}")
    for found in (crowd.violations, talk.violations, model.violations, service.violations):
        tally.violations += found[:5]
    tally.kills, tally.terminations = service.kills, service.terminations
    tally.outage, tally.wait = crowd.longest_outage, crowd.longest_wait
    tally.most = model.most
    read_log(tally, service)


def count(tally, crowd, told, dead):
    for question in crowd.questions.values():
        whole, sorry = told.is_whole(question), question.number in told.sorry
        if whole and sorry:
            tally.object(f"{question.number} was answered, and told that there is no answer")
        if question.fate == "refused":
            tally.refused += 1
            if whole or sorry or question.number in told.lines:
                tally.object(f"{question.number} was refused and answered all the same")
        elif question.fate == "unknown":
            tally.unknown += 1
        else:
            tally.acknowledged += 1
            if whole:
                tally.answered += 1
            elif sorry or question.number in dead:
                tally.told += 1
            elif question.ended:
                tally.stopped += 1
            else:
                tally.lost += 1
                tally.object(f"{question.number} in {question.room} was acknowledged and is lost")


def look_into_store(tally, talk, service):
    """Returns what the dead letters are about: their messages, and what was to be answered together with them."""
    def look(store):
        problem = store.execute("PRAGMA integrity_check").fetchone()[0]
        if problem != "ok":
            tally.object(f"integrity_check: {problem}")
        find_rest(tally, lambda rest: store.execute(rest).fetchone()[0])
        return store.execute(DEAD).fetchall()
    return read_dead(tally, talk, service.in_copy(look, missing=[]), service.dead_letters())


def find_rest(tally, count):
    """`count` returns the number that a statement selects."""
    for what, table in REST:
        left = int(count(f"SELECT COUNT(*) FROM {table}"))
        if left:
            tally.object(f"{left} {what} are left in the store")


def read_dead(tally, talk, dead, listed):
    """`listed` is what the program's own command says of them."""
    messages = {int(message) for message, _ in dead}
    if len(re.findall(r"^#\d+\t", listed, re.MULTILINE)) != len(messages):
        tally.object(f"{len(messages)} dead letters are in the store, and the command says: {listed[:200]}")
    unmarked = messages - talk.failed()
    if unmarked:
        tally.object(f"no ⚠️ is on {sorted(unmarked)[:10]}, which were given up")
    return messages | {int(number) for _, text in dead for _, number in MARKER.findall(text or "")}


def read_log(tally, service):
    with open(service.log.name, encoding="utf-8", errors="replace") as log:
        for line in log:
            if "panicked" in line or MARKER.search(line) or service.environment["BOT_SECRET"] in line:
                tally.object(f"in the log: {line.strip()[:200]}")
