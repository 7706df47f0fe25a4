"""A SAML Response is posted from another site over https: production cookies, in Chromium.

As `cross_site.py`, with the mock SAML identity provider. No check is switched off anywhere; the browser itself says
`cross-site`.
"""

import re
import urllib.parse

from harness import Chromium, Client, Journey, MockSAML, Stack

NAME = "globex-saml"
TARGET = "/servicedesk/customer/portal/5"
EMAIL = "carol@globex.example"


def start(stack):
    stack.saml = MockSAML(stack)
    return [stack.saml.connection(NAME)]


def sign_in(journey, stack, page):
    page.goto(stack.origin + TARGET)
    page.fill("input[name=email]", EMAIL)
    page.click("button.primary")
    page.wait_for_url(re.compile(r"^https://idp\.localhost"))
    journey.shot(page, "idp")
    page.fill("input[name=password]", "any")
    page.click("button:has-text('Sign in')")
    page.wait_for_url(stack.origin + TARGET)
    journey.check(EMAIL in page.inner_text("header"), "the portal greets Carol at the deep link")
    journey.shot(page, "portal")


def cookies(journey, context, lines):
    login = [line for line in lines if line.startswith("__Host-vestibule-login-") and "Max-Age=0" not in line]
    session = [line for line in lines if re.match(r"__Host-vestibule(-session)?=[^;]", line)]
    journey.check(login and all(
        re.search("; Secure", line) and "SameSite=None" in line and "HttpOnly" in line and "Path=/" in line
        for line in login), "the login's cookie is __Host-, Secure, HttpOnly, SameSite=None")
    journey.check(len(session) >= 2 and all(
        "; Secure" in line and "SameSite=Lax" in line and "HttpOnly" in line and "Domain" not in line
        for line in session), "the session's cookies are __Host-, Secure, HttpOnly, SameSite=Lax")
    left = sorted(each["name"] for each in context.cookies() if "vestibule" in each["name"])
    journey.check(left == ["__Host-vestibule", "__Host-vestibule-session"], "the login's cookie is gone", left)


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


def foreign(journey, stack, chromium, page):
    journey.step("Responses that are not this browser's")
    way = Client(stack).begin(TARGET, email=EMAIL)
    stranger = chromium.context().new_page()
    post_from(stranger, stack, way.url, way.fields)
    journey.check(stranger.locator("[data-code=browser_mismatch]").count() == 1,
                  "somebody else's Response does not sign a browser in")
    journey.shot(stranger, "other-browser")
    live = stack.live_sessions()
    post_from(page, stack, way.url, way.fields)
    journey.check(stack.live_sessions() == live, "posted to somebody who is signed in, it makes no session")
    page.goto(stack.origin + TARGET)
    journey.check(EMAIL in page.inner_text("header"), "and their session is still there")


def main():
    with Journey("saml_cross_site") as journey, Stack(journey, tls=True, connections=start) as stack, \
            Chromium(stack) as chromium:
        journey.step("Carol signs in")
        context = chromium.context()
        page = context.new_page()
        posts, lines = [], []
        page.on("request", lambda request: f"/vestibule/cb/{NAME}" in request.url and posts.append(request))
        page.on("response", lambda response: lines.extend(
            line for each in response.headers_array() if each["name"].lower() == "set-cookie"
            for line in each["value"].split("\n") if "vestibule" in line))
        sign_in(journey, stack, page)
        journey.check([each.method for each in posts] == ["POST"], "one Response came, by POST",
                      [each.method for each in posts])
        sent = posts[0].all_headers()
        journey.check(sent.get("sec-fetch-site") == "cross-site", "the browser itself calls it cross-site",
                      sent.get("sec-fetch-site"))
        journey.check("__Host-vestibule-login-" in sent.get("cookie", ""), "and it carried the login's cookie")
        cookies(journey, context, lines)
        chromium.notice_jar(context)
        journey.step("the same Response again")
        live = stack.live_sessions()
        fields = dict(urllib.parse.parse_qsl(posts[0].post_data))
        post_from(page, stack, posts[0].url, fields)
        journey.check("/servicedesk/" in page.url and stack.live_sessions() == live,
                      "whoever has the session lands at the portal, and no session is made", page.url[:60])
        foreign(journey, stack, chromium, page)


main()
