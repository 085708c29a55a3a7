"""What people see of the bot's work and how they steer it: its sign, commands, threads, reactions, and what it says
when something fails."""

import re

from page import DIRECT, GROUP, MIRA, NOTE, OPEN_HOUSE, TOMAS, WORKSHOP
from webdriver import wait_for


def slow_question(page, text):
    """Asks while the model is silent for 20 seconds; returns the question once the bot has put its sign on it."""
    page.fail("model", "slow")
    question = page.send(text)
    page.reacted(question["id"], "👀", "Halo")
    return question


def welcomes_each_room_once(page, *_):
    for room in (DIRECT, GROUP, OPEN_HOUSE, NOTE, WORKSHOP):
        page.enter(room)
        welcome = wait_for("a word of welcome", lambda: page.messages("bot"))
        assert len(welcome) == 1 and welcome[0]["quote"] == "", welcome
        assert "help" in welcome[0]["text"] and "Halo" in welcome[0]["text"], welcome


def shows_that_it_works_and_takes_the_sign_off(page, browser, screens):
    page.enter(DIRECT)
    question = slow_question(page, "Take your time, please.")
    assert "works on it" in page.reacted(question["id"], "👀", "Halo")
    screens.take("thinking")
    before = page.numbers("bot")
    answer = page.next("bot", before, "the answer, or that it takes a while")
    page.put_right()
    if "Take your time" not in answer["text"]:
        answer = page.next("bot", before | {answer["id"]}, "the answer after all")
    assert "Take your time" in answer["quote"], answer
    page.unreacted(question["id"], "👀")
    wait_for("the word answered", lambda: page.state() == "answered")


def sits_out_a_model_that_is_loaded(page, *_):
    page.enter(DIRECT)
    page.fail("model", "loading")
    question = page.send("Is the model there?")
    page.reacted(question["id"], "👀", "Halo")
    before = page.numbers("bot")
    page.put_right()
    answer = page.next("bot", before, "the answer after all")
    assert "Is the model there?" in answer["quote"], answer
    page.unreacted(question["id"], "👀")


def a_quoted_message_of_somebody_else_reaches_the_model(page, *_):
    page.enter(GROUP, TOMAS)
    said = page.send("The harbour opens at seven.")
    page.enter(GROUP, MIRA)
    wait_for("the message", lambda: page.message(said["id"]))
    page.reply_to(said["id"])
    answer, _ = page.ask("@Halo when does it open?")
    assert "when does it open?" in answer["quote"], answer


def an_answer_stays_in_the_thread_of_its_question(page, *_):
    page.enter(GROUP)
    page.open_thread("Budget", "@Halo what was my first question?")
    answer = wait_for("an answer in the thread", lambda: page.messages("bot"))[0]
    # The stand-in model counts what it is shown: here nothing from outside the thread.
    assert "Markdown" not in answer["text"], answer
    page.ask("@Halo and my second one?")
    page.leave_thread()
    assert "Budget" in page.message(answer["id"])["thread"]


def says_that_it_cannot_open_files(page, browser, _):
    page.enter(GROUP)
    browser.type("#text", "@Halo what is in it?")
    before = page.numbers("bot")
    page.share("file")
    answer = page.next("bot", before, "an answer about the file")
    assert re.search("file", answer["text"], re.I), answer


def commands_are_answered_without_the_model(page, *_):
    page.enter(DIRECT)
    for command, words in [
        ("/help", "reset"), ("/status", "."), ("/context", "."), ("/privacy", "."), ("/version", r"\d+\.\d+"), ("!help", "reset"),
    ]:
        answer = page.command(command)
        assert re.search(words, answer["text"]), (command, answer)
    hint = page.command("/dance")
    assert "help" in hint["text"] and "dance" in hint["text"] and "\n" not in hint["text"].strip(), hint
    page.enter(GROUP)
    assert "reset" in page.command("@Halo /help")["text"]


def reset_makes_it_forget(page, *_):
    page.enter(DIRECT)
    page.ask("Remember the harbour.")
    page.command("/reset")
    answer, _ = page.ask("What was my first question?")
    assert "harbour" not in answer["text"], answer


def only_moderators_change_a_group(page, *_):
    page.enter(GROUP, TOMAS)
    assert "moderator" in page.command("@Halo /reset")["text"]


def stop_frees_the_model(page, *_):
    page.enter(DIRECT)
    question = slow_question(page, "Write a novel.")
    page.command("/stop")
    page.unreacted(question["id"], "👀")
    page.put_right()
    answer, _ = page.ask("Something short, please.")
    assert "Something short" in answer["quote"], answer
    assert not any("Write a novel" in each["quote"] for each in page.messages("bot"))


