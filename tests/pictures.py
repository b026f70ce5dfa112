"""Takes the pictures of docs/pictures from a running demonstration: `make run`, then `python -m tests.pictures`."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from mash.local import codes
from mash.local.browser import system_browser
from tests.support.browser import ARGUMENTS

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "pictures"
SIZE = {"width": 1280, "height": 1000}
NARROW = {"width": 320, "height": 800}


class Studio:
    """A browser, and people who sign in to it by the page that everybody uses."""

    def __init__(self, browser: Browser) -> None:
        demo = json.loads((ROOT / ".local" / "demo.json").read_text(encoding="utf-8"))
        self.browser, self.address = browser, demo["base_url"]
        self.accounts = {account["role"]: account for account in demo["accounts"]}

    def as_role(self, role: str, *, narrow: bool = False) -> Page:
        page = self.browser.new_context(base_url=self.address, viewport=NARROW if narrow else SIZE).new_page()
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(self.accounts[role]["email"])
        page.get_by_label("Password", exact=True).fill(self.accounts[role]["password"])
        page.get_by_role("button", name="Sign in").click()
        if secret := self.accounts[role]["totp_secret"]:
            self.show(page, secret)
        return page

    def show(self, page: Page, secret: str) -> None:
        """The code of this half minute, or of the next when somebody has just used it."""
        page.get_by_label("Code").fill(codes.code(secret, at=time.time()))
        page.get_by_role("button", name="Continue").click()
        if page.get_by_label("Code").is_visible():
            time.sleep(codes.STEP)
            self.show(page, secret)


def take(page: Page, name: str, *, whole: bool = True) -> None:
    """The whole page, or what a first look shows of a long one."""
    page.screenshot(path=OUT / f"{name}.png", full_page=whole)


def sign_in(studio: Studio) -> None:
    page = studio.browser.new_context(base_url=studio.address, viewport=SIZE).new_page()
    page.goto("/accounts/login/")
    take(page, "sign-in")


def public(studio: Studio) -> None:
    page = studio.browser.new_context(base_url=studio.address, viewport=SIZE).new_page()
    page.goto("/tell-us/")
    take(page, "tell-us")
    small = studio.browser.new_context(base_url=studio.address, viewport=NARROW).new_page()
    small.goto("/tell-us/anonymous/")
    take(small, "tell-us-narrow", whole=False)


def administrator(studio: Studio) -> None:
    page = studio.as_role("partnership_administrator")
    page.goto("/organisations/")
    take(page, "organisations", whole=False)


def referrer(studio: Studio) -> None:
    page = studio.as_role("practitioner")
    page.goto("/referrals/")
    take(page, "my-referrals")
    page.locator("main a[href^='/referrals/']:not([href$='new/'])").first.click()
    take(page, "following", whole=False)
    page.goto("/referrals/new/")
    page.get_by_role("button", name="Start").click()
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    take(page, "task-list")


def triage(studio: Studio) -> None:
    page = studio.as_role("triage_manager")
    page.goto("/take-a-call/")
    take(page, "take-a-call", whole=False)
    page.goto("/queue/")
    take(page, "queue")
    page.get_by_role("button", name="Take the next one").click()
    take(page, "file", whole=False)
    page.locator("#decide").get_by_role("radio").nth(1).check()
    take(page, "decide", whole=False)
    page.goto("/to-sign/")
    take(page, "to-sign")
    small = studio.as_role("triage_manager", narrow=True)
    small.goto("/queue/")
    take(small, "queue-narrow", whole=False)


def service(studio: Studio) -> None:
    page = studio.as_role("cadt_worker")
    page.goto("/cases/")
    take(page, "cases")
    page.locator("main table a[href^='/cases/']").first.click()
    take(page, "case", whole=False)
    page.goto("/owed/")
    take(page, "owed")


def auditor(studio: Studio) -> None:
    page = studio.as_role("auditor")
    page.goto("/audit/")
    take(page, "audit", whole=False)


def main() -> None:
    """Take them all."""
    OUT.mkdir(parents=True, exist_ok=True)
    scenes: tuple[Callable[[Studio], None], ...] = (sign_in, public, referrer, triage, service, administrator, auditor)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system_browser(), args=ARGUMENTS)
        studio = Studio(browser)
        for scene in scenes:
            scene(studio)
        browser.close()


if __name__ == "__main__":
    main()
