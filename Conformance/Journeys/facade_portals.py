"""One sign-in for two JSM: Data Center behind the gate, which asks us by OpenID Connect, and Cloud, which asks by SAML.

Cloud is on a host of its own with nothing of ours before it. And a shared computer: the session of JSM that somebody
left behind, or that was copied, is nobody else's.
"""

import json
import re

from harness import Chromium, Client, Journey, MockSAML, Portals, Stack, accessibility, wait_until

AT_IDP = re.compile(r"^https://idp\.localhost")
AT_OURS = re.compile(r"^https://portal\.localhost:\d+/vestibule/login/")
DEEP = "/servicedesk/customer/portal/3"
ALICE = ("alice@acme.example", "Alice Archer")
BOB = ("bob@acme.example", "Bob Baker")
CAROL = ("carol@globex.example", "Carol Clark")


class Visit:
    """One browser of one person."""

    def __init__(self, journey, stack, chromium, context=None):
        self.journey, self.stack, self.portals = journey, stack, Portals(stack)
        self.context = context or chromium.context()
        self.page = self.context.new_page()
        self.urls = []
        self.page.on("request", lambda each: each.is_navigation_request() and self.urls.append((each.method, each.url)))

    def went(self, pattern):
        return [each for each in self.urls if re.search(pattern, each[1])]

    def sign_in(self, origin, person, path=DEEP):
        self.urls.clear()
        self.page.goto(origin + path)
        self.page.wait_for_url(AT_OURS)
        self.page.fill("input[name=email]", person[0])
        self.page.click("button.primary")
        self.page.wait_for_url(AT_IDP)
        self.page.fill("input[name=user]", person[0])
        self.page.fill("input[name=password]", "any")
        self.page.click("button:has-text('Sign in')")
        self.page.wait_for_url(origin + path)

    def silently(self, origin, path=DEEP):
        """Whether the page opens and nobody was asked anything on the way."""
        self.urls.clear()
        self.page.goto(origin + path)
        return self.page.url == origin + path and not self.went(r"/vestibule/login/") and not self.went(AT_IDP.pattern)

    def is_greeted(self, person):
        header = self.page.inner_text("header")
        return f"Signed in as {person[1]} ({person[0]})" in header

    def sign_in_both(self, person):
        self.sign_in(self.portals.data_center, person)
        greeted = self.is_greeted(person)
        return greeted and self.silently(self.portals.cloud) and self.is_greeted(person)

    def is_asked(self, origin):
        self.page.goto(origin + DEEP)
        return bool(AT_OURS.match(self.page.url)) and self.page.locator("input[name=email]").count() == 1

    def cookie(self, name):
        return next((each for each in self.context.cookies(self.portals.data_center) if each["name"] == name), None)

    def raise_ticket(self, summary):
        """Sends what the portal's own form would, from the page that is open: the status at the end of it."""
        return self.page.evaluate(
            """async ([path, summary]) => (await fetch(path, {
                method: 'POST', headers: {'X-Atlassian-Token': 'no-check'},
                body: new URLSearchParams({summary, description: 'by a test'})})).status""",
            [DEEP + "/create/25", summary])


def sessions(stack):
    return stack.portal_sessions("portal"), stack.portal_sessions("cloud")


def nobody(journey, stack, what):
    """Both portals' own sessions have ended; by back channel that takes a moment."""
    try:
        wait_until(lambda: sessions(stack) == ([], []), what, 8)
    except TimeoutError:
        pass
    journey.check(sessions(stack) == ([], []), what, sessions(stack))


def one_sign_in(journey, stack, chromium, person):
    journey.step(f"{person[1]} signs in at Data Center")
    visit = Visit(journey, stack, chromium)
    portals = visit.portals
    visit.sign_in(portals.data_center, person)
    journey.check(visit.is_greeted(person), "Data Center greets by name, at the deep link",
                  visit.page.inner_text("header"))
    asked = (len(visit.went(r"/vestibule/login/[^/]+$")), len(visit.went(AT_IDP.pattern)) > 0)
    journey.check(asked[0] >= 1 and asked[1], "after one page of ours and the identity provider's", asked)
    journey.check(len(visit.went(r"/vestibule/openid/portal/authorize")) == 1 and visit.went(Portals.CALLBACK),
                  "it asked our OpenID provider, which did not ask again")
    journey.shot(visit.page, "data-center")
    chromium.notice_jar(visit.context)
    journey.step("and goes on to Cloud")
    journey.check(visit.silently(portals.cloud), "nobody asks anything", [url.split("?")[0] for _, url in visit.urls])
    journey.check(visit.is_greeted(person), "Cloud greets by name, at the deep link", visit.page.inner_text("header"))
    journey.shot(visit.page, "cloud")
    journey.check(sessions(stack) == ([person[0]], [person[0]]), "each portal has one session, by the same name",
                  sessions(stack))
    journey.check(len(stack.live_sessions()) == 1, "for one session of ours", len(stack.live_sessions()))
    return visit


