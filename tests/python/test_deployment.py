"""What is in deploy/, as far as it can be tried without a container engine."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = DEPLOY / "container/Dockerfile"
COMPOSE = DEPLOY / "compose.yaml"
UNIT = DEPLOY / "sesame.service"
# Of 10; systemd calls up to 2.0 "OK" and better.
EXPOSED_AT_MOST = 2.0


def stages():
    """The lines of each stage of the container file, those that go on joined."""
    text = re.sub(r"\\\n\s*", "", DOCKERFILE.read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found = []
    for line in lines:
        if line.startswith("FROM "):
            found.append([])
        found[-1].append(line)
    return found


def compose():
    return yaml.safe_load(COMPOSE.read_text())


def known_settings():
    example = (ROOT / ".env.example").read_text()
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", example, re.M))


def ran(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def test_the_container_file_passes_its_linter():
    hadolint = Path(sys.executable).with_name("hadolint")
    done = ran(str(hadolint), str(DOCKERFILE))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_has_the_program_alone_and_a_user_without_rights(sesame):
    build, final = stages()
    assert "slim" in build[0] and "distroless" in final[0]
    names = [line.split()[0] for line in final]
    # There is no shell that a RUN could use.
    assert "RUN" not in names and "ADD" not in names
    (user,) = [line.split()[1] for line in final if line.startswith("USER ")]
    assert all(int(part) >= 10_000 for part in user.split(":")), user
    (environment,) = [line for line in final if line.startswith("ENV ")]
    assert set(re.findall(r"(\w+)=", environment)) <= known_settings()
    # What it runs, the program knows.
    (health,) = [line for line in final if line.startswith("HEALTHCHECK")]
    for command in (re.findall(r'"/usr/bin/sesame", "(\w+)"', health), re.findall(r'CMD \["(\w+)"\]', "\n".join(final))):
        (command,) = command
        assert sesame.run(command, "--help").returncode == 0, command


def test_the_health_check_says_whether_sesame_is_ready(sesame):
    with sesame.serving():
        ready = sesame.run("ready")
        assert ready.returncode == 0 and '"ready"' in ready.stdout, ready
    gone = sesame.run("ready")
    assert gone.returncode == 1 and "no Sesame answers here" in gone.stderr, gone


def test_what_is_copied_into_the_image_holds_no_secret():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for secret in (".env", "data", ".git", "*.db"):
        assert secret in ignored


def test_the_compose_file_is_whole():
    asked = compose()
    services = asked["services"]
    assert set(services) == {"sesame", "postgres", "redis", "prometheus", "grafana"}
    for name, service in services.items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        if name != "sesame":
            assert re.search(r":v?\d", service["image"]), f"{name} is pinned"
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), f"{name} is for this machine alone"
        for needed, how in dict.fromkeys(service.get("depends_on", [])).items() if isinstance(
            service.get("depends_on", []), list
        ) else service["depends_on"].items():
            assert needed in services
            if how:
                assert how["condition"] != "service_healthy" or "healthcheck" in services[needed]
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            there = (DEPLOY / source).exists() if source.startswith(".") else source in asked["volumes"]
            assert there, volume
    build = services["sesame"]["build"]
    context = DEPLOY / build["context"]
    assert (context / build["dockerfile"]).samefile(DOCKERFILE)


def test_the_compose_file_sets_what_sesame_knows():
    asked = compose()["services"]["sesame"]["environment"]
    assert set(asked) <= known_settings(), set(asked) - known_settings()


def test_prometheus_and_grafana_find_what_they_are_given():
    prometheus = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    (job,) = prometheus["scrape_configs"]
    (target,) = job["static_configs"][0]["targets"]
    host, port = target.split(":")
    assert host in compose()["services"] and f":{port}" in DOCKERFILE.read_text()
    sources = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())
    assert sources["datasources"][0]["url"] == "http://prometheus:9090"
    boards = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/sesame.yml").read_text())
    path = boards["providers"][0]["options"]["path"]
    mounted = [volume.split(":") for volume in compose()["services"]["grafana"]["volumes"]]
    (folder,) = [source for source, place, *_ in mounted if place == path]
    assert list((DEPLOY / folder).glob("*.json"))


def analyze(*arguments):
    try:
        return ran("systemd-analyze", *arguments, str(UNIT))
    except FileNotFoundError:
        pytest.skip("systemd-analyze is not installed")


def test_the_unit_is_hardened():
    done = analyze("security", "--offline=true", "--no-pager")
    assert done.returncode == 0, done.stderr
    (level,) = re.findall(r"Overall exposure level for sesame.service: ([\d.]+)", done.stdout)
    assert float(level) <= EXPOSED_AT_MOST, done.stdout


def test_the_unit_is_understood():
    done = analyze("verify", "--man=no")
    # The program is not installed here; nothing else is amiss.
    complaints = [line for line in done.stderr.splitlines() if "not executable" not in line]
    complaints = [line for line in complaints if line.startswith("sesame.service") or str(UNIT) in line]
    assert not complaints, complaints
