#!/usr/bin/env python3
"""Uses the `demo` command as a person does: in Chromium, through chromedriver, with nothing but Python itself.

    tests/browser/demo.py PROGRAM [FOLDER_FOR_SCREENSHOTS]

Needs `chromium` and `chromedriver` (Debian: chromium, chromium-driver). Ends with a line `N passed, N failed`.
"""

import json
import re
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

from webdriver import DEADLINE, Browser, wait_for

GROUP, DIRECT, OPEN_HOUSE = "kq7m2rtx", "d8wq3zzk", "zz81lmfp"
MIRA, PAT = "users/mira", "guests/5b0e7f3a9c1d4e2f8a6b7c5d3e1f0a9b8c7d6e5f"
ENTER, SHIFT, NULL = "\ue007", "\ue008", "\ue000"


class Demo:
    """The running program."""

    def __init__(self, program):
        arguments = [program, "demo", "--page", "127.0.0.1:0"]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        self.address = None
        for line in self.process.stdout:
            found = re.search(r"http://[\w.:]+", line)
            if found:
                self.address = found.group()
                return
        raise AssertionError("the program printed no address")

    def stop(self):
        self.process.terminate()
        self.process.wait(DEADLINE)


class Page:
    """The demo's page, in a person's terms."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address

    def enter(self, room, speaker=MIRA):
        self.browser.open("about:blank")
        self.browser.open(f"{self.address}/#room={room}&as={speaker}")
        wait_for("the room", lambda: self.browser.run("return document.querySelector('[aria-current=true]') !== null"))

    def state(self):
        return self.browser.run("return document.getElementById('state').dataset.word")

    def messages(self, kind):
        """The newest last; each with its text, its HTML, the quote above it and the line below it."""
        return self.browser.run(
            """return [...document.querySelectorAll(`article.${arguments[0]}`)].map(each => ({
                text: each.querySelector('.body').innerText, html: each.querySelector('.body').innerHTML,
                quote: each.querySelector('.quote')?.innerText ?? '', line: each.querySelector('.meta')?.innerText ?? ''}))""",
            kind,
        )

    def send(self, text):
        """Types and presses Enter; returns the message as it stands when the bot has taken the webhook."""
        before = len(self.messages("person"))
        self.browser.type("#text", text + ENTER)

        def taken():
            sent = self.messages("person")[before:]
            return sent and re.match(r"webhook (\d+|not)", sent[0]["line"]) and sent[0]

        return wait_for(f"the webhook of {text!r}", taken)

    def ask(self, text):
        """Sends and waits for the answer; returns it with the words for the bot's state on the way."""
        before, states = len(self.messages("bot")), []
        self.send(text)

        def answered():
            states.append(self.state())
            return self.messages("bot")[before:]

        answer = wait_for(f"an answer to {text!r}", answered)[0]
        wait_for("the word answered", lambda: self.state() == "answered")
        return answer, states


def answers_every_message_in_a_one_to_one_room(page, _):
    page.enter(DIRECT)
    answer, _ = page.ask("Is it late?")
    assert "Is it late?" in answer["text"] and "question 1" in answer["text"], answer
    assert answer["quote"].startswith("Mira Halloran") and "Is it late?" in answer["quote"], answer


def stays_silent_when_people_talk_among_themselves(page, _):
    page.enter(GROUP)
    sent = page.send("Shall we meet at ten, @tomas?")
    assert re.fullmatch(r"webhook 200 in \d+ ms · ignored · not addressed", sent["line"]), sent
    assert '<span class="mention">@Tomas Berg</span>' in sent["html"], sent
    wait_for("the word ignored", lambda: page.state() == "ignored")
    assert page.messages("bot") == []


def answers_who_calls_it_in_a_group_and_shows_how_far_it_is(page, _):
    page.enter(GROUP)
    before = len(page.messages("person"))
    answer, states = page.ask("@Halo A bit of everything in Markdown")
    line = page.messages("person")[before]["line"]
    assert re.fullmatch(r"webhook 200 in \d+ ms · queued", line), line
    assert "answering" in states, states
    for part in ["<h4>", "<strong>", "<em>", "<del>", "<blockquote>", "<li>", "<table>", 'data-language="sh"', "href="]:
        assert part in answer["html"], f"{part} is missing in {answer['html']}"
    assert "<b>HTML stays text</b>" in answer["text"] and "<b>" not in answer["html"], answer
    assert "@Halo A bit of everything" in answer["quote"], answer


