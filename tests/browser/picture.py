"""The picture of the demo in the README."""

from page import GROUP, MIRA, TOMAS
from webdriver import wait_for


def take(page, browser, path):
    """A group room at work: a thread, a question about somebody's message, its answer, and one under way."""
    browser.look(1100, 800, "light")
    page.enter(GROUP, MIRA)
    page.open_thread("Budget", "@Halo the steps as a list, please")
    wait_for("an answer in the thread", lambda: page.state() == "answered")
    page.enter(GROUP, TOMAS)
    said = page.send("Which planet has the most moons?")
    page.enter(GROUP, MIRA)
    page.reply_to(wait_for("the message", lambda: page.message(said["id"]))["id"])
    answer, _ = page.ask("@Halo a table, please")
    page.enter(GROUP, TOMAS)
    wait_for("the answer", lambda: page.message(answer["id"]))
    page.react(answer["id"], "🎉")
    page.reacted(answer["id"], "🎉", "you")
    page.fail("model", "slow")
    question = page.send("@Halo and how long is a day there?")
    page.enter(GROUP, MIRA)
    wait_for("the message", lambda: page.message(question["id"]))
    page.reacted(question["id"], "👀", "Halo")
    # What holds the moment is no part of it.
    browser.run("document.getElementById('notes').remove(); document.activeElement.blur()")
    wait_for("the word answering", lambda: page.state() == "answering")
    browser.screenshot(path)
