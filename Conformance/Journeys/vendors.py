"""Every provider kind in one running broker, under the vendors' real host names, and all people signing in at once.

The broker and Chromium run where `accounts.google.com` and its like are this machine, behind a front with certificates
of a throw-away CA: names are resolved by the system's resolver, TLS is checked, and the modules' own fixed hosts are
asked. Nothing leaves the machine: the network ends at loopback. Needs root, for a hosts file and port 443 of its own.
"""

import asyncio
import base64
import dataclasses
import json
import re
import urllib.parse

from harness import (
    IDP_HOST, Browsers, Connection, Journey, MockSAML, Namespace, Stack, VendorConnection, Vendors,
)

DEEP_LINK = "/servicedesk/customer/portal/3"


@dataclasses.dataclass
class Person:
    """Somebody with a browser, and where their organization signs in."""

    connection: str
    email: str
    host: str
    organization: str = ""
    # What the vendor, told by `alice!FAULT` or beforehand, does wrong later, and the code that the page must name.
    fault: str = ""
    code: str = ""
    # What is said about the person without being wrong: so many groups that the token has none.
    remark: str = ""

    def __post_init__(self):
        self.organization = self.organization or self.connection

    @property
    def target(self):
        return f"{DEEP_LINK}?from={self.connection}-{self.email.split('@')[0]}"


def at(vendor, host, fault, code, user="alice"):
    return Person(vendor, f"{user}@{vendor}.example", host, fault=fault, code=code)


# One of each kind and of each shipped profile; beside them our own mocks by OpenID Connect and SAML, and mail.
PEOPLE = [
    at("google", "accounts.google.com", "hd-foreign", "not_admitted"),
    at("cognito", "acme.auth.eu-central-1.amazoncognito.com", "access-token-as-id-token", "audience_mismatch"),
    at("keycloak", "sso.keycloak.example", "aud-list-without-azp", "audience_mismatch"),
    at("keycloak-legacy", "sso.keycloak-legacy.example", "wrong-key", "signature_invalid"),
    at("azure-b2c", "acmeb2c.b2clogin.com", "other-policy", "issuer_mismatch"),
    at("azure-b2c-tfp", "acmetfp.b2clogin.com", "vendor-aud-other", "audience_mismatch"),
    at("entra", "login.microsoftonline.com", "tid-not-listed", "issuer_mismatch"),
    at("okta", "acme.okta.com", "email-verified-false-text", "email_unverified"),
    at("auth0", "acme.eu.auth0.com", "email-unverified", "email_unverified"),
    at("onelogin", "acme.onelogin.com", "nonce-wrong", "nonce_mismatch"),
    at("jumpcloud", "oauth.id.jumpcloud.com", "aud-absent", "audience_mismatch"),
    at("pingone", "auth.pingone.eu", "iss-wrong", "issuer_mismatch"),
    at("adfs", "adfs.acme.example", "exp-past", "time_invalid"),
    at("github", "github.com", "api-500", "upstream_unavailable"),
    at("oauth2", "login.oauth2.example", "state-wrong", "state_mismatch"),
    Person("acme-staff", "alice@acme.example", IDP_HOST, "acme", "email-other-domain", "email_domain_not_owned"),
    Person("globex-saml", "carol@globex.example", IDP_HOST, "globex", "xsw-3", "message_refused"),
]
MAIL = Person("initech-code", "peter@initech.example", "", "initech")
# A second person of the same vendor at the same time, for whom all but the name is the same.
TWINS = [Person("google", "bob@google.example", "accounts.google.com"),
         Person("entra", "bob@entra.example", "login.microsoftonline.com", remark="!overage")]
EVERYBODY = [*PEOPLE, *TWINS, MAIL]
# What is set at the mock beforehand, because nobody's name is in it, or to show that way too.
BEFOREHAND = {"github": "api-fault", "entra": "fault", "globex-saml": "fault"}


