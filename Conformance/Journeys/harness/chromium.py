"""Chromium by Playwright, and axe."""

import contextlib
import os
import subprocess
import urllib.parse


class Base:
    """What both ways to drive Chromium share."""

    def __init__(self, stack):
        self.stack = stack

    def launching(self):
        """Arguments of `launch`. With TLS the browser trusts the throw-away CA, from a certificate store of its own."""
        home = self.stack.folder / "home"
        store = home / ".pki" / "nssdb"
        if self.stack.tls and not store.exists():
            store.mkdir(parents=True)
            for command in (["-N", "--empty-password"],
                            ["-A", "-n", "throw-away", "-t", "C,,", "-i", str(self.stack.folder / "ca.pem")]):
                subprocess.run(["certutil", "-d", f"sql:{store}", *command], check=True, capture_output=True)
        home.mkdir(exist_ok=True)
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        return {"executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"), "headless": True,
                "args": [*sandbox, "--disable-gpu"], "env": {**os.environ, "HOME": str(home)}}

    def notice_request(self, request):
        self.stack.notice_url(request.url)
        if request.method == "POST" and "/vestibule/cb/" in request.url:
            self.stack.notice_posted(dict(urllib.parse.parse_qsl(request.post_data or "")))

    def is_ours(self, response):
        return "/vestibule/" in response.url or response.url.startswith(self.stack.origin)

    def notice_headers(self, headers):
        for header in headers:
            if header["name"].lower() == "set-cookie":
                for line in header["value"].split("\n"):
                    self.stack.notice_cookie(line)

    def notice_cookies(self, cookies):
        for cookie in cookies:
            self.stack.notice_cookie(f"{cookie['name']}={cookie['value']}")


class Chromium(Base):
    """Chromium by Playwright, one step after the other."""

    def __enter__(self):
        from playwright.sync_api import sync_playwright

        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(**self.launching())
        return self

    def __exit__(self, *_):
        self.browser.close()
        self.playwright.stop()

    def context(self, **options):
        context = self.browser.new_context(viewport={"width": 1000, "height": 720}, **options)
        context.set_default_timeout(15000)
        context.on("request", self.notice_request)
        context.on("response", self.notice)
        return context

    def notice(self, response):
        if self.is_ours(response):
            with contextlib.suppress(Exception):
                self.notice_headers(response.headers_array())

    def notice_jar(self, context):
        self.notice_cookies(context.cookies())


class Browsers(Base):
    """Chromium by Playwright in `async` functions: many contexts that really act at once."""

    async def __aenter__(self):
        from playwright.async_api import async_playwright

        self.playwright = await async_playwright().start()
        self.browser = await self.playwright.chromium.launch(**self.launching())
        return self

    async def __aexit__(self, *_):
        await self.browser.close()
        await self.playwright.stop()

    async def context(self, **options):
        context = await self.browser.new_context(viewport={"width": 1000, "height": 720}, **options)
        context.set_default_timeout(40000)
        context.on("request", self.notice_request)
        context.on("response", self.notice)
        return context

    async def notice(self, response):
        if self.is_ours(response):
            with contextlib.suppress(Exception):
                self.notice_headers(await response.headers_array())

    async def notice_jar(self, context):
        self.notice_cookies(await context.cookies())


def accessibility(journey, page, name):
    """No violation that axe can see."""
    from axe_core_python.sync_playwright import Axe

    found = [(each["id"], each["impact"], each["nodes"][0]["html"][:120]) for each in Axe().run(page)["violations"]]
    journey.check(not found, f"axe finds nothing on the page `{name}`", found)
