"""Two browsers at once, one through OpenID Connect and one through SAML: one shape of session.

Both begin before either is done, and a front cannot tell from the session token which protocol it was.
"""

import base64
import json
import re

from harness import ROOT, Chromium, Connection, Journey, MockSAML, Stack

TARGET = "/servicedesk/customer/portal/3"
PEOPLE = (("alice@acme.example", "acme", "acme-staff"), ("carol@globex.example", "globex", "globex-saml"))
SCHEMA = json.loads((ROOT / "Documentation" / "session-token.schema.json").read_text())


def start(stack):
    oidc = Connection("acme-staff", "acme", stack.mocks["op"]["issuers"]["acme"], ["acme.example"],
                      settings={"claims": {"groups": "groups"}})
    return [oidc, MockSAML(stack).connection("globex-saml")]


def claims(context):
    token = next(each["value"] for each in context.cookies() if each["name"] == "__Host-vestibule")
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def main():
    with Journey("two_idps") as journey, Stack(journey, tls=True, connections=start) as stack, \
            Chromium(stack) as chromium:
        journey.step("both are sent to their identity providers")
        contexts = [chromium.context() for _ in PEOPLE]
        pages = [context.new_page() for context in contexts]
        for page, (email, _, _) in zip(pages, PEOPLE):
            page.goto(stack.origin + TARGET)
            page.fill("input[name=email]", email)
        for page in pages:
            page.click("button.primary")
            page.wait_for_url(re.compile(r"^https://idp\.localhost"))
        journey.check(pages[0].url.split("/")[2:4] != pages[1].url.split("/")[2:4], "two different ones")
        for page, (email, _, _) in zip(pages, PEOPLE):
            page.fill("input[name=user]", email)
            page.fill("input[name=password]", "any")
        for page in pages:
            page.click("button:has-text('Sign in')", no_wait_after=True)
        for page, (email, _, _) in zip(pages, PEOPLE):
            page.wait_for_url(stack.origin + TARGET)
            journey.check(email in page.inner_text("header"), f"the portal greets {email} at the deep link")
        for context in contexts:
            chromium.notice_jar(context)

        journey.step("their session tokens")
        tokens = [claims(context) for context in contexts]
        names = [set(token) for token in tokens]
        journey.check(names[0] == names[1], "have the same set of claims", sorted(names[0] ^ names[1]))
        journey.check({"acr", "amr", "email", "name", "groups"} <= names[0], "with all that a provider may tell",
                      sorted(names[0]))
        kinds = [{name: type(token[name]).__name__ for name in names[1]} for token in tokens]
        journey.check(kinds[0] == kinds[1], "of the same types", kinds)
        for each in names:
            journey.check(set(SCHEMA["required"]) <= each <= set(SCHEMA["properties"]), "as the schema has it",
                          sorted(each - set(SCHEMA["properties"])))
        for token, (email, organization, connection) in zip(tokens, PEOPLE):
            seen = (token["email"], token["org"], token["idp"])
            journey.check(seen == (email, organization, connection), f"{email} is in {organization}", seen)
            journey.check(token["groups"] and isinstance(token["groups"], list), "with groups", token.get("groups"))
        journey.check(tokens[0]["sub"] != tokens[1]["sub"] and tokens[0]["sid"] != tokens[1]["sid"],
                      "two customers, two sessions")
        journey.check(len(stack.live_sessions()) == 2, "and the store has both", len(stack.live_sessions()))

        journey.step("what the portal is told")
        heads = []
        for page in pages:
            page.reload()
            heads.append({each["name"] for each in stack.portal_requests()[-1]["headers"]
                          if each["name"].lower().startswith("x-vestibule")})
        journey.check(heads[0] == heads[1] and heads[0], "is in the same headers", sorted(heads[0] ^ heads[1]))


main()
