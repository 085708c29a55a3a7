"""The outcome in words: a line for each number of replicas, and a table of all."""

from account import middle_and_most

KILLED = [
    ("", lambda t: t.name), ("kill -9", lambda t: t.kills), ("acknowledged", lambda t: t.acknowledged),
    ("answered", lambda t: t.answered), ("stopped", lambda t: t.stopped), ("told as failed", lambda t: t.told),
    ("lost", lambda t: t.lost), ("repeated, explained", lambda t: t.explained), ("unexplained", lambda t: t.unexplained),
    ("not acknowledged", lambda t: t.refused + t.unknown), ("at the model at once", lambda t: t.most),
    ("asked again after (s)", lambda t: middle_and_most(t.taken_up)),
    ("answered after (s)", lambda t: middle_and_most(t.taken_over)),
    ("stopped after (s)", lambda t: middle_and_most(t.stops)),
    ("slowest webhook (s)", lambda t: f"{t.wait:.1f}"), ("seconds", lambda t: f"{t.seconds:.0f}"),
]
FAILED_OVER = [
    *(column for column in KILLED if column[0] in ("", "acknowledged", "answered", "stopped", "lost",
                                                   "repeated, explained", "unexplained", "not acknowledged")),
    ("nothing taken for (s)", lambda t: f"{t.outage:.1f}"), *KILLED[-2:],
]
THROUGHPUT = [
    ("", lambda t: t.name), ("questions", lambda t: t.acknowledged), ("seconds", lambda t: f"{t.seconds:.2f}"),
    ("questions/s", lambda t: f"{t.rate:.0f}"), ("ratio", lambda t: f"{t.ratio:.2f}"),
    ("CPU a question (ms): replicas", lambda t: f"{t.cpu[0]:.1f}"), ("PostgreSQL", lambda t: f"{t.cpu[1]:.1f}"),
    ("stand-ins", lambda t: f"{t.cpu[2]:.1f}"),
]
WARM = [
    ("", lambda t: t.name), ("questions", lambda t: t.acknowledged), ("after another in their room", lambda t: t.followed),
    ("by the same replica", lambda t: f"{100 * t.kept / max(1, t.followed):.0f} %"),
    ("webhook to post (ms)", lambda t: middle_and_most(t.waits)),
]
REFUSED = [
    ("", lambda t: t.name), ("acknowledged", lambda t: t.acknowledged), ("taken by Talk", lambda t: t.answered),
    ("on their way when it turned wrong", lambda t: t.under_way), ("rooms that refused", lambda t: t.rooms),
    ("refused signatures", lambda t: t.refused_signatures), ("at most", lambda t: t.bound),
]
POOL = [
    ("", lambda t: t.name), ("questions", lambda t: t.acknowledged),
    ("questions/min without MODEL_SPREAD", lambda t: f"{t.alone.rate:.0f}"), ("with it", lambda t: f"{t.rate:.0f}"),
    ("ratio", lambda t: f"{t.ratio:.2f}"), ("waited inside a server", lambda t: t.waited),
]


def line(tally):
    """How it went, and what was wrong."""
    word = "ok     " if tally.passed else "FAILED "
    text = f"{word} {tally.name}: {tally.acknowledged} acknowledged, {tally.answered} answered, {tally.lost} lost"
    kinds = [f"{count} by {kind}" for kind, count in getattr(tally, "kinds", {}).items() if count]
    text += f", repeated {', '.join(kinds)}" if kinds else ""
    text += f" ({tally.remark})" if tally.remark else ""
    return "\n".join([text] + [f"        {what}" for what in tally.violations[:20]])


def table(columns, tallies):
    lines = [[name for name, _ in columns], ["---"] + ["---:"] * (len(columns) - 1)]
    lines += [[str(show(tally)) for _, show in columns] for tally in tallies]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