def a_reaction_stops_the_answer(page, *_):
    page.enter(DIRECT)
    question = slow_question(page, "Write another novel.")
    page.react(question["id"], "🛑")
    page.unreacted(question["id"], "👀")
    wait_for("the word ended", lambda: page.state() == "ended")
    page.put_right()


def a_reaction_has_it_answer_again(page, *_):
    page.enter(DIRECT)
    answer, _ = page.ask("Once more with feeling")
    before = page.numbers("bot")
    page.react(answer["id"], "🔁")
    again = page.next("bot", before, "another answer")
    assert "Once more with feeling" in again["quote"], again


def a_reaction_makes_it_forget_one_turn(page, *_):
    page.enter(DIRECT)
    page.command("/reset")
    answer, _ = page.ask("My cat is called Minka")
    page.react(answer["id"], "🗑️")
    page.reacted(answer["id"], "🗑️", "you")
    answer, _ = page.ask("What was my first question?")
    assert "Minka" not in answer["text"], answer


def others_cannot_steer_with_reactions(page, *_):
    page.enter(DIRECT, MIRA)
    question = slow_question(page, "Only I may stop this.")
    page.enter(DIRECT, TOMAS)
    wait_for("the question", lambda: page.message(question["id"]))
    page.react(question["id"], "🛑")
    page.reacted(question["id"], "🛑", "you")
    page.put_right()
    wait_for("the answer", lambda: any("Only I may" in each["quote"] for each in page.messages("bot")))


def follow_ups_are_joined(page, *_):
    page.enter(DIRECT)
    page.fail("model", "slow")
    before = page.numbers("bot")
    asked = [page.send(text) for text in ("What is a buoy?", "And a pier?", "And a quay?", "And a quay?")]
    for question in asked:
        page.reacted(question["id"], "👀", "Halo")
    page.put_right()
    for question in asked:
        page.unreacted(question["id"], "👀")
    wait_for("the word answered", lambda: page.state() == "answered")
    # The first was at the model when the others came; these wait for it and are one turn.
    answers = [each["text"] for each in page.messages("bot") if each["id"] not in before and "heard that" in each["text"]]
    assert len(answers) == 2 and "buoy" in answers[0], answers
    assert "pier" in answers[1] and answers[1].count("quay") == 1, answers


def marks_what_it_could_not_answer(page, _, screens):
    page.enter(DIRECT)
    page.fail("model", "refusing")
    before = page.numbers("bot")
    question = page.send("Will this break?")
    said = page.next("bot", before, "why there is no answer")
    assert re.search(r"reference #\d+", said["text"], re.I), said
    assert "could not answer" in page.reacted(question["id"], "⚠️", "Halo")
    page.unreacted(question["id"], "👀")
    wait_for("the word failed", lambda: page.state() == "failed")
    screens.take("failed")
    page.put_right()
    page.react(question["id"], "🔁")
    again = page.next("bot", before | {said["id"]}, "the answer after all")
    assert "Will this break?" in again["quote"], again
    page.unreacted(question["id"], "⚠️")


def answers_where_reactions_are_refused(page, *_):
    page.enter(DIRECT)
    page.fail("talk", "reactions_refused")
    page.ask("Without a sign?")
    page.put_right()


def leaves_a_room_alone_that_refuses_its_signature(page, *_):
    page.enter(NOTE)
    page.fail("talk", "unauthorized")
    page.send("@Halo can you hear me?")
    wait_for("the answer to be refused", lambda: page.state() == "refused")
    assert "401" in page.detail() and "half an hour" in page.detail(), page.detail()
    page.put_right()
    page.enter(DIRECT)
    page.ask("And me?")


def leaves_talk_alone_when_it_is_locked_out(page, _, screens):
    page.enter(OPEN_HOUSE)
    page.fail("talk", "locked_out")
    page.send("@Halo can you hear me?")
    wait_for("the answer to be refused", lambda: page.state() == "refused")
    assert "429" in page.detail() and "half an hour" in page.detail(), page.detail()
    screens.take("locked-out")
    page.put_right()



CHECKS = [
    shows_that_it_works_and_takes_the_sign_off,
    sits_out_a_model_that_is_loaded,
    a_quoted_message_of_somebody_else_reaches_the_model,
    an_answer_stays_in_the_thread_of_its_question,
    says_that_it_cannot_open_files,
    commands_are_answered_without_the_model,
    reset_makes_it_forget,
    only_moderators_change_a_group,
    stop_frees_the_model,
    a_reaction_stops_the_answer,
    a_reaction_has_it_answer_again,
    a_reaction_makes_it_forget_one_turn,
    others_cannot_steer_with_reactions,
    follow_ups_are_joined,
    marks_what_it_could_not_answer,
    answers_where_reactions_are_refused,
    leaves_a_room_alone_that_refuses_its_signature,
]
