"""A Talk that checks what the bot posts and can fail in every way a server fails: before or after the message is in
the room, with an answer, without one, or much later. It knows of each post whether the bot could know its outcome."""

import hashlib
import hmac
import http.server
import json
import random
import re
import threading
import time
from urllib.parse import parse_qs, unquote, urlsplit

from network import Connections
from supervisor import SECRET

MESSAGE = re.compile(r"/ocs/v2\.php/apps/spreed/api/v1/bot/(\w+)/message")
REACTION = re.compile(r"/ocs/v2\.php/apps/spreed/api/v1/bot/(\w+)/reaction/(\d+)")

# What may become of a request: whether it takes effect, and what is answered (None: nothing).
FAULTS = {
    "late": (True, 201), "cut before": (False, None), "cut after": (True, None),
    "hang before": (False, "hang"), "hang after": (True, "hang"),
    "500": (False, 500), "500 after": (True, 500), "503": (False, 503), "504 after": (True, 504),
    "429": (False, 429), "401": (False, 401),
}


class Post:
    """A message in a room. `certain` tells whether its taking was answered."""

    def __init__(self, room, reply_to, text, at):
        self.room, self.reply_to, self.text, self.at, self.certain = room, reply_to, text, at, False


class Talk(http.server.ThreadingHTTPServer):
    """Rooms, what was posted there, and which reactions are on which messages."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, seed):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.lock, self.random = threading.Lock(), random.Random(seed)
        self.posts, self.signs, self.violations, self.faults, self.seen = [], set(), [], {}, {}
        self.connections, self.well = Connections(), threading.Event()
        self.well.set()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def trouble(self, faults):
        """From now on these happen, each with its probability; what is left goes well."""
        self.well.clear()
        self.faults = faults

    def recover(self):
        """What hangs is cut off."""
        self.faults = {}
        self.well.set()

    def handle_error(self, request, client_address):
        """A killed process leaves its connections where they are."""

    def close(self):
        self.recover()
        self.shutdown()
        self.server_close()
        self.connections.cut()

    def draw(self):
        with self.lock:
            faults, point = self.faults, self.random.random()
            for fault, probability in faults.items():
                point -= probability
                if point < 0:
                    self.seen[fault] = self.seen.get(fault, 0) + 1
                    return fault
        return None

    def thinking(self):
        with self.lock:
            return {message for message, emoji in self.signs if emoji == "👀"}

    def failed(self):
        with self.lock:
            return {message for message, emoji in self.signs if emoji == "⚠️"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self):
        self.server.connections.remove(self.connection)
        super().finish()

    def do_GET(self):
        self.reply(200, {"installed": True, "maintenance": False, "needsDbUpgrade": False})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        path = urlsplit(self.path)
        message, reaction = MESSAGE.fullmatch(path.path), REACTION.fullmatch(path.path)
        if message:
            signed, take = body["message"], lambda: self.post(message[1], body)
        elif reaction:
            signed = body.get("reaction") or unquote(parse_qs(path.query)["reaction"][0])
            take = lambda: self.react(int(reaction[2]), signed)
        else:
            return self.reply(404, {})
        if not self.is_signed(signed):
            with self.server.lock:
                self.server.violations.append(f"a wrong signature at {path.path}")
            return self.reply(401, {})
        self.behave(self.server.draw(), take)

    do_DELETE = do_POST

    def is_signed(self, text):
        nonce = self.headers.get("X-Nextcloud-Talk-Bot-Random", "")
        right = hmac.new(SECRET.encode(), (nonce + text).encode(), hashlib.sha256).hexdigest()
        return len(nonce) >= 32 and hmac.compare_digest(right, self.headers.get("X-Nextcloud-Talk-Bot-Signature", ""))

    def behave(self, fault, take):
        takes_effect, status = FAULTS.get(fault, (True, 201))
        if fault == "late":
            time.sleep(self.server.random.uniform(0.05, 0.6))
        taken = take() if takes_effect else None
        if status == "hang":
            self.server.well.wait(90)
        if status in (None, "hang"):
            self.close_connection = True
            return self.server.connections.end(self.connection)
        answered = self.reply(status, {"ocs": {"meta": {"status": "ok", "statuscode": status}, "data": None}})
        if taken and answered and status < 300:
            taken.certain = True

    def post(self, room, body):
        post = Post(room, body.get("replyTo"), body["message"], time.monotonic())
        with self.server.lock:
            self.server.posts.append(post)
        return post

    def react(self, message, emoji):
        with self.server.lock:
            change = self.server.signs.discard if self.command == "DELETE" else self.server.signs.add
            change((message, emoji))

    def reply(self, status, value):
        body = json.dumps(value).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return True
        except OSError:
            self.close_connection = True
            return False

    def log_message(self, *_):
        pass
