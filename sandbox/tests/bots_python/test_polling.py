"""A bot that polls: messages, keyboards, commands, files."""

import asyncio

from telegram import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MenuButtonWebApp,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    WebAppInfo,
)
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from conftest import PATIENCE, until
from ptb import polling


async def test_a_command_is_answered_and_edited(sandbox):
    async def start(update, context):
        sent = await update.message.reply_html(f"<b>Hello</b>, {context.args[0]}")
        await sent.edit_text("*Welcome*", parse_mode="MarkdownV2")

    person = await sandbox.person()
    async with polling(sandbox, CommandHandler("start", start)):
        said = await sandbox.say(person, "/start friend")
        answer = await sandbox.answer_to(person, said)

        async def edited():
            chat = await sandbox.chat(person, said["message_id"])
            return chat["messages"][0].get("edit_date") and chat["messages"][0]

        final = await until(edited)
    assert answer["message_id"] == final["message_id"]
    assert final["text"] == "Welcome"
    assert final["entities"][0]["type"] == "bold"


async def test_a_pressed_button_reaches_the_bot_and_its_answer_the_phone(sandbox):
    async def ask(update, _):
        keyboard = InlineKeyboardMarkup(
            [
                [InlineKeyboardButton("Yes", callback_data="yes")],
                [InlineKeyboardButton("App", web_app=WebAppInfo("https://example.org/"))],
                [InlineKeyboardButton("Site", url="https://example.org/")],
            ]
        )
        await update.message.reply_text("Sure?", reply_markup=keyboard)

    async def pressed(update, _):
        query = update.callback_query
        await query.answer(f"You chose {query.data}", show_alert=True)
        await query.edit_message_reply_markup(None)

    person = await sandbox.person()
    handlers = MessageHandler(filters.TEXT, ask), CallbackQueryHandler(pressed)
    async with polling(sandbox, *handlers):
        said = await sandbox.say(person, "ask me")
        await sandbox.answer_to(person, said)
        assert (await sandbox.press(person, "App"))["kind"] == "web_app"
        assert (await sandbox.press(person, "Site"))["url"] == "https://example.org/"
        await sandbox.press(person, "Yes")

        async def answered():
            chat = await sandbox.chat(person, said["message_id"])
            gone = "reply_markup" not in chat["messages"][0]
            return gone and chat["toasts"]

        toasts = await until(answered)
    assert toasts[0]["text"] == "You chose yes"
    assert toasts[0]["show_alert"]


async def test_the_keyboard_is_replaced_and_removed(sandbox):
    async def reply(update, _):
        if update.message.text == "Red":
            markup = ReplyKeyboardRemove()
        else:
            markup = ReplyKeyboardMarkup([["Red", "Blue"]], resize_keyboard=True)
        await update.message.reply_text("Choose", reply_markup=markup)

    person = await sandbox.person()
    async with polling(sandbox, MessageHandler(filters.TEXT, reply)):
        said = await sandbox.say(person, "colours")
        await sandbox.answer_to(person, said)
        assert (await sandbox.chat(person))["reply_keyboard"]
        pressed = await sandbox.press(person, "Red")
        await sandbox.answer_to(person, pressed)
    assert (await sandbox.chat(person))["reply_keyboard"] is None


async def test_blocking_is_told(sandbox):
    told = asyncio.get_running_loop().create_future()

    async def changed(update, _):
        told.set_result(update.my_chat_member)

    person = await sandbox.person()
    async with polling(sandbox, ChatMemberHandler(changed)):
        await sandbox.say(person, "hello")
        await sandbox.block(person)
        change = await asyncio.wait_for(told, PATIENCE)
    assert change.new_chat_member.status == "kicked"
    assert change.from_user.id == person["id"]


async def test_commands_menu_and_texts_are_shown(sandbox):
    person = await sandbox.person(language="ru")
    async with polling(sandbox) as bot:
        await bot.set_my_commands([BotCommand("start", "Начать")], language_code="ru")
        app = MenuButtonWebApp("Открыть", WebAppInfo("https://example.org/app"))
        await bot.set_chat_menu_button(person["id"], app)
        assert await bot.get_chat_menu_button(person["id"]) == app
        assert (await bot.get_my_commands(language_code="ru"))[0].command == "start"
        await bot.set_my_description("What it does")
        assert (await bot.get_my_description()).description == "What it does"
        await bot.delete_my_commands(language_code="ru")
        assert not await bot.get_my_commands(language_code="ru")
    chat = await sandbox.chat(person)
    assert chat["menu_button"]["text"] == "Открыть"


async def test_a_file_comes_back_as_it_was_sent(sandbox):
    content = bytes(range(256)) * 300
    person = await sandbox.person()
    async with polling(sandbox) as bot:
        said = await sandbox.say(person, "file, please")
        sent = await bot.send_document(
            person["id"], content, filename="отчёт.bin", caption="Here"
        )
        file = await bot.get_file(sent.document.file_id)
        assert bytes(await file.download_as_bytearray()) == content
        again = await bot.send_document(person["id"], sent.document.file_id)
        assert again.document.file_unique_id == sent.document.file_unique_id
        await sent.delete()
    chat = await sandbox.chat(person, said["message_id"])
    assert [m["document"]["file_name"] for m in chat["messages"]] == ["отчёт.bin"]
