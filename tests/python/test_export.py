"""Programs that no one here wrote read the `result.json` of an export.

The file is the one that the tests of work/src/export make, with a message of
every kind that Telegram has.
"""

import json
from pathlib import Path

import chatpack
import pytest
from tg_parser.infrastructure.readers.telegram_json import TelegramJSONReader

GOLDEN = Path(__file__).parents[2] / "work/tests/export/golden"


@pytest.fixture
def messages():
    export = json.loads((GOLDEN / "result.json").read_text(encoding="utf-8"))
    return export["messages"]


def plain(message):
    """What a message says, of which some parts are objects."""
    text = message.get("text", "")
    if isinstance(text, str):
        return text
    return "".join(part if isinstance(part, str) else part["text"] for part in text)


def test_tg_parser_reads_every_message(messages):
    chat = TelegramJSONReader().read(GOLDEN / "result.json")
    assert (chat.id, chat.name) == (5, "Talk & <Group>")
    assert [message.id for message in chat.messages] == [message["id"] for message in messages]
    texts = {message.id: message.text for message in chat.messages}
    for message in messages:
        if message["type"] == "message" and plain(message):
            assert texts[message["id"]] == plain(message)


def test_chatpack_reads_every_message_that_someone_wrote(messages, tmp_path):
    # It takes no numbers below zero, which those of a supergroup's earlier group
    # have, also in Telegram Desktop's own exports.
    messages = [message for message in messages if message["id"] > 0]
    export = json.loads((GOLDEN / "result.json").read_text(encoding="utf-8"))
    export["messages"] = messages
    path = tmp_path / "result.json"
    path.write_text(json.dumps(export), encoding="utf-8")
    read = chatpack.TelegramParser().parse(str(path))
    written = [
        (message["from"], plain(message))
        for message in messages
        if message["type"] == "message" and message.get("from") and plain(message)
    ]
    assert [(message.sender, message.content) for message in read] == written
