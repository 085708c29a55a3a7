#!/usr/bin/env python3
"""What the units of dist/systemd do under a real systemd, hardening and all.

    tests/systemd/booted.py PROGRAM ROOT [--mirror http://deb.debian.org/debian] [--package FILE.deb]

Boots a Debian in a container (made below ROOT where none is), installs the program as the README says for other systems,
or from a package, and looks at it from outside as Talk does and from inside as an administrator. Needs root, debootstrap
and systemd-nspawn; a machine on which no container boots is told as such, and nothing is checked. Ends with
`N passed, 0 failed`.
"""

import argparse
import http.client
import json
import pathlib
import re
import shlex
import shutil
import socket
import sys
import threading
import time
import traceback

from container import CannotBoot, Container, make, within
from restart import Load
from supervisor import SECRET, StandIns, webhook

NAME = "nextcloud-opencode-bot"
ETC = f"/etc/{NAME}"
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
# As for a package: where each file of dist/systemd belongs.
PLACES = {
    f"{NAME}.service": f"/etc/systemd/system/{NAME}.service",
    f"{NAME}.socket": f"/etc/systemd/system/{NAME}.socket",
    f"sysusers.d/{NAME}.conf": f"/usr/lib/sysusers.d/{NAME}.conf",
    f"tmpfiles.d/{NAME}.conf": f"/usr/lib/tmpfiles.d/{NAME}.conf",
}
OTHER = "another secret, between 40 and 128 bytes long"
# Words of people and secrets, which no journal may hold.
SAID = [SECRET, OTHER, "what is", "Somebody"]


class Machine(Container):
    """A container in which the bot is installed."""

    def __init__(self, root, stand_ins):
        super().__init__(root)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url, self.stand_ins = f"http://127.0.0.1:{self.port}", stand_ins

    def install(self, program, package):
        if package:
            self.put(package, "/tmp/bot.deb")
            self.run("dpkg", "--install", "/tmp/bot.deb")
        else:
            self.put(program, f"/usr/local/bin/{NAME}")
            for name, place in PLACES.items():
                self.put(REPOSITORY / "dist/systemd" / name, place)
            self.run("systemd-sysusers", f"{NAME}.conf")
            self.run("systemd-tmpfiles", "--create", f"{NAME}.conf")
        self.write(f"{ETC}/bot-secret", SECRET)
        self.settings()
        # Another address, as the socket unit describes it.
        self.drop_in("socket", f"[Socket]\nListenStream=\nListenStream=127.0.0.1:{self.port}\n")
        self.run("systemctl", "enable", "--now", f"{NAME}.socket", NAME)

    def put(self, file, place):
        """Through the container's /proc entry, since its root is an overlay of its own."""
        inside = pathlib.Path(f"/proc/{self.leader}/root{place}")
        inside.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, inside)

    def settings(self, **more):
        variables = {
            "NEXTCLOUD_URL": self.stand_ins.url, "MODEL_BASE_URL": f"{self.stand_ins.url}/v1",
            "MODEL_PARALLEL": "8", "MODEL_CONTEXT_TOKENS": "4096", "BOT_PORT": str(self.port)} | more
        self.write(f"{ETC}/environment", "".join(f"{name}={value}\n" for name, value in variables.items()))

    def drop_in(self, kind, text):
        self.write(f"/etc/systemd/system/{NAME}.{kind}.d/test.conf", text)
        self.run("systemctl", "daemon-reload")

    def shows(self, *properties):
        listed = self.run("systemctl", "show", NAME, *(f"--property={name}" for name in properties))
        found = dict(line.split("=", 1) for line in listed.splitlines())
        return tuple(found[name] for name in properties)

    def journal(self):
        return self.run("journalctl", "--output=json", "--all", f"--unit={NAME}", "--no-pager")

    def post(self, number, asks=True, secret=SECRET):
        headers, body = webhook(number, asks, secret)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", "/webhook", body, headers)
        return connection.getresponse().status

    def answered_once(self, number):
        within(30, lambda: str(number) in map(str, self.stand_ins.answered()), f"an answer to {number}")
        assert list(map(str, self.stand_ins.answered())).count(str(number)) == 1, f"{number} was answered twice"


def it_runs_as_its_own_account_with_its_state_alone(machine):
    assert machine.shows("ActiveState", "User", "NRestarts") == ("active", "opencode-bot", "0")
    listed = machine.run("stat", "--format=%U %a %n", f"/var/lib/{NAME}", f"/var/lib/{NAME}/bot.db", f"{ETC}/bot-secret")
    modes = [line.split()[:2] for line in listed.splitlines()]
    assert modes == [["opencode-bot", "700"], ["opencode-bot", "600"], ["root", "600"]], listed
    assert machine.post(1) == 200
    machine.answered_once(1)


def its_exposure_is_what_the_readme_says(machine):
    told = re.search(r"exposure of ([0-9]+\.[0-9])", (REPOSITORY / "README.md").read_text(encoding="utf-8")).group(1)
    judged = machine.run("systemd-analyze", "security", "--no-pager", NAME).splitlines()[-1]
    assert f": {told} OK" in judged, judged


def a_restart_refuses_no_webhook(machine):
    load = Load(machine.url, 50, 6, first=1000)
    sending = threading.Thread(target=load.run)
    sending.start()
    for _ in range(3):
        time.sleep(1)
        machine.run("systemctl", "restart", NAME)
    sending.join()
    assert not load.faults, load.faults[:5]
    within(30, lambda: load.questions() <= set(machine.stand_ins.answered()), "all answers")


def one_that_is_killed_comes_back_and_answers(machine):
    machine.stand_ins.model_seconds = 1
    assert machine.post(2) == 200
    machine.run("systemctl", "kill", "--signal=KILL", NAME)
    machine.stand_ins.model_seconds = 0
    machine.answered_once(2)
    assert machine.shows("NRestarts") == ("1",)


