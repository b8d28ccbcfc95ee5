"""Bots made with python-telegram-bot."""

from contextlib import asynccontextmanager

from telegram import Bot, Update
from telegram.ext import Application


def bot(sandbox, token=None):
    return Bot(
        token or sandbox.token,
        base_url=f"{sandbox.api}/bot",
        base_file_url=f"{sandbox.api}/file/bot",
    )


@asynccontextmanager
async def polling(sandbox, *handlers):
    """An application that polls, as one would write it."""
    application = Application.builder().bot(bot(sandbox)).build()
    application.add_handlers(handlers)
    async with application:
        await application.bot.delete_webhook(drop_pending_updates=True)
        await application.start()
        await application.updater.start_polling(
            timeout=2, allowed_updates=Update.ALL_TYPES
        )
        try:
            yield application.bot
        finally:
            await application.updater.stop()
            await application.stop()
