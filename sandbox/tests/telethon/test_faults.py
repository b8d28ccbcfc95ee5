"""Floods, limits, late and lost answers, connections that break, accounts in trouble."""

import asyncio
import time

import pytest
from conftest import until
from logins import logged_in
from telethon import functions
from telethon.errors import (
    AuthKeyDuplicatedError,
    FloodWaitError,
    FrozenMethodInvalidError,
    SlowModeWaitError,
    UserDeactivatedBanError,
)
from telethon.tl.types import UpdateNewMessage
from telethon import events


def run(test):
    return asyncio.run(asyncio.wait_for(test, 90))


def test_a_short_flood_is_slept_through_and_a_long_one_raised(sandbox):
    async def test():
        person = await sandbox.person()
        client = await logged_in(sandbox, person)
        fault = {"method": "updates.getState", "error_code": 420, "person": person["id"]}
        await sandbox.fault(**fault, error_message="FLOOD_WAIT_1", times=1)
        began = time.monotonic()
        await client(functions.updates.GetStateRequest())
        assert time.monotonic() - began >= 1
        await sandbox.fault(**fault, error_message="FLOOD_WAIT_500", times=1)
        with pytest.raises(FloodWaitError) as flood:
            await client(functions.updates.GetStateRequest())
        assert flood.value.seconds == 500
        # Telethon remembers the flood: ask it by another way.
        assert (await client.get_me()).id == person["id"]
        await client.disconnect()

    run(test())


def test_a_dropped_connection_is_made_again(sandbox):
    async def test():
        person, friend = await sandbox.person(), await sandbox.person()
        client = await logged_in(sandbox, person)
        heard = asyncio.Queue()
        client.add_event_handler(heard.put, events.Raw(UpdateNewMessage))
        await sandbox.fault(kind="drop", dc=1)
        assert (await client.get_me()).id == person["id"]
        chat = {"kind": "private", "members": [friend["id"], person["id"]]}
        chat = await sandbox.control("POST", "/channels", chat)
        await sandbox.control("POST", f"/channels/{chat['id']}/messages", {"messages": ["hi"]})
        update = await asyncio.wait_for(heard.get(), 20)
        assert update.message.message == "hi"
        await client.disconnect()

    run(test())


def test_a_silent_data_centre_answers_once_it_may(sandbox):
    async def test():
        person = await sandbox.person(home_dc=2)
        client = await logged_in(sandbox, person)
        fault = await sandbox.fault(kind="silence", dc=2)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client(functions.updates.GetStateRequest()), 0.5)
        await sandbox.control("DELETE", f"/faults/{fault['id']}")
        assert (await client.get_me()).id == person["id"]
        await client.disconnect()

        async def lifted():
            return await sandbox.control("GET", "/faults") == []

        await until(lifted)

    run(test())


def test_a_session_that_is_used_by_two_clients_is_lost(sandbox):
    async def test():
        person = await sandbox.person()
        client = await logged_in(sandbox, person)
        copy = sandbox.client(auth_key=client.session.auth_key)
        await copy.connect()
        state = functions.updates.GetStateRequest()
        # Telethon itself may have made a call when it connected.
        with pytest.raises(AuthKeyDuplicatedError):
            for one in (client, copy, client):
                await one(state)
        for one in (client, copy):
            with pytest.raises(AuthKeyDuplicatedError):
                await one(state)
        assert await sandbox.devices(person) == []
        await client.disconnect()
        await copy.disconnect()

    run(test())


def test_answers_come_late_or_not_at_all_and_the_client_goes_on(sandbox):
    async def test():
        person = await sandbox.person()
        client = await logged_in(sandbox, person)
        state = functions.updates.GetStateRequest()
        fault = {"method": "updates.getState", "person": person["id"]}
        late = await sandbox.fault(kind="delay", least_ms=300, **fault)
        began = time.monotonic()
        await asyncio.gather(*(client(state) for _ in range(10)))
        # Each for itself, not one after the other.
        assert 0.3 <= time.monotonic() - began < 3
        await sandbox.control("DELETE", f"/faults/{late['id']}")
        await sandbox.fault(kind="lost", cut=False, **fault)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client(state), 0.5)
        await client(state)
        await sandbox.fault(kind="lost", **fault)
        # The connection breaks; Telethon asks again on the next.
        await client(state)
        await client.disconnect()

    run(test())


def test_a_client_that_waits_as_told_gets_through_a_limit(sandbox):
    async def test():
        person = await sandbox.person()
        client = await logged_in(sandbox, person)
        limit = {"method": "updates.getState", "size": 2, "refill_ms": 700, "person": person["id"]}
        limit = await sandbox.control("POST", "/limits", limit)
        for _ in range(4):
            await client(functions.updates.GetStateRequest())
        (told,) = [it for it in await sandbox.control("GET", "/limits") if it["id"] == limit["id"]]
        assert told["calls"] == 4 and told["early"] == 0
        await sandbox.control("DELETE", f"/limits/{limit['id']}")
        await client.disconnect()

    run(test())


async def in_a_group(sandbox):
    """A client of someone who is in a group of someone else's."""
    person, owner = await sandbox.person(), await sandbox.person()
    group = {"kind": "supergroup", "title": "A group", "members": [owner["id"], person["id"]]}
    group = await sandbox.control("POST", "/channels", {**group, "messages": 1})
    client = await logged_in(sandbox, person)
    (dialog,) = await client.get_dialogs()
    return person, group, client, dialog.entity


def test_a_slow_group_asks_for_patience(sandbox):
    async def test():
        _, group, client, chat = await in_a_group(sandbox)
        slow = {"slow_mode_seconds": 600}
        changed = await sandbox.control("PATCH", f"/channels/{group['id']}", slow)
        assert changed["slow_mode_seconds"] == 600
        await client.send_message(chat, "one")
        with pytest.raises(SlowModeWaitError) as slowed:
            await client.send_message(chat, "two")
        assert 500 < slowed.value.seconds <= 600
        assert len(await client.get_messages(chat, limit=10)) == 2
        await client.disconnect()

    run(test())


def test_a_frozen_account_may_look_and_a_banned_one_not(sandbox):
    async def test():
        person, _, client, chat = await in_a_group(sandbox)
        await sandbox.control("PATCH", f"/people/{person['id']}", {"state": "frozen"})
        with pytest.raises(FrozenMethodInvalidError):
            await client.send_message(chat, "one")
        assert len(await client.get_messages(chat, limit=10)) == 1
        await sandbox.control("PATCH", f"/people/{person['id']}", {"state": "banned"})
        with pytest.raises(UserDeactivatedBanError):
            await client(functions.updates.GetStateRequest())
        await client.disconnect()

    run(test())
