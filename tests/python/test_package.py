"""The Debian package: built, installed, started as its unit says, and removed.

`dpkg` works in a root of its own, an overlay over this machine's files, in a mount
namespace that is gone afterwards. That needs root, as installing does.
"""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 400
BOX = """
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
for shared in proc dev tmp; do mount --rbind "/$shared" "$1/root/$shared"; done
mkdir -p "$1/root/run"
exec chroot "$1/root" python3 "$2" "$3" "$4"
"""


def packer():
    own = ROOT / "target/tools/bin/cargo-deb"
    found = shutil.which("cargo-deb") or (own.exists() and str(own))
    if not found:
        pytest.fail("cargo-deb is not installed: tests/run does it")
    return found


def built(folder, program):
    """The package, of the program that is tested instead of an optimised one."""
    target = folder / "target/release"
    target.mkdir(parents=True)
    subprocess.run(["strip", "-o", str(target / "sesame"), program], check=True)
    package = folder / "sesame.deb"
    done = subprocess.run(
        [packer(), "--no-build", "--no-strip", "--fast", "--output", str(package)],
        cwd=ROOT,
        env={**os.environ, "CARGO_TARGET_DIR": str(folder / "target")},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return package


@pytest.mark.timeout(600)
def test_the_package_is_installed_started_as_its_unit_says_and_removed(sandbox, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("dpkg needs root, also in a root of its own")
    ready = sandbox.ready
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    settings = {
        "LISTEN": listen,
        "PUBLIC_URL": f"http://{listen}",
        "BOT_TOKEN": ready["bot_token"],
        "API_ID": ready["api_id"],
        "API_HASH": ready["api_hash"],
        "TELEGRAM_SANDBOX": ready["control"],
    }
    file = tmp_path / "sesame.env"
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    package = built(tmp_path, os.environ["SESAME"])
    box = tmp_path / "box"
    box.mkdir()
    script = ROOT / "tests/python/package_in_a_box.py"
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", BOX, "sh", str(box), str(script), str(package), str(file)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not Path("/usr/bin/sesame").exists()
