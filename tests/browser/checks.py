"""What the page itself can do, and the questions and answers of a bot: each check a sentence."""

import re

from page import DIRECT, DOWN, ENTER, ESCAPE, GROUP, MIRA, NULL, OPEN_HOUSE, PAT, SHIFT, TOMAS, WORKSHOP
from webdriver import wait_for


def answers_every_message_in_a_one_to_one_room(page, *_):
    page.enter(DIRECT)
    answer, _ = page.ask("Is it late?")
    assert "Is it late?" in answer["text"] and "question 1" in answer["text"], answer
    assert answer["quote"].startswith("Mira Halloran") and "Is it late?" in answer["quote"], answer


def stays_silent_when_people_talk_among_themselves(page, *_):
    page.enter(GROUP)
    before = page.numbers("bot")
    sent = page.send("Shall we meet at ten, @tomas?")
    assert re.fullmatch(r"webhook 200 in \d+ ms · ignored · not addressed", sent["line"]), sent
    assert '<span class="mention">@Tomas Berg</span>' in sent["html"], sent
    wait_for("the word ignored", lambda: page.state() == "ignored")
    assert not [each for each in page.messages("bot") if each["id"] not in before and each["quote"]]


def answers_who_calls_it_in_a_group_and_shows_how_far_it_is(page, *_):
    page.enter(GROUP)
    before = page.numbers("person")
    answer, states = page.ask("@Halo A bit of everything in Markdown")
    line = next(each["line"] for each in page.messages("person") if each["id"] not in before)
    assert re.fullmatch(r"webhook 200 in \d+ ms · queued", line), line
    assert "answering" in states, states
    for part in ["<h4>", "<strong>", "<em>", "<del>", "<blockquote>", "<li>", "<table>", 'data-language="sh"', "href="]:
        assert part in answer["html"], f"{part} is missing in {answer['html']}"
    assert "<b>HTML stays text</b>" in answer["text"] and "<b>" not in answer["html"], answer
    assert "@Halo A bit of everything" in answer["quote"], answer


def remembers_its_room_and_no_other(page, *_):
    page.enter(DIRECT)
    answer, _ = page.ask("What was my first question?")
    assert "Is it late?" in answer["text"], answer
    page.enter(GROUP)
    answer, _ = page.ask("@Halo what do you remember?")
    assert "Markdown" in answer["text"] and "Is it late?" not in answer["text"], answer


def calls_nobody_by_accident(page, *_):
    page.enter(GROUP)
    answer, _ = page.ask("@Halo call everybody")
    assert 'class="mention"' not in answer["html"] and "tomas" in answer["text"], answer


def shows_what_people_type_as_words(page, browser, _):
    page.enter(GROUP)
    evil = "<img src=x onerror=document.title='gone'> {mention-user1}"
    sent = page.send(evil)
    assert "<img" in sent["text"] and "<img" not in sent["html"] and "{mention-user1}" in sent["text"], sent
    page.reply_to(sent["id"])
    assert "<img" in page.send("what is that?")["quote"]
    page.enter(WORKSHOP)
    page.open_thread("<img src=x>", "in a thread with such a title")
    page.leave_thread()
    assert "<img src=x>" in page.newest("person")["thread"]
    assert browser.run("return document.querySelectorAll('main img').length") == 0
    assert "gone" not in browser.run("return document.title")


def shift_and_enter_make_a_new_line(page, browser, _):
    page.enter(GROUP)
    browser.type("#text", f"one{SHIFT}{ENTER}{NULL}two")
    assert browser.run("return document.getElementById('text').value") == "one\ntwo"
    assert page.send("")["html"] == "<p>one<br>two</p>"


def a_reply_to_the_bot_needs_no_name(page, *_):
    page.enter(GROUP)
    page.reply_to(page.newest("bot")["id"])
    answer, _ = page.ask("And in one word?")
    assert "And in one word?" in answer["quote"], answer


def does_not_answer_guests(page, *_):
    page.enter(OPEN_HOUSE, PAT)
    sent = page.send("@Halo may I ask?")
    assert "ignored" in sent["line"], sent
    assert not [each for each in page.messages("bot") if each["quote"]]


