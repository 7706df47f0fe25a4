"""Kind `cognito` against moto from PyPI: the pool, its API, its key set and its tokens are moto's.

moto has no hosted UI; `Conformance/Peers/cognito/pool` stands in front of it and says what it adds.
"""

import json
import re
import sys

from harness import IDP_HOST, PEERS, Chromium, Client, Connection, Journey, Stack, free_ports, wait_until

TARGET = "/servicedesk/customer/portal/7"
GROUPS = "customers,support"


def start_pool(stack):
    port, = free_ports(1)
    pool = stack.run("pool", [
        sys.executable, PEERS / "cognito" / "pool", "--port", port, "--host", IDP_HOST, "--redirect-uri",
        stack.public + "/cb/pool", "--logout-uri", stack.public + "/signed-out"],
        {"no_proxy": "*"})
    line = wait_until(lambda: pool.expect_running() and pool.output.read_text().strip(), "the pool to be ready", 60)
    stack.pool = json.loads(line.splitlines()[0])
    stack.write_private("pool-secret", stack.pool["secret"])
    stack.notice("client secret", stack.pool["secret"])
    settings = {"region": stack.pool["region"], "userPoolID": stack.pool["pool"], "clientID": stack.pool["client"],
                "clientSecret": f"file:{stack.folder}/pool-secret", "endpoint": stack.pool["url"],
                "logoutURI": stack.public + "/signed-out", "usesGroups": True}
    return [Connection("pool", "acme", stack.pool["url"], ["acme.example"], settings=settings, kind="cognito")]


def sign_in(stack, chromium, name):
    page = chromium.context().new_page()
    page.goto(stack.origin + TARGET)
    page.fill("input[name=email]", f"{name}@acme.example")
    page.click("button.primary")
    page.wait_for_url(re.compile(rf"//{IDP_HOST}"))
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", stack.pool["password"])
    page.click("button[type=submit]")
    return page


def refused(journey, page, code):
    page.wait_for_url(re.compile(r"/vestibule/cb/"))
    seen = page.locator("[data-code]").get_attribute("data-code")
    journey.check(seen == code, f"is refused as {code}", seen)


def main():
    with Journey("real_cognito") as journey, Stack(journey, connections=start_pool) as stack, \
            Chromium(stack) as chromium:
        def gives(tokens):
            answer = Client(stack).request("POST", stack.pool["url"] + "/__pool/tokens", body=tokens)
            journey.check(json.loads(answer.body)["tokens"] == tokens, f"the pool gives {tokens} tokens")

        journey.step("Alice signs in at the pool")
        alice = sign_in(stack, chromium, "alice")
        alice.wait_for_url(stack.origin + TARGET)
        journey.check("alice@acme.example" in alice.inner_text("header"), "the portal greets Alice at the deep link")
        seen = {each["name"]: each["value"] for each in stack.portal_requests()[-1]["headers"]}
        journey.check(",".join(sorted(seen.get("X-Vestibule-Groups", "").split(","))) == GROUPS,
                      "the pool's groups arrive", seen.get("X-Vestibule-Groups"))
        subjects = stack.query("SELECT issuer, subject FROM identity_links")
        issuer = f"https://cognito-idp.{stack.pool['region']}.amazonaws.com/{stack.pool['pool']}"
        journey.check(subjects == [(issuer, stack.pool["people"]["alice"])],
                      "the key is region, pool and moto's sub", subjects)

        for name, code, text in (("mallory", "email_unverified", "an address that the pool has not verified"),
                                 ("eve", "email_domain_not_owned", "an address of another organization")):
            journey.step(text)
            refused(journey, sign_in(stack, chromium, name), code)

        journey.step("moto's tokens to the octet: all is well with them but that they lack the nonce")
        gives("verbatim")
        refused(journey, sign_in(stack, chromium, "alice"), "nonce_mismatch")

        journey.step("an access token of the pool in the place of the ID token")
        gives("swapped")
        refused(journey, sign_in(stack, chromium, "alice"), "audience_mismatch")

        journey.step("an ID token for another app client of the pool")
        gives("other")
        refused(journey, sign_in(stack, chromium, "alice"), "audience_mismatch")
        journey.check(len(stack.live_sessions()) == 1, "there is one session, Alice's")

        journey.step("Alice signs out")
        gives("completed")
        alice.goto(stack.public + "/sign-out")
        alice.click("button.primary")
        alice.wait_for_url(re.compile("/vestibule/"))
        journey.shot(alice, "signed-out")
        journey.check(stack.live_sessions() == [], "her session is over")


main()
