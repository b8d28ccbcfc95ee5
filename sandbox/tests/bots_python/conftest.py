"""A running sandbox and a bot for it.

The sandbox is one that runs already: SANDBOX_READY names its ready file. The
bots are python-telegram-bot and aiogram as published; only their base address
is set.
"""

import asyncio
import itertools
import json
import os
import time
import urllib.error
import urllib.request

import pytest

PATIENCE = 30


class Refused(Exception):
    """The control interface said no."""

    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class Sandbox:
    _numbers = itertools.count(1)

    def __init__(self, ready):
        self.ready = ready
        self.token = ready["bot_token"]
        self.api = ready["bot_api"]
        # Where the chats with the bot are.
        self.chats = ""

    def _request(self, method, path, body):
        request = urllib.request.Request(
            self.ready["control"] + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=2 * PATIENCE) as answer:
                content = answer.read()
        except urllib.error.HTTPError as refusal:
            raise Refused(refusal.code, json.loads(refusal.read())) from None
        return json.loads(content) if content else None

    async def control(self, method, path, body=None):
        return await asyncio.to_thread(self._request, method, path, body)

    async def person(self, **fields):
        name = f"Reader{next(self._numbers)}x{time.time_ns()}"
        return await self.control("POST", "/people", {"first_name": name, **fields})

    async def another(self):
        """The same sandbox as another bot and its chats."""
        name = f"other{next(self._numbers)}_{time.time_ns() % 10**12}_bot"
        made = await self.control("POST", "/bots", {"name": name, "username": name})
        other = Sandbox(self.ready)
        other.token = made["token"]
        other.chats = f"/bots/{made['id']}"
        return other

    async def say(self, person, text):
        path = f"{self.chats}/people/{person['id']}/messages"
        return await self.control("POST", path, {"text": text})

    async def press(self, person, text):
        path = f"{self.chats}/people/{person['id']}/press"
        return await self.control("POST", path, {"text": text})

    async def chat(self, person, after=0, wait=0):
        path = f"{self.chats}/people/{person['id']}/chat?after={after}&wait={wait}"
        return await self.control("GET", path)

    async def answer_to(self, person, message):
        """The bot's first message after one of the person's."""
        chat = await self.chat(person, message["message_id"], PATIENCE)
        return next(m for m in chat["messages"] if m["author"] == "bot")

    async def block(self, person):
        await self.control("POST", f"{self.chats}/people/{person['id']}/block")

    async def fault(self, **fields):
        await self.control("POST", f"{self.chats}/bot/faults", fields)


async def until(happens):
    """Waits until something is so."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = await happens()
        if found:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("it did not happen in time")


@pytest.fixture(scope="session")
def sandbox():
    path = os.environ.get("SANDBOX_READY")
    if not path:
        pytest.fail("SANDBOX_READY has to name the ready file of a running sandbox")
    with open(path, encoding="utf-8") as file:
        return Sandbox(json.load(file))
