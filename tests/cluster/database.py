"""A throw-away PostgreSQL of the distribution's own binaries, on a socket in a directory of its own, run by an account
without rights. It ends with this process, however that ends: a shell waits for it and cleans up."""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import time

ACCOUNT = "postgres"
HOME = pathlib.Path("/usr/lib/postgresql")
OPTIONS = ["listen_addresses=", "max_connections=200", "shared_buffers=32MB", "jit=off", "log_min_messages=fatal"]
HASTY = ["fsync=off", "full_page_writes=off"]
FIELD, RECORD = "\x1f", "\x1e"

# Waits for the end of whoever started it.
KEEPER = """read -r word
for data in "$2"/data*; do "$1/pg_ctl" -D "$data" -m immediate -w stop >/dev/null 2>&1; done
rm -rf "$2"
"""


class Failed(Exception):
    """PostgreSQL does not do what it is told."""


def binaries():
    """Those of the newest version; `None` without any."""
    found = [path.parent for path in HOME.glob("*/bin/pg_ctl") if path.parts[-3].isdigit()]
    return max(found, key=lambda path: int(path.parts[-2]), default=None)


def account():
    """Who runs it, when this process may not."""
    if os.geteuid() != 0:
        return {}
    for name in (ACCOUNT, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise Failed("there is no account without rights")


class Database:
    """`durable`: what is committed is on the disk, which only figures need; a process that dies loses nothing anyway."""

    def __init__(self, durable=False):
        self.binaries, self.account = binaries(), account()
        self.directory = tempfile.mkdtemp(prefix="bot-pg-")
        if self.account:
            os.chown(self.directory, self.account["user"], self.account["group"])
        self.restarts, self.options = 0, OPTIONS + ([] if durable else HASTY)
        self.data = f"{self.directory}/data"
        self.keeper = subprocess.Popen(["/bin/sh", "-c", KEEPER, "keeper", self.binaries, self.directory],
                                       stdin=subprocess.PIPE, cwd=self.directory, start_new_session=True, **self.account)
        self.run("initdb", "-U", ACCOUNT, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        self.control("start")
        self.url = f"postgres://{ACCOUNT}@{self.directory.replace('/', '%2F')}/{ACCOUNT}"

    def run(self, program, *arguments):
        log = f"{self.directory}/log"
        with open(log, "ab") as words:
            # Its descendants keep what it writes to, so nobody waits for the end of that.
            ended = subprocess.run([self.binaries / program, "-D", self.data, *arguments],
                                   cwd=self.directory, stdin=subprocess.DEVNULL, stdout=words, stderr=words,
                                   timeout=120, check=False, **self.account)
        if ended.returncode != 0:
            raise Failed(f"{program}: {pathlib.Path(log).read_text(errors='replace')[-2000:]}")

    def control(self, what, *how):
        options = " ".join(["-k", self.directory, *(f"-c {option}" for option in self.options)])
        self.run("pg_ctl", "-w", "-o", options, *how, what)

    def restart(self, away):
        """As after a crash: nobody is asked to finish, and for `away` seconds nobody is there. Returns when it answers
        again."""
        if away:
            self.control("stop", "-m", "immediate")
            time.sleep(away)
            self.control("start")
        else:
            self.control("restart", "-m", "immediate")
        self.restarts += 1

    def select(self, sql, patience=20):
        """The rows, every field as text and NULL as nothing. Waits for a server that is starting."""
        end = time.monotonic() + patience
        while True:
            asked = subprocess.run(
                [self.binaries / "psql", "-h", self.directory, "-U", ACCOUNT, "-XqAt", "-F", FIELD, "-R", RECORD,
                 "-v", "ON_ERROR_STOP=1", "-c", sql], capture_output=True, text=True, check=False, timeout=60)
            if asked.returncode == 0:
                text = asked.stdout.removesuffix("\n")
                return [record.split(FIELD) for record in text.split(RECORD)] if text else []
            # 2 is a server that cannot be reached, or went away meanwhile.
            if asked.returncode != 2 or time.monotonic() > end:
                raise Failed(asked.stderr.strip())
            time.sleep(0.05)

    def number(self, sql):
        return int(self.select(sql)[0][0])

    def processor_seconds(self):
        """What the server and all its processes have used."""
        first, *others = self.processes()
        total = sum(used(first, (13, 14, 15, 16))) + sum(sum(used(other, (13, 14))) for other in others)
        return total / os.sysconf("SC_CLK_TCK")

    def processes(self):
        """The server, and those that it has begun."""
        first = pathlib.Path(f"{self.data}/postmaster.pid").read_text(encoding="ascii").split("\n")[0]
        numbers = [entry.name for entry in pathlib.Path("/proc").iterdir() if entry.name.isdigit()]
        return [first, *(number for number in numbers if parent(number) == first)]

    def close(self):
        self.keeper.communicate(b"\n")
        if os.path.exists(self.directory):
            shutil.rmtree(self.directory, ignore_errors=True)


def fields(process):
    """Of the system's line about a process, counted as its manual does, from 0; nothing of one that is gone."""
    try:
        name, _, rest = pathlib.Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")
    except OSError:
        return None
    return [*name.split(" (", 1), *rest.split()]


def used(process, places):
    line = fields(process)
    return [int(line[place]) for place in places] if line else [0]


def parent(process):
    line = fields(process)
    return line[3] if line else None
