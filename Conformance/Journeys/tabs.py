"""Forty tabs, the Back button, lost cookies, late and repeated callbacks: nobody ends in a dead end.

Whatever goes wrong, the page that says so has a way on, and the way on leads to the portal.
"""

import re

from harness import Chromium, Client, Journey, Stack

TABS = 40


def target(number):
    return f"/servicedesk/customer/portal/{(3, 5, 7)[number % 3]}?tab={number}"


def type_email(page):
    """Wherever that leads: to the IdP's page, back from it at once, or to a page of ours."""
    page.fill("input[name=email]", "alice@acme.example")
    with page.expect_navigation():
        page.click("button.primary")
    page.wait_for_load_state()


def at_provider(page):
    type_email(page)
    page.wait_for_url(re.compile(r"//idp\.localhost"))


def sign_in_there(page):
    page.fill("input[name=password]", "any")
    with page.expect_navigation():
        page.click("button:has-text('Sign in')")
    page.wait_for_load_state()


def sign_in_if_asked(page):
    if "//idp.localhost" in page.url and page.locator("input[name=password]").count():
        sign_in_there(page)


def is_portal(page):
    return "/servicedesk/" in page.url and "Signed in as" in page.inner_text("header")


def way_on(page):
    """Goes where the page says, until the portal or a sign-in."""
    for _ in range(3):
        if is_portal(page):
            return True
        link = page.locator("main a.primary")
        if not link.count():
            return False
        link.first.click()
        page.wait_for_load_state()
    return is_portal(page)


def forty_tabs(journey, stack, chromium):
    journey.step(f"a session restored: {TABS} tabs open at once, nobody signed in")
    context = chromium.context()
    pages = [context.new_page() for _ in range(TABS)]
    for number, page in enumerate(pages):
        page.goto(stack.origin + target(number), wait_until="commit")
    for page in pages:
        page.wait_for_load_state()
    journey.check(all("/vestibule/login/" in page.url for page in pages), f"all {TABS} show the sign-in page")
    pending = [each for each in context.cookies() if "-login-" in each["name"]]
    journey.check(len(pending) <= 10, "at most ten logins are pending in one browser", len(pending))
    size = sum(len(each["name"]) + len(each["value"]) + 3 for each in context.cookies())
    journey.check(size < 4096, f"all cookies together are {size} octets")

    journey.step("one of the newest signs in")
    at_provider(pages[-1])
    sign_in_there(pages[-1])
    pages[-1].wait_for_url(re.compile(r"/servicedesk/"))
    journey.check(pages[-1].url == stack.origin + target(TABS - 1), "and is at its own deep link")
    chromium.notice_jar(context)

    journey.step("the other tabs")
    page = pages[-2]
    type_email(page)
    sign_in_if_asked(page)
    journey.check(is_portal(page) and page.url.endswith(f"tab={TABS - 2}"),
                  "a pending tab signs in to its own deep link")
    page = pages[0]
    type_email(page)
    sign_in_if_asked(page)
    if not is_portal(page):
        journey.shot(page, "evicted-tab")
    journey.check(way_on(page), "the oldest tab, whose login gave way, finds the portal in one step", page.url[:80])
    journey.check(page.url == stack.origin + target(0), "at its own deep link", page.url[:80])
    for number in (1, 20):
        pages[number].goto(stack.origin + target(number))
        journey.check(is_portal(pages[number]), f"tab {number} is at the portal after a reload of its link")
    journey.check(1 <= len(stack.live_sessions()) <= 2, "forty tabs made no forty sessions", len(stack.live_sessions()))
    context.close()


def back_button(journey, stack, chromium):
    journey.step("the Back button")
    context = chromium.context()
    page = context.new_page()
    page.goto(stack.origin + target(1))
    identify = page.url
    at_provider(page)
    page.go_back()
    page.wait_for_load_state()
    journey.check(page.url == identify and page.locator("input[name=email]").count() == 1,
                  "back from the IdP, the e-mail can be typed again")
    at_provider(page)
    sign_in_there(page)
    page.wait_for_url(stack.origin + target(1))
    journey.check(is_portal(page), "and the second try signs in")
    page.go_back()
    page.wait_for_load_state()
    journey.shot(page, "back-at-provider")
    sign_in_if_asked(page)
    journey.shot(page, "back-after-login")
    journey.check(way_on(page), "back after the login, there is a way to the portal", page.url[:80])
    page.goto(identify)
    journey.shot(page, "finished-login-page")
    journey.check(way_on(page), "the page of a finished login leads to the portal", page.url[:80])
    context.close()


