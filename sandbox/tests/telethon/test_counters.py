"""What the sandbox counts and knows, as another program asks for it."""

import asyncio

import pytest
from conftest import Refused
from logins import logged_in
from telethon import functions


def run(test):
    return asyncio.run(asyncio.wait_for(test, 90))


def same(key, listed):
    return key.key_id % 2**64 == int(listed) % 2**64


def test_every_login_and_its_key_is_listed(sandbox):
    async def test():
        person = await sandbox.person()
        client = await logged_in(sandbox, person)
        everyone = await sandbox.control("GET", "/authorizations")
        (login,) = [one for one in everyone if one["person"] == person["id"]]
        assert login["state"] == "complete" and same(client.session.auth_key, login["key"])
        keys = await sandbox.control("GET", "/auth-keys")
        (key,) = [one for one in keys if one["id"] == login["key"]]
        assert (key["person"], key["hash"]) == (person["id"], login["hash"])
        assert (key["connections"], key["most_connections"], key["dropped"]) == (1, 1, False)
        await client.disconnect()

    run(test())


def test_a_forgotten_key_is_unknown(sandbox):
    async def test():
        person = await sandbox.person()
        client = await logged_in(sandbox, person, auto_reconnect=False)
        (login,) = await sandbox.devices(person)
        await sandbox.control("DELETE", f"/auth-keys/{login['key']}")
        with pytest.raises(Refused):
            await sandbox.control("DELETE", f"/auth-keys/{login['key']}")
        before = await sandbox.control("GET", "/stats")
        with pytest.raises(Exception):
            await client(functions.updates.GetStateRequest())
        after = await sandbox.control("GET", "/stats")
        reason = "unknown_key"
        assert after["refused_connections"][reason] > before["refused_connections"][reason]
        await client.disconnect()

    run(test())


def test_errors_and_floods_are_counted(sandbox):
    async def test():
        person = await sandbox.person()
        client = await logged_in(sandbox, person)
        before = await sandbox.control("GET", "/stats")
        fault = {"method": "updates.getState", "error_code": 420, "person": person["id"]}
        await sandbox.fault(**fault, error_message="FLOOD_WAIT_1", times=1)
        await client(functions.updates.GetStateRequest())
        after = await sandbox.control("GET", "/stats")
        assert after["floods"] == before["floods"] + 1
        assert after["errors"]["updates.getState"]["FLOOD_WAIT"] >= 1
        await client.disconnect()

    run(test())
