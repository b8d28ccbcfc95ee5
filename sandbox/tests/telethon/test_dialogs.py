"""Dialogs, history, files, news."""

import asyncio
import io

from conftest import until
from logins import logged_in
from telethon import events, functions


def run(test):
    return asyncio.run(asyncio.wait_for(test, 90))


async def chat(sandbox, members, **fields):
    ids = [member["id"] for member in members]
    return await sandbox.control("POST", "/channels", {"members": ids, **fields})


def test_dialogs_and_a_history_of_250_messages(sandbox):
    async def test():
        person, friend = await sandbox.person(), await sandbox.person()
        both = [friend, person]
        for kind in ("channel", "supergroup", "group", "private"):
            title = {} if kind == "private" else {"title": f"A {kind}"}
            await chat(sandbox, both, kind=kind, messages=250, **title)
        for number in range(110):
            await chat(sandbox, both, title=f"Channel {number}", messages=number % 3)
        client = await logged_in(sandbox, person)
        dialogs = {dialog.name: dialog for dialog in await client.get_dialogs()}
        assert len(dialogs) == 114
        for name in ("A channel", "A supergroup", "A group", friend["first_name"]):
            dialog = dialogs[name]
            assert dialog.unread_count == 250
            messages = await client.get_messages(dialog.entity, limit=None)
            texts = [message.message for message in messages]
            assert texts == [f"Message {n}" for n in range(250, 0, -1)]
            forwards = client.iter_messages(dialog.entity, reverse=True)
            assert [m.message async for m in forwards] == texts[::-1]
            some = await client.get_messages(dialog.entity, ids=[messages[3].id, 999_999])
            assert some[0].message == "Message 247" and some[1] is None
            await client.send_read_acknowledge(dialog.entity, messages[0])
        again = {dialog.name: dialog for dialog in await client.get_dialogs()}
        assert again["A channel"].unread_count == 0
        assert again["A group"].unread_count == 0
        assert dialogs["A channel"].is_channel and dialogs["A group"].is_group
        await client.disconnect()

    run(test())


def test_files_are_fetched_from_both_data_centres(sandbox):
    async def test():
        person = await sandbox.person()
        media = [
            {"size": 1_500_000, "file_name": "big.bin", "dc": 1},
            {"size": 300_000, "file_name": "far.bin", "dc": 2},
            {"size": 70_000, "kind": "photo", "dc": 1, "caption": "look"},
        ]
        await chat(sandbox, [person], title="Files", media=media)
        client = await logged_in(sandbox, person)
        (dialog,) = await client.get_dialogs()
        messages = await client.get_messages(dialog.entity, limit=None)
        for message, sent in zip(reversed(messages), media):
            target = io.BytesIO()
            await client.download_media(message, target)
            content = target.getvalue()
            expected = bytes(n % 251 for n in range(sent["size"]))
            assert content == expected
        assert messages[0].message == "look" and messages[0].photo
        assert messages[2].file.name == "big.bin"
        await client.disconnect()

    run(test())


def test_news_arrive_live_and_are_caught_up_with_after_an_absence(sandbox):
    async def test():
        person, friend = await sandbox.person(), await sandbox.person()
        private = await chat(sandbox, [friend, person], kind="private")
        channel = await chat(sandbox, [friend, person], title="News", messages=1)
        client = await logged_in(sandbox, person, catch_up=True)
        await client.get_dialogs()
        heard = asyncio.Queue()

        async def hear(event):
            await heard.put(event.raw_text)

        client.add_event_handler(hear, events.NewMessage)

        async def say(where, text):
            await sandbox.control("POST", f"/channels/{where['id']}/messages", {"messages": [text]})
            assert await asyncio.wait_for(heard.get(), 20) == text

        await say(private, "psst")
        await say(channel, "extra!")
        # Cut off, and something is said before the client is back.
        await client.disconnect()
        path = f"/channels/{private['id']}/messages"
        await sandbox.control("POST", path, {"messages": ["missed"]})
        await client.connect()
        await client.catch_up()
        assert await asyncio.wait_for(heard.get(), 20) == "missed"
        await client.disconnect()

    run(test())


def test_people_talk_to_each_other(sandbox):
    async def test():
        name = f"friend_{asyncio.get_running_loop().time():.0f}"
        person, friend = await sandbox.person(), await sandbox.person(username=name)
        one = await logged_in(sandbox, person)
        other = await logged_in(sandbox, friend)
        heard = asyncio.Queue()

        async def hear(event):
            await heard.put((event.sender_id, event.raw_text))

        other.add_event_handler(hear, events.NewMessage(incoming=True))
        sent = await one.send_message(name, "hello")
        assert sent.message == "hello" and sent.out
        assert await asyncio.wait_for(heard.get(), 20) == (person["id"], "hello")
        full = await one(functions.users.GetFullUserRequest(name))
        assert full.full_user.id == friend["id"]
        await one.disconnect()
        await other.disconnect()

        async def counted():
            stats = await sandbox.control("GET", "/stats")
            return stats["calls"].get("messages.sendMessage", 0) >= 1

        await until(counted)

    run(test())


def test_edits_and_deletions_are_heard(sandbox):
    async def test():
        person = await sandbox.person()
        text = {"text": "bold", "entities": [{"type": "bold", "offset": 0, "length": 4}]}
        channel = await chat(sandbox, [person], title="News", messages=[text, "two"])
        client = await logged_in(sandbox, person)
        (dialog,) = await client.get_dialogs()
        (first,) = await client.get_messages(dialog.entity, ids=[1])
        assert first.text == "**bold**"
        heard = asyncio.Queue()

        async def edited(event):
            await heard.put(event.raw_text)

        async def deleted(event):
            await heard.put(event.deleted_ids)

        client.add_event_handler(edited, events.MessageEdited)
        client.add_event_handler(deleted, events.MessageDeleted)
        path = f"/channels/{channel['id']}/messages"
        await sandbox.control("PATCH", f"{path}/2", {"text": "zwei"})
        assert await asyncio.wait_for(heard.get(), 20) == "zwei"
        await sandbox.control("DELETE", f"{path}/1")
        assert await asyncio.wait_for(heard.get(), 20) == [1]
        assert [it["text"] for it in await sandbox.control("GET", path)] == ["zwei"]
        await client.disconnect()

    run(test())
