"""Telethon's own loop over a chat: every message as a line of JSON, in batches of 100,
and its file into a folder, one after the other.

The arguments are the ready file of a sandbox, a person's number, the channel's, a
folder, and how many seconds it pauses between pages (Telethon's own are 1). Prints
what it took as JSON.
"""

import asyncio
import json
import resource
import sys
import time
import urllib.request

from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.sessions import MemorySession

BATCH = 100


def asked(ready, path, body):
    request = urllib.request.Request(
        ready["control"] + path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()


async def signed_in(ready, person):
    rsa.add_key(ready["rsa_public_key"], old=False)
    host, port = ready["dcs"][0]["address"].rsplit(":", 1)
    session = MemorySession()
    session.set_dc(ready["dcs"][0]["id"], host, int(port))
    client = TelegramClient(session, ready["api_id"], ready["api_hash"])
    await client.connect()
    code = await client.qr_login()
    waiting = asyncio.create_task(code.wait(timeout=20))
    await asyncio.sleep(0)
    await asyncio.to_thread(asked, ready, f"/people/{person}/scan", {"link": code.url})
    await waiting
    return client


async def main(ready, person, channel, folder, pause):
    with open(ready, encoding="utf-8") as file:
        ready = json.load(file)
    client = await signed_in(ready, person)
    # So that it has met the channel.
    chat = None
    async for dialog in client.iter_dialogs():
        if dialog.is_channel and dialog.entity.id == channel:
            chat = dialog.input_entity
    began, cpu = time.monotonic(), time.process_time()
    messages = files = 0
    batch = []
    with open(f"{folder}/messages.jsonl", "w", encoding="utf-8") as out:
        async for message in client.iter_messages(chat, reverse=True, wait_time=pause):
            batch.append(message.to_json())
            messages += 1
            if len(batch) == BATCH:
                out.write("\n".join(batch) + "\n")
                batch.clear()
            if message.file:
                await client.download_media(message, f"{folder}/{message.id}")
                files += 1
        out.write("".join(line + "\n" for line in batch))
    told = {
        "messages": messages,
        "files": files,
        "seconds": time.monotonic() - began,
        "cpu_seconds": time.process_time() - cpu,
        "most_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }
    print(json.dumps(told))
    await client.disconnect()


_, READY, PERSON, CHANNEL, FOLDER, PAUSE = sys.argv
asyncio.run(main(READY, int(PERSON), int(CHANNEL), FOLDER, float(PAUSE)))