def goes_on_when_talk_is_well_again(page, *_):
    page.enter(DIRECT)
    page.fail("talk", "bad_gateway")
    before = page.numbers("bot")
    page.send("Are you there?")
    wait_for("the answer to be refused", lambda: page.state() == "refused")
    page.put_right()
    assert "Are you there?" in page.next("bot", before, "the answer after all")["quote"]


def people_react_with_any_of_the_emoji_and_take_it_back(page, browser, _):
    page.enter(WORKSHOP)
    sent = page.send("Who brings the cake?")
    for emoji in ["👍", "🛑", "🔁", "🗑️"]:
        page.react(sent["id"], emoji)
        assert page.reacted(sent["id"], emoji, "you").startswith(f"{emoji}, 1"), emoji
    page.enter(WORKSHOP, TOMAS)
    wait_for("the message", lambda: page.message(sent["id"]))
    browser.run("document.querySelector(`#${arguments[0]} [data-emoji='👍']`).click()", sent["id"])
    assert "2: Mira Halloran, you" in page.reacted(sent["id"], "👍", "you")
    page.react(sent["id"], "👍")
    assert "1: Mira Halloran" in wait_for("one less", lambda: "1:" in page.message(sent["id"])["reactions"]["👍"] and page.message(sent["id"])["reactions"]["👍"])


def the_picker_works_with_keys_alone(page, browser, _):
    page.enter(WORKSHOP)
    sent = page.send("Keys are enough.")
    browser.run("document.querySelector(`#${arguments[0]} [data-key=react]`).focus()", sent["id"])
    browser.press(ENTER)
    wait_for("the picker", lambda: browser.run("return document.querySelector('#picker:popover-open') !== null"))
    browser.press(ESCAPE)
    wait_for("it to close", lambda: browser.run("return document.querySelector('#picker:popover-open') === null"))
    assert browser.run("return document.activeElement.dataset.key") == "react"
    browser.press(ENTER)
    browser.press(DOWN)
    browser.press(ENTER)
    page.reacted(sent["id"], "❤️", "you")


def a_narrower_window_keeps_the_end_and_the_menus_in_sight(page, browser, screens):
    page.enter(GROUP)
    at_end = "const log = document.getElementById('log'); return log.scrollHeight - log.scrollTop - log.clientHeight < 2"
    gap = """const [add, menu] = ['add', 'things'].map(id => document.getElementById(id).getBoundingClientRect());
        return add.top - menu.bottom"""
    for width, height in screens.SIZES:
        browser.look(width, height, "light")
        wait_for("the size", lambda: browser.run("return innerWidth") == width)
        wait_for(f"the end of the room at {width} px", lambda: browser.run(at_end))
        browser.click("#add")
        assert 0 <= browser.run(gap) < 20, width
        browser.press(ESCAPE)
    screens.rest()


def people_share_things_of_every_kind(page, browser, screens):
    page.enter(WORKSHOP)
    browser.type("#text", "our **plan**")
    shared = page.share("file")
    assert shared["shared"].split("\n") == ["📄", "Q3 plan.pdf", "File"] and "<strong>plan</strong>" in shared["html"], shared
    assert browser.run("return document.getElementById('text').value") == ""
    for thing, words in [("image", "Picture"), ("voice", "Voice message"), ("poll", "Poll"), ("location", "Location"), ("deck_card", "Deck card")]:
        each = page.share(thing)
        assert words in each["shared"] and each["text"] == "", each
    page.reply_to(shared["id"])
    assert "our **plan**" in page.send("which quarter?")["quote"]
    page.react(shared["id"], "🎉")
    page.reacted(shared["id"], "🎉", "you")
    screens.take("shared")


