"""The outcome in words: a line for each scenario, and a table of all."""

import shlex

COLUMNS = [
    ("scenario", lambda t: t.name), ("kill -9", lambda t: t.kills), ("SIGTERM", lambda t: t.terminations),
    ("acknowledged", lambda t: t.acknowledged), ("answered", lambda t: t.answered),
    ("told as failed", lambda t: t.told), ("lost", lambda t: t.lost), ("repeated, explained", lambda t: t.explained),
    ("unexplained", lambda t: t.unexplained), ("not acknowledged", lambda t: t.refused + t.unknown),
    ("at the model at once", lambda t: t.most), ("longest outage (s)", lambda t: f"{t.outage:.1f}"), ("seconds", lambda t: f"{t.seconds:.0f}"),
]


def line(tally):
    word = "ok     " if tally.passed else "FAILED "
    remark = f" ({tally.remark})" if tally.remark else ""
    text = (f"{word} {tally.name}: {tally.acknowledged} acknowledged, {tally.answered} answered, {tally.told} told, "
            f"{tally.lost} lost, {tally.explained} repeated{remark}")
    return "\n".join([text] + [f"        {what}" for what in tally.violations[:20]])


def again(arguments, name, seconds):
    program = shlex.quote(arguments.program)
    options = f"--seed {arguments.seed} --seconds {seconds:g} --rate {arguments.rate:g}"
    return f"        again: tests/crash/run {program} {options} {name}"


def table(tallies, seconds):
    rows = [[str(show(tally)) for _, show in COLUMNS] for tally in tallies]
    sums = ["all"] + [str(sum(int(row[at]) for row in rows)) for at in range(1, 10)]
    sums += [str(max([tally.most for tally in tallies], default=0)), f"{max([tally.outage for tally in tallies], default=0):.1f}", f"{seconds:.0f}"]
    lines = [[name for name, _ in COLUMNS], ["---"] + ["---:"] * (len(COLUMNS) - 1), *rows, sums]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
