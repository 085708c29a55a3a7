"""A model that answers each question with lines that name it, and can hang, cut its answer, still be loading or be
dead. It sees what no prompt may hold, words of another room, and how many requests run at once."""

import http.server
import json
import random
import re
import threading
import time

from network import Connections, is_gone

# A question says `MKroom3N17E in 5 lines`.
MARKER = re.compile(r"MK(room\d+)N(\d+)E")
ASKED = re.compile(r"(MKroom\d+N\d+E) in (\d+) lines")


def answer(question):
    """The lines for everything that is asked."""
    asked = dict.fromkeys(ASKED.findall(question))
    return "\n\n".join(f"{marker} line {n} of {lines}: {'so it is ' * 6}" for marker, lines in asked
                       for n in range(1, int(lines) + 1))


class Model:
    """A server that can be closed and opened again at the same address."""

    def __init__(self, seed, slots):
        self.random, self.slots, self.lock = random.Random(seed), slots, threading.Lock()
        self.mode, self.well, self.server, self.port = "well", threading.Event(), None, 0
        self.running, self.connections, self.violations, self.most, self.asked = [], Connections(), [], 0, 0
        self.slow = (0.0, 0.2)
        self.recover()

    def recover(self):
        self.mode = "well"
        self.well.set()
        if self.server is None:
            self.server = Server(("127.0.0.1", self.port), self)
            self.port = self.server.server_address[1]
            self.url = f"http://127.0.0.1:{self.port}/v1"
            threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def trouble(self, mode):
        """`hang`, `cut`, `loading` or `dead`."""
        self.well.clear()
        self.mode = mode
        if mode == "dead" and self.server is not None:
            self.close()

    def close(self):
        server, self.server = self.server, None
        if server is not None:
            server.shutdown()
            server.server_close()
            self.connections.cut()

    def begin(self, connection):
        """Counts a request with those that run. One whose client is gone does not; that may take a moment to be seen."""
        new = Request(connection)
        with self.lock:
            self.asked += 1
            self.running.append(new)
            running = list(self.running)
        for _ in range(20):
            running = [request for request in running if not request.is_gone()]
            if len(running) <= self.slots:
                break
            time.sleep(0.02)
        else:
            self.object(f"{len(running)} requests at the model at once, which has {self.slots} slots")
        self.most = max(self.most, len(running))
        return new

    def end(self, request):
        """Before its last word: the next one may follow at once."""
        with self.lock:
            if request in self.running:
                self.running.remove(request)

    def look(self, messages):
        """Everything in a prompt is of one room."""
        rooms = {room for message in messages for room, _ in MARKER.findall(message["content"])}
        if len(rooms) != 1:
            self.object(f"a prompt with words of {sorted(rooms)}")

    def object(self, what):
        with self.lock:
            self.violations.append(what)


class Request:
    """One that runs, or ran when another came."""

    def __init__(self, connection):
        self.connection, self.gone, self.over = connection, False, False

    def is_gone(self):
        if not self.over and is_gone(self.connection):
            self.gone = True
        return self.gone


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address, model):
        self.model = model
        super().__init__(address, Handler)

    def handle_error(self, request, client_address):
        """A client that is gone is no concern here."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.server.model.connections.add(self.connection)

    def finish(self):
        self.server.model.connections.remove(self.connection)
        super().finish()

    def do_GET(self):
        if self.server.model.mode == "loading":
            return self.loading()
        if self.path == "/health":
            return self.reply(200, {"status": "ok"})
        if self.path == "/v1/models":
            return self.reply(200, {"object": "list", "data": [{"id": "halo-8000", "object": "model", "owned_by": "me"}]})
        return self.reply(404, {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}})

    def do_POST(self):
        model = self.server.model
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if self.path != "/v1/chat/completions":
            return self.reply(404, {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}})
        model.look(body["messages"])
        request = model.begin(self.connection)
        try:
            self.complete(model, request, answer(body["messages"][-1]["content"]))
        except OSError:
            self.close_connection, request.gone = True, True
        finally:
            request.over = True
            model.end(request)

    def complete(self, model, request, text):
        mode = model.mode
        if mode == "loading":
            return self.loading()
        if mode == "hang":
            model.well.wait(90)
            self.close_connection = True
            return None
        time.sleep(model.random.uniform(*model.slow))
        pieces = [text[at:at + 2000] for at in range(0, len(text), 2000)] or [""]
        if len(pieces) == 1:
            pieces = [text[:len(text) // 2], text[len(text) // 2:]]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for nth, piece in enumerate(pieces):
            if mode == "cut" and nth == len(pieces) // 2 and model.random.random() < 0.7:
                return None
            self.tell({"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
            time.sleep(model.random.uniform(0, 0.005))
        request.over = True
        model.end(request)
        self.tell({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self.wfile.write(b"data: [DONE]\n\n")
        return None

    def tell(self, event):
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()

    def loading(self):
        self.reply(503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}})

    def reply(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
