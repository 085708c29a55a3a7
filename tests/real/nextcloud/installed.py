"""A real Nextcloud with Talk, installed from an unpacked tree into a scratch folder (SQLite, PHP's own web server), and
the people who use it: what they do goes through the same interface as their browsers and phones. The tree itself is
only read. Python's standard library, and `php` with what Nextcloud asks for."""

import base64
import json
import os
import re
import shlex
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from standins import Process, free_port, get, wait_for

PHP = ["php", "-d", "memory_limit=512M", "-d", "opcache.enable_cli=1"]
# Asks the network for something, or is in the way of made-up people and their passwords.
UNWANTED = ["password_policy", "survey_client", "updatenotification", "nextcloud_announcements", "weather_status", "support",
            "firstrunwizard", "app_api", "recommendations", "privacy"]
CONFIG = """<?php
$CONFIG = ['has_internet_connection' => false, 'appstoreenabled' => false, 'updatechecker' => false,
  'trusted_domains' => ['127.0.0.1'], 'overwrite.cli.url' => '%s', 'loglevel' => 2];
"""
TALK = "/ocs/v2.php/apps/spreed/api"


class Nextcloud:
    """`tree` has Talk in apps/spreed. Everything that is written goes to `scratch`."""

    def __init__(self, tree, people):
        self.tree, self.scratch, self.port = os.path.abspath(tree), tempfile.mkdtemp(), free_port()
        self.url, self.server = f"http://127.0.0.1:{self.port}", None
        for folder in ("config", "data"):
            os.mkdir(f"{self.scratch}/{folder}")
        with open(f"{self.scratch}/config/scratch.config.php", "w") as config:
            config.write(CONFIG % self.url)
        self.environment = os.environ | {"NEXTCLOUD_CONFIG_DIR": f"{self.scratch}/config", "PHP_CLI_SERVER_WORKERS": "8"}
        self.occ("maintenance:install", "--database=sqlite", "--admin-user=admin", "--admin-pass=adm1n-Pass-word",
                 f"--data-dir={self.scratch}/data")
        enabled = json.loads(self.occ("app:list", "--output=json"))["enabled"]
        self.occ("app:disable", *[app for app in UNWANTED if app in enabled])
        self.occ("app:enable", "spreed")
        apps = json.loads(self.occ("app:list", "--output=json"))["enabled"]
        self.talk = apps["spreed"]
        self.version = json.loads(self.occ("status", "--output=json"))["versionstring"]
        for person in people:
            self.occ("user:add", "--password-from-env", f"--display-name={people[person]}", person, OC_PASS=password(person))
        self.start()

    def start(self):
        command = [*PHP, "-S", f"127.0.0.1:{self.port}", "-t", self.tree]
        self.server = Process(command, self.url, "/status.php", self.environment, "nextcloud")

    def stop(self, how):
        if self.server:
            self.server.stop(how)

    def occ(self, *words, fails=False, **variables):
        ran = subprocess.run([*PHP, "occ", "--no-interaction", *words], cwd=self.tree, env=self.environment | variables,
                             capture_output=True, text=True, timeout=300)
        if (ran.returncode != 0) != fails:
            raise SystemExit(f"occ {shlex.join(words)} ended with {ran.returncode}: {ran.stdout}{ran.stderr}")
        return ran.stdout

    def occ_line(self, line, folder):
        """A line for the shell as somebody copies it from a page, `occ` being Nextcloud's."""
        occ = shlex.join([*PHP, f"{self.tree}/occ", "--no-interaction"])
        ran = subprocess.run(["sh", "-c", re.sub(r"^occ ", lambda _: f"{occ} ", line)], cwd=folder, env=self.environment,
                             capture_output=True, text=True, timeout=60)
        return ran.returncode, ran.stdout + ran.stderr

    def bots(self, token=None):
        return json.loads(self.occ("talk:bot:list", "--output=json", *([token] if token else [])))

    def status(self):
        return json.loads(get(f"{self.url}/status.php"))

    def log(self):
        path = f"{self.scratch}/data/nextcloud.log"
        if not os.path.exists(path):
            return []
        with open(path) as log:
            return [json.loads(line) for line in log if line.startswith("{")]


def password(person):
    return f"{person}-Pass-word-17"


