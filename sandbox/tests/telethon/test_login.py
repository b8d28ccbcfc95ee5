"""Key exchange and logging in by QR code."""

import asyncio
import time

import pytest
from conftest import Refused, token_of, until
from logins import logged_in, show_and_scan
from telethon import functions, types
from telethon.errors import (
    ApiIdInvalidError,
    ApiIdPublishedFloodError,
    AuthKeyUnregisteredError,
    FloodWaitError,
    PasswordHashInvalidError,
    PhoneCodeExpiredError,
    PhoneCodeInvalidError,
    PhoneNumberBannedError,
    PhoneNumberFloodError,
    PhoneNumberInvalidError,
    PhoneNumberUnoccupiedError,
    PhonePasswordFloodError,
    RPCError,
    SendCodeUnavailableError,
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
            own = [option.id for option in config.dc_options if not option.cdn]
            assert own == sorted(sandbox.dcs)
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


async def newest_code(sandbox, person):
    codes = await sandbox.control("GET", f"/people/{person['id']}/codes")
    return codes[0]


async def by_ways(sandbox, *ways, timeout=None, **fields):
    """A person whom login codes reach in these ways."""
    person = await sandbox.person(**fields)
    delivery = {"ways": list(ways), "timeout": timeout}
    change = {"code_delivery": delivery}
    return await sandbox.control("PATCH", f"/people/{person['id']}", change)


WAYS = {
    "app": types.auth.SentCodeTypeApp,
    "sms": types.auth.SentCodeTypeSms,
    "sms_word": types.auth.SentCodeTypeSmsWord,
    "sms_phrase": types.auth.SentCodeTypeSmsPhrase,
    "call": types.auth.SentCodeTypeCall,
    "flash_call": types.auth.SentCodeTypeFlashCall,
    "missed_call": types.auth.SentCodeTypeMissedCall,
    "fragment": types.auth.SentCodeTypeFragmentSms,
    "email": types.auth.SentCodeTypeEmailCode,
    "set_up_email": types.auth.SentCodeTypeSetUpEmailRequired,
}


@pytest.mark.parametrize("way", WAYS)
def test_telethon_reads_each_way_of_a_code(sandbox, way):
    async def test():
        person = await by_ways(sandbox, way)
        client = sandbox.client()
        await client.connect()
        settings = types.CodeSettings(allow_flashcall=True, allow_missed_call=True)
        sent = await client(
            functions.auth.SendCodeRequest(person["phone"], *sandbox.api, settings)
        )
        assert isinstance(sent.type, WAYS[way])
        if way == "set_up_email":
            assert not await sandbox.control("GET", f"/people/{person['id']}/codes")
        else:
            code = await newest_code(sandbox, person)
            assert (code["way"], code["valid"]) == (way, True)
            signing_in = {"phone_code": code["code"]}
            if way == "email":
                verification = types.EmailVerificationCode(code["code"])
                signing_in = {"email_verification": verification}
            await client(
                functions.auth.SignInRequest(
                    person["phone"], sent.phone_code_hash, **signing_in
                )
            )
            assert (await client.get_me()).id == person["id"]
        await client.disconnect()

    run(test())


def test_a_code_is_resent_the_next_way_and_cancelled(sandbox):
    async def test():
        person = await by_ways(sandbox, "app", "sms", home_dc=2)
        client = sandbox.client()
        await client.connect()
        first = await client.send_code_request(person["phone"])
        assert isinstance(first.next_type, types.auth.CodeTypeSms)
        second = await client(
            functions.auth.ResendCodeRequest(person["phone"], first.phone_code_hash)
        )
        assert isinstance(second.type, types.auth.SentCodeTypeSms)
        assert second.next_type is None
        with pytest.raises(SendCodeUnavailableError):
            await client(
                functions.auth.ResendCodeRequest(person["phone"], second.phone_code_hash)
            )
        code = (await newest_code(sandbox, person))["code"]
        with pytest.raises(PhoneCodeInvalidError):
            await client.sign_in(person["phone"], "0", phone_code_hash=second.phone_code_hash)
        cancel = functions.auth.CancelCodeRequest(person["phone"], second.phone_code_hash)
        assert await client(cancel)
        with pytest.raises(PhoneCodeExpiredError):
            await client.sign_in(person["phone"], code, phone_code_hash=second.phone_code_hash)
        await client.disconnect()

    run(test())


@pytest.mark.parametrize(
    "code, name, error",
    [
        (400, "PHONE_NUMBER_FLOOD", PhoneNumberFloodError),
        (400, "PHONE_NUMBER_BANNED", PhoneNumberBannedError),
        (400, "API_ID_PUBLISHED_FLOOD", ApiIdPublishedFloodError),
        (406, "PHONE_PASSWORD_FLOOD", PhonePasswordFloodError),
        (420, "FLOOD_WAIT_90", FloodWaitError),
    ],
)
def test_what_is_ordered_for_a_person_meets_calls_with_their_number(
    sandbox, code, name, error
):
    async def test():
        person, other = await sandbox.person(), await sandbox.person()
        await sandbox.fault(
            method="auth.sendCode", error_code=code, error_message=name, person=person["id"]
        )
        client = sandbox.client()
        await client.connect()
        await client.send_code_request(other["phone"])
        with pytest.raises(error):
            await client.send_code_request(person["phone"])
        await client.disconnect()
        # Once, and Telethon remembers floods by itself: another client may.
        client = sandbox.client()
        await client.connect()
        await client.send_code_request(person["phone"])
        await client.disconnect()

    run(test())


def test_telethon_begins_anew_where_telegram_says_so(sandbox):
    async def test():
        person = await sandbox.person()
        await sandbox.fault(
            method="auth.sendCode",
            error_code=500,
            error_message="AUTH_RESTART",
            person=person["id"],
        )
        client = sandbox.client()
        await client.connect()
        await client.send_code_request(person["phone"])
        code = (await newest_code(sandbox, person))["code"]
        await client.sign_in(person["phone"], code)
        await client.disconnect()

    run(test())


def test_a_code_that_is_sent_to_a_bot_is_void(sandbox):
    async def test():
        person = await sandbox.person()
        client = sandbox.client()
        await client.connect()
        await client.send_code_request(person["phone"])
        code = await newest_code(sandbox, person)
        say = f"/people/{person['id']}/messages"
        await sandbox.control("POST", say, {"text": f"My code is {code['code']}"})
        assert not (await newest_code(sandbox, person))["valid"]
        with pytest.raises(PhoneCodeExpiredError):
            await client.sign_in(person["phone"], code["code"])
        await client.disconnect()

    run(test())


def test_a_number_without_an_account_has_to_sign_up(sandbox):
    async def test():
        client = sandbox.client()
        await client.connect()
        phone = "999" + str(time.time_ns())[-9:]
        sent = await client.send_code_request(phone)
        assert isinstance(sent.type, types.auth.SentCodeTypeSms)
        (code,) = await sandbox.control("GET", f"/phones/{phone}/codes")
        with pytest.raises(PhoneNumberUnoccupiedError):
            await client.sign_in(phone, code["code"])
        with pytest.raises(PhoneNumberInvalidError):
            await client.send_code_request("12")
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
