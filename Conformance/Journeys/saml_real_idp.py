"""SAML against an identity provider that is not ours: SimpleSAMLphp from Debian, on https, in Chromium.

Every way it signs and encrypts, single logout from both sides, and a change of its keys, without a restart of anything.
"""

import concurrent.futures
import datetime
import re
import time

from harness import PORTAL_HOST, Chromium, Client, Journey, SimpleSAMLphp, Stack, accessibility, explained, wait_until

NAME = "globex-saml"
TARGET = "/servicedesk/customer/portal/3?from=mail"
EMAIL = "gina@globex.example"
AT_IDP = re.compile(r"^https://idp\.localhost")
LEFT_US = re.compile(r"^https://idp\.localhost.*loginuserpass|^https://[^/]+/(servicedesk|vestibule/cb)/")


class World:
    """A stack whose Globex signs in at SimpleSAMLphp."""

    def __init__(self, journey, stack, chromium):
        self.journey, self.stack, self.chromium = journey, stack, chromium
        self.idp, self.connection = stack.idp, stack.declared[0]

    def trust(self, **settings):
        """Gives the connection these settings and no others, and waits as long as a running broker may take."""
        self.connection.settings = self.idp.connection(NAME, **settings).settings
        self.stack.apply()
        time.sleep(1.2)

    def to_idp(self, page, target=TARGET):
        """From the deep link to wherever the e-mail leads: the IdP's page, or straight back from it."""
        page.goto(self.stack.origin + target)
        page.fill("input[name=email]", EMAIL)
        page.click("button.primary")
        page.wait_for_url(LEFT_US)

    def password(self, page, person="gina"):
        page.fill("input[name=username]", person)
        page.fill("input[name=password]", f"{person}-pass")
        page.press("input[name=password]", "Enter")
        page.wait_for_url(re.compile(rf"^{re.escape(self.stack.origin)}/"))

    def sign_in(self, person="gina", context=None):
        """A browser of its own, unless one is given, after the whole way: its context and its page."""
        context = context or self.chromium.context()
        page = context.new_page()
        self.to_idp(page)
        self.password(page, person)
        return context, page

    def client(self, context):
        """The same cookies without a screen."""
        client = Client(self.stack)
        client.jar().update(
            {each["name"]: each["value"] for each in context.cookies() if each["domain"] == PORTAL_HOST})
        return client

    def is_greeted(self, page, email=EMAIL):
        return page.url == self.stack.origin + TARGET and email in page.inner_text("header")

    def expect_refusal(self, page, rule, what):
        """The one page for every refused message; the exact rule is for the operator."""
        marked = page.locator("[data-code]")
        seen = marked.get_attribute("data-code") if marked.count() else page.url.split("?")[0]
        self.journey.check(seen == "message_refused", f"{what} is refused", seen)
        reference = page.locator(".reference code")
        if not self.journey.check(reference.count() == 1, "the page has a reference id"):
            return
        self.journey.check(rule not in page.content(), "and does not say which check it was")
        found, kinds = explained(self.stack, reference.inner_text())
        self.journey.check(found == rule and "login.failed" in kinds, f"`login explain` says {rule}", (found, kinds))