def a_thread_is_opened_read_and_written_in(page, browser, screens):
    page.enter(WORKSHOP)
    opener = page.open_thread("Venue", "Where do we meet?")
    assert [each["id"] for each in page.messages("person")] == [opener["id"]]
    inside = page.send("At the harbour.")
    screens.take("thread")
    page.leave_thread()
    assert page.message(opener["id"])["thread"].strip().endswith("Thread: Venue · 2"), page.message(opener["id"])
    assert page.message(inside["id"])["thread"].strip().endswith("Venue")
    page.reply_to(inside["id"])
    assert "Venue" in page.send("Which pier?")["thread"], "a reply stands in the thread of its parent"
    assert page.send("outside")["thread"] == ""
    browser.run("document.querySelector(`#${arguments[0]} .marker`).click()", opener["id"])
    wait_for("the thread", lambda: "Venue" in page.thread())
    assert len(page.messages("person")) == 3


def old_versions_have_no_threads(page, browser, _):
    page.enter(WORKSHOP)
    page.panel("input[name=release][value='21.1.0']")
    wait_for("the version", lambda: browser.run("return view.release") == "21.1.0")
    browser.click("#add")
    assert browser.run("return document.getElementById('new-thread') === null")
    browser.press(ESCAPE)
    page.panel("input[name=release][value='22.0.12']")
    wait_for("the version", lambda: browser.run("return view.release") == "22.0.12")


def a_slash_shows_the_commands(page, browser, screens):
    def text():
        return browser.run("return document.getElementById('text').value")

    page.enter(GROUP)
    browser.type("#text", "/")
    shown = "return [...document.querySelectorAll('#commands li')].map(each => each.id.slice(8))"
    assert browser.run(shown) == ["help", "status", "context", "stop", "retry", "reset", "privacy", "forget-me", "version"]
    screens.take("commands")
    browser.type("#text", "st")
    assert browser.run(shown) == ["status", "stop"]
    browser.type("#text", DOWN)
    assert browser.run("return document.getElementById('text').getAttribute('aria-activedescendant')") == "command-stop"
    browser.type("#text", ENTER)
    assert text() == "@Halo /stop", text()
    browser.type("#text", ESCAPE)
    assert browser.run("return document.getElementById('commands').hidden")
    page.enter(DIRECT)
    browser.type("#text", "!ve" + ENTER)
    assert text() == "!version", text()


def moderators_clear_a_room_and_decide_about_the_bot(page, browser, _):
    page.enter(WORKSHOP, TOMAS)
    browser.click(".foot .faults")
    assert browser.run("return document.getElementById('clear').disabled && document.getElementById('bot-here').disabled")
    browser.click("#close")
    page.enter(WORKSHOP, MIRA)
    page.panel("#bot-here")
    members = "return document.getElementById('members').innerText"
    wait_for("the bot to go", lambda: "Halo" not in browser.run(members))
    before = page.numbers("person")
    browser.type("#text", "Are you gone?" + ENTER)
    assert page.next("person", before, "the message")["line"] == ""
    page.panel("#bot-here")
    wait_for("the bot to come", lambda: "Halo" in browser.run(members))
    page.ask("@Halo are you back?")
    assert len([each for each in page.messages("bot") if not each["quote"]]) == 1, "it says only once who it is"
    page.panel("#clear")
    wait_for("an empty room", lambda: not page.messages("person"))
    assert "cleared the history" in page.newest("system")["text"]


CHECKS = [
    answers_every_message_in_a_one_to_one_room,
    stays_silent_when_people_talk_among_themselves,
    answers_who_calls_it_in_a_group_and_shows_how_far_it_is,
    remembers_its_room_and_no_other,
    calls_nobody_by_accident,
    shows_what_people_type_as_words,
    shift_and_enter_make_a_new_line,
    a_reply_to_the_bot_needs_no_name,
    does_not_answer_guests,
    goes_on_when_talk_is_well_again,
    people_react_with_any_of_the_emoji_and_take_it_back,
    the_picker_works_with_keys_alone,
    a_narrower_window_keeps_the_end_and_the_menus_in_sight,
    people_share_things_of_every_kind,
    a_thread_is_opened_read_and_written_in,
    old_versions_have_no_threads,
    a_slash_shows_the_commands,
    moderators_clear_a_room_and_decide_about_the_bot,
]
