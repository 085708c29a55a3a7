#!/usr/bin/env python3
"""Runs the service against a real Nextcloud with Talk, and does to it what people and administrators do.

    tests/real/nextcloud.py --nextcloud FOLDER [--bot PROGRAM] [--keep FILE] [CHECK ...]

FOLDER holds an unpacked Nextcloud with Talk in apps/spreed; it is only read. Needs `php` (cli) with what Nextcloud asks
for, sqlite3 among it. Nextcloud, a scripted model and the service run on this machine alone. All checks are done where
none is named; each prints one line. `--keep` writes every webhook and every request of the service, with its answer, as
JSON lines. Ends with 1 when something is not as promised.
"""

import argparse
import base64
import json
import os
import sys
import time
import traceback

from rooms import CHECKS as ROOMS
from trouble import CHECKS as TROUBLE
from stage import Stage


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nextcloud", required=True, metavar="FOLDER")
    parser.add_argument("--bot", metavar="PROGRAM", default="target/debug/nextcloud-opencode-bot")
    parser.add_argument("--keep", metavar="FILE")
    parser.add_argument("checks", nargs="*", metavar="CHECK")
    arguments = parser.parse_args()
    known = {check.__name__: check for check in ROOMS + TROUBLE}
    unknown = [name for name in arguments.checks if name not in known]
    if unknown:
        parser.error(f"no such check: {', '.join(unknown)}; there are {', '.join(known)}")

    stage = Stage(arguments.nextcloud, os.path.abspath(arguments.bot))
    print(f"Nextcloud {stage.nextcloud.version} with Talk {stage.nextcloud.talk}, {stage.bot_version}", flush=True)
    failed = 0
    chosen = arguments.checks or list(known)
    try:
        for name in chosen:
            begin = time.monotonic()
            try:
                seen = known[name](stage)
                print(f"ok      {name}{f': {seen}' if seen else ''} ({time.monotonic() - begin:.1f} s)", flush=True)
            except (Exception, SystemExit):
                failed += 1
                print(f"FAILED  {name}\n{traceback.format_exc()}", flush=True)
            stage.settle()
    finally:
        if arguments.keep:
            keep(stage, arguments.keep)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def keep(stage, file):
    with open(file, "w") as out:
        for way, between in (("webhook", stage.to_bot), ("api", stage.to_talk)):
            for exchange in between.since():
                raw = {name: base64.b64encode(exchange[name]).decode() for name in ("body", "answer")}
                out.write(json.dumps({"way": way} | exchange | raw) + "\n")


if __name__ == "__main__":
    main()
