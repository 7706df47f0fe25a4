"""Two sites on hosts of their own, and the broker on a third: one sign-in for both, one sign-out, over https.

To browsers `localhost` is a public suffix, so `one.localhost`, `two.localhost`, `portal.localhost` (the broker's here) and
`idp.localhost` are four sites that share no cookie. A hand-off in another browser, stolen or replayed, changes nothing.
"""

import re

from harness import Chromium, Journey, Stack

TARGET = "/servicedesk/customer/portal/5"
HAND_OFF = re.compile(r"/vestibule/hand-off\?")


def is_portal(page, origin):
    return page.url == origin + TARGET and "alice@acme.example" in page.inner_text("header")


def names(context, host):
    return sorted(each["name"] for each in context.cookies() if each["domain"] == host)


def state(stack):
    """What a refused hand-off must not change."""
    return [stack.query(text)[0][0] for text in (
        "SELECT count(*) FROM sessions", "SELECT count(*) FROM sessions WHERE ended_at IS NULL",
        "SELECT count(*) FROM session_handles", "SELECT count(*) FROM hand_offs WHERE used_at IS NOT NULL")]


def refused(journey, stack, page, text):
    journey.check(page.locator("[data-code=browser_mismatch]").count() == 1, text, page.url[:60])
    journey.check(not any("vestibule" in each["name"] and "-login-" not in each["name"]
                          for each in page.context.cookies() if each["domain"] != "portal.localhost"),
                  "and has no session at any site")


def sign_in(page):
    page.fill("input[name=email]", "alice@acme.example")
    page.click("button.primary")
    page.wait_for_url(re.compile(r"^https://idp\.localhost"))
    page.fill("input[name=password]", "any")
    page.click("button:has-text('Sign in')")


def one_sign_in(journey, stack, context):
    one, two = stack.origin_of("one"), stack.origin_of("two")
    page = context.new_page()
    seen, headers = [], {}
    page.on("request", lambda request: request.is_navigation_request() and seen.append(request))

    journey.step("the first site")
    page.goto(one + TARGET)
    journey.check(page.url.startswith(stack.public + "/login/"), "the sign-in page is at the broker's host")
    pending = names(context, "one.localhost")
    journey.check(len(pending) == 1 and pending[0].startswith("__Host-vestibule-login-"),
                  "the site's host keeps the login's cookie", pending)
    journey.shot(page, "sign-in")
    sign_in(page)
    page.wait_for_url(one + TARGET)
    journey.check(is_portal(page, one), "the site greets Alice at the deep link")
    journey.shot(page, "one")
    for request in seen:
        if HAND_OFF.search(request.url):
            headers = request.all_headers()
    journey.check(headers.get("sec-fetch-site") == "cross-site", "the browser itself calls the hand-off cross-site",
                  headers.get("sec-fetch-site"))
    journey.check("referer" not in headers, "and tells nobody where it came from")
    journey.check(names(context, "portal.localhost") == ["__Host-vestibule-sso"],
                  "the broker's host has its own handle and nothing else", names(context, "portal.localhost"))

    journey.step("the second site")
    del seen[:]
    page.goto(two + TARGET)
    journey.check(is_portal(page, two), "the second site greets Alice at once", page.url[:80])
    journey.check(not any("idp.localhost" in each.url or "/vestibule/login/" in each.url for each in seen),
                  "nobody asked her anything")
    journey.check(len(stack.live_sessions()) == 1, "one session serves both")
    handles = {each["domain"]: each["value"] for each in context.cookies()
               if each["name"] in ("__Host-vestibule-session", "__Host-vestibule-sso")}
    journey.check(len(handles) == 3 and len(set(handles.values())) == 3, "with a handle for each of three hosts")
    journey.shot(page, "two")
    page.close()
    return handles


def taken_along(journey, stack, chromium, handles):
    journey.step("a handle at another host")
    context = chromium.context()
    for host, value in (("two.localhost", handles["one.localhost"]), ("one.localhost", handles["portal.localhost"])):
        context.add_cookies([
            {"name": "__Host-vestibule-session", "value": value, "url": f"https://{host}:{stack.front_port}/"}])
    page = context.new_page()
    for site in ("one", "two"):
        page.goto(stack.origin_of(site) + TARGET)
        journey.check("/vestibule/login/" in page.url, f"opens nothing at `{site}`", page.url[:60])
    context.close()


