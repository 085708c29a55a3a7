"""Scenarios of the disk: full, read-only, broken, each while people ask, and mended without a restart."""

import errno
import time

from disk import Faulty, Small
from scenarios import of
from stage import Stage

FAULTS = [errno.EROFS, errno.EROFS, errno.EIO, errno.ENOSPC]


def full(arguments):
    """The disk fills up and is freed again at random; now and then the process is killed on a full disk."""
    disk = Small()
    if not disk.mounted:
        return print("left out disk full: a tmpfs cannot be mounted (root only)", flush=True)
    stage = Stage(arguments, "disk full", state=f"{disk.path}", clock=arguments.clock)
    choice, is_full = of(stage), False

    def act():
        nonlocal is_full
        lives(stage)
        if is_full:
            if choice.random() < 0.2:
                stage.service.kill()
                stage.service.start()
            disk.free()
            if not stage.service.lives():
                stage.restart()
        else:
            disk.fill(choice.choice([0, 0, 4096, 40_000]))
        is_full = not is_full
        return choice.uniform(0.2, 1.5)

    stage.run(arguments.share, arguments.rate, act)
    lives(stage)
    disk.free()
    stage.recover()
    stage.drain()
    stage.tally.remark = f"{stage.crowd.full} answered 503"
    tally = stage.end()
    disk.close()
    return tally


def broken(arguments):
    """Writes fail for a while as on a disk that is read-only, broken or full, while the files stay open. The system
    refuses to make a tmpfs read-only then, so a library between the program and the disk says so in its place."""
    disk = Faulty()
    if not disk.built:
        return print("left out disk broken: there is no C compiler", flush=True)
    stage = Stage(arguments, "disk read-only or broken", state=disk.state, preload=disk.library, settings=disk.settings,
                  clock=arguments.clock)
    choice, faults = of(stage), 0

    def act():
        nonlocal faults
        lives(stage)
        disk.break_with(choice.choice(FAULTS))
        faults += 1
        for _ in range(choice.choice([0, 1, 5])):
            # Looks at the store, too: what it opens now it keeps.
            stage.figures()
            time.sleep(choice.uniform(0, 0.3))
        disk.mend()
        return choice.uniform(0.05, 0.8)

    stage.run(arguments.share, arguments.rate, act)
    lives(stage)
    stage.drain(steps=False)
    if stage.service.starts[1:]:
        stage.tally.object("it was started again")
    stage.tally.remark = f"{faults} times, {stage.crowd.full} answered 503"
    return stage.end()


def lives(stage):
    """A disk is no reason to end."""
    if not stage.service.lives():
        stage.tally.object(stage.service.how_it_ended())
        stage.restart()
