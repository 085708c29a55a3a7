"""Starts that are cut off, starts on a store that is taken, damaged or cannot be written: none may change what is
there, each must say what is wrong, and the next good one goes on."""

import hashlib
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time

from disk import Small
from stage import Stage

MIGRATIONS = pathlib.Path(__file__).resolve().parents[2] / "migrations" / "sqlite"
MARK = 0x6E6F6362
IMPOSSIBLE = 78
# A start that should fail, and does not, shall do nothing.
NOBODY = {"BOT_PORT": "0", "NEXTCLOUD_URL": "http://127.0.0.1:9", "MODEL_BASE_URL": "http://127.0.0.1:9"}


def first_start(arguments, name="killed in the first start", make=None):
    """kill -9 at random moments of a start, each on a new directory; then a start that serves."""
    stage = Stage(arguments, name, clock="")
    choice = random.Random(stage.seed)
    stage.service.start()
    whole = stage.service.starts[0] * (1 if make is None else 4)
    stage.service.kill()
    for number in range(900, 900 + arguments.starts):
        shutil.rmtree(stage.service.state)
        os.mkdir(stage.service.state)
        stage.talk.signs.clear()
        if make:
            make(stage.service.path, stage.crowd.expect(number, "room0"))
        for _ in range(choice.choice([1, 1, 3])):
            stage.service.begin()
            time.sleep(choice.uniform(0, whole))
            stage.service.kill()
        stage.restart()
        stage.service.kill()
    stage.restart()
    if make:
        stage.crowd.questions[900 + arguments.starts - 1].fate = "queued"
    stage.run(1, arguments.rate, lambda: 0.2)
    stage.drain()
    return stage.end()


def migration(arguments):
    """The same on a store of the first version, which is brought up to date; its open question is answered then."""
    return first_start(arguments, "killed in a migration", old_store)


def old_store(path, question, rows=20_000):
    """As the first version left it, with much history and one open question."""
    sql = (MIGRATIONS / "0001_queue.sql").read_bytes()
    store = sqlite3.connect(path, isolation_level=None)
    store.execute(f"PRAGMA application_id = {MARK}")
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("BEGIN")
    store.execute("CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on "
                  "TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, "
                  "execution_time BIGINT NOT NULL)")
    for statement in sql.decode().split(";\n"):
        store.execute(statement)
    store.execute("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) "
                  "VALUES (1, 'queue', TRUE, ?, 1)", [hashlib.sha384(sql).digest()])
    store.executemany("INSERT INTO turn VALUES ('bot', ?, ?, 'Mira', 'a question', 'an answer')",
                      ((f"old{n % 50}", n) for n in range(1, rows)))
    store.execute("INSERT INTO job (bot, room, message, state, asked_at, due_at, line_at, one_to_one, asker, asker_name, "
                  "text) VALUES ('bot', 'room0', ?, 'ask', 1, 1, 1, 0, 'users/mira', 'Mira', ?)",
                  [question.number, question.text])
    store.execute("COMMIT")
    store.close()


def second_process(arguments):
    """A second service on the same store refuses clearly, the first goes on; after its kill the second starts."""
    stage = Stage(arguments, "two processes", clock="")
    stage.service.start()
    for _ in range(3):
        code, said = run_once(stage.service)
        expect(stage, code not in (0, None), f"the second ended with {code}")
        expect(stage, "another service works on" in said and stage.service.path in said, f"the second said {said!r}")
    stage.run(1, arguments.rate, lambda: 0.2)
    stage.service.kill()
    stage.restart()
    stage.drain()
    return stage.end()


def damaged(arguments):
    """Stores that are damaged in several ways: a clear refusal that changes no byte, or a start that loses nothing."""
    stage = Stage(arguments, "damaged store", clock="")
    choice = random.Random(stage.seed)
    stage.run(1, arguments.rate, lambda: 0.2)
    stage.drain()
    stage.crowd.ask("room1")
    stage.service.kill()
    whole = copy_of(stage.service.state)
    for what, harm in HARMS.items():
        harm(stage.service.path, choice)
        before = prints(stage.service.state)
        code, said = run_once(stage.service)
        if code is None:
            expect(stage, what in MAY_START, f"{what}: it starts as if nothing was wrong")
        else:
            expect(stage, code == IMPOSSIBLE and stage.service.path in said, f"{what}: it ended with {code}, {said!r}")
            expect(stage, "damaged" in said or "another program" in said, f"{what}: it says {said!r}")
            expect(stage, "\n" not in said.strip(), f"{what}: more than one line, {said!r}")
            expect(stage, prints(stage.service.state) == before, f"{what}: files were changed")
        put_back(whole, stage.service.state)
    stage.restart()
    stage.drain()
    stage.tally.remark = f"{len(HARMS)} kinds"
    return stage.end()


