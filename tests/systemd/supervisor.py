"""What the checks stand on: a Talk and a model in one server, and somebody who does for the service what systemd does.
Nothing but Python itself is needed."""

import fcntl
import hashlib
import hmac
import http.server
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

SECRET = "a secret for restarting, between 40 and 128 bytes"


class StandIns(http.server.ThreadingHTTPServer):
    """A Talk that keeps what is posted, and a model that takes its time for each answer, at one address."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, model_seconds=0):
        self.posts, self.lock, self.model_seconds = [], threading.Lock(), model_seconds
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def answered(self):
        with self.lock:
            return list(self.posts)

    def handle_error(self, request, client_address):
        # A service that is killed cuts its connections.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.reply(200, {"installed": True, "maintenance": False, "needsDbUpgrade": False})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if self.path.endswith("/chat/completions"):
            return self.stream()
        if self.path.endswith("/message"):
            with self.server.lock:
                self.server.posts.append(body.get("replyTo"))
        self.reply(201, {"ocs": {"meta": {"status": "ok", "statuscode": 201}, "data": None}})

    do_DELETE = do_POST

    def stream(self):
        time.sleep(self.server.model_seconds)
        delta = {"choices": [{"index": 0, "delta": {"content": "an answer"}, "finish_reason": None}]}
        end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
        text = "".join(f"data: {json.dumps(event)}\n\n" for event in (delta, end)) + "data: [DONE]\n\n"
        self.send(200, "text/event-stream", text.encode())

    def reply(self, status, value):
        self.send(status, "application/json", json.dumps(value).encode())

    def send(self, status, media_type, body):
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Supervisor:
    """What systemd does for the service."""

    def __init__(self, program, stand_ins, sockets=None, names="webhook", settings=()):
        self.program, self.directory = program, tempfile.mkdtemp()
        self.sockets = sockets or [socket.create_server(("127.0.0.1", 0), backlog=4096)]
        address = self.sockets[0].getsockname()
        self.url = f"http://127.0.0.1:{address[1]}" if isinstance(address, tuple) else None
        self.ears = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.ears.bind(f"{self.directory}/notify")
        self.ears.settimeout(30)
        self.log = open(f"{self.directory}/log", "wb")
        self.environment = {
            "NEXTCLOUD_URL": stand_ins.url, "MODEL_BASE_URL": f"{stand_ins.url}/v1", "BOT_SECRET": SECRET,
            "DATABASE_URL": f"sqlite://{self.directory}/bot.db", "MODEL_PARALLEL": "8",
            "BOT_PORT": str(address[1]) if self.url else "1",
            "LISTEN_FDS": str(len(self.sockets)), "LISTEN_FDNAMES": names,
            "NOTIFY_SOCKET": f"{self.directory}/notify", "WATCHDOG_USEC": "2000000",
        } | dict(settings)
        self.child, self.starts = None, []

    def start(self):
        begin = time.monotonic()
        self.child = subprocess.Popen(
            ["/bin/sh", "-c", 'LISTEN_PID=$$ exec "$0" serve', self.program], env=self.environment, close_fds=False,
            stdout=self.log, stderr=subprocess.STDOUT, preexec_fn=self.pass_sockets)
        self.hear("READY=1")
        self.starts.append(time.monotonic() - begin)

    def pass_sockets(self):
        """As descriptors 3, 4 and so on; by a detour, since one of them may be there already."""
        spare = [fcntl.fcntl(passed, fcntl.F_DUPFD, 50) for passed in self.sockets]
        for number, fd in enumerate(spare):
            os.dup2(fd, 3 + number)

    def hear(self, word):
        """Waits for a word of the service, and returns all that it said until then."""
        said = []
        while True:
            said += self.ears.recv(4096).decode().splitlines()
            if word in said:
                return said

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        self.hear("STOPPING=1")
        if self.child.wait(60) != 0:
            raise SystemExit(f"the service ended with {self.child.returncode}; see {self.log.name}")

    def restart(self):
        self.stop()
        self.start()


def webhook(number, asks, secret=SECRET):
    """Headers and body of a message in one of ten rooms."""
    text = f"@Halo what is {number}?" if asks else f"nothing for the bot: {number}"
    body = json.dumps({
        "type": "Create",
        "actor": {"type": "Person", "id": f"users/person{number % 7}", "name": "Somebody", "talkParticipantType": "3"},
        "object": {"type": "Note", "id": str(number), "name": "message", "mediaType": "text/markdown",
                   "content": json.dumps({"message": text, "parameters": []})},
        "target": {"type": "Collection", "id": f"room{number % 10}", "name": "A room"},
    }).encode()
    random = secrets.token_hex(32)
    signature = hmac.new(secret.encode(), random.encode() + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Nextcloud-Talk-Random": random,
            "X-Nextcloud-Talk-Signature": signature}, body
