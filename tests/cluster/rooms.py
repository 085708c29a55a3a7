"""The Talk of the crash checks, which also knows which replica a post came from, by a path of its own for each, and
since when it was under way."""

import re
import time

import talk

REPLICA = re.compile(r"/replica(\d+)(/.*)")


class Rooms(talk.Talk):
    def __init__(self, seed):
        super().__init__(seed)
        self.RequestHandlerClass = Handler

    def url_for(self, replica):
        return f"{self.url}/replica{replica}"


class Handler(talk.Handler):
    def parse_request(self):
        """The path of a replica is the root of its Nextcloud."""
        good = super().parse_request()
        self.arrived = time.monotonic()
        found = REPLICA.fullmatch(self.path) if good else None
        self.replica = int(found[1]) if found else None
        self.path = found[2] if found else self.path if good else ""
        return good

    def post(self, room, body):
        post = talk.Post(room, body.get("replyTo"), body["message"], time.monotonic())
        post.replica, post.arrived = self.replica, self.arrived
        with self.server.lock:
            self.server.posts.append(post)
        return post
