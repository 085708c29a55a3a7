"""A Talk and a model that take no time, and people who wait for nothing but the webhook's answer, all in one loop: it
should be the service that is measured, and not what stands around it."""

import asyncio
import json
import time

import crowd

JSON = "application/json"
STREAM = b"".join(b"data: " + json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": end}]}).encode() + b"\n\n"
                  for delta, end in (({"content": "so it is"}, None), ({}, "stop"))) + b"data: [DONE]\n\n"
# One answer to every question about either server.
STATUS = {"installed": True, "maintenance": False, "needsDbUpgrade": False, "status": "ok", "object": "list",
          "data": [{"id": "halo-8000", "object": "model", "owned_by": "me"}]}


def response(status, body, media_type=JSON):
    head = f"HTTP/1.1 {status} Word\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


GIVEN = response(200, json.dumps(STATUS).encode())
MISSING = response(404, b'{"error": {"code": 404, "message": "File Not Found"}}')
ANSWER = response(200, STREAM, "text/event-stream")
TAKEN = response(201, b'{"ocs": {"meta": {"status": "ok", "statuscode": 201}, "data": null}}')


class Servers(asyncio.Protocol):
    """One request for each connection, as the service makes them. `posts`: room, message and moment of each answer."""

    def __init__(self, posts):
        self.posts, self.received, self.transport = posts, b"", None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not end:
            return
        line, _, fields = head.partition(b"\r\n")
        length = next((int(field[15:]) for field in fields.lower().split(b"\r\n") if field.startswith(b"content-length:")), 0)
        if len(body) >= length:
            self.reply(*line.decode().split(" ")[:2], body)

    def reply(self, method, path, body):
        self.send(self.answer(method, path, body))

    def send(self, response):
        self.transport.write(response)
        self.transport.close()

    def answer(self, method, path, body):
        if method == "GET":
            return GIVEN if path.endswith(("/status.php", "/health", "/models")) else MISSING
        if path.endswith("/chat/completions"):
            return ANSWER
        if path.endswith("/message"):
            self.posts.append((path.split("/")[-2], json.loads(body).get("replyTo"), time.monotonic()))
        return TAKEN if "/bot/" in path else MISSING


async def listen(posts, protocol=Servers):
    """Returns the server and its address."""
    server = await asyncio.get_running_loop().create_server(lambda: protocol(posts), "127.0.0.1", 0, backlog=1024)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


class Sender:
    """Somebody who asks in one room, and keeps a connection to each replica, as Talk's proxy does."""

    def __init__(self, ports):
        self.ports, self.connections = ports, {}

    async def send(self, question, place):
        """Returns the status and the word of the webhook."""
        port = self.ports[place]
        if port not in self.connections:
            self.connections[port] = await asyncio.open_connection("127.0.0.1", port)
        reader, writer = self.connections[port]
        head = "".join(f"{name}: {value}\r\n" for name, value in question.headers().items())
        writer.write(f"POST /webhook HTTP/1.1\r\nHost: bot\r\n{head}Content-Length: {len(question.body)}\r\n\r\n".encode()
                     + question.body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        word = json.loads(await reader.readexactly(length)).get("status")
        return int(head.split(" ")[1]), word

    def close(self):
        for _, writer in self.connections.values():
            writer.close()


def questions(rooms, count):
    """By room. Two who take turns: of one, several would be answered together."""
    by_room = {f"room{room}": [] for room in range(rooms)}
    for number in range(count):
        room = f"room{number % rooms}"
        person = f"person{number % rooms}{'ab'[number // rooms % 2]}"
        by_room[room].append(crowd.Question(1000 + number, room, person, 1))
    return by_room
