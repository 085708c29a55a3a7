"""What administrators and accidents do: Nextcloud in maintenance or killed, the bot disabled, with a wrong secret,
uninstalled. And what the service, its readiness and its doctor say of it."""

import signal
import time

from between import Between
from standins import wait_for

SILENCE = 1.5
# Its answer is used again for 10 s.
READY_WITHIN = 15


def the_printed_line_installs_it(stage):
    (bot,) = stage.nextcloud.bots()
    features = bot["features"] if isinstance(bot["features"], str) else ", ".join(bot["features"])
    wanted = ["webhook", "response", "reaction"][:3 if stage.talk_at_least(21) else 2]
    assert bot["name"] == "Halo" and bot["state"] == 1, bot
    assert features.split(", ") == wanted, features
    return f"{stage.install_line.split(' Halo ')[0]} ...: {features}"


def the_doctor_finds_no_fault(stage):
    for words in ([], ["--room", stage.room]):
        verdict, found = stage.doctor(*words)
        faults = [finding for findings in found.values() for finding in findings if finding[0] == "fault"]
        assert verdict != "fault" and not faults, faults
    assert stage.nextcloud.version.split()[0] in found["nextcloud"][0][1], found["nextcloud"]
    assert stage.nextcloud.talk.split("-")[0] in found["talk"][0][1], found["talk"]
    assert found["webhook-url"][0][0] == "good", found["webhook-url"]
    assert stage.ready()[0] == 200
    return "; ".join(text for check in ("nextcloud", "talk", "room") for _, text in found[check])


def disabled_it_is_silent_and_enabled_it_is_back(stage):
    tells = stage.talk_at_least(20)
    webhooks, _ = stage.marks()
    stage.mira.switch(stage.room, stage.bot, False)
    if tells:
        stage.took(webhooks, "membership")
    last = stage.mira.say(stage.room, "@Halo are you there?")
    time.sleep(SILENCE)
    assert len(stage.webhooks(webhooks)) == tells and not stage.mira.from_bot(stage.room, last)
    stage.mira.switch(stage.room, stage.bot, True)
    question = stage.mira.say(stage.room, "@Halo and now?")
    stage.mira.sees(stage.room, question)
    welcomes = [said for said in stage.mira.from_bot(stage.room, last) if said["message"].startswith("Hello, I am")]
    kinds = [event["type"] for event in stage.events(webhooks) if event["type"] in ("Join", "Leave")]
    assert kinds == (["Leave", "Join"] if tells else []), kinds
    return f"webhooks of it: {kinds}; {len(welcomes)} more welcomes"


def maintenance_is_waited_for(stage):
    stage.model.hold()
    question = stage.ask("@Halo a question before the maintenance")
    stage.nextcloud.occ("maintenance:mode", "--on")
    wait_for("the maintenance at its web server", lambda: stage.nextcloud.status()["maintenance"], 30)
    try:
        _, requests = stage.marks()
        stage.model.release()
        wait_for("a refused post", lambda: stage.posted(requests, "/message", "POST"), 30)
        wait_for("a readiness that says so", lambda: "maintenance" in stage.ready()[1].get("talk", ""), READY_WITHIN)
        verdict, found = stage.doctor()
        assert verdict == "fault" and "maintenance" in found["nextcloud"][0][1], found["nextcloud"]
    finally:
        stage.nextcloud.occ("maintenance:mode", "--off")
        wait_for("its end at the web server", lambda: not stage.nextcloud.status()["maintenance"], 30)
    begin = time.monotonic()
    (answer,) = stage.mira.sees(stage.room, question, limit=90)
    took = time.monotonic() - begin
    wait_for("no open question", stage.idle, 30)
    assert len(stage.mira.answers(stage.room, question)) == 1
    wait_for("a readiness without a problem", lambda: stage.ready()[0] == 200, READY_WITHIN)
    refused = sorted(set(stage.posted(requests, "/message", "POST")))
    return f"HTTP {refused}; the answer came {took:.0f} s after its end"


def a_killed_nextcloud_gets_the_answer_when_it_is_back(stage):
    stage.model.hold()
    question = stage.ask("@Halo a question before the crash")
    stage.nextcloud.stop(signal.SIGKILL)
    stage.to_talk.close()
    stage.model.release()
    wait_for("a readiness that says so", lambda: "talk" in stage.ready()[1], READY_WITHIN)
    problems = stage.ready()[1]
    verdict, found = stage.doctor()
    assert verdict == "fault" and found["nextcloud"][0][0] == "fault", found["nextcloud"]
    stage.to_talk.open()
    stage.nextcloud.start()
    begin = time.monotonic()
    stage.mira.sees(stage.room, question, limit=90)
    took = time.monotonic() - begin
    wait_for("no open question", stage.idle, 30)
    assert len(stage.mira.answers(stage.room, question)) == 1
    return f"{problems['talk']}; the answer came {took:.0f} s after its start"


def a_killed_service_answers_after_its_start(stage):
    stage.model.hold()
    question = stage.ask("@Halo a question before the service is killed")
    stage.stop(signal.SIGKILL)
    stage.model.release()
    stage.start()
    stage.mira.sees(stage.room, question, limit=90)
    wait_for("no open question", stage.idle, 30)
    assert len(stage.mira.answers(stage.room, question)) == 1


def a_bot_that_is_down_delays_nobody(stage):
    stage.stop()
    stage.to_bot.close()
    begin = time.monotonic()
    stage.mira.say(stage.room, "@Halo nobody hears this")
    took = time.monotonic() - begin
    stage.to_bot.open()
    stage.start()
    errors = stage.nextcloud.bots()[0]["error_count"]
    assert took < 3, took
    return f"the sender's request took {took * 1000:.0f} ms; talk:bot:list shows {errors} errors"


