"""Connections of a stand-in: which are alive, and how they are cut."""

import select
import socket
import threading


def is_gone(connection):
    """Whether the other side has closed it."""
    try:
        readable, _, _ = select.select([connection], [], [], 0)
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True


class Connections:
    """All that are open."""

    def __init__(self):
        self.open, self.lock = set(), threading.Lock()

    def add(self, connection):
        with self.lock:
            self.open.add(connection)

    def remove(self, connection):
        with self.lock:
            self.open.discard(connection)

    def cut(self):
        with self.lock:
            connections = list(self.open)
        for connection in connections:
            self.end(connection)

    @staticmethod
    def end(connection):
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
