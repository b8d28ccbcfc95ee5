"""Key exchange and logging in by QR code."""

import asyncio

import pytest
from conftest import Refused, token_of, until
from logins import logged_in, show_and_scan
from telethon import functions
from telethon.errors import (
    ApiIdInvalidError,
    AuthKeyUnregisteredError,
    PasswordHashInvalidError,
    RPCError,
    SessionPasswordNeededError,
)


def run(test):
    return asyncio.run(asyncio.wait_for(test, 90))


def test_a_client_exchanges_its_own_key(sandbox):
    async def test():
        for dc in sandbox.dcs:
            client = sandbox.client(dc)
            await client.connect()
            assert client.session.auth_key is not None
            assert not await client.is_user_authorized()
            nearest = await client(functions.help.GetNearestDcRequest())
            assert nearest.this_dc == dc
            config = await client(functions.help.GetConfigRequest())
            assert [option.id for option in config.dc_options] == sorted(sandbox.dcs)
            await client.disconnect()

    run(test())


def test_a_scanned_code_logs_in(sandbox):
    async def test():
        person = await sandbox.person()
        client = sandbox.client()
        await client.connect()
        user = await show_and_scan(sandbox, client, person)
        assert user.id == person["id"]
        assert (await client.get_me()).first_name == person["first_name"]
        (device,) = await sandbox.devices(person)
        assert device["device_model"] == "Telethon bench"
        assert device["app_version"] == "9.9"
        assert device["state"] == "complete"
        await client.disconnect()

    run(test())


def test_a_login_survives_a_new_connection(sandbox):
    async def test():
        person = await sandbox.person()
        client = await logged_in(sandbox, person)
        await client.disconnect()
        await client.connect()
        assert (await client.get_me()).id == person["id"]
        await client.disconnect()

    run(test())


@pytest.mark.parametrize("home", [1, 2], ids=["at_home", "with_migration"])
def test_the_password_is_asked_for_until_it_is_right(sandbox, home):
    async def test():
        person = await sandbox.person(home_dc=home, password="Sésame 1", hint="door")
        client = sandbox.client()
        await client.connect()
        with pytest.raises(SessionPasswordNeededError):
            await show_and_scan(sandbox, client, person)
        (device,) = await sandbox.devices(person)
        assert device["state"] == "password_pending"
        asked = await client(functions.account.GetPasswordRequest())
        assert asked.has_password and asked.hint == "door"
        with pytest.raises(PasswordHashInvalidError):
            await client.sign_in(password="wrong")
        user = await client.sign_in(password="Sésame 1")
        assert user.id == person["id"]
        assert (await client.get_me()).id == person["id"]
        (device,) = await sandbox.devices(person)
        assert (device["state"], device["dc"]) == ("complete", home)
        await client.disconnect()

    run(test())


def test_a_login_moves_to_the_persons_data_centre(sandbox):
    async def test():
        person = await sandbox.person(home_dc=2)
        client = sandbox.client()
        await client.connect()
        user = await show_and_scan(sandbox, client, person)
        assert user.id == person["id"]
        assert client.session.dc_id == 2
        assert (await client.get_me()).id == person["id"]
        await client.disconnect()

    run(test())


def test_an_expired_code_is_refused_and_a_renewed_one_taken(sandbox):
    async def test():
        person = await sandbox.person()
        client = sandbox.client()
        await client.connect()
        qr = await client.qr_login()
        first = qr.url
        waiting = asyncio.create_task(qr.wait(timeout=20))
        await asyncio.sleep(0)
        await sandbox.control("POST", "/clock", {"seconds": 3600})
        with pytest.raises(Refused) as refusal:
            await sandbox.scan(person, first)
        assert refusal.value.body["error"]["message"] == "AUTH_TOKEN_EXPIRED"
        await qr.recreate()
        assert token_of(qr.url) != token_of(first)
        await sandbox.scan(person, qr.url)
        assert (await waiting).id == person["id"]
        with pytest.raises(Refused) as refusal:
            await sandbox.scan(person, qr.url)
        assert refusal.value.body["error"]["message"] == "AUTH_TOKEN_ALREADY_ACCEPTED"
        await client.disconnect()

    run(test())


def test_logging_out_removes_the_device(sandbox):
    async def test():
        person = await sandbox.person()
        client = await logged_in(sandbox, person)
        assert len(await sandbox.devices(person)) == 1
        assert await client.log_out()
        assert await sandbox.devices(person) == []

    run(test())


def test_a_device_ended_by_its_owner_is_out(sandbox):
    async def test():
        person = await sandbox.person()
        client = await logged_in(sandbox, person)
        (device,) = await sandbox.devices(person)
        path = f"/people/{person['id']}/authorizations/{device['hash']}"
        await sandbox.control("DELETE", path)
        with pytest.raises(RPCError) as error:
            await client(functions.updates.GetStateRequest())
        assert error.value.code == 401
        await client.disconnect()

    run(test())


def test_phone_and_code_log_in(sandbox):
    async def test():
        person = await sandbox.person(home_dc=2, password="door")
        client = sandbox.client()
        await client.connect()
        # The number belongs to the other data centre: Telethon follows.
        await client.send_code_request(person["phone"])
        codes = await sandbox.control("GET", f"/people/{person['id']}/codes")
        with pytest.raises(SessionPasswordNeededError):
            await client.sign_in(person["phone"], codes[0]["code"])
        user = await client.sign_in(password="door")
        assert user.id == person["id"]
        await client.disconnect()

    run(test())


def test_one_telethon_device_accepts_another(sandbox):
    async def test():
        person = await sandbox.person()
        first = await logged_in(sandbox, person)
        second = sandbox.client()
        await second.connect()
        qr = await second.qr_login()
        waiting = asyncio.create_task(qr.wait(timeout=20))
        await asyncio.sleep(0)
        await first(functions.auth.AcceptLoginTokenRequest(token_of(qr.url)))
        assert (await waiting).id == person["id"]
        seen = await first(functions.account.GetAuthorizationsRequest())
        assert len(seen.authorizations) == 2
        await first.disconnect()
        await second.disconnect()

    run(test())


def test_a_wrong_app_is_refused(sandbox):
    async def test():
        client = sandbox.client()
        await client.connect()
        client.api_hash = "0" * 31 + "1"
        with pytest.raises(ApiIdInvalidError):
            await client.qr_login()
        with pytest.raises(AuthKeyUnregisteredError):
            await client(functions.updates.GetStateRequest())
        await client.disconnect()

        async def gone():
            stats = await sandbox.control("GET", "/stats")
            return stats["connections"]["1"] == 0

        await until(gone)

    run(test())
