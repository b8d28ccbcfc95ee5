"""What a bot is refused, as python-telegram-bot names it."""

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter

from ptb import bot


async def test_a_wrong_token_is_refused(sandbox):
    with pytest.raises(InvalidToken):
        await bot(sandbox, "1:wrong").initialize()


async def test_someone_who_blocked_the_bot_is_out_of_reach(sandbox):
    person = await sandbox.person()
    await sandbox.say(person, "hello")
    await sandbox.block(person)
    async with bot(sandbox) as mine:
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await mine.send_message(person["id"], "hello?")


async def test_a_stranger_is_not_found(sandbox):
    async with bot(sandbox) as mine:
        with pytest.raises(BadRequest, match="Chat not found"):
            await mine.send_message(1, "hello?")


async def test_a_flood_names_the_seconds_to_wait(sandbox):
    person = await sandbox.person()
    await sandbox.say(person, "hello")
    async with bot(sandbox) as mine:
        await sandbox.fault(method="sendMessage", error_code=429, retry_after=7)
        with pytest.raises(RetryAfter) as flood:
            await mine.send_message(person["id"], "hello")
        assert int(str(flood.value.retry_after)) == 7
        await mine.send_message(person["id"], "hello")


async def test_bad_messages_are_refused(sandbox):
    person = await sandbox.person()
    await sandbox.say(person, "hello")
    async with bot(sandbox) as mine:
        sent = await mine.send_message(person["id"], "same")
        with pytest.raises(BadRequest, match="not modified"):
            await sent.edit_text("same")
        with pytest.raises(BadRequest, match="(?i)can't parse entities"):
            await mine.send_message(person["id"], "<b>open", parse_mode="HTML")
        with pytest.raises(BadRequest, match="too long"):
            await mine.send_message(person["id"], "x" * 4097)
        data = InlineKeyboardButton("x", callback_data="x" * 65)
        with pytest.raises(BadRequest, match="Button_data_invalid"):
            await mine.send_message(
                person["id"], "x", reply_markup=InlineKeyboardMarkup([[data]])
            )
        with pytest.raises(BadRequest, match="Query is too old"):
            await mine.answer_callback_query("1")


async def test_polling_and_a_webhook_exclude_each_other(sandbox):
    async with bot(sandbox) as mine:
        await mine.set_webhook("http://127.0.0.1:9/hook")
        try:
            with pytest.raises(Conflict):
                await mine.get_updates()
        finally:
            await mine.delete_webhook(drop_pending_updates=True)
        await mine.get_updates()
