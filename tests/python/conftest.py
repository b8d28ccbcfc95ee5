"""Sesame as its operators run it, and clients from outside.

The sandbox and its clients are those of sandbox/tests/telethon; SESAME names
the program.
"""

import asyncio
import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "sandbox/tests/telethon"
PATIENCE = 60


def _of_the_bench(name):
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCH / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_bench = _of_the_bench("conftest")
sandbox = _bench.sandbox
fresh_configuration = _bench.fresh_configuration
until = _bench.until
logged_in = _of_the_bench("logins").logged_in


class Sesame:
    """The program beside a sandbox, with a folder of its own."""

    def __init__(self, program, sandbox, folder):
        self.program = program
        self.sandbox = sandbox
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            listen = f"127.0.0.1:{free.getsockname()[1]}"
        self.url = f"http://{listen}"
        ready = sandbox.ready
        self.settings = {
            "PATH": os.environ.get("PATH", ""),
            "USER": "olga",
            "LISTEN": listen,
            "PUBLIC_URL": self.url,
            "DATA_DIR": str(folder / "data"),
            "BOT_TOKEN": ready["bot_token"],
            "API_ID": str(ready["api_id"]),
            "API_HASH": ready["api_hash"],
            "TELEGRAM_SANDBOX": ready["control"],
            "LOG": "info",
        }

    def run(self, *arguments, stdin="", **settings):
        """Runs a command to its end."""
        return subprocess.run(
            [self.program, *arguments],
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env={**self.settings, **settings},
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def serving(self):
        """Sesame as a server, until the end of the block."""
        return _Serving(self)

    def as_person(self, opened, method, path):
        """Asks the API as whoever opened the Mini App."""
        fragment = urllib.parse.urlsplit(opened["url"]).fragment
        (launch,) = urllib.parse.parse_qs(fragment)["tgWebAppData"]
        request = urllib.request.Request(
            self.url + path, method=method, headers={"Authorization": f"tma {launch}"}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            content = answer.read()
        return json.loads(content) if content else None


class _Serving:
    def __init__(self, sesame):
        self.sesame = sesame
        self.process = None

    def __enter__(self):
        with open(self.sesame.folder / "serve.log", "ab") as log:
            self.process = subprocess.Popen(
                [self.sesame.program, "serve"],
                cwd=self.sesame.folder,
                env=self.sesame.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log()
            try:
                with urllib.request.urlopen(self.sesame.url + "/readyz", timeout=5):
                    return self
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        raise AssertionError(f"not ready in time: {self.log()}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def log(self):
        return (self.sesame.folder / "serve.log").read_text()


@pytest.fixture
def sesame(sandbox, tmp_path):
    program = os.environ.get("SESAME")
    if not program:
        pytest.fail("SESAME has to name the program")
    sesame = Sesame(str(Path(program).resolve()), sandbox, tmp_path)
    # The first start makes the schema and the keys.
    with sesame.serving():
        pass
    return sesame


def _psql():
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/psql"), reverse=True)
    return str(newest[0]) if newest else "psql"


@pytest.fixture
def postgres():
    """A fresh database of the server that the test run shares: runs SQL there."""
    server = os.environ.get("SESAME_TEST_POSTGRES_URL")
    if not server:
        pytest.fail("SESAME_TEST_POSTGRES_URL has to name a PostgreSQL server")
    name = f"python_{uuid.uuid4().hex}"

    def sql(statements, url):
        done = subprocess.run(
            [_psql(), "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "--dbname", url],
            input=statements,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    sql(f"CREATE DATABASE {name};", server)
    url = urllib.parse.urlsplit(server)._replace(path=f"/{name}").geturl()
    yield url, lambda statements: sql(statements, url)
    sql(f"DROP DATABASE {name} WITH (FORCE);", server)


def run(test):
    return asyncio.run(asyncio.wait_for(test, 100))