def lost_cookie(journey, stack, chromium):
    journey.step("the cookie is lost between begin and callback")
    context = chromium.context()
    page = context.new_page()
    page.goto(stack.origin + target(2))
    at_provider(page)
    context.clear_cookies(name=re.compile("vestibule"))
    sign_in_there(page)
    journey.check(page.locator("[data-code=browser_mismatch]").count() == 1, "the page says that it is another browser")
    journey.shot(page, "lost-cookie")
    page.click("main a.primary")
    page.wait_for_load_state()
    if page.locator("input[name=email]").count():
        type_email(page)
    sign_in_if_asked(page)
    journey.check(is_portal(page), "and its way on signs in", page.url[:80])
    context.close()


def callbacks(journey, stack):
    journey.step("callbacks that come twice, late, or to somebody who is signed in")
    client = Client(stack)
    way = client.begin(target(3))
    journey.check(client.follow(way.send()).status == 200, "the first one signs in")
    sessions = stack.live_sessions()
    again = way.send()
    journey.check(again.status == 303 and "/servicedesk/" in again.location, "the same again lands at the portal",
                  (again.status, again.code))
    journey.check(not any("vestibule" in line for line in again.all("Set-Cookie")), "and sets no cookie")
    journey.check(stack.live_sessions() == sessions, "the session is the same")
    made_up = client.get(stack.public + "/cb/acme-staff?state=made-up-state&code=made-up-code")
    journey.check(made_up.status == 303 and "/servicedesk/" in made_up.location,
                  "a made-up callback does no harm to a live session", (made_up.status, made_up.code))
    journey.check(client.get(stack.origin + target(3)).status == 200, "which is still there")

    late = Client(stack)
    way = late.begin(target(4), email="bob@acme.example")
    late.login(target(4), email="bob@acme.example")
    count = len(stack.live_sessions())
    answer = late.follow(way.send())
    journey.check(answer.status == 200 and "bob@acme.example" in answer.text,
                  "an older login of the same browser ends well", (answer.status, answer.code))
    journey.check(len(stack.live_sessions()) == count, "and takes the place of the session it had",
                  len(stack.live_sessions()) - count)

    journey.step("a new account in the same browser")
    old = dict(late.jar())
    late.get(stack.public + "/start?prompt=login&rd=/servicedesk/customer/portals")
    answer = late.follow(late.get(stack.public + "/start?prompt=login&rd=/servicedesk/customer/portals"))
    form = next(each for each in answer.forms if "email" in each["fields"])
    page = late.submit(form, {"email": "carol@globex.example"})
    form = next(each for each in page.forms if "user" in each["fields"])
    answer = late.submit(form, {"user": "carol@globex.example", "password": "any"})
    journey.check("carol@globex.example" in answer.text, "Carol takes over", answer.status)
    stale = Client(stack)
    stale.jar().update({name: value for name, value in old.items() if "login" not in name})
    journey.check(stale.get(stack.origin + target(5)).status == 302, "and the old session's cookies open nothing")


def short_tokens(journey):
    """A token that ended is renewed from the handle, beside JSM's own cookies."""
    import time

    with Stack(journey, token_lifetime="30s", name="short") as stack:
        journey.step("a session idle for longer than its token lives (30 s, the shortest there is)")
        client = Client(stack)
        client.login(target(0))
        old = client.jar()["vestibule"]
        time.sleep(31)
        only_token = Client(stack)
        only_token.jar()["vestibule"] = old
        answer = only_token.get(stack.origin + target(0))
        journey.check(answer.status == 302, "the token alone is no session any more", answer.status)
        answer = client.get(stack.origin + "/servicedesk/customer/portal/3/create/25")
        journey.check(answer.status == 200 and "alice@acme.example" in answer.text, "with the handle it still is",
                      answer.status)
        names = [line.split("=")[0] for line in answer.all("Set-Cookie")]
        journey.check(sorted(names) == ["atlassian.xsrf.token", "vestibule"],
                      "the new token comes beside the portal's own cookie", names)
        caching = answer.header("Cache-Control") or ""
        journey.check("private" in caching or "no-store" in caching, "in an answer that no shared cache keeps")
        journey.check(client.jar()["vestibule"] != old, "it is a new one")
        answer = client.request("POST", stack.origin + "/rest/servicedeskapi/request", accept="application/json",
                                body='{"serviceDeskId":"3","requestTypeId":"25","requestFieldValues":{"summary":"s"}}',
                                headers={"Content-Type": "application/json", "X-Atlassian-Token": "no-check"})
        journey.check(answer.status == 201, "and a POST with it makes a ticket", answer.status)


def main():
    with Journey("tabs") as journey:
        with Stack(journey) as stack, Chromium(stack) as chromium:
            forty_tabs(journey, stack, chromium)
            back_button(journey, stack, chromium)
            lost_cookie(journey, stack, chromium)
            callbacks(journey, stack)
        short_tokens(journey)


main()
