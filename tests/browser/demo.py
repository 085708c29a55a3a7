#!/usr/bin/env python3
"""Uses the `demo` command as a person does: in Chromium, through chromedriver, with nothing but Python itself.

    tests/browser/demo.py PROGRAM [FOLDER_FOR_SCREENSHOTS] [WORD_IN_THE_NAME_OF_A_CHECK…]
    tests/browser/demo.py PROGRAM --picture docs/demo.png

Needs `chromium` and `chromedriver` (Debian: chromium, chromium-driver). Ends with a line `N passed, N failed`.
"""

import json
import sys
import tempfile
import traceback
from contextlib import contextmanager
from pathlib import Path

import checks
import in_german
import picture
import talk_side
from page import Demo, GROUP, Page
from webdriver import Browser, wait_for


class Screens:
    """Pictures of the page, if a folder for them was named."""

    SIZES = [(1280, 800), (360, 740), (320, 600)]

    def __init__(self, browser, folder):
        self.browser, self.folder = browser, folder
        self.rest()

    def rest(self):
        self.browser.look(1280, 800, "light")

    def take(self, name):
        """One picture per size and scheme; each must fit. Returns the colours that were seen."""
        colors = set()
        for width, height in self.SIZES:
            for scheme in ["light", "dark"]:
                self.browser.look(width, height, scheme)
                wait_for("the size", lambda: self.browser.run("return innerWidth") == width)
                wide = self.browser.run("return Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)")
                assert wide <= width, f"{wide} px in a window of {width} px"
                colors.add(self.browser.run("return getComputedStyle(document.querySelector('main')).backgroundColor"))
                if self.folder:
                    self.browser.screenshot(self.folder / f"{name}-{width}-{scheme}.png")
        self.rest()
        return colors


def fits_every_screen_in_light_and_dark(page, _, screens):
    page.enter(GROUP)
    assert len(screens.take("demo")) == 2


def asks_nobody_but_its_own_server_and_logs_no_errors(page, browser, _):
    events = [json.loads(entry["message"])["message"] for entry in browser.log("performance")]
    sent = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    own = [url for url in sent if url.startswith(page.address + "/")]
    # The browser's own pages are no business of ours.
    foreign = [url for url in sent if url.startswith(("http", "ws")) and url not in own]
    assert len(own) > 10 and not foreign, foreign
    errors = [entry for entry in browser.log("browser") if entry["level"] in ("WARNING", "SEVERE")]
    assert not errors, errors


# What each demo has to show, one after the other, and its settings.
DEMOS = [
    ({}, [
        talk_side.welcomes_each_room_once, *checks.CHECKS, *talk_side.CHECKS, fits_every_screen_in_light_and_dark,
        talk_side.leaves_talk_alone_when_it_is_locked_out, asks_nobody_but_its_own_server_and_logs_no_errors,
    ]),
    (in_german.SETTINGS, in_german.CHECKS),
]


def passes(check, page, browser, screens):
    name = check.__name__.replace("_", " ")
    try:
        check(page, browser, screens)
        print("ok    ", name, flush=True)
        return True
    except Exception:
        print("FAILED", name, flush=True)
        traceback.print_exc(file=sys.stdout)
        if screens.folder:
            browser.screenshot(screens.folder / f"failed-{check.__name__}.png")
        screens.rest()
        # One check's failure switches are not the next one's.
        browser.run("return allWell()")
        return False


@contextmanager
def demo_page(program, browser, settings):
    demo = Demo(program, **settings)
    try:
        yield Page(browser, demo.address)
    finally:
        demo.stop()


def run(program, browser, screens, words):
    outcomes = []
    for settings, every in DEMOS:
        chosen = [check for check in every if not words or any(word in check.__name__ for word in words)]
        if chosen:
            with demo_page(program, browser, settings) as page:
                outcomes += [passes(check, page, browser, screens) for check in chosen]
    print(f"{outcomes.count(True)} passed, {outcomes.count(False)} failed")
    return 0 if all(outcomes) else 1


def main():
    program, *rest = sys.argv[1:]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        try:
            if rest[:1] == ["--picture"]:
                with demo_page(program, browser, {}) as page:
                    return picture.take(page, browser, Path(rest[1]))
            folder = Path(rest[0]) if rest else None
            if folder:
                folder.mkdir(parents=True, exist_ok=True)
            return run(program, browser, Screens(browser, folder), rest[1:])
        finally:
            browser.stop()


if __name__ == "__main__":
    sys.exit(main())