def remembers_its_room_and_no_other(page, _):
    page.enter(DIRECT)
    answer, _ = page.ask("What was my first question?")
    assert "Is it late?" in answer["text"], answer
    page.enter(GROUP)
    answer, _ = page.ask("@Halo what do you remember?")
    assert "Markdown" in answer["text"] and "Is it late?" not in answer["text"], answer


def calls_nobody_by_accident(page, _):
    page.enter(GROUP)
    answer, _ = page.ask("@Halo call everybody")
    assert 'class="mention"' not in answer["html"] and "tomas" in answer["text"], answer


def shows_what_people_type_as_words(page, _):
    page.enter(GROUP)
    sent = page.send("<img src=x onerror=document.title='gone'> {mention-user1}")
    assert "<img" in sent["text"] and "<img" not in sent["html"] and "{mention-user1}" in sent["text"], sent


def shift_and_enter_make_a_new_line(page, browser):
    page.enter(GROUP)
    browser.type("#text", f"one{SHIFT}{ENTER}{NULL}two")
    assert browser.run("return document.getElementById('text').value") == "one\ntwo"
    assert page.send("")["html"] == "<p>one<br>two</p>"


def a_reply_to_the_bot_needs_no_name(page, browser):
    page.enter(GROUP)
    browser.run("[...document.querySelectorAll('article.bot')].pop().querySelector('[title=Reply]').click()")
    answer, _ = page.ask("And in one word?")
    assert "And in one word?" in answer["quote"], answer


def does_not_answer_guests(page, _):
    page.enter(OPEN_HOUSE, PAT)
    sent = page.send("@Halo may I ask?")
    assert "ignored" in sent["line"] and page.messages("bot") == [], sent


def goes_on_when_talk_is_well_again(page, browser):
    page.enter(DIRECT)
    browser.click(".foot .faults")
    browser.click("input[name=talk][value=bad_gateway]")
    browser.click("#close")
    wait_for("the note about it", lambda: browser.run("return !document.getElementById('broken').hidden"))
    before = len(page.messages("bot"))
    page.send("Are you there?")
    wait_for("the answer to be refused", lambda: page.state() == "refused")
    browser.click("#broken button")
    wait_for("the answer after all", lambda: page.messages("bot")[before:])
    assert "Are you there?" in page.messages("bot")[before]["quote"]


def fits_every_screen_in_light_and_dark(page, browser, folder):
    page.enter(GROUP)
    colors = set()
    for width, height in [(1280, 800), (360, 740), (320, 600)]:
        for scheme in ["light", "dark"]:
            browser.look(width, height, scheme)
            wait_for("the size", lambda: browser.run("return innerWidth") == width)
            wide = browser.run("return Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)")
            assert wide <= width, f"{wide} px in a window of {width} px"
            colors.add(browser.run("return getComputedStyle(document.querySelector('main')).backgroundColor"))
            if folder:
                browser.screenshot(folder / f"demo-{width}-{scheme}.png")
    assert len(colors) == 2, colors


def asks_nobody_but_its_own_server_and_logs_no_errors(page, browser):
    events = [json.loads(entry["message"])["message"] for entry in browser.log("performance")]
    sent = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    own = [url for url in sent if url.startswith(page.address + "/")]
    # The browser's own pages are no business of ours.
    foreign = [url for url in sent if url.startswith(("http", "ws")) and url not in own]
    assert len(own) > 20 and not foreign, foreign
    errors = [entry for entry in browser.log("browser") if entry["level"] in ("WARNING", "SEVERE")]
    assert not errors, errors


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
    asks_nobody_but_its_own_server_and_logs_no_errors,
]


def main():
    program = sys.argv[1]
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)

    def fits(page, browser):
        fits_every_screen_in_light_and_dark(page, browser, folder)

    fits.__name__ = fits_every_screen_in_light_and_dark.__name__
    passed = failed = 0
    demo = Demo(program)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        try:
            browser.look(1280, 800, "light")
            page = Page(browser, demo.address)
            for check in [*CHECKS, fits]:
                try:
                    check(page, browser)
                    passed += 1
                    print("ok    ", check.__name__.replace("_", " "), flush=True)
                except Exception:
                    failed += 1
                    print("FAILED", check.__name__.replace("_", " "), flush=True)
                    traceback.print_exc(file=sys.stdout)
        finally:
            browser.stop()
            demo.stop()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
