"""Chromium by Playwright, and axe."""

import contextlib
import os
import subprocess
import urllib.parse


class Chromium:
    """Chromium by Playwright. With TLS it trusts the throw-away CA, from a certificate store of its own."""

    def __init__(self, stack):
        self.stack = stack

    def __enter__(self):
        from playwright.sync_api import sync_playwright

        self.playwright = sync_playwright().start()
        home = self.stack.folder / "home"
        if self.stack.tls:
            store = home / ".pki" / "nssdb"
            store.mkdir(parents=True)
            for command in (["-N", "--empty-password"],
                            ["-A", "-n", "throw-away", "-t", "C,,", "-i", str(self.stack.folder / "ca.pem")]):
                subprocess.run(["certutil", "-d", f"sql:{store}", *command], check=True, capture_output=True)
        home.mkdir(exist_ok=True)
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.browser = self.playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), headless=True,
            args=[*sandbox, "--disable-gpu"], env={**os.environ, "HOME": str(home)})
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

    def notice_request(self, request):
        self.stack.notice_url(request.url)
        if request.method == "POST" and "/vestibule/cb/" in request.url:
            self.stack.notice_posted(dict(urllib.parse.parse_qsl(request.post_data or "")))

    def notice(self, response):
        if "/vestibule/" in response.url or response.url.startswith(self.stack.origin):
            with contextlib.suppress(Exception):
                for header in response.headers_array():
                    if header["name"].lower() == "set-cookie":
                        for line in header["value"].split("\n"):
                            self.stack.notice_cookie(line)

    def notice_jar(self, context):
        for cookie in context.cookies():
            self.stack.notice_cookie(f"{cookie['name']}={cookie['value']}")


def accessibility(journey, page, name):
    """No violation that axe can see."""
    from axe_core_python.sync_playwright import Axe

    found = [(each["id"], each["impact"], each["nodes"][0]["html"][:120]) for each in Axe().run(page)["violations"]]
    journey.check(not found, f"axe finds nothing on the page `{name}`", found)
