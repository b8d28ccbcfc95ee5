"""Messages of every kind, read by a client that no one here wrote."""

import asyncio
import io

from logins import logged_in
from telethon import functions, types

# What only the newer layer has is told to older clients as something unknown.
NEWER = {"action-gram-transfer", "action-wallet-ton-connect-request"}


def run(test):
    return asyncio.run(asyncio.wait_for(test, 180))


async def chat(sandbox, members, **fields):
    ids = [member["id"] for member in members]
    return await sandbox.control("POST", "/channels", {"members": ids, **fields})


async def the_dialog(client, wanted):
    dialogs = await client.get_dialogs()
    return next(dialog for dialog in dialogs if wanted(dialog))


def test_one_of_every_kind_in_every_kind_of_chat(sandbox):
    async def test():
        for kind in ("channel", "supergroup", "group", "private"):
            person, friend = await sandbox.person(), await sandbox.person()
            title = {} if kind == "private" else {"title": f"Everything in a {kind}"}
            made = await chat(sandbox, [person, friend], kind=kind, **title)
            path = f"/channels/{made['id']}/one-of-every-kind"
            ids = (await sandbox.control("POST", path))["ids"]
            client = await logged_in(sandbox, person)
            name = title.get("title", friend["first_name"])
            dialog = await the_dialog(client, lambda it: it.name == name)
            messages = await client.get_messages(dialog.entity, limit=None)
            assert len(messages) == len(ids) > 190
            named = {message.id: message for message in messages}
            for name, message in ids.items():
                action = named[message].action
                if name in NEWER:
                    assert isinstance(action, types.MessageActionEmpty), name
                else:
                    assert (action is not None) == name.startswith("action-"), name
            of = lambda name: named[ids[name]]
            assert of("styles").entities[0].length == 4
            assert of("reply-with-quote").reply_to.quote_text == "bold italic"
            assert of("forward-of-channel").fwd_from.channel_post == 7
            assert of("edited").edit_date and of("protected").noforwards
            assert of("voice").voice and of("round-video").video_note
            assert of("sticker").sticker and of("animation").gif
            assert of("poll").poll.results.total_voters == 7
            assert of("photo-vanishing").media.ttl_seconds == 10
            assert of("album-1").grouped_id == of("album-3").grouped_id
            assert isinstance(of("checklist").media, types.MessageMediaToDo)
            assert isinstance(of("web-page").media.webpage, types.WebPage)
            assert isinstance(of("control-characters").entities, type(None))
            await client.disconnect()

    run(test())


def test_a_shortened_rich_message_is_fetched_whole(sandbox):
    async def test():
        person = await sandbox.person()
        made = await chat(sandbox, [person], title="Rich", kind="supergroup")
        ids = (await sandbox.control("POST", f"/channels/{made['id']}/one-of-every-kind"))["ids"]
        client = await logged_in(sandbox, person)
        dialog = await the_dialog(client, lambda it: it.name == "Rich")
        short = await client.get_messages(dialog.entity, ids=ids["rich-shortened"])
        assert short.rich_message.part and len(short.rich_message.blocks) == 3
        peer = dialog.input_entity
        whole = await client(functions.messages.GetRichMessageRequest(peer, short.id))
        (message,) = whole.messages
        assert not message.rich_message.part and len(message.rich_message.blocks) == 40
        full = await client.get_messages(dialog.entity, ids=ids["rich"])
        kinds = {type(block).__name__ for block in full.rich_message.blocks}
        assert len(kinds) > 35
        assert {photo.id for photo in full.rich_message.photos} == {
            block.photo_id
            for block in full.rich_message.blocks
            if isinstance(block, types.PageBlockPhoto)
        }
        await client.disconnect()

    run(test())


def test_every_file_of_them_can_be_downloaded(sandbox):
    async def test():
        person, friend = await sandbox.person(), await sandbox.person()
        made = await chat(sandbox, [person, friend], title="Files", kind="supergroup")
        ids = (await sandbox.control("POST", f"/channels/{made['id']}/one-of-every-kind"))["ids"]
        client = await logged_in(sandbox, person)
        dialog = await the_dialog(client, lambda it: it.name == "Files")
        messages = {it.id: it for it in await client.get_messages(dialog.entity, limit=None)}
        fetched = 0
        for name, message in ids.items():
            media = messages[message].media
            document = getattr(media, "document", None)
            photo = getattr(media, "photo", None)
            target = io.BytesIO()
            if isinstance(media, types.MessageMediaDocument) and document:
                await client.download_media(document, target)
                assert len(target.getvalue()) == document.size, name
                if document.thumbs:
                    thumb = io.BytesIO()
                    await client.download_media(messages[message], thumb, thumb=-1)
                    assert thumb.getvalue()[:2] == b"\xff\xd8", name
            elif isinstance(media, types.MessageMediaPhoto) and photo:
                await client.download_media(photo, target)
                assert len(target.getvalue()) == photo.sizes[-1].size, name
                assert target.getvalue()[:2] == b"\xff\xd8", name
            else:
                continue
            fetched += 1
        assert fetched > 25
        # The same bytes again after the references expired and were fetched anew.
        path = f"/channels/{made['id']}/messages/{ids['document']}/file-references"
        await sandbox.control("DELETE", path)
        again = await client.get_messages(dialog.entity, ids=ids["document"])
        one, two = io.BytesIO(), io.BytesIO()
        await client.download_media(again, one)
        await client.download_media(messages[ids["video"]], two)
        assert len(one.getvalue()) == again.document.size
        assert len(two.getvalue()) == messages[ids["video"]].document.size
        await client.disconnect()

    run(test())


def test_what_is_wrong_with_a_message_is_told_and_nothing_is_put(sandbox):
    async def test():
        from conftest import Refused

        person = await sandbox.person()
        made = await chat(sandbox, [person], title="Wrong")
        path = f"/channels/{made['id']}/tl-messages"
        wrong = {"_": "message", "message": "hi", "media": {"_": "messageMediaDice", "value": 3}}
        try:
            right = {"message": {"message": "fine"}}
            await sandbox.control("POST", path, {"messages": [right, {"message": wrong}]})
            raise AssertionError("it was taken")
        except Refused as refusal:
            assert refusal.status == 400
            assert "media.emoticon: it is missing" in refusal.body["error"]["message"]
        assert await sandbox.control("GET", f"/channels/{made['id']}/messages") == []

    run(test())
