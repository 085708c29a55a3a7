"""A Nextcloud with two people and a room, a scripted model, and the service between them, everything that passes being
written down. The bot is installed by the line that the service prints. Python's standard library only."""

import atexit
import json
import os
import re
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request

from between import Between
from installed import Nextcloud, Person
from scripted import Model
from standins import Process, figures, free_port, get, wait_for

NAMES = {"mira": "Mira Halloran", "tomas": "Tomas Berg"}


class Stage:
    """`room` is a group of both people, in which the bot is enabled."""

    def __init__(self, tree, program):
        self.program, self.folder, self.service, self.nextcloud = program, tempfile.mkdtemp(), None, None
        atexit.register(self.close)
        self.bot_version = self.run("--version").stdout.strip().replace(os.path.basename(program), "bot")
        self.model, self.to_bot = Model(), Between()
        self.webhook = f"{self.to_bot.url}/webhook"
        self.nextcloud = Nextcloud(tree, NAMES)
        self.to_talk = Between(self.nextcloud.url)
        self.mira, self.tomas = (Person(self.nextcloud, name) for name in NAMES)
        self.port, self.states, self.environment = free_port(), 0, {}
        self.to_bot.target = f"http://127.0.0.1:{self.port}"
        self.new_settings()
        self.install_line = self.install()
        self.bot = self.nextcloud.bots()[0]["id"]
        self.start()
        self.room = self.mira.group("Launch crew", self.tomas)
        self.enable(self.room)

    def new_settings(self, **changed):
        """Settings with a store of their own."""
        self.states += 1
        self.environment = {
            "NEXTCLOUD_URL": self.to_talk.url, "MODEL_BASE_URL": self.model.url, "MODEL_NAME": "scripted", "LOG_LEVEL": "debug",
            "MODEL_CONTEXT_TOKENS": "200000", "MODEL_PARALLEL": "2", "BOT_PORT": str(self.port), "WEBHOOK_URL": self.webhook,
            "BOT_SECRET_FILE": f"{self.folder}/bot-secret", "DATABASE_URL": f"sqlite://{self.folder}/{self.states}/bot.db",
        } | changed
        os.makedirs(f"{self.folder}/{self.states}", exist_ok=True)

    def run(self, *words, **changed):
        environment = self.environment | changed if hasattr(self, "environment") else {}
        return subprocess.run([self.program, *words], env=environment, cwd=self.folder, capture_output=True, text=True, timeout=120)

    def install(self):
        """By what the service's own command prints, word for word."""
        page = self.run("occ", "--new-secret", "bot-secret").stdout
        line = re.search(r"^occ talk:bot:install .*$", page, re.M)[0]
        status, said = self.nextcloud.occ_line(line, self.folder)
        if status:
            raise SystemExit(f"{line}\nended with {status}: {said}")
        return line

    def start(self, **changed):
        self.environment |= changed
        self.service = Process([self.program, "serve"], f"http://127.0.0.1:{self.port}", "/health", self.environment, "service")

    def stop(self, how=signal.SIGTERM):
        self.service.stop(how)

    def restart(self, **changed):
        self.stop()
        self.start(**changed)

    def enable(self, room):
        """Waits for what the bot says of itself, where Talk tells it of the room."""
        self.nextcloud.occ("talk:bot:setup", str(self.bot), room)
        if self.talk_at_least(20):
            wait_for("the welcome", lambda: self.mira.from_bot(room), 30)

    def events(self, since=0):
        """The webhooks from the nth on, read."""
        return [json.loads(exchange["body"]) for exchange in self.to_bot.since(since)]

    def marks(self):
        return len(self.to_bot.since()), len(self.to_talk.since())

    def webhooks(self, since):
        """How the service took those from the nth on: the status and its word for it."""
        return [(exchange["status"], json.loads(exchange["answer"]).get("reason") or json.loads(exchange["answer"]).get("status"))
                for exchange in self.to_bot.since(since)]

    def took(self, since, outcome):
        wait_for(f"a webhook that is {outcome}, not only {self.webhooks(since)}",
                 lambda: any(word == outcome for _, word in self.webhooks(since)), 15)

    def ready(self):
        """The status, and the checks with a problem."""
        try:
            with urllib.request.urlopen(f"{self.service.url}/ready", timeout=30) as answer:
                return answer.status, problems(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, problems(error.read())

    def doctor(self, *words, **changed):
        """Its verdict, and its findings by check, each with how to mend it."""
        page = json.loads(self.run("doctor", "--json", *words, **changed).stdout)
        found = {}
        for finding in page["findings"]:
            mend = f" [{finding['mend']}]" if finding.get("mend") else ""
            found.setdefault(finding["check"], []).append((finding["outcome"], finding["found"] + mend))
        return page["verdict"], found

    def service_log(self):
        with open(self.service.log) as log:
            return log.read().splitlines()

    def figures(self):
        return figures(get(f"{self.service.url}/metrics"))

    def talk_at_least(self, *version):
        return tuple(int(part) for part in re.findall(r"\d+", self.nextcloud.talk)[:3]) >= version

    def ask(self, text, person=None, room=None):
        """A question that has its 👀. Gives its message."""
        _, before = self.marks()
        question = (person or self.mira).say(room or self.room, text)
        wait_for("the sign that it is safe", lambda: self.posted(before, f"/reaction/{question}", "POST"), 30)
        return question

    def posted(self, since, part, method):
        """The statuses of the service's own requests from the nth on whose path ends so."""
        return [exchange["status"] for exchange in self.to_talk.since(since)
                if exchange["method"] == method and exchange["path"].split("?")[0].endswith(part)]

    def idle(self):
        return self.figures().get("opencode_bot_queue_open_jobs", 0) == 0

    def settle(self):
        """Whatever a check left behind: a held model, an open question."""
        self.model.release()
        if self.service.child.poll() is None:
            wait_for("no open question", self.idle, 60)

    def close(self):
        if self.service:
            self.stop()
        if self.nextcloud:
            self.nextcloud.stop(signal.SIGTERM)


def problems(page):
    """The parts of the readiness that have one, each with its words."""
    return {part["name"]: part["problem"] for part in json.loads(page)["checks"] if part.get("problem")}
