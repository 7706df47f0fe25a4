"""A deep link without a session: sign in, land where the link pointed, sign out, and be locked out again.

Chromium over plain http on loopback, as in the demo; then the same without JavaScript. Every page of the broker on the
way is looked at by axe, and by whoever opens the screenshots (`--keep DIR`).
"""

import re

from harness import HTML, PORTAL_HOST, Chromium, Client, Journey, Stack, accessibility, wait_until

TARGET = "/servicedesk/customer/portal/3"


def sign_in(journey, stack, page, name, target=TARGET, axe=True):
    """From the link to the portal, through the IdP's own page."""
    page.goto(stack.origin + target)
    journey.check("/vestibule/login/" in page.url, "the deep link leads to the sign-in page", page.url.split("?")[0])
    journey.check(page.locator("input[name=email]").evaluate("e => e === document.activeElement") if axe else True,
                  "the cursor is in the e-mail field")
    journey.shot(page, f"{name}-identify")
    if axe:
        accessibility(journey, page, "identify")
    page.fill("input[name=email]", "alice@acme.example")
    page.click("button.primary")
    page.wait_for_url(re.compile(r"//idp\.localhost"))
    journey.check(page.input_value("input[name=user]") == "alice@acme.example", "the IdP knows already who comes")
    journey.shot(page, f"{name}-idp")
    page.fill("input[name=password]", "any")
    page.click("button:has-text('Sign in')")
    page.wait_for_url(stack.origin + target)
    journey.check(page.url == stack.origin + target, "the browser is at the deep link")
    journey.check("alice@acme.example" in page.inner_text("header"), "the portal greets Alice by her address")
    journey.shot(page, f"{name}-portal")


def sign_out(journey, stack, page, name, axe=True, script=True):
    page.goto(stack.public + "/account")
    journey.check("alice@acme.example" in page.inner_text("main"), "the account page says who is signed in")
    journey.shot(page, f"{name}-account")
    if axe:
        accessibility(journey, page, "account")
    page.goto(stack.public + "/sign-out")
    journey.shot(page, f"{name}-sign-out")
    if axe:
        accessibility(journey, page, "sign-out")
    page.click("main button.primary")
    if not script:
        # The way to the identity provider is a form, which only a script sends by itself.
        journey.shot(page, f"{name}-taking-you-there")
        page.click("button:has-text('Continue')")
    page.wait_for_url(stack.public + "/signed-out")
    journey.check("You are signed out at" in page.inner_text("main"), "signed out, at the identity provider too")
    journey.shot(page, f"{name}-signed-out")
    if axe:
        accessibility(journey, page, "signed-out")
    page.goto(stack.origin + TARGET)
    journey.check("/vestibule/login/" in page.url, "after signing out the deep link is locked again")
    page.go_back()
    journey.check("Signed in as" not in page.inner_text("body"), "Back shows no page of the portal from a cache")


def with_scripts(journey, stack, chromium):
    journey.step("a person with a link, in Chromium")
    context = chromium.context()
    page = context.new_page()
    sign_in(journey, stack, page, "link")
    chromium.notice_jar(context)
    names = {cookie["name"] for cookie in context.cookies() if "vestibule" in cookie["name"]}
    journey.check(names == {"vestibule-session", "vestibule"}, "two cookies are left, and no login's", sorted(names))
    flags = [(cookie["httpOnly"], cookie["sameSite"], cookie["domain"]) for cookie in context.cookies()
             if "vestibule" in cookie["name"]]
    journey.check(set(flags) == {(True, "Lax", "portal.localhost")}, "HttpOnly, Lax, for this host alone", flags)
    seen = stack.portal_requests()[-1]["headers"]
    cookies = " ".join(each["value"] for each in seen if each["name"].lower() == "cookie")
    journey.check("vestibule" not in cookies, "the portal gets no cookie of ours")
    return context, page


def slips(journey, stack, chromium):
    journey.step("slips of the finger")
    page = chromium.context().new_page()
    page.goto(stack.origin + TARGET)
    page.locator("input[name=email]").evaluate("e => e.type = 'text'")
    page.fill("input[name=email]", "alice at acme")
    page.click("button.primary")
    journey.check(page.locator("#email-error").is_visible(), "a malformed address is explained in the form")
    journey.check(page.input_value("input[name=email]") == "alice at acme", "and what was typed is still there")
    journey.shot(page, "slip-malformed")
    accessibility(journey, page, "identify with an error")
    page.fill("input[name=email]", "zoe@unknown.example")
    page.click("button.primary")
    page.wait_for_load_state()
    journey.check("zoe@unknown.example" not in page.url, "an unknown domain does not leave the broker with the address")
    ways = page.locator("button.choice, #email-error, [data-code]")
    journey.check(ways.count() > 0, "and the page has a choice or says that there is none", page.inner_text("h1"))
    journey.shot(page, "slip-unknown-domain")
    accessibility(journey, page, "unknown domain")
    page.goto(stack.public + "/cb/acme-staff?state=made-up&code=made-up")
    journey.check(page.locator("[data-code=state_mismatch]").count() == 1, "a made-up callback is explained")
    journey.check(page.locator(".reference code").count() == 1, "with a reference to read to the help desk")
    journey.shot(page, "slip-error")
    accessibility(journey, page, "error")
    page.click("main a.primary")
    journey.check("/vestibule/login/" in page.url, "and the way on leads to a new sign-in")


