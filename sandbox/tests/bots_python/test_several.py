"""Two bots at once, each with a program of its own."""

import pytest
from telegram.error import BadRequest, InvalidToken
from telegram.ext import CommandHandler

from ptb import bot, polling


def answering(words):
    async def start(update, _):
        await update.message.reply_text(words)

    return CommandHandler("start", start)


async def test_each_program_hears_what_is_said_to_its_bot(sandbox):
    person = await sandbox.person()
    other = await sandbox.another()
    async with polling(sandbox, answering("one")), polling(other, answering("two")):
        to_the_first = await sandbox.say(person, "/start")
        to_the_other = await other.say(person, "/start")
        first = await sandbox.answer_to(person, to_the_first)
        second = await other.answer_to(person, to_the_other)
    assert (first["text"], second["text"]) == ("one", "two")


async def test_who_wrote_to_one_bot_is_out_of_reach_of_the_other(sandbox):
    person = await sandbox.person()
    other = await sandbox.another()
    await sandbox.say(person, "hello")
    async with bot(other) as theirs:
        with pytest.raises(BadRequest, match="Chat not found"):
            await theirs.send_message(person["id"], "hello?")


async def test_a_revoked_token_is_refused(sandbox):
    other = await sandbox.another()
    renewed = await sandbox.control("POST", f"{other.chats}/revoke")
    with pytest.raises(InvalidToken):
        await bot(other).initialize()
    async with bot(sandbox, renewed["token"]) as theirs:
        assert theirs.bot.id == renewed["id"]
