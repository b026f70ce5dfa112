"""What `npm run build` makes can be published under hashed names."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

BUILD = Path(__file__).parents[2] / "static" / "build"


def test_it_finds_every_file_that_the_style_sheet_names(settings: LazySettings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_DIRS = [BUILD.parent]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    css = (tmp_path / staticfiles_storage.stored_name("build/lantern.css")).read_text()  # type: ignore[attr-defined]
    assert 'url("fonts/atkinson-latin.woff2")' not in css
    assert 'url("fonts/atkinson-latin.' in css


@pytest.mark.parametrize("word", ["GDS Transport", "crown", "crest", "#1d70b8"])
def test_it_wears_its_own_colours(word: str) -> None:
    assert word not in (BUILD / "lantern.css").read_text()


def test_it_fetches_nothing_from_another_site() -> None:
    assert "url(http" not in (BUILD / "lantern.css").read_text().replace('"', "")


def test_it_locks_packages_by_hash_and_names_no_registry(root: Path) -> None:
    lock = (root / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
