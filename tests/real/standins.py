"""The two ends of the loop: a Talk that signs webhooks and keeps what the bot posts, and the processes between which
it stands. Python's standard library only."""

import hashlib
import hmac
import http.server
import json
import os
import re
import secrets
import shlex
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

SECRET = "a secret for measuring, between 40 and 128 bytes"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url, limit=5):
    with urllib.request.urlopen(url, timeout=limit) as response:
        return response.read().decode()


def wait_for(what, condition, limit=120):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise SystemExit(f"{what} did not happen within {limit} s")


class Talk:
    """Rooms by token. Each question has an id; a post of the bot names the one that it answers."""

    def __init__(self):
        self.posts, self.ids, self.changed = [], 100, threading.Condition()
        talk = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.reply(200, {"installed": True, "maintenance": False, "needsDbUpgrade": False})

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                room = re.fullmatch(r"/ocs/v2.php/apps/spreed/api/v1/bot/(\w+)/message", self.path)
                if room is None:
                    return self.reply(200, {})
                post = json.loads(body)
                with talk.changed:
                    talk.posts.append((time.monotonic(), room[1], post.get("replyTo"), post["message"]))
                    talk.changed.notify_all()
                return self.reply(201, {"ocs": {"meta": {"status": "ok", "statuscode": 201}, "data": None}})

            do_DELETE = do_POST

            def reply(self, status, value):
                text = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def say(self, service, room, person, text):
        """Somebody calls the bot in a group. Returns the id of the question once it is acknowledged."""
        with self.changed:
            self.ids += 1
            number = self.ids
        content = json.dumps({"message": f"@Halo {text}", "parameters": []})
        body = json.dumps({
            "type": "Create",
            "actor": {"type": "Person", "id": f"users/{person}", "name": person.title(), "talkParticipantType": "3"},
            "object": {"type": "Note", "id": str(number), "name": "message", "content": content, "mediaType": "text/markdown"},
            "target": {"type": "Collection", "id": room, "name": f"Room {room}"},
        }).encode()
        random = secrets.token_hex(32)
        signature = hmac.new(SECRET.encode(), random.encode() + body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(f"{service.url}/webhook", body, {
            "Content-Type": "application/json",
            "X-Nextcloud-Talk-Random": random,
            "X-Nextcloud-Talk-Signature": signature,
            "X-Nextcloud-Talk-Backend": self.url,
        })
        with urllib.request.urlopen(request, timeout=10) as response:
            assert json.load(response)["status"] == "queued"
        return number

    def answers(self, question):
        with self.changed:
            return [(at, text) for at, _, reply_to, text in self.posts if reply_to == question]

    def wait_for_answers(self, questions, limit):
        wait_for(f"an answer to each of {len(questions)} questions", lambda: self.answered(questions), limit)

    def answered(self, questions):
        with self.changed:
            done = {reply_to for _, _, reply_to, _ in self.posts}
        return done.issuperset(questions)


class Process:
    """A program that listens at `url` and has its output in a file."""

    def __init__(self, command, url, ready, environment=None, name="server"):
        self.url = url
        self.log = os.path.join(tempfile.mkdtemp(), f"{name}.log")
        with open(self.log, "wb") as log:
            self.child = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, env=environment, start_new_session=True)
        wait_for(f"{name} ready (see {self.log})", lambda: self.answers(ready))

    def answers(self, route):
        if self.child.poll() is not None:
            raise SystemExit(f"it ended with {self.child.returncode}; see {self.log}")
        try:
            get(self.url + route, 2)
            return True
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, how=signal.SIGTERM):
        if self.child.poll() is None:
            os.killpg(self.child.pid, how)
        try:
            self.child.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait(10)


class LlamaServer(Process):
    """`command` is a shell-like line in which {port} stands for the port."""

    def __init__(self, command, port=None):
        self.port = port or free_port()
        line = shlex.split(command.replace("{port}", str(self.port)))
        super().__init__(line, f"http://127.0.0.1:{self.port}", "/health", dict(os.environ, PORT=str(self.port)), "llama-server")


class Service(Process):
    """`program serve` with a new database."""

    def __init__(self, program, talk, model_url, settings):
        directory = tempfile.mkdtemp()
        port = free_port()
        environment = {
            "NEXTCLOUD_URL": talk.url, "MODEL_BASE_URL": model_url, "BOT_SECRET": SECRET, "BOT_PORT": str(port),
            "DATABASE_URL": f"sqlite://{directory}/bot.db", "MODEL_MAX_TOKENS": "64", "LOG_LEVEL": "info",
        } | settings
        super().__init__([program, "serve"], f"http://127.0.0.1:{port}", "/health", environment, "service")
        wait_for("the limits of the model were read", lambda: "limits of the model" in open(self.log).read(), 30)

    def figures(self):
        return figures(get(f"{self.url}/metrics"))


def figures(page):
    """Every series of a Prometheus page, by its name with its labels."""
    lines = (line.rsplit(" ", 1) for line in page.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, value in lines}
