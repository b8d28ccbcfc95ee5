"""Channels that post: live updates, what is withheld of them, and what is private."""

import asyncio

from conftest import Refused, until
from logins import logged_in
from telethon import errors, events, functions, types


def run(test):
    return asyncio.run(asyncio.wait_for(test, 120))


async def channel(sandbox, members, **fields):
    ids = [member["id"] for member in members]
    fields = {"title": "News", "messages": ["the first"], **fields}
    return await sandbox.control("POST", "/channels", {"members": ids, **fields})


async def post(sandbox, made, *texts):
    path = f"/channels/{made['id']}/messages"
    return (await sandbox.control("POST", path, {"messages": list(texts)}))["ids"]


async def reader(sandbox, person):
    """A client, its dialog with the channel, and all that it hears."""
    client = await logged_in(sandbox, person)
    heard = asyncio.Queue()

    async def hear(event):
        await heard.put(event)

    client.add_event_handler(hear, events.NewMessage)
    client.add_event_handler(hear, events.MessageEdited)
    client.add_event_handler(hear, events.MessageDeleted)
    (dialog,) = await client.get_dialogs()
    return client, dialog, heard


async def next_of(heard):
    return await asyncio.wait_for(heard.get(), 30)


async def difference(client, dialog, pts, limit=100):
    return await client(
        functions.updates.GetChannelDifferenceRequest(
            channel=dialog.input_entity,
            filter=types.ChannelMessagesFilterEmpty(),
            pts=pts,
            limit=limit,
        )
    )


def test_posts_edits_and_deletions_are_told_at_once(sandbox):
    async def test():
        person, friend = await sandbox.person(), await sandbox.person()
        made = await channel(sandbox, [friend, person])
        client, dialog, heard = await reader(sandbox, person)
        raw = asyncio.Queue()

        async def hear(update):
            await raw.put(update)

        client.add_event_handler(hear, events.Raw)
        before = dialog.dialog.pts
        (first, second) = await post(sandbox, made, "one", "two")
        for text in ["one", "two"]:
            event = await next_of(heard)
            assert event.message.message == text and event.message.post
        await sandbox.control("PATCH", f"/channels/{made['id']}/messages/{first}", {"text": "uno"})
        event = await next_of(heard)
        assert isinstance(event, events.MessageEdited.Event)
        assert (event.message.id, event.message.message) == (first, "uno")
        await sandbox.control("DELETE", f"/channels/{made['id']}/messages/{second}")
        event = await next_of(heard)
        assert event.deleted_ids == [second] and event.chat_id == dialog.id
        told = [raw.get_nowait() for _ in range(raw.qsize())]
        kinds = (
            types.UpdateNewChannelMessage,
            types.UpdateEditChannelMessage,
            types.UpdateDeleteChannelMessages,
        )
        numbers = [(type(it), it.pts, it.pts_count) for it in told if isinstance(it, kinds)]
        new, edited, deleted = kinds
        assert numbers == [
            (new, before + 1, 1),
            (new, before + 2, 1),
            (edited, before + 3, 1),
            (deleted, before + 4, 1),
        ]
        await client.disconnect()

    run(test())


def test_what_is_withheld_is_found_in_the_difference(sandbox):
    async def test():
        person, friend = await sandbox.person(), await sandbox.person()
        made = await channel(sandbox, [friend, person])
        client, dialog, heard = await reader(sandbox, person)
        other, _, all_heard = await reader(sandbox, friend)
        fault = await sandbox.fault(
            kind="withhold", channel=made["id"], person=person["id"], every=2
        )
        assert fault["every"] == 2
        texts = [f"post {n}" for n in range(1, 12)]
        before = dialog.dialog.pts
        await post(sandbox, made, *texts)
        # Telethon notices each gap and asks for what it missed.
        found = [(await next_of(heard)).message.message for _ in texts]
        assert sorted(found) == sorted(texts)
        assert [(await next_of(all_heard)).message.message for _ in texts] == texts
        missed = await difference(client, dialog, before)
        assert [it.message for it in missed.new_messages] == texts
        assert (missed.pts, missed.final) == (before + len(texts), True)
        await sandbox.control("DELETE", f"/faults/{fault['id']}")
        await post(sandbox, made, "the last")
        assert (await next_of(heard)).message.message == "the last"
        await client.disconnect()
        await other.disconnect()

    run(test())


def test_a_difference_can_be_too_long_and_numbers_outdated(sandbox):
    async def test():
        person = await sandbox.person()
        made = await channel(sandbox, [person])
        client, dialog, _ = await reader(sandbox, person)
        before = dialog.dialog.pts
        await post(sandbox, made, "one", "two")
        await sandbox.fault(kind="too_long", channel=made["id"], times=1)
        long = await difference(client, dialog, before)
        assert isinstance(long, types.updates.ChannelDifferenceTooLong)
        assert [it.message for it in long.messages] == ["two", "one", "the first"]
        assert long.dialog.pts == before + 2
        whole = await difference(client, dialog, before)
        assert [it.message for it in whole.new_messages] == ["one", "two"]
        for name, error in [("INVALID", errors.PersistentTimestampInvalidError)]:
            message = f"PERSISTENT_TIMESTAMP_{name}"
            fault = await sandbox.fault(
                kind="timestamp", channel=made["id"], error_message=message, times=2
            )
            assert fault["error_message"] == message
            for _ in range(2):
                try:
                    await difference(client, dialog, before)
                    raise AssertionError("it was answered")
                except error:
                    pass
        # An error of Telegram's own, after which the client tries again by itself.
        await sandbox.fault(
            kind="timestamp",
            channel=made["id"],
            error_message="PERSISTENT_TIMESTAMP_OUTDATED",
            times=1,
        )
        whole = await difference(client, dialog, before)
        assert len(whole.new_messages) == 2
        ours = [it for it in await sandbox.control("GET", "/faults") if it.get("channel") == made["id"]]
        assert ours == []
        await client.disconnect()

    run(test())


