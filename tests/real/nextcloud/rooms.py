"""What people do in their rooms, and what they see of the bot there. Each check gives what is worth to be told."""

import time

from installed import Guest
from standins import wait_for

SILENCE = 1.5
ZERO_WIDTH = "\u200b"


def a_mention_is_answered_as_a_reply(stage):
    webhooks, requests = stage.marks()
    begin = time.monotonic()
    question = stage.mira.say(stage.room, "@Halo what is the plan?")
    took = time.monotonic() - begin
    (answer,) = stage.mira.sees(stage.room, question)
    assert "what is the plan?" in answer["message"], answer["message"]
    assert answer["actorDisplayName"] in ("Halo", "Halo (Bot)"), answer["actorDisplayName"]
    wait_for("the sign taken back", lambda: stage.posted(requests, f"/reaction/{question}", "DELETE") == [200], 10)
    put = stage.posted(requests, f"/reaction/{question}", "POST")
    assert put == [201], put
    assert stage.webhooks(webhooks)[0] == (200, "queued"), stage.webhooks(webhooks)
    return f"the sender's own request took {took * 1000:.0f} ms"


def what_is_not_for_it_stays_unanswered(stage):
    webhooks, _ = stage.marks()
    last = stage.mira.say(stage.room, "Halo is a nice name, is it not?")
    stage.took(webhooks, "not_addressed")
    time.sleep(SILENCE)
    assert not stage.mira.from_bot(stage.room, last)


def a_reply_to_it_is_a_question(stage):
    question = stage.mira.say(stage.room, "@Halo name a river")
    (answer,) = stage.mira.sees(stage.room, question)
    webhooks, _ = stage.marks()
    reply = stage.tomas.say(stage.room, "and a longer one?", answer["id"])
    if not stage.talk_at_least(21):
        stage.took(webhooks, "not_addressed")
        return "Talk does not tell of replies before 21; not a question there"
    stage.mira.sees(stage.room, reply)
    parent = stage.events(webhooks)[0]["object"]["inReplyTo"]["actor"]
    return f"its author in the webhook: {parent['name']}"


def one_to_one_needs_no_name(stage):
    room = stage.mira.one_to_one(stage.tomas)
    stage.enable(room)
    question = stage.tomas.say(room, "what is for lunch?")
    stage.tomas.sees(room, question)
    name = next(event["target"]["name"] for event in stage.events() if event.get("target", {}).get("id") == room)
    stage.mira.switch(room, stage.bot, False)
    return f"the room's name in the webhook: {name}"


def a_note_to_self_needs_the_name(stage):
    if not stage.talk_at_least(18):
        return "there is none before Talk 18"
    room = stage.mira.note_to_self()
    stage.enable(room)
    webhooks, _ = stage.marks()
    stage.mira.say(room, "remember the milk")
    stage.took(webhooks, "not_addressed")
    question = stage.mira.say(room, "@Halo what is to be remembered?")
    stage.mira.sees(room, question)
    return f"the room's name in the webhook: {stage.events(webhooks)[0]['target']['name']}"


def a_guest_is_answered_only_where_guests_may_ask(stage):
    room = stage.mira.group("An open room", public=True)
    stage.enable(room)
    guest = Guest(stage.nextcloud, room)
    webhooks, _ = stage.marks()
    guest.say(room, "@Halo may I ask?")
    stage.took(webhooks, "not_allowed")
    question = guest.say(room, "@Halo /privacy")
    guest.sees(room, question)
    stage.restart(ALLOW_GUESTS="true")
    question = guest.say(room, "@Halo may I ask now?")
    guest.sees(room, question)
    stage.restart(ALLOW_GUESTS="false")
    return f"as {stage.events(webhooks)[0]['actor']['id'].split('/')[0]}; /privacy is told to everybody"


def mentions_in_an_answer_reach_nobody(stage):
    question = stage.mira.say(stage.room, "@Halo repeat: @all and @tomas and @\"mira\"")
    (answer,) = stage.mira.sees(stage.room, question)
    assert "all and" in answer["message"], answer["message"]
    mentions = [key for key in answer["messageParameters"] or {} if key.startswith("mention")]
    assert not mentions, answer["messageParameters"]


