"""Cross-site over https with production cookies: the IdP is another site, and answers by redirect and by a posted form.

Chromium trusts a throw-away CA from a certificate store of its own; the broker trusts it through `outbound.trustRoots`.
No check is switched off anywhere. To browsers `localhost` is a public suffix, so `portal.localhost` and `idp.localhost`
are two sites; the browser's own `Sec-Fetch-Site` is read to be sure.
"""

import re

from harness import Chromium, Journey, Stack

TARGET = "/servicedesk/customer/portal/5"


def run(journey, mode):
    journey.step(f"response_mode {mode}")
    with Stack(journey, tls=True, settings={"responseMode": mode}, name=mode) as stack, Chromium(stack) as chromium:
        context = chromium.context()
        page = context.new_page()
        callbacks, cookies = [], []
        page.on("request", lambda request: "/vestibule/cb/" in request.url and callbacks.append(request))
        page.on("response", lambda response: cookies.extend(
            line for each in response.headers_array() if each["name"].lower() == "set-cookie"
            for line in each["value"].split("\n") if "vestibule" in line))
        page.goto(stack.origin + TARGET)
        page.fill("input[name=email]", "alice@acme.example")
        page.click("button.primary")
        page.wait_for_url(re.compile(r"^https://idp\.localhost"))
        journey.shot(page, f"{mode}-idp")
        page.fill("input[name=password]", "any")
        page.click("button:has-text('Sign in')")
        page.wait_for_url(stack.origin + TARGET)
        journey.check("alice@acme.example" in page.inner_text("header"), "the portal greets Alice at the deep link")
        journey.shot(page, f"{mode}-portal")

        expected = "POST" if mode == "form_post" else "GET"
        journey.check([each.method for each in callbacks] == [expected], f"one callback came, by {expected}",
                      [each.method for each in callbacks])
        sent = callbacks[0].all_headers()
        journey.check(sent.get("sec-fetch-site") == "cross-site", "the browser itself calls it cross-site",
                      sent.get("sec-fetch-site"))
        journey.check("__Host-vestibule-login-" in sent.get("cookie", ""), "and it carried the login's cookie")

        login = [line for line in cookies if line.startswith("__Host-vestibule-login-") and "Max-Age=0" not in line]
        session = [line for line in cookies if re.match(r"__Host-vestibule(-session)?=[^;]", line)]
        journey.check(login and all(
            re.search("; Secure", line) and "SameSite=None" in line and "HttpOnly" in line and "Path=/" in line
            for line in login), "the login's cookie is __Host-, Secure, HttpOnly, SameSite=None")
        journey.check(len(session) >= 2 and all(
            "; Secure" in line and "SameSite=Lax" in line and "HttpOnly" in line and "Domain" not in line
            for line in session), "the session's cookies are __Host-, Secure, HttpOnly, SameSite=Lax")
        left = sorted(each["name"] for each in context.cookies() if "vestibule" in each["name"])
        journey.check(left == ["__Host-vestibule", "__Host-vestibule-session"], "the login's cookie is gone", left)
        chromium.notice_jar(context)

        frame_test(journey, stack, page)
        forged(journey, stack, chromium, mode)


def frame_test(journey, stack, page):
    """Another site cannot use the session: Lax keeps it out of frames and posts."""
    sign_outs = stack.query("SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL")[0][0]
    page.goto(stack.mocks["op"]["issuers"]["acme"] + "/.well-known/openid-configuration")
    page.evaluate(
        """async url => { const form = document.createElement('form'); form.method = 'post'; form.action = url;
           document.body.append(form); form.submit(); }""", stack.public + "/sign-out")
    page.wait_for_url(re.compile(r"/vestibule/"))
    after = stack.query("SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL")[0][0]
    journey.check(after == sign_outs, "a form on another site cannot sign the person out")
    page.goto(stack.origin + TARGET)
    journey.check("alice@acme.example" in page.inner_text("header"), "and the session is still there")


def forged(journey, stack, chromium, mode):
    """A callback that another browser began does not sign this one in (login CSRF)."""
    from harness import Client

    attacker = Client(stack)
    way = attacker.begin(TARGET, email="bob@acme.example")
    page = chromium.context().new_page()
    if way.method == "GET":
        page.goto(way.url)
    else:
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
            }""", [way.url, way.fields])
        page.wait_for_url(re.compile(r"/vestibule/cb/"))
    journey.check(page.locator("[data-code=browser_mismatch]").count() == 1,
                  "somebody else's callback does not sign this browser in")
    journey.shot(page, f"{mode}-other-browser")


def main():
    with Journey("cross_site") as journey:
        for mode in ("query", "form_post"):
            run(journey, mode)


main()
