"""Compares unit files, and reads them back through systemd.

    units.py same DIRECTORY DIRECTORY          the services and sockets in both say the same
    units.py environment DIRECTORY FILE.json   systemd gives the service in DIRECTORY exactly these variables
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SERVICE = "nextcloud-opencode-bot.service"
SOCKET = "nextcloud-opencode-bot.socket"

# What has to differ: where things lie, and what only one of the two systems knows.
APART = {"Environment", "EnvironmentFile", "ExecReload", "ExecStart", "LoadCredential", "X-StopIfChanged"}


def read(path):
    """Section and key to the values in their order."""
    found, section = {}, None
    for line in path.read_text().splitlines():
        if not line or line.startswith(("#", ";")):
            continue
        if line.startswith("["):
            section = line
            continue
        key, value = line.split("=", 1)
        if key not in APART:
            found.setdefault((section, key), []).append(value)
    return found


def same(one, other):
    faults = []
    for name in (SERVICE, SOCKET):
        ours, theirs = read(one / name), read(other / name)
        faults += [
            f"{name} {section} {key}: {ours.get((section, key))} against {theirs.get((section, key))}"
            for section, key in sorted(ours.keys() | theirs.keys())
            if ours.get((section, key)) != theirs.get((section, key))
        ]
    return faults


def dump(directory):
    """What systemd understands of the units there. In test mode it refuses to be root."""
    manager = next(p for p in ("/usr/lib/systemd/systemd", "/lib/systemd/systemd") if os.path.exists(p))
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)
        units = pathlib.Path(scratch)
        for unit in directory.iterdir():
            (units / unit.name).write_text(unit.read_text())
        (units / "only.target").write_text(f"[Unit]\nDefaultDependencies=no\nWants={SERVICE}\n")
        command = [manager, "--test", "--system", "--unit=only.target", "--no-pager"]
        if os.getuid() == 0:
            command = ["runuser", "-u", "nobody", "--", *command]
        environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{scratch}:", "XDG_RUNTIME_DIR": "/tmp"}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True).stdout


def environment(directory, expected):
    unit = re.search(rf"-> Unit {re.escape(SERVICE)}:\n(.*?)(?=\n\t-> Unit |\Z)", dump(directory), re.S)
    if unit is None:
        return ["systemd did not load the service"]
    # A value may go on in the next line; every other entry begins with two tabs and a name.
    found = re.findall(r"^\t\tEnvironment: ([A-Z_]+)=(.*?)(?=\n\t\t[A-Z]|\Z)", unit[1], re.S | re.M)
    wanted = json.loads(expected.read_text())
    got = {name: value for name, value in found}
    return [
        f"{name}: {got.get(name)!r} instead of {wanted.get(name)!r}"
        for name in sorted(wanted.keys() | got.keys())
        if got.get(name) != wanted.get(name)
    ]


def main():
    action, *paths = sys.argv[1:]
    faults = {"same": same, "environment": environment}[action](*map(pathlib.Path, paths))
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
