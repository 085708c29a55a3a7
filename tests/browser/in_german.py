"""The bot with other settings: it speaks German, and tells after two seconds that it is still at it."""

from page import DIRECT, GROUP
from webdriver import wait_for

SETTINGS = {"BOT_LANGUAGE": "de", "WAIT_NOTICE": "2"}


def speaks_german(page, *_):
    page.enter(DIRECT)
    welcome = wait_for("a word of welcome", lambda: page.messages("bot"))[0]
    assert "ich bin Halo" in welcome["text"] and "/hilfe" in welcome["text"], welcome
    for command, words in [
        ("/hilfe", "/vergiss-mich"), ("/status", "bereit"), ("/kontext", "Token"), ("/datenschutz", "Datenbank"),
        ("/stopp", "nichts anzuhalten"), ("/neu", "vergessen"), ("/version", "Ich bin Version"),
    ]:
        assert words in page.command(command)["text"], command
    hint = page.command("/tanzen")["text"]
    assert "tanzen" in hint and "/hilfe" in hint, hint


def says_once_that_it_is_still_at_it(page, _, screens):
    page.enter(GROUP)
    page.fail("model", "slow")
    before = page.numbers("bot")
    question = page.send("@Halo Was ist eine Boje?")
    notice = page.next("bot", before, "a word that it takes longer")
    assert "arbeite noch" in notice["text"] and "eine Boje" in notice["quote"], notice
    page.reacted(question["id"], "👀", "Halo")
    screens.take("wait")
    page.put_right()
    page.unreacted(question["id"], "👀")
    answers = [each["text"] for each in page.messages("bot") if each["id"] not in before | {notice["id"]}]
    assert len(answers) == 1 and "heard that" in answers[0], answers


CHECKS = [speaks_german, says_once_that_it_is_still_at_it]
