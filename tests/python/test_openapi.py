"""What the API answers is what its document says, whatever is asked.

schemathesis makes requests up from the document: no answer may be a server error,
and each has a status, a type and a shape that stand there.
"""

import asyncio
import json
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from conftest import PATIENCE, until

# It asks a great deal.
pytestmark = pytest.mark.timeout(600)

SCHEMATHESIS = str(Path(sys.executable).with_name("schemathesis"))
# How many requests are made up for each operation.
EXAMPLES = 25
# Streams of events do not end, and schemathesis waits for an end.
ENDLESS = "/events$"
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]
# No one is made to wait: limits have tests of their own.
UNLIMITED = {
    "RATE_PERSON": "0",
    "RATE_PERSON_CRITICAL": "0",
    "RATE_PERSON_READS": "0",
    "RATE_TENANT_PER_SECOND": "0",
    "RATE_ADDRESS": "0",
}


def schemathesis(sesame, *arguments, authorization=None, parameters=None):
    """Runs it to its end; fails with what it says."""
    config = sesame.folder / "schemathesis.toml"
    lines = ["[parameters]"] + [f'"{name}" = "{value}"' for name, value in (parameters or {}).items()]
    config.write_text("\n".join(lines) + "\n")
    command = [
        *(SCHEMATHESIS, "--config-file", str(config), "run", sesame.url + "/openapi.json"),
        *("--checks", ",".join(CHECKS)),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES)),
        # Two threads that parse at a time break CPython 3.11 ("AST constructor recursion
        # depth mismatch").
        *("--exclude-path-regex", ENDLESS, "--seed", "1", "--workers", "1"),
        *("--request-timeout", "30", "--no-color", *arguments),
    ]
    if authorization:
        command += ["-H", f"Authorization: {authorization}"]
    done = subprocess.run(
        command, cwd=sesame.folder, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    assert "No operations" not in done.stdout, done.stdout
    return done.stdout


async def opened_app(sandbox):
    """A person, and their Mini App as it was opened."""
    person = await sandbox.person(home_dc=1)
    path = f"/people/{person['id']}"
    await sandbox.control("POST", f"{path}/messages", {"text": "/start"})

    async def greeted():
        chat = await sandbox.control("GET", f"{path}/chat")
        return any(message["author"] == "bot" for message in chat["messages"])

    await until(greeted)
    button = {"button": {"text": "Open Sesame"}}
    return person, await sandbox.control("POST", f"{path}/open", button)


def token_of(sesame, opened):
    return "Bearer " + sesame.as_person(opened, "POST", "/api/v1/session")["token"]


def asks(sesame, method, path, authorization):
    request = urllib.request.Request(
        sesame.url + path, method=method, headers={"Authorization": authorization}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        content = answer.read()
    return json.loads(content) if content else None


def test_no_one_in_particular_is_answered_as_the_document_says(sesame):
    sesame.settings.update(UNLIMITED)
    with sesame.serving():
        schemathesis(sesame)


def test_launch_data_that_is_made_up_is_refused_as_the_document_says(sesame):
    sesame.settings.update(UNLIMITED)
    launch = urllib.parse.urlencode({"user": '{"id":1}', "auth_date": "1", "hash": "00"})
    with sesame.serving():
        schemathesis(sesame, authorization=f"tma {launch}")


def test_a_person_is_answered_as_the_document_says(sandbox, sesame):
    sesame.settings.update(UNLIMITED)

    async def test():
        with sesame.serving():
            _, opened = await opened_app(sandbox)
            authorization = token_of(sesame, opened)
            login = asks(sesame, "POST", "/api/v1/logins", authorization)
            # Of a login and an account that there are, and with what is made up
            # besides; nothing that takes the person away, or lets them wait.
            schemathesis(
                sesame,
                "--exclude-method",
                "DELETE",
                authorization=authorization,
                parameters={"path.id": login["id"], "query.wait": "0"},
            )
            # Of ids that are made up, and with what takes everything away.
            schemathesis(sesame, authorization=authorization)

    asyncio.run(test())


def test_another_screen_is_answered_as_the_document_says(sandbox, sesame):
    sesame.settings.update(UNLIMITED)

    async def test():
        with sesame.serving():
            _, opened = await opened_app(sandbox)
            authorization = token_of(sesame, opened)
            login = asks(sesame, "POST", "/api/v1/logins", authorization)
            link = asks(sesame, "POST", f"/api/v1/logins/{login['id']}/screen", authorization)
            schemathesis(sesame, authorization=f"Bearer {link['url'].rsplit('/', 1)[-1]}")

    asyncio.run(test())
