"""What is done with the Debian package, in a root of its own (test_package.py).

Arguments: the package, and a file of settings. Ends with 0 if all is as it should
be. `dpkg` and everything after it see a copy of this machine's files that is gone
afterwards.
"""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 90
UNIT = Path("/usr/lib/systemd/system/sesame.service")
SETTINGS = Path("/etc/sesame/sesame.env")
DATA = Path("/var/lib/sesame")
KEPT = DATA / "purged.env"
SOCKET = "/run/sesame-notify"
# What systemd does for the unit, as far as it can be done without: see `main`.
RESTRICTED = """
set -e
mount --make-rprivate /
# ProtectSystem=strict, with the StateDirectory= left.
mount --bind /var/lib/sesame /var/lib/sesame
mount -o remount,bind,ro /
# PrivateTmp=, ProtectHome=.
mount -t tmpfs tmpfs /tmp
mount -t tmpfs -o ro tmpfs /home
mount -t tmpfs -o ro tmpfs /root
cd "$DIRECTORY"
umask 077
ulimit -c 0
exec env -i $ENVIRONMENT setpriv --reuid="$USER_OF_UNIT" --regid="$USER_OF_UNIT" \\
    --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs "$@"
"""


def unit():
    """The unit's directives; a name that comes again adds to the one before."""
    read = {}
    for line in UNIT.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            read.setdefault(name, []).append(value)
    return read


def settings_of(path):
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def dpkg(*arguments):
    done = subprocess.run(["dpkg", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def mode(path):
    about = path.stat()
    return pwd.getpwuid(about.st_uid).pw_name, stat.S_IMODE(about.st_mode)


class Service:
    """Sesame as the unit has it started."""

    def __init__(self, *arguments, watchdog=2):
        asked = unit()
        (start,) = asked["ExecStart"]
        program, *usual = start.split()
        found = shutil.which(program, path="/usr/local/bin:/usr/bin")
        assert found == "/usr/bin/sesame", found
        environment = {"PATH": "/usr/bin:/bin", "NOTIFY_SOCKET": SOCKET}
        for pairs in asked["Environment"]:
            environment |= dict(pair.split("=", 1) for pair in pairs.split())
        environment |= settings_of(Path(asked["EnvironmentFile"][0]))
        if watchdog:
            assert "WatchdogSec" in asked
            environment["WATCHDOG_USEC"] = str(watchdog * 1_000_000)
        self.told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        Path(SOCKET).unlink(missing_ok=True)
        self.told.bind(SOCKET)
        os.chmod(SOCKET, 0o666)
        self.told.settimeout(PATIENCE)
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--ipc", "sh", "-c", RESTRICTED, "sh", found, *(arguments or usual)],
            env={
                "PATH": os.environ["PATH"],
                "DIRECTORY": asked["WorkingDirectory"][0],
                "USER_OF_UNIT": asked["User"][0],
                "ENVIRONMENT": " ".join(f"{name}={value}" for name, value in environment.items()),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def hears(self, word):
        """Waits until systemd would hear this."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if word in self.told.recv(4096).decode().split():
                    return
            except TimeoutError:
                break
        raise AssertionError(f"never told: {word}; {self.ends()}")

    def ends(self):
        self.process.terminate()
        said, _ = self.process.communicate(timeout=PATIENCE)
        self.told.close()
        return self.process.returncode, said


def restrictions_hold(pid):
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line
    )
    assert status["NoNewPrivs"] == "1"
    assert int(status["CapBnd"], 16) == 0 and int(status["CapEff"], 16) == 0
    assert pwd.getpwuid(int(status["Uid"].split()[0])).pw_name == "sesame"
    mounts = Path(f"/proc/{pid}/mounts").read_text().splitlines()
    of_root = [line.split()[3] for line in mounts if line.split()[1] == "/"]
    assert of_root[-1].startswith("ro"), of_root


def main(package, settings):
    said = dpkg("--install", package)
    assert "fill in /etc/sesame/sesame.env" in said, said
    assert mode(DATA) == ("sesame", 0o700)
    assert mode(SETTINGS) == ("root", 0o600)
    # Filled in by the operator.
    SETTINGS.write_text(Path(settings).read_text())

    service = Service()
    service.hears("READY=1")
    restrictions_hold(service.process.pid)
    # Its parts work, again and again.
    service.hears("WATCHDOG=1")
    service.hears("WATCHDOG=1")
    ready = Service("ready", watchdog=None)
    code, answer = ready.process.wait(PATIENCE), ready.process.stdout.read()
    assert code == 0 and '"ready":true' in answer.replace(" ", ""), (code, answer)
    service.process.send_signal(signal.SIGTERM)
    code, log = service.ends()
    assert code == 0, log
    assert (DATA / "keys.json").exists() and (DATA / "sesame.db").exists()

    # An upgrade leaves settings and data as they are.
    before = SETTINGS.read_text()
    dpkg("--install", package)
    assert SETTINGS.read_text() == before and (DATA / "keys.json").exists()

    # Removing and purging take the program, and no one's sessions.
    dpkg("--remove", "sesame")
    assert not Path("/usr/bin/sesame").exists() and not UNIT.exists()
    assert SETTINGS.exists()
    said = dpkg("--purge", "sesame")
    assert "are left in /var/lib/sesame" in said, said
    assert (DATA / "keys.json").exists() and (DATA / "sesame.db").exists()
    assert not SETTINGS.exists() and KEPT.read_text() == before
    assert mode(KEPT) == ("root", 0o600)

    # Where there is nothing to lose, nothing stays.
    shutil.rmtree(DATA)
    dpkg("--install", package)
    dpkg("--purge", "sesame")
    assert not DATA.exists() and not SETTINGS.parent.exists()
    print("all is as it should be")


if __name__ == "__main__":
    main(*sys.argv[1:])