class World:
    """The stack, the browsers, and who has which."""

    def __init__(self, journey, stack, vendors, browsers):
        self.journey, self.stack, self.vendors, self.browsers = journey, stack, vendors, browsers
        self.pages = {}

    async def open(self, person, page=None):
        """From the deep link to the vendor's page, by an address and nothing else."""
        page = page or await (await self.browsers.context()).new_page()
        await page.goto(self.stack.origin + person.target)
        await page.fill("input[name=email]", person.email)
        await page.click("button.primary")
        return page

    async def at_vendor(self, person, page, host=None):
        await page.wait_for_url(re.compile(rf"^https://{re.escape(host or person.host)}[:/]"))

    async def answer(self, page, user):
        await page.fill("input[name=user]", user)
        await page.fill("input[name=password]", "any")
        await page.click("button:has-text('Sign in')", no_wait_after=True)

    async def at_portal(self, person, page):
        await page.wait_for_url(self.stack.origin + person.target)
        return await page.inner_text("header")

    # MARK: Signing in

    async def arrive(self, person):
        """To the vendor's page, under the vendor's name; where there is no vendor, to the question for the code."""
        page = self.pages[person.email] = await self.open(person)
        if person.host:
            await self.at_vendor(person, page)
        else:
            await page.wait_for_selector("input[name=code]")
        await self.journey.shot_async(page, f"{person.connection}-page")
        return page.url.split("/")[2]

    async def finish(self, person):
        """From there to the portal, and how it greets."""
        page = self.pages[person.email]
        if person.host:
            await self.answer(page, person.email + person.remark)
        else:
            code = await asyncio.to_thread(self.vendors.code_for, self.stack, person.email)
            await page.fill("input[name=code]", f"{(int(code) + 1) % 100_000_000:08d}")
            await page.click("button.primary")
            said = await page.inner_text(".field-error")
            self.journey.check("not the code" in said, "another code than the mail's is not taken", said)
            await page.fill("input[name=code]", code)
            await page.click("button.primary", no_wait_after=True)
        return await self.at_portal(person, page)

    async def all_at_once(self):
        """Nobody is signed in before everybody is at the vendor; then all answer in the same moment."""
        self.journey.step(f"{len(EVERYBODY)} browsers, of {len({each.connection for each in EVERYBODY})} connections")
        hosts = await asyncio.gather(*map(self.arrive, EVERYBODY), return_exceptions=True)
        arrived = [(person, host) for person, host in zip(EVERYBODY, hosts) if isinstance(host, str)]
        greetings = await asyncio.gather(*(self.finish(person) for person, _ in arrived), return_exceptions=True)
        for (person, host), greeting in zip(arrived, greetings):
            where = f"at {host}" if person.host else "by a code from a mail"
            self.journey.check(
                person.email in str(greeting), f"{person.email} signs in {where}, is greeted at the deep link",
                (await self.said(self.pages[person.email]), str(greeting).splitlines()[0]))
        for person, host in zip(EVERYBODY, hosts):
            if not isinstance(host, str):
                self.journey.check(False, f"{person.email} gets to {person.host}",
                                   (await self.said(self.pages.get(person.email)), str(host).splitlines()[0]))

    async def said(self, page):
        if page is None:
            return None
        code = page.locator("[data-code]")
        return await code.get_attribute("data-code") if await code.count() else page.url.split("?")[0]

    # MARK: No mix-up

    async def nobody_is_another(self):
        self.journey.step("what the portal is told, and what stands in the session tokens")
        await asyncio.gather(*(self.pages[each.email].reload() for each in EVERYBODY))
        requests = self.stack.portal_requests()
        sessions, groups = {}, {}
        for person in EVERYBODY:
            heads = [{each["name"]: each["value"] for each in request["headers"]} for request in requests
                     if request["target"] == person.target]
            told = {(each.get("X-Vestibule-Email"), each.get("X-Vestibule-Organization")) for each in heads}
            self.journey.check(
                told == {(person.email, person.organization)}, f"{person.email} of {person.organization}", told)
            groups[person.email] = set(filter(None, heads[-1].get("X-Vestibule-Groups", "").split(",")))
            context = self.pages[person.email].context
            await self.browsers.notice_jar(context)
            token = claims(await context.cookies())
            sessions[token["sid"]] = (token["sub"], token["email"], token["org"], token["idp"])
        self.journey.check(
            sorted(each[1:] for each in sessions.values())
            == sorted((each.email, each.organization, each.connection) for each in EVERYBODY),
            "every session token is of the right person, organization and connection", sorted(sessions.values()))
        self.journey.check(len({each[0] for each in sessions.values()}) == len(EVERYBODY), "no two are one customer")
        self.journey.check(set(self.stack.live_sessions()) == set(sessions), "and there is no other session")
        without = {email.split("@")[1] for email in groups if not groups[email]}
        self.journey.check(without == {"azure-b2c.example", "azure-b2c-tfp.example", "initech.example"},
                           "groups come wherever there are any: tokens, UserInfo, Directory API, Graph, GitHub's API",
                           without)
        bob, alice = groups["bob@entra.example"], groups["alice@entra.example"]
        self.journey.check(len(bob) == 1 and bob < alice, "Graph, asked for Bob, gives Bob's", (bob, alice))

    def real_names(self):
        self.journey.step("who was asked")
        self.journey.check(not Namespace.reaches_the_world(), "no way leads out of this machine")
        asked, hosts = self.vendors.asked(self.stack), self.stack.mocks["vendors"]["hosts"]
        expected = {person.host for person in PEOPLE if person.host != IDP_HOST} | {
            "oauth2.googleapis.com", "www.googleapis.com", "admin.googleapis.com", "graph.microsoft.com",
            "cognito-idp.eu-central-1.amazonaws.com", "api.github.com"}
        self.journey.check(expected <= set(asked) and set(asked) <= set(hosts),
                           f"{len(expected)} hosts by their real names, {sum(asked.values())} requests",
                           sorted(expected - set(asked)))

    # MARK: A second connection

    async def second_connection(self):
        self.journey.step("Okta's customer gets a second Okta: the picker")
        stack, domains = self.stack, ["okta.example", "okta-custom.example"]
        stack.declared = [
            dataclasses.replace(each, domains=domains, title="Okta, head office") if each.name == "okta" else each
            for each in stack.declared
        ] + [self.vendors.connection(stack, "okta-custom", organization="okta", domains=domains,
                                     title="Okta, subsidiary")]
        await asyncio.to_thread(stack.apply, settle=True)
        context = await self.browsers.context()
        person = next(each for each in PEOPLE if each.connection == "okta")
        page = await self.open(person, await context.new_page())
        await page.wait_for_url(re.compile("/choose"))
        labels = await page.locator("button.choice .choice-label").all_inner_texts()
        self.journey.check(sorted(labels) == ["Okta, head office", "Okta, subsidiary"], "it offers both", labels)
        self.journey.check(await page.locator(".badge").count() == 0, "and remembers nothing yet")
        await self.journey.shot_async(page, "picker")
        await page.click("button:has-text('subsidiary')")
        await self.at_vendor(person, page, "acme-custom.okta.com")
        await self.answer(page, "bob@okta-custom.example")
        greeting = await self.at_portal(person, page)
        self.journey.check("bob@okta-custom.example" in greeting, "Bob signs in at the second one", greeting)

        await self.chooses_again(person, page, "subsidiary", "head office", "acme.okta.com")
        greeting = await self.at_portal(person, page)
        self.journey.check("alice@okta.example" in greeting, "and signs in as Alice at the first one", greeting)
        await self.chooses_again(person, page, "head office")

    async def chooses_again(self, person, page, remembered, other=None, host=None):
        """Signed out, the next sign-in offers what was taken last first; another can be taken."""
        await page.goto(self.stack.public + "/sign-out")
        await page.click("main button.primary")
        await page.wait_for_url(re.compile(r"/vestibule/signed-out"))
        await self.open(person, page)
        await page.wait_for_url(re.compile("/choose"))
        first = page.locator("button.choice").first
        text = await first.inner_text()
        self.journey.check(remembered in text and await first.locator(".badge").count() == 1,
                           f"the next time, `{remembered}` comes first and is marked", text)
        if other:
            await self.journey.shot_async(page, "picker-remembered")
            await page.click(f"button:has-text('{other}')")
            await self.at_vendor(person, page, host)
            await self.answer(page, person.email)

    # MARK: Vendors that go wrong

    async def attack(self, person):
        page = self.pages[person.email]
        # The browser as it was before it ever came.
        await page.context.clear_cookies()
        await self.open(person, page)
        await self.at_vendor(person, page)
        user = person.email.split("@")[0]
        await self.answer(page, user if person.connection in BEFOREHAND else f"{user}!{person.fault}")
        await page.wait_for_url(re.compile(r"/vestibule/cb/"))
        seen = await self.said(page)
        if person.connection in ("google", "globex-saml"):
            await self.journey.shot_async(page, f"{person.connection}-refused")
        names = {each["name"] for each in await page.context.cookies()}
        return seen, "__Host-vestibule-session" in names

    async def attacks(self):
        self.journey.step("each of them goes wrong in its own way")
        for name, kind in BEFOREHAND.items():
            fault = next(each.fault for each in PEOPLE if each.connection == name)
            if name == "globex-saml":
                MockSAML(self.stack).control("fault", fault=fault)
            else:
                self.vendors.fault(self.stack, name, fault, kind)
        before = len(self.stack.live_sessions())
        attacked = [each for each in PEOPLE if each.fault]
        results = await asyncio.gather(*(self.attack(each) for each in attacked), return_exceptions=True)
        for person, result in zip(attacked, results):
            self.journey.check(
                result == (person.code, False), f"{person.connection} {person.fault}: {person.code}", result)
        self.journey.check(len(self.stack.live_sessions()) == before, "and no session came of it")
        self.vendors.fault(self.stack, "github", None, "api-fault")


def claims(cookies):
    token = next(each["value"] for each in cookies if each["name"] == "__Host-vestibule")
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def connections(vendors):
    def declare(stack):
        mail = VendorConnection("initech-code", "initech", "", ["initech.example"], title="Code by e-mail",
                                kind="email-code", settings={"productName": "Acme Support"})
        # Two Okta are one customer's, later.
        return [*(each for each in vendors.connections(stack) if each.name != "okta-custom"),
                Connection("acme-staff", "acme", stack.mocks["op"]["issuers"]["acme"], ["acme.example"]),
                MockSAML(stack).connection("globex-saml"), mail]
    return declare


async def run(journey, stack, vendors):
    async with Browsers(stack) as browsers:
        world = World(journey, stack, vendors, browsers)
        await world.all_at_once()
        await world.nobody_is_another()
        world.real_names()
        await world.attacks()
        await world.second_connection()


def main():
    vendors = Vendors(Namespace.enter())
    arguments = {**vendors.stack(), "connections": connections(vendors)}
    with Journey("vendors") as journey, Stack(journey, tls=True, **arguments) as stack:
        asyncio.run(run(journey, stack, vendors))


main()
