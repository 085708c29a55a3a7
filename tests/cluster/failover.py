"""A database whose primary is killed while people ask, and whose synchronous standby takes its place: what was
acknowledged is there, and answered once."""

import time

import killed
import senders
from standby import Pair

# A primary is not known to be dead at once.
NOTICED = (0, 1, 3, 6)


class Senders(senders.Senders):
    """Who also know when each question was sent."""

    def send(self, question, known=False):
        question.sent = time.monotonic()
        return super().send(question, known)


class Scene(killed.Scene):
    database_kind, senders_kind = Pair, Senders

    def trouble(self):
        begin = time.monotonic()
        while not self.senders.is_over():
            self.replicas.tend()
            if not self.database.restarts and time.monotonic() > begin + self.seconds / 2:
                self.replicas.restart_database(self.choice.choice(NOTICED))
            time.sleep(0.05)

    def end(self):
        """What was under way when the primary died may have been stored, though nobody could say so."""
        for question in self.senders.questions.values():
            if question.fate == "refused" and question.sent <= self.database.died:
                question.fate = "unknown"
        super().end()


def failed_over(arguments, count):
    return killed.killed(arguments, count, Scene)