class Person:
    """Somebody with an account, at whose hands all that people do to a room happens."""

    def __init__(self, nextcloud, name):
        self.nextcloud, self.name, self.opener = nextcloud, name, urllib.request.build_opener()
        key = base64.b64encode(f"{name}:{password(name)}".encode()).decode()
        self.headers = {"Authorization": f"Basic {key}"}

    def call(self, method, path, fields=None, body=None):
        """The status, and what the OCS answer holds as its data."""
        headers = {"OCS-APIRequest": "true", "Accept": "application/json"}
        if fields is not None:
            headers["Content-Type"], body = "application/json", json.dumps(fields).encode()
        request = urllib.request.Request(self.nextcloud.url + path, body, headers | self.headers, method=method)
        try:
            with self.opener.open(request, timeout=90) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        try:
            return status, json.loads(text)["ocs"]["data"]
        except (ValueError, KeyError, TypeError):
            return status, text.decode(errors="replace")

    def does(self, method, path, fields=None, body=None):
        status, data = self.call(method, path, fields, body)
        if status >= 300 or (isinstance(data, str) and path.startswith("/ocs")):
            raise SystemExit(f"{self.name}: {method} {path} was answered with {status}: {str(data)[:500]}")
        return data

    def group(self, name, *others, public=False):
        token = self.does("POST", f"{TALK}/v4/room", {"roomType": 3 if public else 2, "roomName": name})["token"]
        for other in others:
            self.does("POST", f"{TALK}/v4/room/{token}/participants", {"newParticipant": other.name, "source": "users"})
        return token

    def one_to_one(self, other):
        return self.does("POST", f"{TALK}/v4/room", {"roomType": 1, "invite": other.name})["token"]

    def note_to_self(self):
        return self.does("GET", f"{TALK}/v4/room/note-to-self")["token"]

    def say(self, room, text, reply_to=0):
        return self.does("POST", f"{TALK}/v1/chat/{room}", {"message": text, "replyTo": reply_to})["id"]

    def edit(self, room, message, text):
        return self.does("PUT", f"{TALK}/v1/chat/{room}/{message}", {"message": text})

    def delete(self, room, message):
        return self.does("DELETE", f"{TALK}/v1/chat/{room}/{message}")

    def clear(self, room):
        return self.does("DELETE", f"{TALK}/v1/chat/{room}")

    def react(self, room, message, emoji):
        return self.does("POST", f"{TALK}/v1/reaction/{room}/{message}", {"reaction": emoji})

    def unreact(self, room, message, emoji):
        return self.does("DELETE", f"{TALK}/v1/reaction/{room}/{message}?reaction={urllib.parse.quote(emoji)}")

    def switch(self, room, bot, on):
        return self.does("POST" if on else "DELETE", f"{TALK}/v1/bot/{room}/{bot}")

    def share(self, room, name, content, caption=None):
        self.does("PUT", f"/remote.php/dav/files/{self.name}/{name}", body=content)
        meta = {"talkMetaData": json.dumps({"caption": caption})} if caption else {}
        self.does("POST", "/ocs/v2.php/apps/files_sharing/api/v1/shares", {"shareType": 10, "shareWith": room, "path": name} | meta)

    def reads(self, room):
        """The room's messages, oldest first."""
        return self.does("GET", f"{TALK}/v1/chat/{room}?lookIntoFuture=0&limit=200&setReadMarker=0")[::-1]

    def answers(self, room, question):
        """What the bot has posted as replies to a message."""
        return [message for message in self.from_bot(room) if message.get("parent", {}).get("id") == question]

    def from_bot(self, room, after=0):
        """Its own words only: taking a reaction back is a message of Talk's, too."""
        return [message for message in self.reads(room)
                if message["actorType"] == "bots" and not message["systemMessage"] and message["id"] > after]

    def sees(self, room, question, count=1, limit=60):
        """Waits for so many answers to it, and gives them."""
        wait_for(f"answer {count} to message {question}", lambda: len(self.answers(room, question)) >= count, limit)
        return self.answers(room, question)


class Guest(Person):
    """Somebody without an account who has the address of a public room."""

    def __init__(self, nextcloud, room):
        super().__init__(nextcloud, "a guest")
        self.headers, self.opener = {}, urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        self.opener.open(f"{nextcloud.url}/index.php/call/{room}", timeout=60).close()
        self.does("POST", f"{TALK}/v4/room/{room}/participants/active", {})
