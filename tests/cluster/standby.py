"""A PostgreSQL with a synchronous standby: when the first one dies, the standby takes its place behind the same address,
as a virtual address or a proxy sees to it. What was committed by then is on both."""

import contextlib
import os
import signal
import time

from database import ACCOUNT, Database, Failed

# What a standby calls itself when nobody gives it a name.
NAME = "walreceiver"
PORT, OTHER = 5432, 5433
PATIENCE = 30


class Pair(Database):
    """The address is a socket's path; it leads to the primary."""

    def __init__(self):
        super().__init__()
        self.died, primary = None, self.data
        self.data = f"{primary}2"
        self.run("pg_basebackup", "-h", self.directory, "-U", ACCOUNT, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        self.options.append(f"port={OTHER}")
        self.control("start")
        self.standby, self.data = self.data, primary
        # Only now, since the standby has a copy of what is set here, and would wait for a standby itself.
        self.select(f"ALTER SYSTEM SET synchronous_standby_names = '{NAME}'")
        self.select("SELECT pg_reload_conf()")
        self.wait("SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = 'sync'", 1)

    def wait(self, sql, number):
        end = time.monotonic() + PATIENCE
        while self.number(sql) != number:
            if time.monotonic() > end:
                raise Failed(f"{sql} is not {number} after {PATIENCE} s")
            time.sleep(0.05)

    def restart(self, away):
        """The primary and all its processes are killed; `away` seconds later, when somebody has noticed, the standby is
        promoted and has the address."""
        # It stands still first, so that it begins no process that would be left.
        os.kill(int(self.processes()[0]), signal.SIGSTOP)
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGKILL)
        self.died = time.monotonic()
        time.sleep(away)
        self.data = self.standby
        self.run("pg_ctl", "-w", "promote")
        address = f"{self.directory}/.s.PGSQL.{PORT}"
        os.symlink(f".s.PGSQL.{OTHER}", f"{address}.new")
        os.replace(f"{address}.new", address)
        self.restarts += 1
