"""Sending, editing, forwarding, deleting, searching, and lists of dialogs."""

import asyncio

from conftest import until
from logins import logged_in
from telethon import errors, events, functions, types


def run(test):
    return asyncio.run(asyncio.wait_for(test, 120))


async def chat(sandbox, members, **fields):
    ids = [member["id"] for member in members]
    return await sandbox.control("POST", "/channels", {"members": ids, **fields})


def test_what_is_sent_stays_as_it_was_sent(sandbox):
    async def test():
        person, friend = await sandbox.person(), await sandbox.person()
        await chat(sandbox, [friend, person], kind="private", messages=["where to?"])
        client = await logged_in(sandbox, person)
        other = await logged_in(sandbox, friend)
        (dialog,) = await client.get_dialogs()
        (asked,) = await client.get_messages(dialog.entity, limit=1)
        heard = asyncio.Queue()

        async def hear(event):
            await heard.put(event)

        other.add_event_handler(hear, events.NewMessage(incoming=True))
        other.add_event_handler(hear, events.MessageEdited)
        other.add_event_handler(hear, events.MessageDeleted)
        sent = await client.send_message(
            dialog.entity, "**out** to [sea](https://example.org)", reply_to=asked.id
        )
        assert [type(it) for it in sent.entities] == [
            types.MessageEntityBold,
            types.MessageEntityTextUrl,
        ]
        assert sent.reply_to.reply_to_msg_id == asked.id
        event = await asyncio.wait_for(heard.get(), 20)
        assert event.message.entities == sent.entities
        edited = await client.edit_message(dialog.entity, sent.id, "__home__")
        assert edited.message == "home" and edited.edit_date
        event = await asyncio.wait_for(heard.get(), 20)
        assert event.message.message == "home"
        (found,) = await client.get_messages(dialog.entity, search="HOME")
        assert found.id == sent.id
        (saved,) = await client.forward_messages("me", [sent])
        assert saved.fwd_from.from_id.user_id == person["id"]
        assert [it.message async for it in client.iter_messages("me")] == ["home"]
        await client.delete_messages(dialog.entity, [sent.id])
        event = await asyncio.wait_for(heard.get(), 20)
        assert event.deleted_ids == [sent.id]
        assert [it.message async for it in client.iter_messages(dialog.entity)] == ["where to?"]
        await client.disconnect()
        await other.disconnect()

    run(test())


def test_protected_chats_are_not_forwarded_from(sandbox):
    async def test():
        person = await sandbox.person()
        made = await chat(sandbox, [person], title="Protected", messages=["secret"])
        await sandbox.control("PATCH", f"/channels/{made['id']}", {"protected": True})
        client = await logged_in(sandbox, person)
        (dialog,) = await client.get_dialogs()
        assert dialog.entity.noforwards
        try:
            await client.forward_messages("me", await client.get_messages(dialog.entity, limit=1))
            raise AssertionError("it was forwarded")
        except errors.ChatForwardsRestrictedError:
            pass
        await client.disconnect()

    run(test())


def test_three_thousand_dialogs_with_pins_and_an_archive(sandbox):
    async def test():
        person = await sandbox.person()
        path = f"/people/{person['id']}/dialogs"
        made = await sandbox.control("POST", path, {"count": 3000, "archived": 40, "pinned": 4})
        assert made["count"] == 3000
        client = await logged_in(sandbox, person)
        everything = await client.get_dialogs()
        assert len({dialog.id for dialog in everything}) == len(everything) == 3000
        assert [dialog.pinned for dialog in everything[:5]] == [True] * 4 + [False]
        main = await client.get_dialogs(folder=0)
        assert len([it for it in main if not it.archived]) == 2960
        archived = await client.get_dialogs(folder=1)
        assert len(archived) == 40
        kinds = {(it.is_user, it.is_group, it.is_channel) for it in everything}
        assert len(kinds) == 4
        assert any(it.is_user and it.entity.bot for it in everything)
        with_photo = next(it for it in everything if getattr(it.entity, "photo", None))
        picture = await client.download_profile_photo(with_photo.entity, bytes)
        assert picture[:2] == b"\xff\xd8"
        await client.edit_folder(main[7].entity, 1)
        assert len(await client.get_dialogs(folder=1)) == 41
        await client.disconnect()

    run(test())


def test_the_bot_is_a_dialog_like_any_other(sandbox):
    async def test():
        person = await sandbox.person()
        said = f"/people/{person['id']}/messages"
        await sandbox.control("POST", said, {"text": "/nothing"})
        client = await logged_in(sandbox, person)
        dialogs = await client.get_dialogs()
        dialog = next(it for it in dialogs if it.is_user and it.entity.bot)
        texts = [it.message async for it in client.iter_messages(dialog.entity)]
        assert "/nothing" in texts
        await client.send_message(dialog.entity, "from another app")

        async def seen():
            page = await sandbox.control("GET", f"/people/{person['id']}/chat")
            return any(it.get("text") == "from another app" for it in page["messages"])

        await until(seen)
        await client.disconnect()

    run(test())


