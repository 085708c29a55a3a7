"""The demo and its page, in a person's terms."""

import os
import re
import subprocess

from webdriver import DEADLINE, wait_for

GROUP, DIRECT, OPEN_HOUSE, WORKSHOP, NOTE = "kq7m2rtx", "d8wq3zzk", "zz81lmfp", "w0rksh0p", "7fxkp2y6"
MIRA, TOMAS, PAT = "users/mira", "users/tomas", "guests/5b0e7f3a9c1d4e2f8a6b7c5d3e1f0a9b8c7d6e5f"
ENTER, SHIFT, NULL, ESCAPE, DOWN = "\ue007", "\ue008", "\ue000", "\ue00c", "\ue015"


class Demo:
    """The running program."""

    def __init__(self, program, **settings):
        arguments = [program, "demo", "--page", "127.0.0.1:0"]
        self.process = subprocess.Popen(arguments, env=os.environ | {"SHUTDOWN_GRACE": "1"} | settings, stdout=subprocess.PIPE, text=True)
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
    """The demo's page."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address

    def enter(self, room, speaker=MIRA):
        self.browser.open("about:blank")
        self.browser.open(f"{self.address}/#room={room}&as={speaker}")
        wait_for("the room", lambda: self.browser.run("return document.querySelector('[aria-current=true]') !== null"))

    def state(self):
        return self.browser.run("return document.getElementById('state').dataset.word")

    def detail(self):
        return self.browser.run("return document.getElementById('state').innerText")

    def messages(self, kind):
        """The newest last; each with its number, its text, its HTML, the quote above it, what it shares, its thread,
        its reactions and the line below it."""
        return self.browser.run(
            """const words = (node, part) => node.querySelector(part)?.innerText ?? '';
            return [...document.querySelectorAll(`article.${arguments[0]}`)].map(each => ({
                id: each.id, text: each.querySelector('.body').innerText, html: each.querySelector('.body').innerHTML,
                quote: words(each, '.quote'), shared: words(each, '.shared'), thread: words(each, '.marker'),
                line: words(each, '.meta'), reactions: Object.fromEntries([...each.querySelectorAll('.reactions button')]
                    .map(button => [button.dataset.emoji, button.getAttribute('aria-label')]))}))""",
            kind,
        )

    def message(self, number):
        """The message of that number as it stands now."""
        found = [each for kind in ("person", "bot", "system") for each in self.messages(kind)]
        return next((each for each in found if each["id"] == number), None)

    def newest(self, kind):
        return self.messages(kind)[-1]

    def numbers(self, kind):
        return {each["id"] for each in self.messages(kind)}

    def next(self, kind, before, what):
        """The first message of that kind that is not among those of before."""
        return wait_for(what, lambda: next((each for each in self.messages(kind) if each["id"] not in before), None))

    def send(self, text):
        """Types and presses Enter; returns the message as it stands when the bot has taken the webhook."""
        before = self.numbers("person")
        self.browser.type("#text", text + ENTER)
        return self.taken(before, f"the webhook of {text!r}")

    def taken(self, before, what):
        """The first new message of a person, once its webhook has come to something."""

        def done():
            new = [each for each in self.messages("person") if each["id"] not in before]
            return new and re.match(r"webhook (\d+|not)", new[0]["line"]) and new[0]

        return wait_for(what, done)

    def ask(self, text):
        """Sends and waits for the answer; returns it with the words for the bot's state on the way."""
        before, states = self.numbers("bot"), []
        self.send(text)

        def answered():
            states.append(self.state())
            # What the bot says of its own accord quotes nothing.
            return [each for each in self.messages("bot") if each["id"] not in before and each["quote"]]

        answer = wait_for(f"an answer to {text!r}", answered)[0]
        wait_for("the word answered", lambda: self.state() == "answered")
        return answer, states

    def command(self, text):
        """Sends a command and returns what the bot says to it."""
        before = self.numbers("bot")
        self.send(text)
        return self.next("bot", before, f"a word about {text!r}")

    def react(self, number, emoji):
        """Picks a reaction for that message."""
        self.browser.run("document.querySelector(`#${arguments[0]} [data-key=react]`).click()", number)
        wait_for("the picker", lambda: self.browser.run("return document.querySelector('#picker:popover-open') !== null"))
        self.browser.run("document.querySelector(`#picker [data-emoji='${arguments[0]}']`).click()", emoji)

    def reacted(self, number, emoji, who):
        """Waits until the reaction stands there with that person's name."""
        name = lambda: ((self.message(number) or {"reactions": {}})["reactions"].get(emoji) or "")
        return wait_for(f"{emoji} by {who}", lambda: who in name() and name())

    def unreacted(self, number, emoji):
        wait_for(f"{emoji} to be gone", lambda: emoji not in self.message(number)["reactions"])

    def reply_to(self, number):
        self.browser.run("document.querySelector(`#${arguments[0]} [data-key=reply]`).click()", number)

    def share(self, thing):
        """Shares something; returns the message when the bot has taken the webhook."""
        before = self.numbers("person")
        self.browser.click("#add")
        self.browser.click(f"#things [data-thing={thing}]")
        return self.taken(before, f"the webhook of a {thing}")

    def open_thread(self, title, text):
        before = self.numbers("person")
        self.browser.click("#add")
        self.browser.click("#new-thread")
        self.browser.type("#thread-title", title + ENTER)
        self.browser.type("#text", text + ENTER)
        wait_for("the thread", lambda: title in self.thread())
        return self.taken(before, f"the webhook of {text!r}")

    def thread(self):
        """The title of the open thread."""
        return self.browser.run("return document.querySelector('.in-thread #threads b')?.innerText ?? ''")

    def leave_thread(self):
        self.browser.click("#threads [data-key=back]")
        wait_for("the room", lambda: not self.thread())

    def panel(self, *choices):
        """Opens the panel, presses what the selectors name, and closes it."""
        self.browser.click(".foot .faults")
        for choice in choices:
            self.browser.click(choice)
        self.browser.click("#close")

    def fail(self, side, how):
        self.panel(f"input[name={side}][value={how}]")
        wait_for("the note about it", lambda: self.browser.run("return !document.getElementById('broken').hidden"))

    def put_right(self):
        self.browser.click("#broken button")
        wait_for("the note to go", lambda: self.browser.run("return document.getElementById('broken').hidden"))