def signatures(world):
    journey, idp = world.journey, world.idp
    tls = {"trust": "tls", "metadataURL": idp.metadata_url}
    for signed, settings in (("response", {}), ("assertion", tls), ("both", tls)):
        how = settings.get("trust", "manual")
        journey.step(f"signed: {signed}, and no less is required; trust {how}")
        idp.turn(sign=signed)
        world.trust(require=signed, **settings)
        context = world.chromium.context()
        page = context.new_page()
        callbacks = []
        page.on("request", lambda request: f"/cb/{NAME}" in request.url and callbacks.append(request))
        world.to_idp(page)
        if signed == "response":
            journey.shot(page, "idp")
        world.password(page)
        journey.check(world.is_greeted(page), "the portal greets Gina at the deep link", page.url.split("?")[0])
        posted = [(each.method, "SAMLResponse" in (each.post_data or "")) for each in callbacks]
        journey.check(posted == [("POST", True)], "one Response came, by POST", posted)
        seen = {each["name"]: each["value"] for each in world.stack.portal_requests()[-1]["headers"]}
        journey.check(seen.get("X-Vestibule-Groups") == "customers,vip", "her groups arrive",
                      seen.get("X-Vestibule-Groups"))
        world.chromium.notice_jar(context)
        if signed == "both":
            journey.shot(page, "portal")
            again_page = context.new_page()
            again_page.goto(world.stack.origin + "/servicedesk/customer/portal/5")
            journey.check("/portal/5" in again_page.url, "another tab of hers needs no sign-in")
        context.close()
    customers = world.stack.query("SELECT count(*) FROM customers")[0][0]
    journey.check(customers == 1, "it was one customer each time", customers)

    journey.step("only the Assertion signed where both signatures are required; nothing signed; SHA-1")
    for knobs, rule in (({"sign": "assertion"}, "signature_requirement_not_met"),
                        ({"sign": "none"}, "signature_missing"),
                        ({"sign": "both", "digest": "sha1"}, "signature_algorithm_not_allowed")):
        idp.turn(**knobs)
        context, page = world.sign_in()
        world.expect_refusal(page, rule, " and ".join(f"{name} {value}" for name, value in knobs.items()))
        journey.shot(page, "refused")
        context.close()
    idp.turn(sign="both", digest="sha256")

    journey.step("somebody with an address of another organization")
    context, page = world.sign_in("eve")
    world.expect_refusal(page, "email_domain_not_owned", "an address of another organization")
    context.close()


def encryption(world):
    journey, idp = world.journey, world.idp
    tls = {"trust": "tls", "metadataURL": idp.metadata_url, "require": "both"}
    journey.step("encrypted by AES-128-CBC, which is what Debian's SimpleSAMLphp does")
    idp.turn(sign="both", enc="cbc")
    context, page = world.sign_in()
    world.expect_refusal(page, "encryption_algorithm_not_allowed", "AES-CBC")
    journey.shot(page, "cbc-refused")
    accessibility(journey, page, "refused")
    context.close()

    day = datetime.datetime.now(datetime.timezone.utc).date()
    for date, accepted in ((day + datetime.timedelta(30), True), (day - datetime.timedelta(1), False)):
        journey.step(f"with an exception until {'next month' if accepted else 'yesterday'}")
        world.trust(**tls, exceptions={"aesCBC": date.isoformat()})
        context, page = world.sign_in()
        if accepted:
            journey.check(world.is_greeted(page), "it signs in", page.url.split("?")[0])
            log = world.stack.command("audit", "export").stdout
            journey.check("aesCBC" in log, "and the audit log says that the exception was used")
        else:
            world.expect_refusal(page, "encryption_algorithm_not_allowed", "AES-CBC")
        context.close()

    journey.step("encrypted by AES-128-GCM, without an exception")
    world.trust(**tls)
    idp.turn(enc="gcm")
    context, page = world.sign_in()
    journey.check(world.is_greeted(page), "it signs in", page.url.split("?")[0])
    context.close()
    idp.turn(enc="none")


def logout_here(world):
    journey, stack = world.journey, world.stack
    journey.step("signing out here")
    context, page = world.sign_in()
    context.clear_cookies(name=re.compile("vestibule"))
    world.to_idp(page)
    journey.check(world.is_greeted(page), "the identity provider remembers Gina and asks for no password")
    before, dead = len(stack.live_sessions()), world.client(context)
    visited = []
    page.on("request", lambda request: visited.append(request.url))
    page.goto(stack.public + "/sign-out")
    page.click("main button.primary")
    page.wait_for_url(re.compile(r"/vestibule/signed-out"))
    at_idp = [url for url in visited if AT_IDP.match(url) and "SingleLogoutService" in url]
    back = [url for url in visited if f"/cb/{NAME}/logout" in url]
    journey.check(at_idp and "SAMLRequest=" in at_idp[0] and "Signature=" in at_idp[0],
                  "the browser took a signed LogoutRequest to the identity provider", len(at_idp))
    journey.check(len(back) == 1 and "SAMLResponse=" in back[0], "and came back with its LogoutResponse", len(back))
    journey.check(page.locator("p.notice").count() == 0, "the page says that she is signed out, without a reservation")
    journey.shot(page, "signed-out")
    accessibility(journey, page, "signed-out")
    journey.check(len(stack.live_sessions()) == before - 1, "her session here has ended")
    journey.check(dead.get(stack.origin + TARGET).status == 302, "and opens nothing")
    world.to_idp(page)
    journey.check(page.locator("input[name=password]").count() == 1, "the identity provider asks for the password")
    context.close()


