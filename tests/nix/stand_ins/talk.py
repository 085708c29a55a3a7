"""A small Talk for the VM test: takes the bot's signed posts, and sends it signed webhooks.

    talk.py serve PORT SECRET_FILE POSTS_FILE       one line of JSON for each message whose signature is right
    talk.py ask URL SECRET_FILE COUNT PER_SECOND    one question in each of COUNT rooms; says how the bot took them
"""

import concurrent.futures
import hashlib
import hmac
import http.server
import json
import pathlib
import re
import secrets
import sys
import time
import urllib.error
import urllib.request

# Talk gives up after this long, and never tries again.
PATIENCE = 5
POST = re.compile(r"/ocs/v2\.php/apps/spreed/api/v1/bot/([a-z0-9]{4,30})/(message|reaction/\d+)")


def secret(path):
    return pathlib.Path(path).read_text().rstrip("\n").encode()


def signature(key, random, text):
    return hmac.new(key, (random + text).encode(), hashlib.sha256).hexdigest()


def serve(port, secret_file, posts_file):
    key = secret(secret_file)
    posts = open(posts_file, "a", buffering=1)

    class Talk(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.answer(200, {"installed": True, "maintenance": False, "versionstring": "33.0.0"})

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = POST.fullmatch(self.path)
            if found is None:
                return self.answer(404, {})
            room, kind = found.groups()
            text = body["message"] if kind == "message" else body["reaction"]
            expected = signature(key, self.headers["X-Nextcloud-Talk-Bot-Random"], text)
            if not hmac.compare_digest(expected, self.headers["X-Nextcloud-Talk-Bot-Signature"].lower()):
                return self.answer(401, {})
            if kind == "message":
                posts.write(json.dumps({"room": room, "text": text}) + "\n")
            self.answer(201, {})

        do_DELETE = do_POST

        def answer(self, status, data):
            body = json.dumps({"ocs": {"meta": {"statuscode": status}, "data": data}, **data}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Talk).serve_forever()


def question(number):
    content = {"message": f"@Halo what is {number}?", "parameters": []}
    return {
        "type": "Create",
        "actor": {"type": "Person", "id": "users/mira", "name": "Mira Halloran", "talkParticipantType": "3"},
        "object": {
            "type": "Note",
            "id": str(time.time_ns() // 1000),
            "name": "message",
            "content": json.dumps(content),
            "mediaType": "text/markdown",
        },
        "target": {"type": "Collection", "id": f"room{time.time_ns() % 10**9}{number}", "name": "Launch crew"},
    }


def send(url, key, number, at):
    """Status and seconds of one webhook, sent at its time whatever became of those before it."""
    time.sleep(max(0.0, at - time.monotonic()))
    body, random = json.dumps(question(number)), secrets.token_hex(32)
    headers = {
        "Content-Type": "application/json",
        "X-Nextcloud-Talk-Random": random,
        "X-Nextcloud-Talk-Signature": signature(key, random, body),
        "X-Nextcloud-Talk-Backend": "http://localhost/",
    }
    begin = time.monotonic()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body.encode(), headers), timeout=PATIENCE) as response:
            status = response.status
    except urllib.error.HTTPError as error:
        status = error.code
    except OSError as error:
        status = str(error)
    return status, time.monotonic() - begin


def ask(url, secret_file, count, per_second):
    key, begin = secret(secret_file), time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(max_workers=int(per_second) * PATIENCE) as pool:
        at = [begin + number / float(per_second) for number in range(int(count))]
        sent = list(pool.map(send, [url] * len(at), [key] * len(at), range(len(at)), at))
    wrong = [status for status, _ in sent if status != 200]
    print(f"{len(sent)} sent, {len(wrong)} not taken, slowest {max(seconds for _, seconds in sent):.3f} s")
    if wrong:
        sys.exit(f"for example: {wrong[0]}")


if __name__ == "__main__":
    {"serve": serve, "ask": ask}[sys.argv[1]](*sys.argv[2:])