def a_text_comes_back_as_it_was(stage):
    text = "grüße, 日本語 👩🏽‍🚀 <b>&amp;</b> {mention-user1} {file} \\ \"quoted\""
    question = stage.mira.say(stage.room, f"@Halo {text}")
    (answer,) = stage.mira.sees(stage.room, question)
    assert text in answer["message"].replace(ZERO_WIDTH, ""), answer["message"]


def a_very_long_answer_comes_in_parts_and_order(stage):
    question = stage.mira.say(stage.room, "@Halo 1500 lines")
    answers = stage.mira.sees(stage.room, question, 3)
    wait_for("no open question", stage.idle, 60)
    answers = stage.mira.answers(stage.room, question)
    numbers = [int(line.split()[1]) for answer in answers for line in answer["message"].splitlines() if line.startswith("Line ")]
    assert numbers == list(range(1, 1501)), f"{len(numbers)} lines, out of order or incomplete"
    sizes = [len(answer["message"]) for answer in answers]
    assert max(sizes) <= 32_000, sizes
    return f"{len(answers)} parts of {sizes} code points"


COMMANDS = {
    "help": "/forget-me", "status": "Open questions", "context": "is shown", "privacy": "store", "version": "version",
    "retry": "", "reset": "forgotten", "new": "forgotten", "forget-me": "erased",
}


def every_command_is_answered(stage):
    question = stage.mira.say(stage.room, "@Halo something to try again")
    stage.mira.sees(stage.room, question)
    for command, words in COMMANDS.items():
        asked = stage.mira.say(stage.room, f"@Halo /{command}")
        if command == "retry":
            wait_for("another answer", lambda: any("try again" in said["message"]
                                                   for said in stage.mira.from_bot(stage.room, asked)), 30)
        else:
            (answer,) = stage.mira.sees(stage.room, asked)
            assert words in answer["message"], f"{command}: {answer['message']}"
    return ", ".join(COMMANDS)


def stop_ends_an_answer(stage):
    stage.model.hold()
    question = stage.ask("@Halo a question to be stopped")
    stop = stage.mira.say(stage.room, "@Halo /stop")
    stage.mira.sees(stage.room, stop)
    stage.model.release()
    wait_for("no open question", stage.idle, 30)
    assert not stage.mira.answers(stage.room, question)


def only_a_moderator_resets_where_talk_tells_who_is_one(stage):
    asked = stage.tomas.say(stage.room, "@Halo /reset")
    (answer,) = stage.tomas.sees(stage.room, asked)
    refused = "Only moderators" in answer["message"]
    assert refused == stage.talk_at_least(21), answer["message"]
    return answer["message"]


def a_reaction_steers_only_where_talk_names_who_reacted(stage):
    """Of somebody else, then of the asker."""
    names = stage.talk_at_least(22, 0, 9)
    stage.model.hold()
    question = stage.ask("@Halo a question that people react to")
    webhooks, _ = stage.marks()
    stage.tomas.react(stage.room, question, "🛑")
    if not stage.talk_at_least(21):
        time.sleep(SILENCE)
        assert not stage.webhooks(webhooks), stage.events(webhooks)
        return "Talk tells bots of none before 21"
    wait_for("the reaction", lambda: stage.webhooks(webhooks), 15)
    named = stage.events(webhooks)[0]["actor"]["id"]
    assert named == ("users/tomas" if names else "users/mira"), named
    stage.mira.react(stage.room, question, "🛑")
    wait_for("the second reaction", lambda: len(stage.webhooks(webhooks)) >= 2, 15)
    stage.model.release()
    wait_for("no open question", stage.idle, 30)
    assert bool(stage.mira.answers(stage.room, question)) != names
    stage.tomas.unreact(stage.room, question, "🛑")
    return f"tomas reacted, the webhook names {named}; {'stopped by the asker alone' if names else 'nothing happened'}"


def reaction_control_switched_on_steers(stage):
    if not stage.talk_at_least(21):
        return "Talk tells bots of none before 21"
    stage.restart(REACTION_CONTROL="on")
    stage.model.hold()
    question = stage.ask("@Halo a question that is stopped by a reaction")
    stage.mira.react(stage.room, question, "🛑")
    wait_for("no open question", stage.idle, 30)
    stage.model.release()
    assert not stage.mira.answers(stage.room, question)
    question = stage.mira.say(stage.room, "@Halo a question that is asked again by a reaction")
    stage.mira.sees(stage.room, question)
    stage.mira.react(stage.room, question, "🔁")
    stage.mira.sees(stage.room, question, 2)
    stage.restart(REACTION_CONTROL="auto")
    return "🛑 stopped one, 🔁 had another one answered twice"