def read_only(arguments):
    """A start on a file system that is mounted read-only: refused in one line; mounted writable again, it goes on."""
    disk = Small()
    if not disk.mounted:
        return print("left out read-only start: a tmpfs cannot be mounted (root only)", flush=True)
    stage = Stage(arguments, "read-only start", state=disk.path, clock="")
    stage.run(1, arguments.rate, lambda: 0.2)
    while_open = disk.remount("ro")
    expect(stage, while_open, "a file system became read-only under open files")
    stage.service.kill()
    expect(stage, not disk.remount("ro"), "it could not be mounted read-only")
    before = prints(disk.path)
    code, said = run_once(stage.service)
    expect(stage, code == IMPOSSIBLE and "cannot be written" in said and disk.path in said, f"it ended with {code}: {said!r}")
    expect(stage, prints(disk.path) == before, "files were changed")
    disk.remount("rw")
    stage.restart()
    stage.drain()
    said = while_open.partition("\n")[0].split(":")[-1].strip()
    stage.tally.remark = f"while its files are open the system says: {said}"
    tally = stage.end()
    disk.close()
    return tally


def expect(stage, holds, otherwise):
    if not holds:
        stage.tally.object(otherwise)


def run_once(service):
    """Exit code and words of a start that should not succeed; no code when it serves, and is killed then."""
    environment = {name: value for name, value in service.environment.items() if not name.startswith(("LISTEN_", "NOTIFY_"))}
    child = subprocess.Popen([service.program, "serve"], env=environment | NOBODY, text=True,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _, said = child.communicate(timeout=3)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return None, ""
    lines = [line for line in said.splitlines() if line.startswith("nextcloud-opencode-bot: ")]
    return child.returncode, "\n".join(lines)


def prints(directory):
    """Of every file its content; the lock is no content, and the index of a log is made anew by every reader."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in pathlib.Path(directory).iterdir()
            if not file.name.endswith((".lock", "-shm"))}


def copy_of(directory):
    return shutil.copytree(directory, f"{tempfile.mkdtemp()}/whole")


def put_back(whole, directory):
    for file in pathlib.Path(directory).iterdir():
        file.unlink()
    shutil.copytree(whole, directory, dirs_exist_ok=True)


def overwrite(path, at, length, choice):
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(choice.randbytes(length))


def merge_log(path):
    store = sqlite3.connect(path)
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def garbage_in_the_middle(path, choice):
    merge_log(path)
    size = os.path.getsize(path)
    for at in range(4096, size, 4096):
        overwrite(path, at, 200, choice)


def garbage_in_one_table(path, choice):
    merge_log(path)
    store = sqlite3.connect(path)
    root = store.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'job'").fetchone()[0]
    store.close()
    overwrite(path, (root - 1) * 4096, 2000, choice)


def half_a_file(path, _):
    merge_log(path)
    os.truncate(path, os.path.getsize(path) // 2)


def no_database(path, choice):
    merge_log(path)
    overwrite(path, 0, 4096, choice)


def half_a_log(path, _):
    os.truncate(f"{path}-wal", os.path.getsize(f"{path}-wal") // 2)


def garbage_in_the_log(path, choice):
    size = os.path.getsize(f"{path}-wal")
    overwrite(f"{path}-wal", size // 2, min(2000, size // 2), choice)


HARMS = {harm.__name__: harm for harm in (
    garbage_in_the_middle, garbage_in_one_table, half_a_file, no_database, half_a_log, garbage_in_the_log)}
# SQLite reads a log up to the first record whose checksum is wrong, as after a crash of the machine.
MAY_START = {"half_a_log", "garbage_in_the_log"}
