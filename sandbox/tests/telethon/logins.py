"""Logging in, as most tests begin."""

import asyncio

from telethon.errors import SessionPasswordNeededError


async def show_and_scan(sandbox, client, person):
    """Shows a code, lets the person scan it, and waits for the login."""
    qr = await client.qr_login()
    waiting = asyncio.create_task(qr.wait(timeout=20))
    # The client listens for the news only once the task has begun.
    await asyncio.sleep(0)
    await sandbox.scan(person, qr.url)
    return await waiting


async def logged_in(sandbox, person, **settings):
    client = sandbox.client(**settings)
    await client.connect()
    try:
        await show_and_scan(sandbox, client, person)
    except SessionPasswordNeededError:
        await client.sign_in(password=person["secret"])
    return client
