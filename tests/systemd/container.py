"""A Debian with its own systemd as first process, booted beside the tests in namespaces of its own; the network is the
machine's. Needs root, debootstrap and systemd-nspawn."""

import os
import subprocess
import tempfile
import time

# What a plain Debian lacks for the service: its unit needs nothing else.
PACKAGES = "systemd,systemd-sysv,dbus,ca-certificates,procps"
SUITE = "bookworm"


class CannotBoot(Exception):
    """No Debian can be had here, or this machine does not let a container boot."""


def make(root, mirror):
    """A Debian below `root`, from a mirror of packages. Takes a minute; what is there stays."""
    if not os.path.exists(f"{root}/usr/lib/systemd/systemd"):
        made = subprocess.run(["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, root, mirror],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if made.returncode:
            raise CannotBoot(f"no Debian from {mirror}: {' / '.join(made.stdout.splitlines()[-3:])}")


class Container:
    """Boots what is below `root` and forgets on its end what changed there."""

    def __init__(self, root):
        self.log = tempfile.NamedTemporaryFile("w+", prefix="container-", suffix=".log", delete=False)
        self.nspawn = subprocess.Popen(
            ["systemd-nspawn", f"--directory={root}", f"--machine=bot-{os.getpid()}", "--volatile=overlay", "--boot",
             "--register=no", "--keep-unit", "--console=pipe"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
        try:
            self.leader = within(30, self.find_leader, "a first process")
            within(60, self.is_up, "the end of the boot")
        except AssertionError as late:
            self.end()
            raise CannotBoot(f"{late}; see {self.log.name}") from late

    def find_leader(self):
        if self.nspawn.poll() is not None:
            raise CannotBoot(f"systemd-nspawn ended with {self.nspawn.returncode}; see {self.log.name}")
        children = f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children"
        with open(children, encoding="utf-8") as file:
            return next(iter(file.read().split()), None)

    def is_up(self):
        return self.run("systemctl", "is-system-running", check=False).strip() in ("running", "degraded")

    def run(self, *command, check=True, stdin=""):
        """What a command in it prints on both ways. With `check` it has to succeed."""
        done = subprocess.run(["nsenter", f"--target={self.leader}", "--all", *command], input=stdin,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
        assert not check or done.returncode == 0, f"{' '.join(command)}: {done.returncode}\n{done.stdout}"
        return done.stdout

    def write(self, path, text):
        """Makes a file in it that only root reads, and the directories above."""
        self.run("/bin/sh", "-c", 'mkdir -p "$(dirname "$0")" && umask 077 && cat > "$0"', path, stdin=text)

    def end(self):
        self.nspawn.terminate()
        self.nspawn.wait(60)


def within(seconds, is_so, what):
    """Looks again and again until something comes, and returns it."""
    end = time.monotonic() + seconds
    while True:
        found = is_so()
        if found:
            return found
        assert time.monotonic() < end, f"in vain for {seconds} s: {what}"
        time.sleep(0.05)