def logout_there(world):
    journey, stack = world.journey, world.stack
    for lost in (False, True):
        journey.step("signing out at the identity provider" + (", in a browser that lost our cookies" if lost else ""))
        context, page = world.sign_in()
        other, other_page = world.sign_in()
        client = world.client(context)
        journey.check(client.get(stack.origin + TARGET).status == 200, "the gate lets her pass")
        if lost:
            context.clear_cookies(name=re.compile("vestibule"))
        tab = context.new_page()
        answers = []
        tab.on("request", lambda request: f"/cb/{NAME}/logout" in request.url and answers.append(request.url))
        tab.goto(world.idp.logout_url)
        tab.wait_for_url(world.idp.base + "logout.php")
        journey.check(len(answers) == 1 and "SAMLRequest=" in answers[0], "its LogoutRequest came", len(answers))
        journey.check("logged out" in tab.inner_text("body").lower(), "our answer ends at its own page")
        wait_until(lambda: client.get(stack.origin + TARGET).status == 302, "the gate to know", 2)
        journey.check(True, "the session is dead: the gate redirects to the sign-in")
        page.goto(stack.origin + TARGET)
        journey.check("/vestibule/login/" in page.url, "her open tab is asked to sign in")
        other_page.reload()
        journey.check(world.is_greeted(other_page), "her other browser, another session there, is not touched")
        replay(world, answers[0], other)
        context.close()
        other.close()


def replay(world, url, other):
    """A LogoutRequest of the IdP, again and with its signature taken off, ends nothing."""
    live = world.stack.live_sessions()
    client = Client(world.stack)
    client.follow(client.get(url), until=world.idp.origin)
    stripped = client.get(url.split("&Signature=")[0].split("&SigAlg=")[0])
    world.journey.check(stripped.status >= 400 and world.stack.live_sessions() == live,
                        "the same again, or unsigned, ends no session", stripped.status)


def rollover(world):
    journey, idp = world.journey, world.idp
    world.trust(trust="tls", metadataURL=idp.metadata_url, require="both")
    idp.turn(sign="both", key=1, also="none")
    context, page = world.sign_in()
    journey.step("the identity provider changes its key")
    journey.check(world.is_greeted(page), "before: signed with the first key")
    context.close()

    ways = []
    idp.turn(key=2, also=1)
    for _ in range(5):
        client = Client(world.stack)
        ways.append((client, client.begin(TARGET, email=EMAIL, user="gina", password="gina-pass")))
    before = idp.fetches()
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda way: way[0].follow(way[1].send()), ways))
    journey.check(all(each.status == 200 and EMAIL in each.text for each in answers),
                  "five Responses at once with a new key: all sign in", [(each.status, each.code) for each in answers])
    journey.check(idp.fetches() == before + 1, "for one fetch of the metadata", idp.fetches() - before)

    for key, also, text in ((1, 2, "the old key, which is still published"), (2, "none", "the new key, now alone")):
        idp.turn(key=key, also=also)
        context, page = world.sign_in()
        journey.check(world.is_greeted(page), f"signed with {text}", page.url.split("?")[0])
        context.close()
    journey.check(idp.fetches() == before + 1, "without a further fetch", idp.fetches() - before)

    idp.turn(key=3)
    context, page = world.sign_in()
    world.expect_refusal(page, "signature_invalid", "a third key within the minute")
    journey.check(idp.fetches() == before + 1, "for which the metadata is not fetched again", idp.fetches() - before)
    context.close()
    idp.turn(key=2)
    context, page = world.sign_in()
    journey.check(world.is_greeted(page), "and the second key works as before")
    context.close()
    starts = len(world.stack.brokers) == 1 and world.stack.brokers[0].is_running()
    journey.check(starts, "one broker process served all of this")


def start(stack):
    stack.idp = SimpleSAMLphp(stack)
    return [stack.idp.connection(NAME)]


def main():
    with Journey("saml_real_idp") as journey, Stack(journey, tls=True, connections=start) as stack, \
            Chromium(stack) as chromium:
        stack.idp.trust(NAME)
        world = World(journey, stack, chromium)
        signatures(world)
        encryption(world)
        logout_here(world)
        logout_there(world)
        rollover(world)


main()
