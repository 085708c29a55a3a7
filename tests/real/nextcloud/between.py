"""What stands between the two servers and writes down every request with its answer: Talk's webhooks on their way to
the bot, or the bot's posts on their way to Talk. Bodies and headers pass as they are. Python's standard library only."""

import http.client
import http.server
import threading
import urllib.parse

NOT_PASSED = {"connection", "keep-alive", "transfer-encoding", "host", "content-length"}


class Between:
    """Listens at `url` and passes everything to `target`, which may be set later, under the name `host` where one is
    given. A closed one refuses connections."""

    def __init__(self, target=None, host=None):
        self.target, self.host, self.kept, self.lock, self.server, self.port = target, host, [], threading.Lock(), None, 0
        self.open()
        self.url = f"http://127.0.0.1:{self.port}"

    def open(self):
        self.server = Server(("127.0.0.1", self.port), Handler)
        self.server.between, self.port = self, self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def keep(self, exchange):
        with self.lock:
            self.kept.append(exchange)

    def since(self, number=0):
        with self.lock:
            return self.kept[number:]


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def passed(self):
        between = self.server.between
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = urllib.parse.urlsplit(between.target)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_PASSED}
        if between.host:
            headers["Host"] = between.host
        connection = http.client.HTTPConnection(target.hostname, target.port, timeout=90)
        try:
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException):
            self.close_connection = True
            return
        finally:
            connection.close()
        between.keep({"method": self.command, "path": self.path, "headers": list(self.headers.items()), "body": body,
                      "status": answer.status, "answer_headers": answer.getheaders(), "answer": said})
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in NOT_PASSED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_DELETE = do_PUT = do_HEAD = passed

    def log_message(self, *_):
        pass
