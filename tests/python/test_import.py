"""Sessions that Telethon signed in and saved move over to Sesame."""

import base64
import csv
import io
import json
import os
import time

from conftest import logged_in, run, until
from cryptography.fernet import Fernet, MultiFernet
from telethon.sessions import SQLiteSession, StringSession


async def python_system(sandbox, people):
    """What the other system has: sessions of its own, signed in by QR code."""
    saved = []
    for home_dc in people:
        person = await sandbox.person(home_dc=home_dc)
        client = await logged_in(sandbox, person)
        saved.append((person, StringSession.save(client.session)))
        await client.disconnect()
    return saved


def secret_file(folder, name, text):
    path = folder / name
    path.touch(mode=0o600)
    path.write_text(text)
    return str(path)


def as_csv(rows):
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["id", "user_id", "session", "created_at"])
    for number, (person, text) in enumerate(rows, start=1):
        table.writerow([number, person["id"], text, "2024-05-01 10:00:00"])
    return out.getvalue()


def report(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def holds_no_secret(done, *secrets):
    for secret in secrets:
        assert secret not in done.stdout + done.stderr


async def answers(sandbox, sesame, person):
    """The account answers at Telegram."""
    path = f"/people/{person['id']}"
    await sandbox.control("POST", f"{path}/messages", {"text": "/start"})

    async def greeted():
        chat = await sandbox.control("GET", f"{path}/chat")
        return any(message["author"] == "bot" for message in chat["messages"])

    await until(greeted)
    button = {"button": {"text": "Open Sesame"}}
    opened = await sandbox.control("POST", f"{path}/open", button)
    # Who is linked already is asked about before that is said.
    login = sesame.as_person(opened, "POST", "/api/v1/logins")
    assert login["status"] == "authorized", login
    (account,) = sesame.as_person(opened, "GET", "/api/v1/accounts")
    assert account["health"]["state"] == "alive", account
    return opened


def test_an_encrypted_table_is_imported_and_its_accounts_answer(sandbox, sesame):
    async def test():
        # One on each data centre.
        saved = await python_system(sandbox, sorted(sandbox.dcs))
        key, former = Fernet.generate_key(), Fernet.generate_key()
        tokens = [
            (person, Fernet(by).encrypt(text.encode()).decode())
            for (person, text), by in zip(saved, [key, former], strict=True)
        ]
        table = secret_file(sesame.folder, "sessions.csv", as_csv(tokens))
        keys = secret_file(
            sesame.folder, "fernet.key", f"{key.decode()}\n{former.decode()}\n"
        )
        arguments = ["import", "telethon", table, "--fernet-key-file", keys]
        ids = [person["id"] for person, _ in saved]

        tried = sesame.run(*arguments, "--dry-run", "--json")
        assert tried.returncode == 0, tried.stderr
        assert [(row["person"], row["result"]) for row in report(tried)] == [
            (id, "ready") for id in ids
        ]
        assert json.loads(sesame.run("accounts", "--json").stdout) == []

        done = sesame.run(*arguments)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("imported ") >= len(ids), done.stdout
        assert "AUTH_KEY_DUPLICATED" in done.stdout
        for (_, text), (_, token) in zip(saved, tokens, strict=True):
            holds_no_secret(done, text[10:60], token[10:60], key.decode())
        listed = json.loads(sesame.run("accounts", "--json").stdout)
        assert {account["person"] for account in listed} == set(ids)

        with sesame.serving():
            opened = [await answers(sandbox, sesame, person) for person, _ in saved]
            # A session is lost that is open in two places.
            beside = sesame.run(*arguments, "--json")
            assert beside.returncode == 4, beside.stdout
            assert "another node works on this database" in beside.stderr

        again = sesame.run(*arguments, "--json")
        assert again.returncode == 0, again.stderr
        assert {row["result"] for row in report(again)} == {"present"}

        with sesame.serving():
            # It is the session itself that Sesame has: unlinking ends it.
            for (person, _), app in zip(saved, opened, strict=True):
                (account,) = sesame.as_person(app, "GET", "/api/v1/accounts")
                path = f"/api/v1/accounts/{account['id']}"
                sesame.as_person(app, "DELETE", path)

                async def ended(person=person):
                    return not await sandbox.devices(person)

                await until(ended)

    run(test())


def test_keys_and_tokens_are_taken_as_python_takes_them(sandbox, sesame):
    """Standard base64, a clock that was ahead, a rotated key, quotes."""

    async def test():
        (ann, text), (ben, other) = await python_system(sandbox, [1, 2])
        # As `openssl rand -base64 32` prints it; it has a + and a /.
        standard = base64.b64encode(bytes(range(200, 232))).decode()
        assert "+" in standard and "/" in standard
        key, former = Fernet(standard), Fernet(Fernet.generate_key())
        ahead = key.encrypt_at_time(text.encode(), int(time.time()) + 10 * 365 * 86400)
        rotated = MultiFernet([key, former]).rotate(former.encrypt(other.encode()))
        for token, plain in ((ahead, text), (rotated, other)):
            assert key.decrypt(token).decode() == plain
        lines = f"SESSION='{ahead.decode()}'\r\n\"{ben['id']}\": \"{rotated.decode()}\",\r\n"
        file = secret_file(sesame.folder, "sessions.txt", lines)
        keys = secret_file(sesame.folder, "fernet.key", f'FERNET_KEY="{standard}"\n')
        done = sesame.run("import", "telethon", file, "--fernet-key-file", keys, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        assert [(row["person"], row["result"]) for row in report(done)] == [
            (ann["id"], "imported"),
            (ben["id"], "imported"),
        ]

        # What another key sealed is not called changed.
        foreign = Fernet(Fernet.generate_key()).encrypt(text.encode()).decode()
        file = secret_file(sesame.folder, "foreign.txt", foreign)
        refused = sesame.run("import", "telethon", file, "--fernet-key-file", keys, "--json")
        assert refused.returncode == 1
        (row,) = report(refused)
        assert row["code"] == "wrong_key"
        assert "another key" in row["detail"] and "changed" not in row["detail"]

    run(test())


def test_a_session_file_of_telethon_is_named(sandbox, sesame):
    file = sesame.folder / "ann.session"
    session = SQLiteSession(str(file.with_suffix("")))
    session.set_dc(2, "149.154.167.51", 443)
    session.save()
    session.close()
    file.chmod(0o600)
    refused = sesame.run("import", "telethon", str(file))
    assert refused.returncode == 2, refused.stderr
    assert "session file of Telethon" in refused.stderr
    assert "StringSession.save(SQLiteSession(" in refused.stderr


def test_a_table_is_imported_straight_from_postgresql(sandbox, sesame, postgres):
    url, sql = postgres

    async def test():
        (ann, text), (ben, other) = await python_system(sandbox, [1, 2])
        key = Fernet.generate_key()
        token = Fernet(key).encrypt(text.encode()).decode()
        sql(
            f"""
            CREATE SCHEMA bot;
            CREATE TABLE bot.telegram_sessions (
                id serial PRIMARY KEY, telegram_id bigint NOT NULL,
                tenant text NOT NULL, session_string bytea, created_at timestamptz
            );
            INSERT INTO bot.telegram_sessions (telegram_id, tenant, session_string)
            VALUES ({ann["id"]}, 'acme', '{token}'), ({ben["id"]}, 'emca', '{other}'),
                   ({ben["id"] + 1}, 'acme', NULL);
            """
        )
        keys = secret_file(sesame.folder, "fernet.key", key.decode())
        source = ["--from-postgres", url, "--table", "bot.telegram_sessions"]
        columns = ["--person-column", "telegram_id", "--session-column", "session_string"]
        arguments = ["import", "telethon", *source, *columns, "--fernet-key-file", keys]
        refused = sesame.run(*arguments, "--tenant-column", "team")
        assert refused.returncode == 1
        assert "there is no column team" in refused.stderr
        done = sesame.run(*arguments, "--tenant-column", "tenant", "--json")
        assert done.returncode == 0, done.stderr
        assert [(row["person"], row["tenant"], row["result"]) for row in report(done)] == [
            (ann["id"], "acme", "imported"),
            (ben["id"], "emca", "imported"),
        ]
        again = sesame.run(*arguments, "--tenant-column", "tenant", "--json")
        assert [row["result"] for row in report(again)] == ["present", "present"]
        # The same key in two tenants would be used in two places.
        elsewhere = sesame.run(*arguments, "--tenant", "third", "--json")
        assert elsewhere.returncode == 1
        assert {row["code"] for row in report(elsewhere)} == {"linked_elsewhere"}

    run(test())


def test_running_it_again_leaves_what_is_linked_alone(sandbox, sesame):
    async def test():
        ((person, text),) = await python_system(sandbox, [1])
        first = sesame.run("import", "telethon", "-", "--json", stdin=text)
        assert first.returncode == 0, first.stderr
        before = json.loads(sesame.run("accounts", "--json").stdout)
        for line in [text, f"{person['id']} {text}", f"{person['id']},{text}"]:
            again = sesame.run("import", "telethon", "-", "--json", stdin=line)
            assert again.returncode == 0, again.stderr
            (row,) = report(again)
            assert (row["person"], row["result"]) == (person["id"], "present")
        assert json.loads(sesame.run("accounts", "--json").stdout) == before

    run(test())


def test_every_line_that_fails_says_why_and_the_rest_is_imported(sandbox, sesame):
    async def test():
        (ann, good), (ben, dead), (cat, whose) = await python_system(sandbox, [1, 2, 1])
        (device,) = await sandbox.devices(ben)
        await sandbox.control(
            "DELETE", f"/people/{ben['id']}/authorizations/{device['hash']}"
        )
        token = Fernet(Fernet.generate_key()).encrypt(whose.encode()).decode()
        lines = "\n".join(
            [
                "# from the other system",
                f"{ann['id']} {good}",
                f"{ben['id']} {dead}",
                f"{ben['id']} {whose}",
                f"{cat['id']} {token}",
                f"{cat['id']} {whose[:100]}",
                "who 1AAAA",
                good,
            ]
        )
        path = secret_file(sesame.folder, "sessions.txt", lines)
        other = Fernet.generate_key().decode()
        done = sesame.run(
            "import", "telethon", path, "--json", IMPORT_FERNET_KEY=other
        )
        assert done.returncode == 1
        assert "6 of 7 sessions failed" in done.stderr, done.stderr
        assert [(row["line"], row["result"], row["code"]) for row in report(done)] == [
            (2, "imported", None),
            (3, "failed", "dead"),
            (4, "failed", "wrong_person"),
            (5, "failed", "wrong_key"),
            (6, "failed", "not_a_session"),
            (7, "failed", "unreadable"),
            (8, "failed", "repeated"),
        ]
        holds_no_secret(done, good[10:60], dead[10:60], whose[10:60], token[10:60], other)
        (account,) = json.loads(sesame.run("accounts", "--json").stdout)
        assert account["person"] == ann["id"]
        assert account["health"] == "alive"

    run(test())


def test_a_file_that_others_can_read_is_refused(sesame):
    path = sesame.folder / "sessions.txt"
    path.write_text("1AAAA")
    os.chmod(path, 0o644)
    done = sesame.run("import", "telethon", str(path))
    assert done.returncode == 2
    assert "chmod 600" in done.stderr
