"""A SAML Response is posted from another site over https: production cookies, in Chromium.

As `cross_site.py`, with the mock SAML identity provider, which encrypts its assertions; and single logout from both
sides. No check is switched off anywhere; the browser itself says `cross-site`.
"""

import base64
import re
import urllib.parse

from harness import Chromium, Client, Journey, MockSAML, Stack, accessibility, wait_until

NAME = "globex-saml"
TARGET = "/servicedesk/customer/portal/5"
EMAIL = "carol@globex.example"
GCM = "http://www.w3.org/2009/xmlenc11#aes{}-gcm"
AT_IDP = re.compile(r"^https://idp\.localhost")


def start(stack):
    stack.saml = MockSAML(stack)
    return [stack.saml.connection(NAME)]


class Visit:
    """One browser, and what passes between it and the broker."""

    def __init__(self, journey, stack, chromium):
        self.journey, self.stack, self.chromium = journey, stack, chromium
        self.context = chromium.context()
        self.page = self.context.new_page()
        self.callbacks, self.urls, self.lines = [], [], []
        self.context.on("request", self.sent)
        self.context.on("response", self.answered)

    def sent(self, request):
        self.urls.append(request.url)
        if f"/vestibule/cb/{NAME}" in request.url:
            self.callbacks.append(request)

    def answered(self, response):
        self.lines += [line for each in response.headers_array() if each["name"].lower() == "set-cookie"
                       for line in each["value"].split("\n") if "vestibule" in line]

    def sign_in(self, shots=False):
        page = self.page
        page.goto(self.stack.origin + TARGET)
        page.fill("input[name=email]", EMAIL)
        page.click("button.primary")
        page.wait_for_url(AT_IDP)
        if shots:
            self.journey.shot(page, "idp")
        # SAML has no way to tell the identity provider whom we expect.
        page.fill("input[name=user]", EMAIL)
        page.fill("input[name=password]", "any")
        page.click("button:has-text('Sign in')")
        page.wait_for_url(self.stack.origin + TARGET)
        self.chromium.notice_jar(self.context)

    def is_greeted(self):
        return self.page.url == self.stack.origin + TARGET and EMAIL in self.page.inner_text("header")

    @property
    def posted(self):
        """The last message that the browser posted to the broker."""
        return dict(urllib.parse.parse_qsl(next(each for each in reversed(self.callbacks)
                                                if each.method == "POST").post_data))

    def client(self):
        """The same cookies without a screen."""
        client = Client(self.stack)
        client.jar().update({each["name"]: each["value"] for each in self.context.cookies(self.stack.origin)})
        return client


def cookies(journey, visit):
    login = [line for line in visit.lines if line.startswith("__Host-vestibule-login-") and "Max-Age=0" not in line]
    session = [line for line in visit.lines if re.match(r"__Host-vestibule(-session)?=[^;]", line)]
    journey.check(login and all(
        re.search("; Secure", line) and "SameSite=None" in line and "HttpOnly" in line and "Path=/" in line
        for line in login), "the login's cookie is __Host-, Secure, HttpOnly, SameSite=None")
    journey.check(len(session) >= 2 and all(
        "; Secure" in line and "SameSite=Lax" in line and "HttpOnly" in line and "Domain" not in line
        for line in session), "the session's cookies are __Host-, Secure, HttpOnly, SameSite=Lax")
    left = sorted(each["name"] for each in visit.context.cookies() if "vestibule" in each["name"])
    journey.check(left == ["__Host-vestibule", "__Host-vestibule-session"], "the login's cookie is gone", left)


def expect_encrypted(journey, visit, bits):
    message = base64.b64decode(visit.posted["SAMLResponse"]).decode()
    journey.check(re.search(r"<(?:\w+:)?EncryptedAssertion\b", message) and GCM.format(bits) in message
                  and not re.search(r"<(?:\w+:)?Assertion\b", message) and EMAIL not in message,
                  f"its assertion was encrypted by AES-{bits}-GCM")


def encrypted(journey, stack, chromium):
    journey.step("Carol signs in")
    stack.saml.control("profile", encryption=GCM.format(256))
    visit = Visit(journey, stack, chromium)
    visit.sign_in(shots=True)
    journey.check(visit.is_greeted(), "the portal greets Carol at the deep link")
    journey.shot(visit.page, "portal")
    seen = [each.method for each in visit.callbacks]
    journey.check(seen == ["POST"], "one Response came, by POST", seen)
    expect_encrypted(journey, visit, 256)
    sent = visit.callbacks[0].all_headers()
    journey.check(sent.get("sec-fetch-site") == "cross-site", "the browser itself calls it cross-site",
                  sent.get("sec-fetch-site"))
    journey.check("__Host-vestibule-login-" in sent.get("cookie", ""), "and it carried the login's cookie")
    cookies(journey, visit)
    return visit


def post_from(page, stack, url, fields):
    """Has a page of the other site post these fields, as the identity provider's own page would."""
    page.goto(stack.mocks["op"]["issuers"]["acme"] + "/.well-known/openid-configuration")
    page.evaluate(
        """([url, fields]) => {
            const form = document.createElement('form');
            form.method = 'post';
            form.action = url;
            for (const [name, value] of Object.entries(fields)) {
                const input = document.createElement('input');
                input.name = name;
                input.value = value;
                form.append(input);
            }
            document.body.append(form);
            form.submit();
        }""", [url, fields])
    page.wait_for_url(re.compile(r"^https://portal\.localhost"))


