"""mod_auth_openidc and mod_auth_mellon, which nobody here wrote, sign people in through our facades.

Acme signs in by OpenID Connect, Globex by SAML; each comes to a wiki that is an OpenID client of ours and to a desk
that is a SAML service provider of ours, on two other sites, over https.
"""

import contextlib
import json
import re
import urllib.parse

from playwright.sync_api import TimeoutError as Late

from harness import Chromium, Connection, Journey, MockSAML, RelyingParties, Stack, accessibility, environment, \
    wait_until

AT_IDP = re.compile(r"^https://idp\.localhost")
AT_OURS = re.compile(r"^https://portal\.localhost:\d+/vestibule/login/")
ALICE = {"email": "alice@acme.example", "name": "Alice Archer", "groups": ["vestibule-acme:staff",
                                                                           "vestibule-acme:support"]}
# Globex tells no groups, so nobody knows all of Carol's: then none are told.
CAROL = {"email": "carol@globex.example", "name": "Carol Clark", "groups": None}
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"


def start(stack):
    stack.parties = RelyingParties(stack)
    saml = MockSAML(stack)
    return [Connection("acme-staff", "acme", stack.mocks["op"]["issuers"]["acme"], ["acme.example"],
                       settings={"claims": {"groups": "groups"}}),
            saml.connection("globex-saml", attributes={"email": "email", "name": "name"})]


def sites(stack):
    return [stack.portal_site(), *stack.parties.sites()]


class Visit:
    """One browser, and where it was."""

    def __init__(self, journey, stack, chromium):
        self.journey, self.stack, self.parties = journey, stack, stack.parties
        self.context = chromium.context()
        self.page = self.context.new_page()
        self.urls = []
        self.context.on("request", self.sent)

    def sent(self, request):
        if request.is_navigation_request():
            self.urls.append((request.method, request.url))

    def went(self, pattern):
        """The times that it was at an address which the pattern finds."""
        return [each for each in self.urls if re.search(pattern, each[1])]

    def fill_in(self, person):
        """Our page and the identity provider's."""
        self.page.wait_for_url(AT_OURS)
        self.page.fill("input[name=email]", person["email"])
        self.page.click("button.primary")
        self.at_idp(person)

    def at_idp(self, person):
        self.page.wait_for_url(AT_IDP)
        self.page.fill("input[name=user]", person["email"])
        self.page.fill("input[name=password]", "any")
        self.page.click("button:has-text('Sign in')")

    def sign_in(self, origin, person, path="/protected/"):
        self.page.goto(origin + path)
        self.fill_in(person)
        self.page.wait_for_url(origin + path)

    def silently(self, origin, path="/protected/"):
        """Whether the page opens and nobody was asked anything on the way."""
        self.urls.clear()
        self.page.goto(origin + path)
        self.page.wait_for_url(origin + path)
        return not self.went(r"/vestibule/login/") and not self.went(AT_IDP.pattern)

    def sign_in_both(self, person):
        self.sign_in(self.parties.rp, person)
        self.silently(self.parties.sp)
        return self.parties.is_signed_in(self.context, self.parties.rp) and \
            self.parties.is_signed_in(self.context, self.parties.sp)

    def ends_at(self, url):
        """Whether the browser comes to this address by itself."""
        with contextlib.suppress(Late):
            self.page.wait_for_url(url, timeout=8000)
        arrived = self.page.url == url
        if not arrived:
            self.journey.shot(self.page, "lost")
        self.journey.check(arrived, "the browser ends where the relying party wanted", self.page.url.split("?")[0])

    def is_asked(self, origin):
        """Whether somebody who comes back to the page has to say who they are."""
        self.page.goto(origin + "/protected/")
        return bool(AT_OURS.match(self.page.url)) and self.page.locator("input[name=email]").count() == 1


# ---- Signing in -----------------------------------------------------------------------------------------------------