def what_they_know(journey, stack):
    portals = Portals(stack)
    alice, cloud = (portals.users(name)[ALICE[0]] for name in ("portal", "cloud"))
    seen = (alice["displayName"], alice["email"], sorted(alice["groups"]))
    journey.check(seen == (ALICE[1], ALICE[0], ["vestibule-acme:staff", "vestibule-acme:support"]),
                  "Data Center made her account: name, e-mail, every group with our prefix", seen)
    seen = (cloud["displayName"], cloud["email"], cloud["groups"])
    journey.check(seen == (ALICE[1], ALICE[0], []), "Cloud made hers: name and e-mail", seen)


def the_other_way(journey, stack, chromium):
    journey.step("Carol, whose identity provider speaks SAML, comes to Cloud first")
    visit = Visit(journey, stack, chromium)
    visit.sign_in(visit.portals.cloud, CAROL)
    journey.check(visit.is_greeted(CAROL), "Cloud greets her", visit.page.inner_text("header"))
    journey.check(visit.went(r"/vestibule/saml/cloud/sso\?"), "after it asked our SAML identity provider")
    journey.check(visit.silently(visit.portals.data_center) and visit.is_greeted(CAROL),
                  "and Data Center, without a question", visit.page.inner_text("header"))
    return visit


# ---- Signing out ----------------------------------------------------------------------------------------------------

def sign_out_here(journey, stack, visit, person):
    journey.step(f"{person[1]} signs out at our page")
    portals, page = visit.portals, visit.page
    page.goto(stack.public + "/sign-out")
    visit.urls.clear()
    page.click("main button.primary")
    page.wait_for_url(re.compile(r"/vestibule/signed-out"))
    journey.check(visit.went(r"cloud\.localhost.*/logout/saml\?.*SAMLRequest="),
                  "the browser takes our LogoutRequest to Cloud", [url.split("?")[0] for _, url in visit.urls])
    journey.check(visit.went(r"/vestibule/saml/cloud/slo\?.*SAMLResponse="), "and Cloud's answer back")
    journey.check(visit.went(AT_IDP.pattern), "the identity provider hears of it")
    journey.shot(page, "signed-out")
    accessibility(journey, page, "signed-out")
    nobody(journey, stack, "both portals' sessions have ended")
    journey.check(not stack.live_sessions(), "and ours", len(stack.live_sessions()))
    journey.check(visit.is_asked(portals.data_center), "Data Center asks who it is")
    journey.check(visit.is_asked(portals.cloud), "Cloud asks who it is")
    visit.context.close()


def sign_out_at(journey, stack, chromium, where, person):
    journey.step(f"{person[1]} signs out at {where}")
    visit = Visit(journey, stack, chromium)
    portals, page = visit.portals, visit.page
    journey.check(visit.sign_in_both(person), "signed in at both")
    origin = portals.cloud if where == "Cloud" else portals.data_center
    page.goto(origin + DEEP)
    visit.urls.clear()
    page.click("a:has-text('Log out')")
    if where == "Cloud":
        page.wait_for_url(re.compile(r"cloud\.localhost.*/logout/saml"))
        journey.check(visit.went(r"/vestibule/saml/cloud/slo\?.*SAMLRequest="), "it sends its LogoutRequest to us")
        journey.check("You are signed out" in page.inner_text("body"), "and gets our answer",
                      page.inner_text("body")[:100])
    else:
        page.wait_for_url(AT_OURS)
        journey.check(visit.went(r"/vestibule/openid/portal/logout\?.*id_token_hint="), "it asks us with the ID token")
        journey.check(visit.went(r"cloud\.localhost.*/logout/saml\?.*SAMLRequest="), "Cloud hears by the browser")
        journey.check(visit.went(re.escape(portals.data_center + Portals.PORTALS)),
                      "the browser comes back to the portal, whose gate asks who it is")
    journey.check(visit.went(AT_IDP.pattern), "the identity provider hears of it",
                  [url.split("?")[0] for _, url in visit.urls])
    nobody(journey, stack, "both portals' sessions have ended")
    journey.check(not stack.live_sessions(), "and ours", len(stack.live_sessions()))
    journey.check(visit.is_asked(portals.data_center) and visit.is_asked(portals.cloud), "both ask who it is")
    visit.context.close()


# ---- A shared computer ----------------------------------------------------------------------------------------------

