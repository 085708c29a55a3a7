"""What must hold when several replicas are well again and the queue is empty, and how long it took others to take over
what a killed one had begun."""

import statistics

import verdict

# Time for a post that is under way, and for the news of a stop.
GRACE = 3.0


class Told(verdict.Told):
    """What the rooms read. A repetition is explained by a moment in which its replica or the database was cut off."""

    def __init__(self, tally, cuts):
        super().__init__(tally)
        self.cuts = cuts
        self.kinds = {"a kill": 0, "the database's restart": 0, "an unknown outcome": 0}

    def excuses(self, room, text, same, may_repeat):
        """The last one needs no excuse: it is the one that was recorded."""
        earlier = sorted(same, key=lambda post: post.arrived)[:-1]
        kinds = [kind for post in earlier if (kind := self.excuse(post))]
        for kind in kinds:
            self.kinds[kind] += 1
        return len(kinds)

    def excuse(self, post):
        if not post.certain:
            return "an unknown outcome"
        for cut in self.cuts:
            if cut.excuses(post):
                return "the database's restart" if cut.replica is None else "a kill"
        return None

    def without_late(self, posts):
        """A post that was under way when its replica was killed may be in the room at any time: one of which there is
        another is left out."""
        kept = []
        for post in posts:
            twin = any(other is not post and other.text == post.text for other in posts)
            if twin and any(cut.replica is not None and cut.split(post) for cut in self.cuts):
                self.kinds["a kill"] += 1
                self.tally.explained += 1
            else:
                kept.append(post)
        return kept

    def read_sayings(self, room, posts):
        """Words of the bot's own: each once to each message."""
        groups = {}
        for post in posts:
            groups.setdefault((post.reply_to, post.text), []).append(post)
        for (message, text), same in groups.items():
            explained = min(len(same) - 1, self.excuses(room, text, same, []))
            self.tally.explained += explained
            self.tally.unexplained += len(same) - 1 - explained
            if len(same) - 1 > explained:
                self.tally.object(f"{room}: said {len(same)} times to {message}, {explained} explained: {text[:60]!r}")


def judge(tally, senders, talk, model, replicas, database):
    with talk.lock:
        posts = list(talk.posts)
    told, commands = Told(tally, replicas.cuts), {stop.command for stop in senders.stops if stop.command}
    for room in sorted({post.room for post in posts}):
        here = [post for post in posts if post.room == room]
        sayings = [post for post in here if post.reply_to in commands or post.text.startswith(verdict.NOTICES)]
        told.read_sayings(room, sayings)
        told.read_room(room, told.without_late([post for post in here if post not in sayings]), [])
    verdict.find_rest(tally, database.number)
    dead = database.select(verdict.DEAD)
    dead = verdict.read_dead(tally, talk, dead, replicas.all[0].dead_letters())
    verdict.count(tally, senders, told, dead)
    if talk.thinking():
        tally.object(f"a 👀 stayed on {sorted(talk.thinking())[:10]}")
    stopped = judge_stops(tally, senders, posts, model, replicas.cuts)
    for found in (senders.violations, talk.violations, model.violations, replicas.violations):
        tally.violations += found[:5]
    tally.kills, tally.most, tally.outage, tally.wait = replicas.kills, model.most, senders.longest_outage, senders.slowest
    for replica in replicas.all:
        verdict.read_log(tally, replica)
    tally.kinds, tally.stops = told.kinds, stopped
    tally.taken_up, tally.taken_over = takeovers(senders, posts, model, replicas.cuts)


def judge_stops(tally, senders, posts, model, cuts):
    """After a stop was acknowledged, nothing more of its answer comes, and the model is free. Returns in how many seconds
    it was, of those that ran."""
    seconds = []
    for stop in senders.stops:
        number = stop.question.number
        if stop.command and stop.answer == "queued" and not any(post.reply_to == stop.command for post in posts):
            tally.object(f"nobody answered the command {stop.command}")
        running = [call for call in model.of(number) if call.begin < stop.at and (call.end or 1e12) > stop.at - 0.5]
        disturbed = any(cut.begin - GRACE < stop.at < cut.end + GRACE for cut in cuts)
        if stop.answer == "ignored":
            if any(min(call.numbers) == number and (call.end or 1e12) > stop.at + GRACE for call in running):
                tally.object(f"the reaction that should stop {number} did nothing")
            continue
        if stop.answer != "queued":
            continue
        late = [post.at - stop.at for post in posts if post.reply_to == number and post.at > stop.at + GRACE
                and stop.question.marker in post.text]
        if late:
            tally.object(f"{number} was stopped, and {max(late):.1f} s later more of its answer was posted")
        for call in running:
            took = max(0.0, (call.end or 1e12) - stop.at)
            if disturbed:
                continue
            seconds.append(took)
            if took > GRACE and min(call.numbers) == number:
                tally.object(f"{number} was stopped, and the model still spoke {took:.1f} s later")
    return seconds


def takeovers(senders, posts, model, cuts):
    """Of questions that a killed replica had at the model: seconds from the last such kill to the next call about them,
    and to the last post of their answer. What waits because Talk said nothing about a post counts for nothing."""
    last, taken_up, taken_over = {}, [], []
    for cut in cuts:
        if cut.replica is not None:
            last |= {number: cut for number in cut.asking}
    for number, cut in last.items():
        if senders.questions[number].ended:
            continue
        calls = [call.begin for call in model.of(number) if call.begin > cut.end]
        question = senders.questions[number]
        said = [post.at for post in posts if question.marker in post.text and post.at > cut.end]
        if any(post.room == question.room and not post.certain and post.at < max(said, default=0) for post in posts):
            said = []
        if calls:
            taken_up.append(min(calls) - cut.end)
        if said:
            taken_over.append(max(said) - cut.end)
    return taken_up, taken_over


def middle_and_most(seconds):
    return f"{statistics.median(seconds):.1f} / {max(seconds):.1f}" if seconds else "–"
