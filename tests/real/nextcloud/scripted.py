"""A model whose answers are known beforehand: it names the question that it was asked, says as many lines as asked for,
and can be made to wait in the middle of an answer. Python's standard library only."""

import http.server
import json
import re
import threading

LINES = re.compile(r"(\d+) lines")


class Model:
    """Listens at `url`; `prompts` has the messages of every request."""

    def __init__(self):
        self.prompts, self.lock, self.may_end = [], threading.Lock(), threading.Event()
        self.may_end.set()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.model, self.server.daemon_threads = self, True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def hold(self):
        self.may_end.clear()

    def release(self):
        self.may_end.set()

    def asked(self):
        with self.lock:
            return list(self.prompts)


def answer(question):
    lines = int((LINES.search(question) or [0, 1])[1])
    return "\n\n".join(f"Line {n} of what was asked: {question[-120:]}" for n in range(1, lines + 1))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/v1/models":
            return self.reply({"object": "list", "data": [{"id": "scripted", "object": "model", "owned_by": "nobody"}]})
        return self.reply({"status": "ok"})

    def do_POST(self):
        model = self.server.model
        messages = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))["messages"]
        with model.lock:
            model.prompts.append(messages)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        text = answer(messages[-1]["content"])
        try:
            self.tell({"delta": {"content": text[:20]}, "finish_reason": None})
            model.may_end.wait(120)
            self.tell({"delta": {"content": text[20:]}, "finish_reason": None})
            self.tell({"delta": {}, "finish_reason": "stop"})
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            return

    def tell(self, choice):
        self.wfile.write(f"data: {json.dumps({'choices': [{'index': 0} | choice]})}\n\n".encode())
        self.wfile.flush()

    def reply(self, value):
        text = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass
