"""What goes wrong while people ask: the process, the clock, the model, Talk, and all of it."""

import random
import time

from stage import Stage

# Each attempt's fate at Talk, while there is trouble.
CUTS = {"cut before": 0.04, "cut after": 0.05, "hang before": 0.02, "hang after": 0.02, "late": 0.2}
ERRORS = {"500": 0.08, "500 after": 0.04, "503": 0.2, "504 after": 0.04}
# Half an hour of silence follows, so these come at the end.
REFUSALS = {"429": 0.01, "401": 0.02}


def of(stage):
    return random.Random(stage.seed)


def killed(arguments, held=False, name="killed"):
    """kill -9 at random moments, and started again at once."""
    stage = Stage(arguments, name, held=held, clock=arguments.clock)
    choice = of(stage)

    def act():
        if stage.service.lives():
            stage.service.kill()
            stage.restart()
        return choice.choice([choice.uniform(0, 0.1), choice.uniform(0.1, 1.5)])

    stage.run(arguments.share, arguments.rate, act)
    stage.drain()
    if held and any(question.fate == "refused" for question in stage.crowd.questions.values()):
        stage.tally.object("a webhook was refused although the socket was held")
    return stage.end()


def killed_behind_a_socket(arguments):
    """The same, while the supervisor holds the socket."""
    return killed(arguments, True, "killed, socket held")


def terminated(arguments):
    """SIGTERM at random moments, sometimes twice, sometimes followed by kill -9 within the grace period."""
    stage = Stage(arguments, "terminated", clock=arguments.clock)
    choice = of(stage)
    stage.model.slow = (0.0, 0.4)

    def act():
        how = choice.random()
        again = choice.uniform(0, 0.5) if how < 0.35 else None
        kill = choice.uniform(0, 0.5) if how > 0.7 else None
        stage.service.terminate(again, kill)
        stage.restart()
        return choice.uniform(0, 0.8)

    stage.run(arguments.share, arguments.rate, act)
    stage.drain()
    return stage.end()


def clock(arguments):
    """The wall clock jumps ahead and back by hours, while some posts are late and refused for a moment."""
    if not arguments.clock:
        return print("left out clock jumps: there is no libfaketime", flush=True)
    stage = Stage(arguments, "clock jumps", clock=arguments.clock)
    choice = of(stage)
    jumps = 0

    def act():
        nonlocal jumps
        jumps += 1
        stage.clock.set(int(choice.choice([0, 0, 90, 3600, 5 * 3600, 26 * 3600, -60, -3 * 3600, 400 * 24 * 3600])))
        stage.talk.trouble({"late": 0.3, "503": 0.1} if choice.random() < 0.7 else {})
        stage.model.trouble("loading") if choice.random() < 0.1 else stage.model.recover()
        if choice.random() < 0.1:
            stage.service.kill()
            stage.restart()
        return choice.uniform(0.1, 1.0)

    stage.run(arguments.share, arguments.rate, act)
    stage.recover()
    stage.clock.set(0)
    stage.tally.remark = f"{jumps} jumps"
    # Nobody may wait for the hours to pass again.
    stage.drain(steps=False, patience=60)
    return stage.end()


def model(arguments):
    """The model hangs, cuts answers, loads and dies."""
    stage = Stage(arguments, "model in trouble", clock=arguments.clock, settings={"TIMEOUT": "2", "WAIT_NOTICE": "2"})
    choice = of(stage)

    def act():
        if stage.model.mode == "well":
            stage.model.trouble(choice.choice(["hang", "cut", "loading", "dead"]))
            return choice.uniform(0.2, 2.5)
        stage.model.recover()
        return choice.uniform(0.2, 1.5)

    stage.run(arguments.share, arguments.rate, act)
    stage.recover()
    stage.drain()
    return stage.end()


def talk(arguments):
    """Talk is late, hangs, cuts before and after a message is in the room, fails and refuses."""
    stage = Stage(arguments, "Talk in trouble", clock=arguments.clock)
    choice, late = of(stage), time.monotonic() + 0.8 * arguments.share

    def act():
        if stage.talk.faults:
            stage.talk.recover()
            return choice.uniform(0.2, 1.0)
        refusals = REFUSALS if stage.clock and time.monotonic() > late else {}
        stage.talk.trouble(choice.choice([CUTS, ERRORS, CUTS | ERRORS]) | refusals)
        return choice.uniform(0.3, 1.5)

    stage.run(arguments.share, arguments.rate, act)
    stage.recover()
    stage.drain()
    stage.tally.remark = ", ".join(f"{count} × {fault}" for fault, count in sorted(stage.talk.seen.items()))
    return stage.end()


def mixed(arguments):
    """All of it at once."""
    stage = Stage(arguments, "all of it", clock=arguments.clock, settings={"TIMEOUT": "3", "WAIT_NOTICE": "3"})
    choice = of(stage)

    def act():
        what = choice.randrange(8 if stage.clock else 7)
        if what == 0:
            stage.service.kill()
            stage.restart()
        elif what == 1:
            stage.service.terminate(choice.choice([None, 0.1]), choice.choice([None, None, 0.3]))
            stage.restart()
        elif what == 2:
            stage.model.trouble(choice.choice(["hang", "cut", "loading", "dead"]))
        elif what == 3:
            stage.talk.trouble(choice.choice([CUTS, ERRORS]))
        elif what in (4, 5):
            stage.model.recover()
        elif what == 6:
            stage.talk.recover()
        else:
            stage.clock.set(choice.choice([0, 7200, -7200, 30]))
        return choice.uniform(0.05, 0.8)

    stage.run(arguments.share, arguments.rate, act)
    stage.recover()
    stage.drain()
    return stage.end()