def cancelled(journey, stack, chromium):
    journey.step("the person presses Cancel at the IdP")
    page = chromium.context().new_page()
    page.goto(stack.origin + TARGET)
    page.fill("input[name=email]", "alice@acme.example")
    page.click("button.primary")
    page.wait_for_url(re.compile(r"//idp\.localhost"))
    page.click("button[name=cancel]")
    page.wait_for_url(re.compile(r"/vestibule/cb/"))
    journey.check(page.locator("[data-code]").count() == 1, "a page says that the sign-in did not happen")
    journey.shot(page, "cancelled")
    accessibility(journey, page, "denied")
    page.click("main a.primary")
    journey.check("/vestibule/login/" in page.url, "and the person can try again")


def unsaved(journey, stack, context, page):
    journey.step("the session ends while a form is open")
    page.goto(stack.origin + TARGET + "/create/25")
    page.fill("#summary", "The printer is on fire")
    page.fill("#description", "Smoke, and a smell of toner")
    stack.command("sessions", "revoke", "--customer", "alice@acme.example")
    same = Client(stack)
    same.jar().update({each["name"]: each["value"] for each in context.cookies() if each["domain"] == PORTAL_HOST})
    wait_until(lambda: same.get(stack.origin + TARGET).status == 302, "the server to know of it", 2)
    before = len(stack.portal_stats()["tickets"])
    with page.expect_navigation() as navigation:
        page.click("form.panel button")
    journey.check(navigation.value.status == 401, "the form is answered with 401", navigation.value.status)
    journey.check(len(stack.portal_stats()["tickets"]) == before, "no ticket was made")
    journey.shot(page, "unsaved")
    accessibility(journey, page, "unsaved")
    with context.expect_page() as opened:
        page.click("main a.primary")
    tab = opened.value
    tab.wait_for_load_state()
    if tab.locator("input[name=email]").count():
        tab.fill("input[name=email]", "alice@acme.example")
        tab.click("button.primary")
        tab.wait_for_load_state()
    if "//idp.localhost" in tab.url:
        tab.fill("input[name=password]", "any")
        tab.click("button:has-text('Sign in')")
    tab.wait_for_url(re.compile(r"/servicedesk/"))
    # The browser still has the form that it posted, fields with `autocomplete="off"` too, which Back would not bring back.
    page.reload()
    page.wait_for_url(re.compile(r"/SUP-\d+$"))
    journey.check(len(stack.portal_stats()["tickets"]) == before + 1, "reloaded, the form is sent again: one ticket")
    journey.check("The printer is on fire" in page.content(), "with everything that was typed")
    tab.close()


def programs(journey, stack):
    journey.step("programs without a session")
    client = Client(stack)
    answer = client.get(stack.origin + TARGET)
    journey.check(answer.status == 302 and "/vestibule/start?rd=" in answer.location, "a page redirects to the sign-in")
    answer = client.get(stack.origin + "/rest/api/2/myself", accept="application/json")
    journey.check(answer.status == 401 and answer.header("Content-Type") == "application/json", "REST gets 401 JSON")
    answer = client.get(stack.origin + "/rest/api/2/myself", accept=HTML)
    journey.check(answer.status == 401, "REST is not redirected whatever it accepts")
    answer = client.get(stack.origin + TARGET, accept="*/*")
    journey.check(answer.status == 401, "a script's */* is not redirected")


def main():
    with Journey("deep_link") as journey, Stack(journey) as stack, Chromium(stack) as chromium:
        programs(journey, stack)
        journey.check(stack.portal_stats()["total"] == 0, "so far nothing has reached the portal")
        context, page = with_scripts(journey, stack, chromium)
        unsaved(journey, stack, context, page)
        sign_out(journey, stack, page, "link")
        slips(journey, stack, chromium)
        cancelled(journey, stack, chromium)
        journey.step("the same without JavaScript")
        page = chromium.context(java_script_enabled=False).new_page()
        sign_in(journey, stack, page, "plain", axe=False)
        sign_out(journey, stack, page, "plain", axe=False, script=False)


main()