def wiki_knows(visit, person):
    journey, parties = visit.journey, visit.parties
    told, shown = parties.told(visit.context), environment(visit.page, "OIDC_CLAIM_")
    token, info = told["id_token"], told["userinfo"]
    journey.check(visit.page.inner_text("#user") == person["email"], f"the wiki's page knows {person['email']}",
                  visit.page.inner_text("#user"))
    wanted = {"preferred_username": person["email"], "email": person["email"], "name": person["name"]}
    seen = {name: info.get(name) for name in wanted}
    journey.check(seen == wanted and info.get("email_verified") is True, "  by preferred_username, email and name",
                  seen)
    journey.check(shown.get("name") == person["name"] and shown.get("email") == person["email"],
                  "  which the page gets too", shown)
    journey.check(info.get("groups") == person["groups"] and ("groups" in info) == bool(person["groups"]),
                  f"  its groups: {person['groups'] or 'no claim at all'}", info.get("groups"))
    journey.check(token["iss"] == parties.issuer and token["aud"] == parties.CLIENT_ID and token["sub"] == info["sub"]
                  and {"sid", "nonce", "auth_time", "at_hash"} <= set(token), "  in an ID token of this site's issuer",
                  sorted(token))
    journey.check(person["email"] not in token["sub"], "  whose subject is no e-mail address")


def desk_knows(visit, person):
    journey, shown = visit.journey, environment(visit.page, "MELLON_")
    seen = (visit.page.inner_text("#user"), shown.get("NAME_ID"))
    journey.check(seen == (person["email"],) * 2, f"the desk's page knows {person['email']} by NameID", seen)
    names = {"email": "email", "displayName": "name", CLAIMS + "emailaddress": "email", CLAIMS + "name": "name"}
    wanted = {name: person[key] for name, key in names.items()}
    seen = {name: shown.get(name) for name in wanted}
    journey.check(seen == wanted, "  and by its attributes", seen)
    seen = shown.get("groups")
    wanted = ";".join(person["groups"]) if person["groups"] else None
    journey.check(seen == wanted, f"  its groups: {person['groups'] or 'no attribute at all'}", seen)


def combinations(journey, stack, chromium):
    parties = stack.parties
    ways = {"wiki": (parties.rp, wiki_knows, "mod_auth_openidc"), "desk": (parties.sp, desk_knows, "mellon")}
    for person, protocol in ((ALICE, "OpenID Connect"), (CAROL, "SAML")):
        for first, second in (("wiki", "desk"), ("desk", "wiki")):
            origin, knows, module = ways[first]
            journey.step(f"{person['name']} signs in by {protocol} and comes to {module} first")
            visit = Visit(journey, stack, chromium)
            visit.sign_in(origin, person)
            asked = len(visit.went(AT_IDP.pattern))
            knows(visit, person)
            journey.check(asked and visit.went(AT_OURS.pattern), "after our page and the identity provider's", asked)
            chromium.notice_jar(visit.context)
            journey.shot(visit.page, f"{first}-{person['email'].split('@')[0]}")
            origin, knows, module = ways[second]
            journey.check(visit.silently(origin), f"then {module} asks nothing",
                          [url.split("?")[0] for _, url in visit.urls])
            knows(visit, person)
            visit.context.close()
    journey.check(len(stack.live_sessions()) == 4, "four browsers are four sessions", len(stack.live_sessions()))
    stack.command("sessions", "revoke", "--all", "--yes")


# ---- What a relying party may ask for -------------------------------------------------------------------------------

def query(url):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


def asking(journey, stack, chromium):
    parties = stack.parties
    journey.step("without a session, asked not to ask")
    visit = Visit(journey, stack, chromium)
    visit.page.goto(parties.rp + "/silent/")
    back = visit.went(r"rp\.localhost.*/oidc/callback\?")
    journey.check(back and query(back[-1][1]).get("error") == "login_required",
                  "prompt=none comes back as login_required", visit.page.url.split("?")[0])
    visit.urls.clear()
    visit.page.goto(f"{parties.sp}/mellon/login?ReturnTo={parties.sp}/protected/&IsPassive=true")
    journey.check(visit.page.url == parties.sp + "/mellon/postResponse" and not visit.went(AT_OURS.pattern),
                  "IsPassive comes back as a Response", visit.page.url.split("?")[0])
    journey.check("NoPassive" in parties.logs(), "  that says NoPassive", parties.logs()[-300:])

    journey.step("with one")
    visit.sign_in(parties.sp, ALICE)
    journey.check(visit.silently(parties.rp, "/silent/"), "prompt=none opens the page")
    journey.check(visit.page.inner_text("#user") == ALICE["email"], "  for Alice")
    visit.context.close()

    journey.step("asked for a fresh sign-in")
    visit = Visit(journey, stack, chromium)
    visit.sign_in(parties.sp, ALICE)
    before = stack.live_sessions()
    visit.urls.clear()
    visit.page.goto(parties.rp + "/again/")
    if AT_OURS.match(visit.page.url):
        visit.fill_in(ALICE)
    else:
        visit.at_idp(ALICE)
    visit.page.wait_for_url(parties.rp + "/again/")
    journey.check(visit.went(AT_IDP.pattern) and visit.page.inner_text("#user") == ALICE["email"],
                  "prompt=login: Alice signs in again, in spite of her session, and arrives")
    journey.check(set(stack.live_sessions()) - set(before), "  in a session that is newer")
    visit.context.close()
    stack.command("sessions", "revoke", "--all", "--yes")


