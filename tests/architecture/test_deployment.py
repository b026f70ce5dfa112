"""What is deployed is what is developed: versions, commands, roles and variables agree, and no secret is in a file."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from mash.local import deployment
from mash.local.home import ROOT
from mash.local.postgres_cluster import PROGRAMS, _roles
from mash.local.run import _children

SECRETS = {"SECRET_KEY", "POSTGRES_PASSWORD", "OWNER_DATABASE_PASSWORD", "APP_DATABASE_PASSWORD", "REDIS_PASSWORD"}
OURS = ("web", "worker", "beat", "migrate")
# What a container's own programs read, and not Django.
NOT_SETTINGS = {"FORWARDED_ALLOW_IPS"}


def text(name: str) -> str:
    return (ROOT / name).read_text()


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text("docker-compose.yml"))
    return loaded


def read_by_settings(pattern: str) -> set[str]:
    files = (path.read_text() for path in (ROOT / "mash" / "settings").glob("*.py"))
    return {name for content in files for name in re.findall(pattern, content)}


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;]+)", text(name), re.MULTILINE))


def test_it_serves_with_the_python_it_is_written_for() -> None:
    project = tomllib.loads(text("pyproject.toml"))
    version = project["project"]["requires-python"].removeprefix(">=")
    assert set(re.findall(r"FROM python:([\d.]+)", text("Dockerfile"))) == {version}
    assert project["tool"]["ruff"]["target-version"] == f"py{version.replace('.', '')}"
    assert project["tool"]["mypy"]["python_version"] == version
    assert f"--python-version {version}" in text("Makefile")


def test_it_stores_in_the_postgresql_it_is_tested_on(compose: dict[str, Any]) -> None:
    assert compose["services"]["postgres"]["image"] == f"postgres:{PROGRAMS.removeprefix('pginstall')}"
    assert "--locale-provider=builtin --locale=C.UTF-8" in text("docker-compose.yml")
    assert compose["services"]["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]


def test_it_makes_the_same_roles_everywhere(compose: dict[str, Any]) -> None:
    made = re.sub(r"'?:'\w+'", "%s", compose["configs"]["roles"]["content"])
    notes: Any = type("Notes", (), {"app_password": "", "owner_password": ""})
    for statement, _ in _roles(notes):
        assert statement.startswith("DROP") or f"{statement};" in made, statement


def test_only_the_migration_knows_the_owners_password(compose: dict[str, Any]) -> None:
    told = [name for name in OURS if "DATABASE_OWNER_URL" in compose["services"][name]["environment"]]
    assert told == ["migrate"]


def test_it_passes_on_every_variable_that_production_requires(compose: dict[str, Any]) -> None:
    required = set(re.findall(r'env\.\w+\("(\w+)"\)', text("mash/settings/production.py")))
    assert required >= {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"}
    for name in OURS:
        assert required <= set(compose["services"][name]["environment"])
    assert required == {*deployment.MADE_UP, "SECRET_KEY"} - {"DJANGO_SETTINGS_MODULE"}
    assert all(f"{name}=" in text("Dockerfile") for name in required), "Django's settings load while the image is built"


def test_it_passes_on_no_variable_that_nobody_reads(compose: dict[str, Any]) -> None:
    known = read_by_settings(r'env\.\w+\(\s*"(\w+)"') | NOT_SETTINGS
    for name in OURS:
        assert set(compose["services"][name]["environment"]) <= known


def test_it_names_every_variable_in_the_example() -> None:
    used = set(re.findall(r"\$\{(\w+)", text("docker-compose.yml")))
    named = set(re.findall(r"^#?([A-Z_]+)=", text(".env.example"), re.MULTILINE))
    assert used - {"MAILPIT_PORT"} == named


def test_it_keeps_no_secret_in_a_file() -> None:
    content = text("docker-compose.yml")
    for name in SECRETS:
        assert set(re.findall(rf"\${{{name}([^}}]*)}}", content)) == {":?set it in .env"}, name
        assert f"\n{name}=\n" in text(".env.example")


def test_it_runs_the_same_programs_as_make_run(compose: dict[str, Any]) -> None:
    local = {child.name: " ".join(child.command) for child in _children({"EMAIL_PORT": "1"})}
    for name in ("worker", "beat"):
        command = compose["services"][name]["command"]
        assert " ".join(command) in local[name]
    assert 'CMD ["gunicorn", "--config", "python:mash.serving", "mash.wsgi"]' in text("Dockerfile")
    assert "gunicorn --config python:mash.serving mash.wsgi" in local["web"]


def test_it_looks_after_the_health_of_each_part(compose: dict[str, Any]) -> None:
    unwatched = [n for n, service in compose["services"].items() if "test" not in service.get("healthcheck", {})]
    assert unwatched == ["beat", "migrate"]


def test_it_opens_no_port_to_the_world(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_its_containers_hold_no_more_rights_than_they_need(compose: dict[str, Any]) -> None:
    assert re.search(r"^USER (?!0|root)", text("Dockerfile"), re.MULTILINE)
    for name in OURS:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]


def test_its_image_holds_the_whole_product() -> None:
    top = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["root_packages"]
    for name in (*top, "templates"):
        assert f"COPY {name} ./{name}" in text("Dockerfile")
        assert f"!{name}\n" in text(".dockerignore")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"])
def test_it_pins_each_package_with_its_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=\S)", text(name).strip())
    assert blocks
    for block in blocks:
        assert "==" in block.split("\n", 1)[0], block
        assert "--hash=sha256:" in block, block


def test_it_develops_with_the_versions_it_ships() -> None:
    shipped, developed = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: developed.get(name) for name in shipped} == shipped


def test_every_word_of_the_makefile_is_explained() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", text("Makefile"), re.MULTILINE)
    assert phony is not None
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    steps = {"python", "setup", "browser"}
    assert set(re.findall(r"make (\w+)", told.replace("`make run`", ""))) == set(phony[1].split()) - steps


def test_continuous_integration_checks_and_tests() -> None:
    script = text(".ci/run")
    assert "set -euo pipefail" in script
    assert script.index("make check") < script.index("make test")
    assert Path(ROOT / ".ci" / "run").stat().st_mode & 0o111
