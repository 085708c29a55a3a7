#!/usr/bin/env python3
"""What the service does for and with a supervisor, beside restarting (restart.py).

    tests/systemd/checks.py PROGRAM

Each check starts the program as systemd would. Nothing but Python itself is needed. Ends with `N passed, 0 failed`.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

from supervisor import SECRET, StandIns, Supervisor, webhook

OTHER = "another secret, between 40 and 128 bytes long"


class Unix(http.client.HTTPConnection):
    """A connection to a path."""

    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def connection(supervisor, number=0):
    return http.client.HTTPConnection(*supervisor.sockets[number].getsockname(), timeout=10)


def status(connection, method, path, headers=(), body=None):
    connection.request(method, path, body, dict(headers))
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def post(supervisor, number, secret=SECRET):
    headers, body = webhook(number, False, secret)
    return status(connection(supervisor), "POST", "/webhook", headers, body)


def a_socket_may_be_a_path(program, stand_ins):
    path = f"{tempfile.mkdtemp()}/bot.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    supervisor = Supervisor(program, stand_ins, [listener])
    supervisor.start()
    headers, body = webhook(1, False)
    assert status(Unix(path), "POST", "/webhook", headers, body) == 200
    assert status(Unix(path), "GET", "/health") == 200
    supervisor.stop()


def the_probes_get_the_socket_of_their_name(program, stand_ins):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    supervisor = Supervisor(program, stand_ins, sockets, "admin:webhook")
    supervisor.start()
    assert status(connection(supervisor, 0), "GET", "/metrics") == 200
    assert status(connection(supervisor, 1), "GET", "/metrics") == 404
    headers, body = webhook(1, False)
    assert status(connection(supervisor, 1), "POST", "/webhook", headers, body) == 200
    supervisor.stop()


def a_second_socket_for_webhooks_does_not_become_the_probes(program, stand_ins):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    supervisor = Supervisor(program, stand_ins, sockets, "webhook:webhook")
    supervisor.start()
    assert status(connection(supervisor, 0), "GET", "/metrics") == 200, "no other socket took the probes"
    assert post(supervisor, 1) == 200
    supervisor.stop()
    with open(supervisor.log.name) as log:
        assert "stays unused" in log.read()


def a_stop_in_the_middle_of_an_answer_waits_for_it_and_takes_webhooks_until_then(program, _):
    stand_ins = StandIns(model_seconds=3)
    supervisor = Supervisor(program, stand_ins)
    supervisor.start()
    headers, body = webhook(1, True)
    assert status(connection(supervisor), "POST", "/webhook", headers, body) == 200
    supervisor.hear("STATUS=1 questions open, 1 of them being answered")
    supervisor.child.send_signal(signal.SIGTERM)
    supervisor.hear("STOPPING=1")
    supervisor.child.send_signal(signal.SIGHUP)
    assert post(supervisor, 2) == 200
    assert supervisor.child.wait(30) == 0, "a hang-up during the stop changes nothing"
    assert stand_ins.answered() == [1], stand_ins.answered()


def a_hang_up_reads_the_secrets_anew_and_the_old_one_still_counts(program, stand_ins):
    file = f"{tempfile.mkdtemp()}/bot-secret"
    write(file, SECRET)
    supervisor = Supervisor(program, stand_ins, settings={"BOT_SECRET": "", "BOT_SECRET_FILE": file})
    supervisor.start()
    assert (post(supervisor, 1), post(supervisor, 2, OTHER)) == (200, 401)
    write(file, OTHER)
    supervisor.child.send_signal(signal.SIGHUP)
    supervisor.hear("RELOADING=1")
    supervisor.hear("READY=1")
    assert (post(supervisor, 3), post(supervisor, 4, OTHER)) == (200, 200)
    write(file, "too short")
    supervisor.child.send_signal(signal.SIGHUP)
    supervisor.hear("RELOADING=1")
    supervisor.hear("READY=1")
    assert post(supervisor, 5, OTHER) == 200, "a secret that cannot be changes nothing"
    supervisor.stop()


def the_watchdog_is_fed_and_hears_how_it_goes(program, stand_ins):
    supervisor = Supervisor(program, stand_ins)
    supervisor.start()
    for _ in range(3):
        supervisor.hear("WATCHDOG=1")
    said = supervisor.hear("WATCHDOG=1")
    assert any(line.startswith("STATUS=0 questions open") for line in said), said
    supervisor.stop()


def a_supervisor_that_does_not_listen_holds_nothing_up(program, stand_ins):
    supervisor = Supervisor(program, stand_ins, settings={"WATCHDOG_USEC": "100000"})
    supervisor.start()
    filler = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    filler.setblocking(False)
    filler.connect(supervisor.environment["NOTIFY_SOCKET"])
    try:
        while True:
            filler.send(b"X_FILLER=1")
    except BlockingIOError:
        pass
    time.sleep(0.2)
    supervisor.child.send_signal(signal.SIGTERM)
    assert supervisor.child.wait(10) == 0


def a_secret_that_cannot_be_ends_the_start_with_78_and_one_line(program, stand_ins):
    directory = tempfile.mkdtemp()
    write(f"{directory}/bot-secret", "too short")
    environment = {
        "NEXTCLOUD_URL": stand_ins.url, "MODEL_BASE_URL": stand_ins.url, "CREDENTIALS_DIRECTORY": directory,
        "DATABASE_URL": f"sqlite://{directory}/bot.db",
    }
    ended = subprocess.run([program, "serve"], env=environment, capture_output=True, text=True, timeout=30)
    lines = ended.stderr.strip().splitlines()
    assert ended.returncode == 78 and len(lines) == 1, ended
    assert "BOT_SECRET" in lines[0] and "9 bytes" in lines[0], lines


def a_socket_that_is_not_where_the_settings_say_is_told(program, stand_ins):
    supervisor = Supervisor(program, stand_ins, settings={"BOT_PORT": "9"})
    supervisor.start()
    assert post(supervisor, 1) == 200
    supervisor.stop()
    with open(supervisor.log.name) as log:
        assert "restart its socket unit" in log.read()


def write(file, secret):
    with open(file, "w") as out:
        out.write(secret + "\n")
    os.chmod(file, 0o600)


CHECKS = [
    a_socket_may_be_a_path,
    the_probes_get_the_socket_of_their_name,
    a_second_socket_for_webhooks_does_not_become_the_probes,
    a_stop_in_the_middle_of_an_answer_waits_for_it_and_takes_webhooks_until_then,
    a_hang_up_reads_the_secrets_anew_and_the_old_one_still_counts,
    the_watchdog_is_fed_and_hears_how_it_goes,
    a_supervisor_that_does_not_listen_holds_nothing_up,
    a_secret_that_cannot_be_ends_the_start_with_78_and_one_line,
    a_socket_that_is_not_where_the_settings_say_is_told,
]


def main():
    program, stand_ins, failed = os.path.abspath(sys.argv[1]), StandIns(), 0
    for check in CHECKS:
        try:
            check(program, stand_ins)
            print(f"ok      {check.__name__}")
        except Exception:
            failed += 1
            print(f"FAILED  {check.__name__}\n{traceback.format_exc()}")
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