# ---- Signing out ----------------------------------------------------------------------------------------------------

def sign_out_at_wiki(journey, stack, chromium, person):
    parties = stack.parties
    journey.step(f"{person['name']} signs out at mod_auth_openidc")
    parties.restart()
    visit = Visit(journey, stack, chromium)
    journey.check(visit.sign_in_both(person), "she was signed in at both")
    old = parties.client(visit.context)
    visit.urls.clear()
    back = f"{parties.rp}/public.html"
    visit.page.goto(f"{parties.rp}/oidc/callback?logout={urllib.parse.quote(back, '')}")
    visit.ends_at(back)
    journey.check(visit.went(r"/vestibule/openid/wiki/logout\?.*id_token_hint="), "it asks us, with her ID token")
    told = visit.went(r"sp\.localhost.*/mellon/logout\?.*SAMLRequest=")
    answered = visit.went(r"/vestibule/saml/desk/slo\?.*SAMLResponse=")
    journey.check(len(told) == 1 and "Signature=" in told[0][1], "her browser takes our LogoutRequest to mellon",
                  len(told))
    journey.check(len(answered) == 1, "and mellon's answer to us", [url.split("?")[0] for _, url in visit.urls])
    journey.check(visit.went(AT_IDP.pattern), "her identity provider hears of it")
    journey.check(not stack.live_sessions(), "no session is left here", len(stack.live_sessions()))
    journey.check(old.get(parties.sp + "/protected/").status != 200, "her old cookies open nothing at mellon")
    journey.check(visit.is_asked(parties.sp), "mellon: she is asked who she is")
    journey.check(visit.is_asked(parties.rp), "mod_auth_openidc: she is asked who she is")
    visit.context.close()


def sign_out_at_desk(journey, stack, chromium, person):
    parties = stack.parties
    journey.step(f"{person['name']} signs out at mellon")
    parties.restart()
    visit, other = Visit(journey, stack, chromium), Visit(journey, stack, chromium)
    journey.check(visit.sign_in_both(person) and other.sign_in_both(person),
                  "she was signed in at both, in two browsers")
    old = parties.client(visit.context)
    visit.urls.clear()
    back = f"{parties.sp}/public.html"
    visit.page.goto(f"{parties.sp}/mellon/logout?ReturnTo={urllib.parse.quote(back, '')}")
    visit.ends_at(back)
    asked = visit.went(r"/vestibule/saml/desk/slo\?.*SAMLRequest=")
    answered = visit.went(r"sp\.localhost.*/mellon/logout\?.*SAMLResponse=")
    journey.check(len(asked) == 1 and len(answered) == 1, "a LogoutRequest came and a LogoutResponse went",
                  [url.split("?")[0] for _, url in visit.urls])
    journey.check(len(stack.live_sessions()) == 1, "this browser's session has ended", len(stack.live_sessions()))
    hears(journey, stack, visit)
    journey.check(old.get(parties.rp + "/protected/").status != 200, "her old cookies open nothing there")
    journey.check(visit.is_asked(parties.rp), "mod_auth_openidc: she is asked who she is")
    journey.check(visit.is_asked(parties.sp), "mellon: she is asked who she is")
    journey.check(parties.is_signed_in(other.context, parties.rp) and parties.is_signed_in(other.context, parties.sp),
                  "her other browser is not touched")
    visit.context.close()
    other.context.close()
    stack.command("sessions", "revoke", "--all", "--yes")


def hears(journey, stack, visit, seconds=8):
    """mod_auth_openidc hears by back channel."""
    try:
        wait_until(lambda: stack.parties.told(visit.context) is None, "mod_auth_openidc to hear", seconds)
        heard = True
    except TimeoutError:
        heard = False
    journey.check(heard, f"mod_auth_openidc hears by back channel, within {seconds} seconds",
                  stack.parties.logs()[-300:])