def refused_in_a_room_it_stops_there_and_says_so(stage):
    """Switched off for the whole server while a question is open: nothing tells the bot."""
    stage.model.hold()
    question = stage.ask("@Halo a question before I am switched off")
    stage.nextcloud.occ("talk:bot:state", str(stage.bot), "0")
    _, requests = stage.marks()
    stage.model.release()
    wait_for("a refused post", lambda: stage.posted(requests, "/message", "POST"), 30)
    wait_for("a readiness that says so", lambda: stage.ready()[0] == 503, READY_WITHIN)
    time.sleep(SILENCE)
    tries = [exchange["status"] for exchange in stage.to_talk.since(requests) if "/bot/" in exchange["path"]]
    assert tries == [401], tries
    told, found = stage.ready()[1]["talk"], stage.doctor()[1]["backlog"]
    assert "refused the signature" in told, told
    assert any("refused the signature" in text for _, text in found), found
    assert not stage.mira.answers(stage.room, question)
    stage.nextcloud.occ("talk:bot:state", str(stage.bot), "1")
    stage.stop()
    stage.new_settings()
    stage.start()
    stage.nextcloud.occ("security:bruteforce:reset", "127.0.0.1")
    return told


def a_wrong_secret_is_told(stage):
    stage.restart(BOT_SECRET="another secret of enough bytes, fit for nothing", BOT_SECRET_FILE="")
    webhooks, requests = stage.marks()
    last = stage.mira.say(stage.room, "@Halo can you read this?")
    stage.took(webhooks, "unauthorized")
    time.sleep(SILENCE)
    assert not stage.mira.from_bot(stage.room, last)
    listener = stage.doctor()[1]["listener"]
    assert any("refused" in text for _, text in listener), listener
    assert not [exchange for exchange in stage.to_talk.since(requests) if "/bot/" in exchange["path"]], "something was posted"
    status, problems = stage.ready()
    assert status == 200, problems
    stage.stop()
    stage.new_settings()
    stage.start()
    logged = [line["message"] for line in stage.nextcloud.log() if "401" in str(line)]
    return f"webhook {stage.webhooks(webhooks)[0]}; {listener[0][1]}; in nextcloud.log: {logged[-1:]}"


def talk_switched_off_is_told(stage):
    stage.model.hold()
    question = stage.ask("@Halo a question before Talk is switched off")
    stage.nextcloud.occ("app:disable", "spreed")
    try:
        _, requests = stage.marks()
        stage.model.release()
        wait_for("no open question", stage.idle, 120)
        verdict, found = stage.doctor()
        assert verdict == "fault" and found["talk"][0][0] == "fault", found["talk"]
        last = [line for line in stage.service_log() if "is given up" in line][-1]
        assert "Talk is not enabled" in last, last
        tries = stage.posted(requests, "/message", "POST")
    finally:
        stage.nextcloud.occ("app:enable", "spreed")
    assert not stage.mira.answers(stage.room, question)
    return f"{found['talk'][0][1]}; HTTP {tries}, {stage.doctor()[1]['backlog'][0][1]}"


def an_untrusted_name_is_told(stage):
    """As which it is called by a proxy that passes on its own name."""
    other = Between(stage.nextcloud.url, "cloud.example.com")
    url = other.url
    verdict, found = stage.doctor(NEXTCLOUD_URL=url)
    assert verdict == "fault" and "trusted_domains" in str(found), found
    stage.restart(NEXTCLOUD_URL=url)
    question = stage.mira.say(stage.room, "@Halo a question whose answer goes to another name")
    wait_for("no open question", stage.idle, 120)
    assert not stage.mira.answers(stage.room, question)
    backlog, status = stage.doctor(NEXTCLOUD_URL=url)[1]["backlog"], stage.ready()[0]
    stage.restart(NEXTCLOUD_URL=stage.to_talk.url)
    faults = [text for findings in found.values() for outcome, text in findings if outcome == "fault"]
    answered = [exchange["status"] for exchange in other.since() if exchange["path"].endswith("/message")]
    other.close()
    return f"doctor: {faults}; HTTP {answered}; {backlog[0][1]}; /ready: {status}"


def uninstalled_it_hears_nothing(stage):
    stage.nextcloud.occ("talk:bot:uninstall", "--url", stage.webhook)
    webhooks, _ = stage.marks()
    last = stage.mira.say(stage.room, "@Halo are you still there?")
    time.sleep(SILENCE)
    assert not stage.webhooks(webhooks) and not stage.mira.from_bot(stage.room, last)
    status, said = stage.nextcloud.occ_line(stage.install_line, stage.folder)
    assert status == 0, said
    stage.bot = stage.nextcloud.bots()[0]["id"]
    stage.nextcloud.occ("talk:bot:setup", str(stage.bot), stage.room)
    question = stage.mira.say(stage.room, "@Halo and installed anew?")
    stage.mira.sees(stage.room, question)
    kinds = [event["type"] for event in stage.events(webhooks)][:2]
    return f"no Leave came; installed anew by the same line: {kinds}"


CHECKS = [
    the_printed_line_installs_it,
    the_doctor_finds_no_fault,
    disabled_it_is_silent_and_enabled_it_is_back,
    maintenance_is_waited_for,
    a_killed_nextcloud_gets_the_answer_when_it_is_back,
    a_killed_service_answers_after_its_start,
    a_bot_that_is_down_delays_nobody,
    refused_in_a_room_it_stops_there_and_says_so,
    a_wrong_secret_is_told,
    talk_switched_off_is_told,
    an_untrusted_name_is_told,
    uninstalled_it_hears_nothing,
]
