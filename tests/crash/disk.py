"""Disks that misbehave: a small tmpfs that fills up or is mounted read-only, and a library between the program and
its files that answers like a disk which became read-only or broken while they are open."""

import atexit
import errno
import os
import pathlib
import shutil
import subprocess
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent / "disk_fault.c"
MIB = 1 << 20


class Small:
    """A file system of some MiB of its own. Needs root."""

    def __init__(self, mib=6):
        self.path = tempfile.mkdtemp()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", self.path], capture_output=True)
        self.mounted = mounted.returncode == 0
        self.filler = f"{self.path}/filler"
        atexit.register(self.close)

    def fill(self, leave=0):
        """Takes all the room but so many bytes."""
        with open(self.filler, "ab", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
            filler.truncate(max(0, filler.seek(0, os.SEEK_END) - leave))

    def free(self):
        if os.path.exists(self.filler):
            os.remove(self.filler)

    def remount(self, how):
        """`ro` or `rw`. Returns what mount complains about; nothing when it is done."""
        return subprocess.run(["mount", "-o", f"remount,{how}", self.path], capture_output=True, text=True).stderr.strip()

    def close(self):
        if self.mounted:
            subprocess.run(["umount", "-l", self.path], check=True)
        self.mounted = False


class Faulty:
    """A directory whose files cannot be written at times. Needs a C compiler."""

    def __init__(self):
        self.directory = tempfile.mkdtemp()
        self.state, self.switch, self.library = f"{self.directory}/state", f"{self.directory}/fault", f"{self.directory}/fault.so"
        os.mkdir(self.state)
        compiler = shutil.which("cc") or shutil.which("gcc")
        command = [compiler, "-shared", "-fPIC", "-O1", "-w", "-o", self.library, SOURCE, "-ldl"]
        built = compiler and subprocess.run(command)
        self.built = bool(built) and built.returncode == 0
        self.settings = {"DISK_FAULT": self.switch, "DISK_FAULT_UNDER": self.state}

    def break_with(self, error):
        with open(f"{self.switch}.new", "w", encoding="ascii") as new:
            new.write(str(error))
        os.replace(f"{self.switch}.new", self.switch)

    def mend(self):
        if os.path.exists(self.switch):
            os.remove(self.switch)