def revoked(journey, stack, chromium):
    parties = stack.parties
    journey.step("an operator revokes a session")
    visit, other = Visit(journey, stack, chromium), Visit(journey, stack, chromium)
    journey.check(visit.sign_in_both(ALICE), "Alice is signed in at both")
    session, = stack.live_sessions()
    journey.check(other.sign_in_both(CAROL), "and Carol in another browser")
    stack.command("sessions", "revoke", session)
    hears(journey, stack, visit)
    journey.check(visit.is_asked(parties.rp), "mod_auth_openidc: she is asked who she is")
    journey.check(parties.told(other.context) is not None, "Carol is not touched")
    events = [json.loads(line) for line in stack.command("audit", "export").stdout.splitlines() if line.startswith("{")]
    seen = {(each["kind"], each.get("site"), each.get("code")) for each in events if each.get("session") == session
            and each["kind"].startswith("facade.") and each["kind"] != "facade.answered"}
    journey.check(("facade.session_ended", "wiki", None) in seen, "the audit log says that the wiki was told", seen)
    journey.check(("facade.not_told", "desk", "no_back_channel") in seen,
                  "and that the desk, which has no back channel, was not", seen)
    visit.context.close()
    other.context.close()


# ---- What an operator changes ---------------------------------------------------------------------------------------

def admission(journey, stack, chromium):
    parties = stack.parties
    journey.step("the desk is for Acme alone")

    def acme_only(stack):
        portal, wiki, desk = sites(stack)
        return [portal, wiki, {**desk, "organizations": ["acme"]}]

    stack.sites = acme_only
    stack.apply(settle=True)
    visit = Visit(journey, stack, chromium)
    visit.sign_in(parties.rp, CAROL)
    visit.urls.clear()
    visit.page.goto(parties.sp + "/protected/")
    journey.check(visit.page.locator("[data-code=not_admitted]").count() == 1, "Carol is told that she may not enter",
                  visit.page.url.split("?")[0])
    journey.check(not visit.went("/mellon/postResponse"), "  and mellon is told nothing of her")
    journey.shot(visit.page, "not-admitted")
    accessibility(journey, visit.page, "not-admitted")
    journey.check(parties.is_signed_in(visit.context, parties.rp), "  the wiki, which she may enter, still knows her")
    visit.context.close()
    visit = Visit(journey, stack, chromium)
    journey.check(visit.sign_in_both(ALICE), "Alice enters both")
    visit.context.close()
    stack.sites = sites
    stack.apply(settle=True)


def keys(journey, stack, chromium):
    parties = stack.parties
    journey.step("our keys change")
    parties.restart()
    before = Visit(journey, stack, chromium)
    journey.check(before.sign_in_both(ALICE), "Alice signs in by the old ones")
    published = parties.published()
    stack.command("keys", "rotate", "--use", "openid", "--now", "--yes")
    stack.command("keys", "rotate", "--use", "saml", "--now", "--yes")
    # A running broker knows within a second.
    wait_until(lambda: all(new != old for new, old in zip(parties.published(), published)),
               "the broker to publish the new keys", 5)
    visit = Visit(journey, stack, chromium)
    visit.sign_in(parties.rp, ALICE)
    journey.check(parties.told(visit.context), "mod_auth_openidc fetches the new one by itself")
    visit.page.goto(parties.sp + "/protected/")
    journey.check(visit.page.url == parties.sp + "/mellon/postResponse"
                  and not parties.is_signed_in(visit.context, parties.sp),
                  "mellon refuses what the new one signed, which it does not know", visit.page.url.split("?")[0])
    parties.trust()
    journey.check(visit.silently(parties.sp), "and takes it once it has our new metadata")
    visit.context.close()
    before.context.close()


def main():
    with Journey("facade_relying_parties") as journey, \
            Stack(journey, tls=True, connections=start, sites=sites, hosts=RelyingParties.HOSTS,
                  outbound=RelyingParties.OUTBOUND) as stack, Chromium(stack) as chromium:
        MockSAML(stack).trust("globex-saml")
        stack.parties.trust()
        combinations(journey, stack, chromium)
        asking(journey, stack, chromium)
        for person in (ALICE, CAROL):
            sign_out_at_wiki(journey, stack, chromium, person)
            sign_out_at_desk(journey, stack, chromium, person)
        revoked(journey, stack, chromium)
        admission(journey, stack, chromium)
        keys(journey, stack, chromium)


main()
