"""The same journey against an OpenID Provider that is not ours: oidc-provider-mock from PyPI, behind real nginx.

It registers its client dynamically, insists on a nonce and refuses a code that comes twice.
"""

import json
import re
import sys
from pathlib import Path

from harness import IDP_HOST, Chromium, Client, Connection, Journey, Stack, accepts, free_ports, wait_until

TARGET = "/servicedesk/customer/portal/7"
CLAIMS = {"sub": "alice", "email": "alice@acme.example", "email_verified": True, "name": "Alice Acme",
          "groups": ["customers", "vip"]}
UNVERIFIED = {"sub": "mallory", "email": "mallory@acme.example", "email_verified": False, "name": "Mallory"}
FOREIGN = {"sub": "eve", "email": "eve@globex.example", "email_verified": True, "name": "Eve"}


def start_provider(stack):
    """Starts it, registers the broker, and gives the connection for it."""
    port, = free_ports(1)
    claims = [part for each in (CLAIMS, UNVERIFIED, FOREIGN) for part in ("--user-claims", json.dumps(each))]
    stack.run("oidc-provider-mock", [
        Path(sys.executable).parent / "oidc-provider-mock", "-p", str(port), "-H", "127.0.0.1", "-r", "true", "-n",
        "true", *claims])
    wait_until(lambda: accepts(port), "oidc-provider-mock to listen")
    issuer = f"http://{IDP_HOST}:{port}"
    answer = Client(stack).request(
        "POST", issuer + "/oauth2/clients", headers={"Content-Type": "application/json"},
        body=json.dumps({"redirect_uris": [stack.public + "/cb/real-op"],
                         "token_endpoint_auth_method": "client_secret_basic"}))
    registered = json.loads(answer.body)
    stack.write_private("real-secret", registered["client_secret"])
    stack.notice("client secret", registered["client_secret"])
    return [Connection("real-op", "acme", issuer, ["acme.example"], client_id=registered["client_id"],
                       secret_file="real-secret")]


def to_provider(stack, page):
    page.goto(stack.origin + TARGET)
    page.fill("input[name=email]", "alice@acme.example")
    page.click("button.primary")
    page.wait_for_url(re.compile(rf"//{IDP_HOST}"))


def main():
    with Journey("real_op") as journey, Stack(journey, connections=start_provider) as stack, \
            Chromium(stack) as chromium:
        journey.step("Alice signs in")
        page = chromium.context().new_page()
        callbacks = []
        page.on("request", lambda request: "/vestibule/cb/" in request.url and callbacks.append(request.url))
        to_provider(stack, page)
        journey.shot(page, "provider")
        page.fill("input[name=sub]", "alice")
        page.click("button:has-text('Authorize')")
        page.wait_for_url(stack.origin + TARGET)
        journey.check("alice@acme.example" in page.inner_text("header"), "the portal greets Alice at the deep link")
        journey.shot(page, "portal")
        seen = {each["name"]: each["value"] for each in stack.portal_requests()[-1]["headers"]}
        journey.check(seen.get("X-Vestibule-Groups") in ("customers,vip", ""), "groups arrive as configured")
        journey.check(len(stack.live_sessions()) == 1, "there is one session")

        journey.step("the callback comes again")
        stale = Client(stack).get(callbacks[0])
        journey.check(stale.status == 400 and stale.code == "browser_mismatch", "another browser gets nothing",
                      (stale.status, stale.code))
        page.goto(callbacks[0])
        journey.check("/servicedesk/" in page.url, "the browser with the session lands at the portal")
        journey.check(len(stack.live_sessions()) == 1, "and there is still one session")

        for name, code, text in (("mallory", "email_unverified", "an unverified address"),
                                 ("eve", "email_domain_not_owned", "an address of another organization")):
            journey.step(f"{text} from the same provider")
            page = chromium.context().new_page()
            to_provider(stack, page)
            page.fill("input[name=sub]", name)
            page.click("button:has-text('Authorize')")
            page.wait_for_url(re.compile(r"/vestibule/cb/"))
            code_seen = page.locator("[data-code]").get_attribute("data-code")
            journey.check(code_seen == code, f"is refused as {code}", code_seen)
            journey.shot(page, name)
        journey.check(len(stack.live_sessions()) == 1, "and no session came of it")

        journey.step("the person presses Deny")
        page = chromium.context().new_page()
        to_provider(stack, page)
        page.click("button:has-text('Deny')")
        page.wait_for_url(re.compile(r"/vestibule/cb/"))
        journey.check(page.locator("[data-code]").count() == 1, "a page says that the sign-in did not happen")


main()
