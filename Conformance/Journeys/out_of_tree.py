"""A customer signs in by a provider module that the broker's own package has never heard of.

`Conformance/OutOfTreeProvider` is a package of its own with its own executable; its vendor is played by oidc-provider-mock
from PyPI, whose tokens carry the claims that the vendor's would.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from harness import BINARIES, IDP_HOST, Chromium, Client, Connection, Journey, Stack, accepts, free_ports, wait_until

TARGET = "/servicedesk/customer/portal/7"
PROGRAM = Path(os.environ.get("VESTIBULE_NORTHWIND", BINARIES / "vestibule-northwind"))
PEOPLE = [
    {"sub": "alice", "tenant": "acme", "teams": ["customers", "vip"], "email": "alice@acme.example",
     "email_verified": True, "name": "Alice Acme"},
    {"sub": "mallory", "tenant": "globex", "email": "mallory@acme.example", "email_verified": True, "name": "Mallory"},
    {"sub": "trent", "email": "trent@acme.example", "email_verified": True, "name": "Trent"},
]


def start_provider(stack):
    port, = free_ports(1)
    claims = [part for each in PEOPLE for part in ("--user-claims", json.dumps(each))]
    stack.run("oidc-provider-mock", [
        Path(sys.executable).parent / "oidc-provider-mock", "-p", str(port), "-H", "127.0.0.1", "-r", "true", "-n",
        "true", *claims])
    wait_until(lambda: accepts(port), "oidc-provider-mock to listen")
    issuer = f"http://{IDP_HOST}:{port}"
    answer = Client(stack).request(
        "POST", issuer + "/oauth2/clients", headers={"Content-Type": "application/json"},
        body=json.dumps({"redirect_uris": [stack.public + "/cb/northwind"],
                         "token_endpoint_auth_method": "client_secret_basic"}))
    registered = json.loads(answer.body)
    stack.write_private("northwind-secret", registered["client_secret"])
    stack.notice("client secret", registered["client_secret"])
    settings = {"tenant": "acme", "clientID": registered["client_id"], "issuer": issuer,
                "clientSecret": f"file:{stack.folder}/northwind-secret"}
    return [Connection("northwind", "acme", issuer, ["acme.example"], kind="northwind", settings=settings)]


def sign_in(stack, chromium, name):
    page = chromium.context().new_page()
    page.goto(stack.origin + TARGET)
    page.fill("input[name=email]", f"{name}@acme.example")
    page.click("button.primary")
    page.wait_for_url(re.compile(rf"//{IDP_HOST}"))
    page.fill("input[name=sub]", name)
    page.click("button:has-text('Authorize')")
    return page


def main():
    with Journey("out_of_tree") as journey, Stack(journey, connections=start_provider, program=PROGRAM) as stack, \
            Chromium(stack) as chromium:
        journey.step("the executable knows its own kind and no other")
        schema = subprocess.run([PROGRAM, "config", "schema", "resources"], capture_output=True, text=True, timeout=30)
        journey.check("northwind" in schema.stdout and "\"entra\"" not in schema.stdout, "in its JSON Schema")

        journey.step("Alice signs in")
        page = sign_in(stack, chromium, "alice")
        page.wait_for_url(stack.origin + TARGET)
        journey.check("alice@acme.example" in page.inner_text("header"), "the portal greets Alice at the deep link")
        seen = {each["name"]: each["value"] for each in stack.portal_requests()[-1]["headers"]}
        journey.check(seen.get("X-Vestibule-Groups") == "customers,vip", "with the vendor's teams as groups",
                      seen.get("X-Vestibule-Groups"))

        for name, text in (("mallory", "a token of another tenant"), ("trent", "a token of no tenant")):
            journey.step(text)
            page = sign_in(stack, chromium, name)
            page.wait_for_url(re.compile(r"/vestibule/cb/"))
            code = page.locator("[data-code]").get_attribute("data-code")
            journey.check(code == "issuer_mismatch", "is refused by the module's own check", code)
        journey.check(len(stack.live_sessions()) == 1, "there is one session, Alice's")


main()