def copied_cookie(journey, stack, chromium):
    journey.step("Bob's JSESSIONID in Alice's browser")
    bob, alice = Visit(journey, stack, chromium), Visit(journey, stack, chromium)
    portals = bob.portals
    bob.sign_in(portals.data_center, BOB)
    alice.sign_in(portals.data_center, ALICE)
    journey.check(bob.is_greeted(BOB) and alice.is_greeted(ALICE), "each is greeted as who they are")
    journey.check(bob.raise_ticket("Bob's own") == 201, "Bob raises a ticket")
    journey.check(portals.tickets() == [BOB[0]], "  which is his", portals.tickets())
    bobs = bob.cookie("JSESSIONID")
    alice.context.add_cookies([bobs])
    alice.page.goto(portals.data_center + DEEP)
    alice.page.wait_for_url(portals.data_center + DEEP)
    journey.check(alice.is_greeted(ALICE), "Alice's next page greets her as Alice", alice.page.inner_text("header"))
    journey.shot(alice.page, "alice-again")
    journey.check(alice.cookie("JSESSIONID")["value"] != bobs["value"], "with another session of JSM")
    journey.check(alice.raise_ticket("Alice's own") == 201, "Alice raises a ticket")
    journey.check(portals.tickets() == [BOB[0], ALICE[0]], "  which is hers", portals.tickets())
    alice.context.add_cookies([bobs])
    status = alice.raise_ticket("Bob's cookie with Alice's session")
    journey.check(status == 409, "his cookie once more, in the request that raises a ticket: it is refused", status)
    journey.check(portals.tickets() == [BOB[0], ALICE[0]], "  and there is none", portals.tickets())
    journey.check(alice.cookie("JSESSIONID") is None, "  and the cookie is taken from her browser")
    bob.page.reload()
    journey.check(bob.is_greeted(BOB), "Bob's browser still works, for Bob", bob.page.inner_text("header"))
    alice.context.close()
    return bob


def left_behind(journey, stack, chromium, bob):
    journey.step("Bob leaves without signing out, his session here ends, and Alice sits down")
    portals = bob.portals
    left = bob.cookie("JSESSIONID")
    stack.sites = lambda stack: Portals(stack).sites(backchannel=False)
    stack.apply(settle=True)
    session = stack.live_sessions()
    stack.command("sessions", "revoke", "--all", "--yes")
    client = Client(stack)
    client.jar().update({each["name"]: each["value"] for each in bob.context.cookies(portals.data_center)})
    wait_until(lambda: client.get(portals.data_center + DEEP).status == 302, "the gate to know", 3)
    journey.check(BOB[0] in stack.portal_sessions(),
                  "Data Center, which has no back channel here, still has his session", stack.portal_sessions())
    alice = Visit(journey, stack, chromium, context=bob.context)
    alice.sign_in(portals.data_center, ALICE)
    journey.check(alice.is_greeted(ALICE), "Alice, in the same browser, is greeted as Alice",
                  alice.page.inner_text("header"))
    journey.check(alice.cookie("JSESSIONID")["value"] != left["value"], "with a session of JSM of her own")
    alice.context.add_cookies([left])
    status = alice.raise_ticket("what Bob left, put back")
    journey.check(status == 409, "Bob's cookie put back: a ticket is refused", status)
    journey.check(BOB[0] in stack.portal_sessions() and portals.tickets().count(BOB[0]) == 1,
                  "although it would still work there: no ticket in Bob's name but his own", portals.tickets())
    journey.check(session != stack.live_sessions(), "hers is another session of ours")
    alice.page.goto(portals.data_center + DEEP)
    journey.check(alice.is_greeted(ALICE) and alice.cookie("JSESSIONID"), "she is at work")
    alice.page.goto(stack.public + "/sign-out")
    alice.page.click("main button.primary")
    alice.page.wait_for_url(re.compile(r"/vestibule/signed-out"))
    journey.check(alice.cookie("JSESSIONID") is None, "when she signs out, JSM's cookie is taken from the browser too")
    events = [json.loads(line) for line in stack.command("audit", "export").stdout.splitlines() if line.startswith("{")]
    seen = {(each["kind"], each.get("site"), each.get("code")) for each in events if each["kind"].startswith("facade.")}
    journey.check({("facade.answered", "portal", None), ("facade.answered", "cloud", None)} <= seen,
                  "the audit log has both sites' answers", seen)
    alice.context.close()


def main():
    with Journey("facade_portals") as journey, \
            Stack(journey, tls=True, trusted_headers=False, **Portals.stack()) as stack, Chromium(stack) as chromium:
        MockSAML(stack).trust("globex-saml")
        alice = one_sign_in(journey, stack, chromium, ALICE)
        what_they_know(journey, stack)
        sign_out_here(journey, stack, alice, ALICE)
        carol = the_other_way(journey, stack, chromium)
        sign_out_here(journey, stack, carol, CAROL)
        for where, person in (("Cloud", ALICE), ("Data Center", ALICE), ("Cloud", CAROL), ("Data Center", CAROL)):
            sign_out_at(journey, stack, chromium, where, person)
        bob = copied_cookie(journey, stack, chromium)
        left_behind(journey, stack, chromium, bob)


main()