def again(journey, stack, visit):
    """Back in the browser posts it again: without the session's cookies, which are Lax and stay at home."""
    journey.step("the same Response again")
    live, page = stack.live_sessions(), visit.page
    post_from(page, stack, visit.callbacks[0].url, visit.posted)
    journey.check(stack.live_sessions() == live and page.locator("[data-code=browser_mismatch]").count() == 1,
                  "it makes no session")
    journey.shot(page, "again")
    asked = len(visit.urls)
    page.click("main a.primary")
    page.wait_for_url(re.compile(r"/servicedesk/"))
    journey.check(EMAIL in page.inner_text("header") and not any(AT_IDP.match(url) for url in visit.urls[asked:]),
                  "and `Try again` leads whoever has a session to the portal, without a sign-in")


def foreign(journey, stack, chromium, visit):
    journey.step("Responses that are not this browser's")
    way = Client(stack).begin(TARGET, email=EMAIL)
    stranger = chromium.context().new_page()
    post_from(stranger, stack, way.url, way.fields)
    journey.check(stranger.locator("[data-code=browser_mismatch]").count() == 1,
                  "somebody else's Response does not sign a browser in")
    journey.shot(stranger, "other-browser")
    live = stack.live_sessions()
    post_from(visit.page, stack, way.url, way.fields)
    journey.check(stack.live_sessions() == live, "posted to somebody who is signed in, it makes no session")
    visit.page.goto(stack.origin + TARGET)
    journey.check(visit.is_greeted(), "and their session is still there")


def logout_here(journey, stack, visit):
    journey.step("signing out here")
    page, before, dead = visit.page, len(stack.live_sessions()), visit.client()
    page.goto(stack.public + "/account")
    journey.shot(page, "account")
    page.goto(stack.public + "/sign-out")
    journey.shot(page, "sign-out")
    visit.urls.clear()
    page.click("main button.primary")
    page.wait_for_url(re.compile(r"/vestibule/signed-out"))
    there = [url for url in visit.urls if "/saml/globex/slo?" in url]
    back = [url for url in visit.urls if f"/cb/{NAME}/logout?" in url]
    journey.check(len(there) == 1 and "SAMLRequest=" in there[0] and "Signature=" in there[0],
                  "the browser took a signed LogoutRequest to the identity provider", len(there))
    journey.check(len(back) == 1 and "SAMLResponse=" in back[0], "and came back with its LogoutResponse", len(back))
    journey.check(page.locator("p.notice").count() == 0, "the page says that she is signed out, without a reservation")
    journey.shot(page, "signed-out")
    accessibility(journey, page, "signed-out")
    journey.check(len(stack.live_sessions()) == before - 1, "her session here has ended")
    journey.check(dead.get(stack.origin + TARGET).status == 302, "and opens nothing")
    page.goto(stack.origin + TARGET)
    page.fill("input[name=email]", EMAIL)
    page.click("button.primary")
    page.wait_for_url(AT_IDP)
    journey.check(page.locator("input[name=password]").count() == 1, "the identity provider asks for the password")
    visit.context.close()


def logout_there(journey, stack, chromium):
    stack.saml.control("profile", encryption=GCM.format(128))
    for way, extra in (("by redirect", ""), ("by POST", "&post=1")):
        journey.step(f"signing out at the identity provider, {way}")
        visit, other = Visit(journey, stack, chromium), Visit(journey, stack, chromium)
        visit.sign_in()
        other.sign_in()
        expect_encrypted(journey, visit, 128)
        client = visit.client()
        journey.check(client.get(stack.origin + TARGET).status == 200, "the gate lets her pass")
        visit.callbacks.clear()
        tab = visit.context.new_page()
        tab.goto(stack.saml.logout_url(NAME) + extra)
        tab.wait_for_url(re.compile(r"^https://idp\.localhost.*/slo"))
        journey.check("signed out here and at the application" in tab.inner_text("main"),
                      "our answer, that it is done, arrives", tab.inner_text("main")[:80])
        journey.shot(tab, "signed-out-there")
        method = "POST" if extra else "GET"
        seen = [(each.method, each.headers.get("sec-fetch-site")) for each in visit.callbacks]
        journey.check([each[0] for each in seen] == [method], f"its LogoutRequest came by {method}", seen)
        wait_until(lambda: client.get(stack.origin + TARGET).status == 302, "the gate to know", 2)
        visit.page.goto(stack.origin + TARGET)
        journey.check("/vestibule/login/" in visit.page.url, "her open tab is asked to sign in")
        other.page.reload()
        journey.check(other.is_greeted(), "her other browser, another session there, is not touched")
        visit.context.close()
        other.context.close()


def main():
    with Journey("saml_cross_site") as journey, Stack(journey, tls=True, connections=start) as stack, \
            Chromium(stack) as chromium:
        stack.saml.trust(NAME)
        visit = encrypted(journey, stack, chromium)
        again(journey, stack, visit)
        foreign(journey, stack, chromium, visit)
        logout_here(journey, stack, visit)
        logout_there(journey, stack, chromium)


main()
