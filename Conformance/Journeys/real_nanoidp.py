"""The same journey against nanoidp from PyPI, an OpenID Provider that gives the e-mail address in UserInfo alone.

Its ID tokens hold a subject and a nonce, no address, name or groups: what the broker knows of the person, it has asked for.
"""

import re
import sys
from pathlib import Path

from harness import IDP_HOST, Chromium, Connection, Journey, Stack, accepts, free_ports, wait_until

TARGET = "/servicedesk/customer/portal/7"
SETTINGS = """\
config_version: 1
server: {{host: "127.0.0.1", port: {port}}}
oauth:
  issuer: "http://{host}:{port}"
  audience: "vestibule"
  token_expiry_minutes: 60
  clients:
    - client_id: "vestibule"
      client_secret: "{secret}"
      description: "broker"
      redirect_uris: ["{callback}", "{strict}"]
"""
PEOPLE = """\
config_version: 1
users:
  alice: {password: "alicepass", email: "alice@acme.example", groups: ["customers", "vip"], tenant: "default"}
  eve: {password: "evepass", email: "eve@globex.example", groups: ["customers"], tenant: "default"}
"""


def start_provider(stack):
    port, = free_ports(1)
    folder = stack.folder / "nanoidp"
    folder.mkdir()
    secret = (stack.folder / "client-secret").read_text().strip()
    (folder / "settings.yaml").write_text(SETTINGS.format(
        port=port, host=IDP_HOST, secret=secret, callback=stack.public + "/cb/nano",
        strict=stack.public + "/cb/nano-strict"))
    (folder / "users.yaml").write_text(PEOPLE)
    stack.run("nanoidp", [
        Path(sys.executable).parent / "nanoidp", "--config", folder, "--profile", "stricter-dev"])
    wait_until(lambda: accepts(port), "nanoidp to listen")
    issuer = f"http://{IDP_HOST}:{port}"
    # A connection that never asks UserInfo knows no address; it has a domain of its own so that routing tells them apart.
    return [Connection("nano", "acme", issuer, ["acme.example"], settings={"claims": {"groups": "groups"}}),
            Connection("nano-strict", "initech", issuer, ["initech.example"], settings={"userInfo": "never"})]


def sign_in(stack, chromium, email, name):
    context = chromium.context()
    # Its page asks for style sheets on the internet.
    context.route(re.compile("^https://"), lambda route: route.abort())
    page = context.new_page()
    page.goto(stack.origin + TARGET)
    page.fill("input[name=email]", email)
    page.click("button.primary")
    page.wait_for_url(re.compile(rf"//{IDP_HOST}"))
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", f"{name}pass")
    page.click("button[type=submit]")
    return page


def refused(journey, page, code):
    page.wait_for_url(re.compile(r"/vestibule/cb/"))
    seen = page.locator("[data-code]").get_attribute("data-code")
    journey.check(seen == code, f"is refused as {code}", seen)


def main():
    with Journey("real_nanoidp") as journey, Stack(journey, connections=start_provider) as stack, \
            Chromium(stack) as chromium:
        journey.step("Alice signs in; her address comes from UserInfo")
        page = sign_in(stack, chromium, "alice@acme.example", "alice")
        page.wait_for_url(stack.origin + TARGET)
        journey.check("alice@acme.example" in page.inner_text("header"), "the portal greets Alice at the deep link")
        journey.shot(page, "portal")
        seen = {each["name"]: each["value"] for each in stack.portal_requests()[-1]["headers"]}
        journey.check(seen.get("X-Vestibule-Groups") == "customers,vip", "the groups of UserInfo arrive",
                      seen.get("X-Vestibule-Groups"))

        journey.step("Eve's address in UserInfo is of another organization")
        refused(journey, sign_in(stack, chromium, "alice@acme.example", "eve"), "email_domain_not_owned")

        journey.step("a connection that may not ask UserInfo")
        refused(journey, sign_in(stack, chromium, "alice@initech.example", "alice"), "email_missing")
        journey.check(len(stack.live_sessions()) == 1, "there is one session, Alice's")


main()