def an_edited_question_is_asked_once(stage):
    if not stage.talk_at_least(19):
        return "nothing can be edited before Talk 19"
    question = stage.mira.say(stage.room, "@Halo what did I wrote?")
    stage.mira.sees(stage.room, question)
    webhooks, _ = stage.marks()
    stage.mira.edit(stage.room, question, "@Halo what did I write?")
    stage.took(webhooks, "system_message")
    time.sleep(SILENCE)
    assert len(stage.mira.answers(stage.room, question)) == 1
    return stage.events(webhooks)[0]["object"]["name"]


def a_question_deleted_while_it_waits_does_no_harm(stage):
    stage.model.hold()
    question = stage.ask("@Halo a question that is deleted")
    webhooks, requests = stage.marks()
    stage.mira.delete(stage.room, question)
    stage.took(webhooks, "system_message")
    stage.model.release()
    wait_for("no open question", stage.idle, 30)
    tries = stage.posted(requests, "/message", "POST")
    assert tries[-1] == 201 and len(tries) <= 2, tries
    return f"answered with HTTP {tries}, its sign taken back with {stage.posted(requests, f'/reaction/{question}', 'DELETE')}"


def a_file_is_known_by_its_name_only(stage):
    webhooks, _ = stage.marks()
    stage.mira.share(stage.room, "plan.txt", b"tea at four")
    stage.took(webhooks, "not_addressed")
    if not stage.talk_at_least(18):
        return "a file has no caption before Talk 18, so it cannot ask"
    webhooks, last = stage.marks()[0], stage.mira.reads(stage.room)[-1]["id"]
    stage.mira.share(stage.room, "list.txt", b"milk", "@Halo what is in it?")
    stage.took(webhooks, "queued")
    wait_for("an answer", lambda: stage.mira.from_bot(stage.room, last), 30)
    assert "list.txt" in stage.model.asked()[-1][-1]["content"]
    assert "milk" not in str(stage.model.asked()[-1])
    return f"the share's name in the webhook: {stage.events(webhooks)[0]['object']['name']!r}"


def a_cleared_history_is_forgotten(stage):
    question = stage.mira.say(stage.room, "@Halo the word is heliotrope")
    stage.mira.sees(stage.room, question)
    webhooks, _ = stage.marks()
    stage.mira.clear(stage.room)
    stage.took(webhooks, "system_message")
    question = stage.mira.say(stage.room, "@Halo what is the word?")
    stage.mira.sees(stage.room, question)
    assert "heliotrope" not in str(stage.model.asked()[-1]), "the model was shown what was cleared"


def nothing_crosses_from_room_to_room(stage):
    other = stage.tomas.group("Another room", stage.mira)
    stage.enable(other)
    question = stage.tomas.say(stage.room, "@Halo the colour is vermilion")
    stage.tomas.sees(stage.room, question)
    question = stage.tomas.say(other, "@Halo what is the colour?")
    stage.tomas.sees(other, question)
    assert "vermilion" not in str(stage.model.asked()[-1])


CHECKS = [
    a_mention_is_answered_as_a_reply,
    what_is_not_for_it_stays_unanswered,
    a_reply_to_it_is_a_question,
    one_to_one_needs_no_name,
    a_note_to_self_needs_the_name,
    a_guest_is_answered_only_where_guests_may_ask,
    mentions_in_an_answer_reach_nobody,
    a_text_comes_back_as_it_was,
    a_very_long_answer_comes_in_parts_and_order,
    every_command_is_answered,
    stop_ends_an_answer,
    only_a_moderator_resets_where_talk_tells_who_is_one,
    a_reaction_steers_only_where_talk_names_who_reacted,
    reaction_control_switched_on_steers,
    an_edited_question_is_asked_once,
    a_question_deleted_while_it_waits_does_no_harm,
    a_file_is_known_by_its_name_only,
    a_cleared_history_is_forgotten,
    nothing_crosses_from_room_to_room,
]