def one_that_hangs_is_started_anew(machine):
    machine.drop_in("service", "[Service]\nWatchdogSec=2\n")
    machine.run("systemctl", "restart", NAME)
    (before,) = machine.shows("MainPID")
    machine.run("systemctl", "kill", "--signal=STOP", NAME)
    within(30, lambda: machine.shows("ActiveState", "MainPID") not in (("active", before),), "the watchdog")
    assert machine.post(3) == 200
    machine.answered_once(3)
    machine.drop_in("service", "")


def a_stop_finishes_the_answer_and_the_next_webhook_starts_it(machine):
    machine.run("systemctl", "restart", NAME)
    machine.stand_ins.model_seconds = 1
    assert machine.post(4) == 200
    machine.run("systemctl", "stop", NAME)
    machine.stand_ins.model_seconds = 0
    machine.answered_once(4)
    assert machine.shows("ActiveState", "Result") == ("inactive", "success")
    assert machine.post(5) == 200
    machine.answered_once(5)


def a_secret_is_changed_without_a_gap(machine):
    machine.write(f"{ETC}/bot-secret-previous", SECRET)
    machine.write(f"{ETC}/bot-secret", OTHER)
    machine.drop_in("service", f"[Service]\nLoadCredential=bot-secret-previous:{ETC}/bot-secret-previous\n")
    machine.run("systemctl", "restart", NAME)
    assert [machine.post(6, False), machine.post(7, False, OTHER)] == [200, 200]
    machine.write(f"{ETC}/bot-secret", SECRET)
    machine.drop_in("service", "")
    machine.run("systemctl", "restart", NAME)
    assert [machine.post(8, False), machine.post(9, False, OTHER)] == [200, 401]


def a_reload_leaves_it_running(machine):
    (before,) = machine.shows("MainPID")
    machine.run("systemctl", "reload", NAME)
    assert machine.post(10) == 200
    machine.answered_once(10)
    assert machine.shows("MainPID", "ActiveState") == (before, "active")


def impossible_settings_are_not_tried_again(machine):
    machine.settings(NEXTCLOUD_URL="nonsense")
    machine.run("systemctl", "restart", NAME, check=False)
    state = machine.shows("ActiveState", "Result", "ExecMainStatus", "NRestarts")
    assert state == ("failed", "exit-code", "78", "0"), state
    assert "NEXTCLOUD_URL" in machine.run("journalctl", f"--unit={NAME}", "--lines=5", "--no-pager")
    machine.settings()
    machine.run("systemctl", "start", NAME)
    assert machine.post(11, False) == 200


def its_journal_has_fields_and_no_words_of_people(machine):
    machine.settings(LOG_FORMAT="journald", LOG_LEVEL="debug")
    machine.run("systemctl", "restart", NAME)
    assert machine.post(12) == 200
    machine.answered_once(12)
    settled = within(10, lambda: [entry for entry in map(json.loads, machine.journal().splitlines())
                                  if entry["MESSAGE"] == "question settled"], "its line")[-1]
    assert (settled["PRIORITY"], settled["F_OUTCOME"]) == ("5", "done"), settled
    traced = machine.run("journalctl", "--output=cat", f"--unit={NAME}", f"F_TRACE={settled['F_TRACE']}")
    assert traced.splitlines()[0] == "question stored", traced
    journal = machine.journal()
    assert not [words for words in SAID if words in journal]
    machine.settings()
    machine.run("systemctl", "restart", NAME)


def the_doctor_runs_as_the_book_says(machine):
    """The book's own line, from its prompt to its end."""
    book = (REPOSITORY / "docs/troubleshooting.md").read_text(encoding="utf-8")
    line = re.search(r"^\$ sudo (systemd-run (?:.*\\\n)*.*)", book, re.MULTILINE).group(1)
    command = shlex.split(line.replace("\\\n", ""))
    told = json.loads(machine.run(command[0], "--quiet", *command[1:], check=False))
    found = {finding["check"]: finding["outcome"] for finding in reversed(told["findings"])}
    right = ("settings", "secret", "account", "state-directory", "store", "backlog", "listener", "model-answer")
    assert {check: found[check] for check in right} == dict.fromkeys(right, "good"), told


CHECKS = [
    it_runs_as_its_own_account_with_its_state_alone,
    its_exposure_is_what_the_readme_says,
    a_restart_refuses_no_webhook,
    one_that_is_killed_comes_back_and_answers,
    one_that_hangs_is_started_anew,
    a_stop_finishes_the_answer_and_the_next_webhook_starts_it,
    a_secret_is_changed_without_a_gap,
    a_reload_leaves_it_running,
    impossible_settings_are_not_tried_again,
    its_journal_has_fields_and_no_words_of_people,
    the_doctor_runs_as_the_book_says,
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("root")
    parser.add_argument("--mirror", default="http://deb.debian.org/debian")
    parser.add_argument("--package", help="install this instead of the program and the files of dist/systemd")
    arguments = parser.parse_args()
    try:
        make(arguments.root, arguments.mirror)
        machine = Machine(arguments.root, StandIns())
    except CannotBoot as reason:
        print(f"left out: no container boots here: {reason}")
        return 0
    failed = 0
    try:
        machine.install(arguments.program, arguments.package)
        for check in CHECKS:
            try:
                check(machine)
                print(f"ok      {check.__name__}", flush=True)
            except Exception:  # pylint: disable=broad-except  (each check is told, whatever it fails of)
                failed += 1
                print(f"FAILED  {check.__name__}\n{traceback.format_exc()}", flush=True)
    finally:
        machine.end()
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
