"""A bot to which updates are brought, made with aiogram."""

import asyncio
from contextlib import asynccontextmanager

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from conftest import until

SECRET = "quite-secret_1"


@asynccontextmanager
async def served(sandbox, dispatcher, seen):
    api = TelegramAPIServer.from_base(sandbox.api)
    bot = Bot(sandbox.token, session=AiohttpSession(api=api))

    @web.middleware
    async def look(request, handler):
        seen.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        return await handler(request)

    application = web.Application(middlewares=[look])
    SimpleRequestHandler(dispatcher, bot, secret_token=SECRET).register(application, "/hook")
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield bot, f"http://127.0.0.1:{port}/hook"
    finally:
        await bot.delete_webhook(drop_pending_updates=True)
        await runner.cleanup()
        await bot.session.close()


async def test_updates_are_brought_in_order_with_the_secret(sandbox):
    dispatcher, seen, texts = Dispatcher(), [], []

    @dispatcher.message(CommandStart())
    async def start(message):
        texts.append(message.text)
        await message.answer(f"Hello, {message.from_user.first_name}")

    @dispatcher.message()
    async def other(message):
        texts.append(message.text)

    person = await sandbox.person()
    async with served(sandbox, dispatcher, seen) as (bot, url):
        await bot.set_webhook(url, secret_token=SECRET, drop_pending_updates=True)
        said = await sandbox.say(person, "/start")
        for number in range(5):
            await sandbox.say(person, str(number))
        answer = await sandbox.answer_to(person, said)

        async def all_came():
            await asyncio.sleep(0)
            return len(texts) == 6

        await until(all_came)
        info = await bot.get_webhook_info()
    assert answer["text"] == f"Hello, {person['first_name']}"
    assert sorted(texts) == ["/start", "0", "1", "2", "3", "4"]
    assert set(seen) == {SECRET}
    assert info.url == url


async def test_a_wrong_secret_keeps_the_update_waiting(sandbox):
    dispatcher, seen = Dispatcher(), []
    person = await sandbox.person()
    async with served(sandbox, dispatcher, seen) as (bot, url):
        await bot.set_webhook(url, secret_token="another", drop_pending_updates=True)
        await sandbox.say(person, "hello")

        async def failed():
            info = await bot.get_webhook_info()
            return info.last_error_message and info

        info = await until(failed)
    assert info.pending_update_count == 1
    assert "401" in info.last_error_message
    assert seen[0] == "another"