def test_takeout_waits_and_ends(sandbox):
    async def test():
        person, friend = await sandbox.person(), await sandbox.person()
        await chat(sandbox, [friend, person], kind="private", messages=20)
        client = await logged_in(sandbox, person)
        await sandbox.control("PUT", f"/people/{person['id']}/takeout", {"delay_seconds": 3600})
        try:
            async with client.takeout(users=True, files=True, max_file_size=1000):
                raise AssertionError("it began")
        except errors.TakeoutInitDelayError as wait:
            assert 3500 < wait.seconds <= 3600
        (service,) = [it for it in await client.get_dialogs() if it.id == 777000]
        assert "export" in service.message.message
        await sandbox.control("POST", f"/people/{person['id']}/takeout/allow")
        async with client.takeout(users=True, files=True, max_file_size=1000) as takeout:
            ranges = await takeout(functions.messages.GetSplitRangesRequest())
            assert ranges[-1].max_id == 2**31 - 1
            whole = functions.messages.GetHistoryRequest(
                peer=await client.get_input_entity(friend["id"]),
                offset_id=0,
                offset_date=None,
                add_offset=0,
                limit=100,
                max_id=0,
                min_id=0,
                hash=0,
            )
            found = 0
            for one in ranges:
                request = functions.InvokeWithMessagesRangeRequest(one, whole)
                found += len((await takeout(request)).messages)
            assert found == 20
        view = await sandbox.control("GET", f"/people/{person['id']}/takeout")
        (begun,) = view["begun"]
        assert begun["success"] is True and begun["flags"]["message_users"]
        assert begun["flags"]["file_max_size"] == 1000
        try:
            await client(functions.messages.GetSplitRangesRequest())
            raise AssertionError("it needs a takeout")
        except errors.TakeoutRequiredError:
            pass
        await client.disconnect()

    run(test())


def test_a_file_behind_a_cdn_is_decrypted(sandbox):
    async def test():
        import io

        person = await sandbox.person()
        made = await chat(sandbox, [person], title="CDN")
        content = bytes(range(256)) * 2000
        import base64

        file = {"name": "far.bin", "content": base64.b64encode(content).decode(), "cdn": True}
        document = {"_": "document", "file": file, "attributes": []}
        media = {"_": "messageMediaDocument", "document": document}
        path = f"/channels/{made['id']}/tl-messages"
        await sandbox.control("POST", path, {"messages": [{"message": {"media": media}}]})
        client = await logged_in(sandbox, person)
        (dialog,) = await client.get_dialogs()
        (message,) = await client.get_messages(dialog.entity, limit=1)
        location = types.InputDocumentFileLocation(
            message.document.id, message.document.access_hash, message.document.file_reference, ""
        )
        asked = functions.upload.GetFileRequest(location, 0, 4096, cdn_supported=True)
        redirect = await client(asked)
        assert isinstance(redirect, types.upload.FileCdnRedirect)
        assert [it.offset for it in redirect.file_hashes] == [0, 131072, 262144, 393216]
        target = io.BytesIO()
        await client.download_media(message, target)
        assert target.getvalue() == content
        await client.disconnect()

    run(test())


def test_a_group_that_became_a_supergroup_keeps_both_histories(sandbox):
    async def test():
        person, friend = await sandbox.person(), await sandbox.person()
        made = await chat(
            sandbox, [person, friend], kind="group", title="Crew", messages=["one", "two"]
        )
        new = await sandbox.control("POST", f"/channels/{made['id']}/migrate")
        say = f"/channels/{new['id']}/messages"
        await sandbox.control("POST", say, {"messages": ["three"]})
        client = await logged_in(sandbox, person)
        dialogs = await client.get_dialogs()
        former = next(it for it in dialogs if isinstance(it.entity, types.Chat))
        latter = next(it for it in dialogs if isinstance(it.entity, types.Channel))
        assert former.entity.deactivated
        assert former.entity.migrated_to.channel_id == latter.entity.id
        full = await client(functions.channels.GetFullChannelRequest(latter.entity))
        assert full.full_chat.migrated_from_chat_id == former.entity.id
        old = await client.get_messages(former.entity, limit=None)
        assert full.full_chat.migrated_from_max_id == old[0].id
        assert [it.message for it in old[1:]] == ["two", "one"]
        assert [it.message for it in await client.get_messages(latter.entity, limit=1)] == ["three"]
        await client.disconnect()

    run(test())


def test_forums_have_topics(sandbox):
    async def test():
        person = await sandbox.person()
        made = await chat(sandbox, [person], kind="supergroup", title="Forum")
        await sandbox.control("PATCH", f"/channels/{made['id']}", {"forum": True})
        topic = {"_": "messageService", "action": {"_": "messageActionTopicCreate", "title": "Sails", "icon_color": 1}}
        inside = {
            "message": "hoist them",
            "reply_to": {"_": "messageReplyHeader", "forum_topic": True, "reply_to_msg_id": "$message:sails"},
        }
        path = f"/channels/{made['id']}/tl-messages"
        messages = [
            {"message": {"message": "hi all"}},
            {"name": "sails", "message": topic},
            {"message": inside},
        ]
        await sandbox.control("POST", path, {"messages": messages})
        client = await logged_in(sandbox, person)
        (dialog,) = await client.get_dialogs()
        assert dialog.entity.forum
        topics = await client(
            functions.messages.GetForumTopicsRequest(dialog.input_entity, None, 0, 0, 10)
        )
        assert {it.title for it in topics.topics} == {"Sails", "General"}
        sails = next(it for it in topics.topics if it.title == "Sails")
        texts = [it.message async for it in client.iter_messages(dialog.entity, reply_to=sails.id)]
        assert "hoist them" in texts and "hi all" not in texts
        answer = await client.send_message(dialog.entity, "aye", reply_to=sails.id)
        assert answer.reply_to.forum_topic
        await client.disconnect()

    run(test())
