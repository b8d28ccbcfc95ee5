"""A running sandbox and clients for it.

The sandbox is one that runs already: SANDBOX_READY names its ready file.
The client is Telethon as published; only its settings are touched.
"""

import asyncio
import base64
import itertools
import json
import os
import time
import urllib.error
import urllib.request

import pytest
from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.sessions import MemorySession

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
        self.api = (ready["api_id"], ready["api_hash"])
        self.dcs = {}
        for dc in ready["dcs"]:
            host, port = dc["address"].rsplit(":", 1)
            self.dcs[dc["id"]] = (host, int(port))
        rsa.add_key(ready["rsa_public_key"], old=False)

    def _request(self, method, path, body):
        request = urllib.request.Request(
            self.ready["control"] + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                content = answer.read()
        except urllib.error.HTTPError as refusal:
            raise Refused(refusal.code, json.loads(refusal.read())) from None
        return json.loads(content) if content else None

    async def control(self, method, path, body=None):
        return await asyncio.to_thread(self._request, method, path, body)

    async def person(self, **fields):
        name = f"Person{next(self._numbers)}x{time.time_ns()}"
        return await self.control("POST", "/people", {"first_name": name, **fields})

    async def scan(self, person, url):
        return await self.control("POST", f"/people/{person['id']}/scan", {"link": url})

    async def devices(self, person):
        return await self.control("GET", f"/people/{person['id']}/authorizations")

    async def fault(self, **fields):
        return await self.control("POST", "/faults", fields)

    def client(self, dc=1, auth_key=None, **settings):
        session = MemorySession()
        session.set_dc(dc, *self.dcs[dc])
        session.auth_key = auth_key
        settings = {
            "device_model": "Telethon bench",
            "app_version": "9.9",
            "system_version": "Test",
            "retry_delay": 0.1,
            **settings,
        }
        return TelegramClient(session, *self.api, **settings)


def token_of(url):
    token = url.split("token=", 1)[1]
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


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


@pytest.fixture(autouse=True)
def fresh_configuration():
    # Telethon keeps the configuration on the class, across clients and sandboxes.
    TelegramClient._config = None
    TelegramClient._cdn_config = None