def caught(context, url):
    """The address of a hand-off that this browser was sent to and did not reach: stopped on its way, as a redirect."""
    page = context.new_page()
    devtools, paused = context.new_cdp_session(page), []
    devtools.on("Fetch.requestPaused", lambda event: paused.append(event))
    devtools.send("Fetch.enable", {"patterns": [{"urlPattern": "*/vestibule/hand-off?*"}]})
    page.evaluate("url => { location.href = url; }", url)
    for _ in range(100):
        if paused:
            break
        page.wait_for_timeout(50)
    for each in paused:
        devtools.send("Fetch.failRequest", {"requestId": each["requestId"], "errorReason": "Aborted"})
    page.close()
    return paused[0]["request"]["url"] if paused else None


def stolen(journey, stack, chromium, context):
    two = stack.origin_of("two")
    journey.step("a hand-off that somebody else opens first")
    context.clear_cookies(domain="two.localhost", name=re.compile(r"^__Host-vestibule(-session)?$"))
    url = caught(context, two + TARGET)
    journey.check(bool(url), "a fresh one was caught on its way")
    before = state(stack)
    other = chromium.context()
    page = other.new_page()
    page.goto(url)
    refused(journey, stack, page, "another browser is told that it is another browser")
    journey.shot(page, "stolen")
    pending = other.new_page()
    pending.goto(two + TARGET)
    pending.goto(url)
    refused(journey, stack, pending, "so is one with a pending login of its own")
    page.goto(stack.mocks["op"]["issuers"]["acme"] + "/.well-known/openid-configuration")
    page.evaluate(
        """url => { const form = document.createElement('form'); form.method = 'post'; form.action = url;
           document.body.append(form); form.submit(); }""", url)
    page.wait_for_url(HAND_OFF)
    journey.check(page.locator("[data-code=not_found]").count() == 1, "a form on another site gets nowhere")
    page.goto(url.replace("two.localhost", "one.localhost"))
    refused(journey, stack, page, "nor does it open the other site")
    journey.check(state(stack) == before, "nothing has changed", [before, state(stack)])

    page = context.new_page()
    page.goto(url)
    journey.check(is_portal(page, two), "the browser that it is for still gets in", page.url[:60])

    journey.step("the same again")
    before, value = state(stack), [each["value"] for each in context.cookies("https://two.localhost")]
    page.goto(url)
    journey.check(is_portal(page, two), "in the same browser it leads to the portal", page.url[:60])
    journey.check(value == [each["value"] for each in context.cookies("https://two.localhost")], "and sets no cookie")
    late = other.new_page()
    late.goto(url)
    refused(journey, stack, late, "in another one nowhere")
    context.clear_cookies(domain="two.localhost", name=re.compile(r"^__Host-vestibule(-session)?$"))
    page.goto(url)
    journey.check(page.locator("[data-code]").count() == 1, "nor in the same one once it is signed out there")
    journey.check(state(stack) == before, "nothing has changed", [before, state(stack)])
    page.click("main a.primary")
    page.wait_for_url(two + TARGET)
    journey.check(is_portal(page, two), "the way on from there leads in, by a new hand-off")
    other.close()
    page.close()


def sign_out(journey, stack, context):
    one, two = stack.origin_of("one"), stack.origin_of("two")
    journey.step("a sign-out at the second site")
    page = context.new_page()
    page.goto(two + "/vestibule/sign-out")
    page.click("main form button.primary, main form button[type=submit]")
    page.wait_for_url(re.compile(r"/vestibule/signed-out"))
    journey.shot(page, "signed-out")
    journey.check(page.url.startswith(stack.public), "it ends at the broker's host, where the IdP sends people back",
                  page.url[:60])
    journey.check(page.locator("[data-code]").count() == 0, "on the page that says so")
    journey.check(not stack.live_sessions(), "the session is over")
    journey.check("__Host-vestibule-sso" not in names(context, "portal.localhost"), "the broker's handle is gone")
    for origin in (one, two):
        page.goto(origin + TARGET)
        journey.check(page.url.startswith(stack.public + "/login/"), "signed out there", page.url[:60])
    page.close()


def main():
    with Journey("hosts") as journey, Stack(
            journey, tls=True, apart={"one": "one.localhost", "two": "two.localhost"}) as stack:
        with Chromium(stack) as chromium:
            context = chromium.context()
            handles = one_sign_in(journey, stack, context)
            chromium.notice_jar(context)
            taken_along(journey, stack, chromium, handles)
            stolen(journey, stack, chromium, context)
            chromium.notice_jar(context)
            sign_out(journey, stack, context)


main()