def test_a_channel_can_be_private_for_someone_and_open_again(sandbox):
    async def test():
        person, friend = await sandbox.person(), await sandbox.person()
        name = f"news_{person['id']}"
        made = await channel(sandbox, [friend, person], username=name)
        client, dialog, heard = await reader(sandbox, person)
        other, theirs, _ = await reader(sandbox, friend)
        fault = await sandbox.fault(kind="private", channel=made["id"], person=person["id"])
        for asked in [
            lambda: client.get_messages(dialog.input_entity, limit=1),
            lambda: difference(client, dialog, dialog.dialog.pts),
        ]:
            try:
                await asked()
                raise AssertionError("it was answered")
            except errors.ChannelPrivateError:
                pass
        assert await client.get_dialogs() == []
        assert len(await other.get_messages(theirs.input_entity, limit=5)) == 1
        await post(sandbox, made, "unheard")
        await sandbox.control("DELETE", f"/faults/{fault['id']}")
        await post(sandbox, made, "heard")
        # The gap tells of what was posted meanwhile.
        found = {(await next_of(heard)).message.message for _ in range(2)}
        assert found == {"unheard", "heard"}
        assert len(await client.get_dialogs()) == 1
        # Whoever was removed may come back.
        path = f"/channels/{made['id']}/members/{person['id']}"
        await sandbox.control("DELETE", path)
        assert await client.get_dialogs() == []
        await sandbox.control("PUT", path)
        assert len(await client.get_dialogs()) == 1
        await client.disconnect()
        await other.disconnect()

    run(test())


def test_a_channel_posts_by_itself_what_its_list_says(sandbox):
    async def test():
        person = await sandbox.person()
        source = await channel(sandbox, [person], title="Source", messages=["from elsewhere"])
        made = await channel(sandbox, [person])
        client = await logged_in(sandbox, person)
        dialogs = await client.get_dialogs()
        dialog = next(it for it in dialogs if it.name == "News")
        path = f"/channels/{made['id']}/schedule"
        rich = {"rich_message": {"blocks": [{"_": "pageBlockHeading1", "text": "Rich {one|two}"}]}}
        turns = [
            {"post": {"text": "News {one|two} #tag", "bold": "News", "links": {"#tag": "https://example.org"}}},
            {"post": {"text": "An album", "photos": 3}},
            {"tl_message": {"message": rich}},
            {"forward": {"channel": source["id"]}},
            {"edit": {"back": 6, "text": "News, edited"}},
            {"delete": {"back": 1}},
        ]
        view = await sandbox.control("PUT", path, {"every_seconds": 3600, "posts": turns})
        assert (view["posts"], view["taken"], view["on"]) == (6, 0, True)
        await sandbox.control("POST", f"{path}/turns", {"count": 4})
        posts = (await client.get_messages(dialog.entity, limit=6))[::-1]
        assert posts[0].message == "News one #tag"
        assert [type(it) for it in posts[0].entities] == [
            types.MessageEntityBold,
            types.MessageEntityTextUrl,
        ]
        assert [it.message for it in posts[1:4]] == ["An album", "", ""]
        assert len({it.grouped_id for it in posts[1:4]}) == 1 and posts[1].grouped_id
        picture = await client.download_media(posts[2], bytes)
        assert picture[:2] == b"\xff\xd8"
        (block,) = posts[4].rich_message.blocks
        assert block.text.text == "Rich one"
        assert posts[5].message == "from elsewhere"
        assert posts[5].fwd_from.from_id.channel_id == source["id"]
        assert posts[5].fwd_from.channel_post == 1
        await sandbox.control("POST", f"{path}/turns", {"count": 2})
        again = await client.get_messages(dialog.entity, ids=[posts[0].id, posts[5].id])
        assert again[0].message == "News, edited" and again[0].edit_date
        assert again[1] is None
        # The list begins anew, by itself, with variations.
        await sandbox.control("PATCH", path, {"every_seconds": 0.1})

        async def came():
            found = await client.get_messages(dialog.entity, limit=50)
            return any(it.message == "News two #tag" for it in found)

        await until(came)
        await sandbox.control("PATCH", path, {"on": False})
        taken = (await sandbox.control("GET", path))["taken"]
        await asyncio.sleep(0.5)
        assert (await sandbox.control("GET", path))["taken"] == taken
        listed = await sandbox.control("GET", "/schedules")
        assert made["id"] in {it["channel"] for it in listed}
        await sandbox.control("DELETE", path)
        try:
            await sandbox.control("GET", path)
            raise AssertionError("it is there")
        except Refused as refused:
            assert refused.status == 404
        await client.disconnect()

    run(test())
