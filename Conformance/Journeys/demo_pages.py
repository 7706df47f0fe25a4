"""`bin/demo` as somebody who tries it: only what it prints, in Chromium, and nothing done by hand.

Acme is on OpenID Connect, Globex on SAML. Over plain http, where cookies are not those of production, a posted Response
arrives all the same.
"""

import os
import re
import signal
import subprocess

from harness import BINARIES, ROOT, Chromium, Journey, Stack, accepts, free_ports, wait_until


class Demo(Stack):
    """The demo in place of a stack of ours."""

    def start(self):
        port, = free_ports(1)
        release = ["--release"] if BINARIES.name == "release" else []
        self.state = self.folder / "state"
        self.demo = self.run("demo", [ROOT / "bin" / "demo", "--no-build", "--port", port, "--state", self.state,
                                      *release])
        self.printed = wait_until(
            lambda: self.demo.expect_running() and (text := self.demo.output.read_text()).count("Ctrl-C") and text,
            "the demo to say what to try", 60)
        self.front_port = port
        self.origin = f"http://portal.localhost:{port}"
        self.public = f"{self.origin}/vestibule"
        for kind in ("kek", "client-secret"):
            self.notice(kind.replace("-", " "), (self.state / kind).read_text())

    def collect(self):
        """Its logs and its store are in its folder already."""


def visit(journey, demo, chromium, email, target, choice=None, script=True, finance=None):
    """From the printed address to the portal, to the one that is for a group, and out again."""
    journey.step(f"{email}{'' if script else ', without JavaScript'}")
    name = f"{email.split('@')[0]}{'' if script else '-no-script'}"
    context = chromium.context(java_script_enabled=script)
    page = context.new_page()
    page.goto(target)
    journey.shot(page, f"{name}-sign-in")
    page.fill("input[name=email]", email)
    page.click("button.primary")
    if choice:
        journey.shot(page, f"{name}-choose")
        page.click(f"button:has-text('{choice}')")
    page.wait_for_url(re.compile(r"^http://idp\."))
    journey.shot(page, f"{name}-idp")
    page.fill("input[name=user]", email)
    page.fill("input[name=password]", "any")
    page.click("button:has-text('Sign in')")
    if not script:
        journey.shot(page, f"{name}-taking-you-back")
        page.click("button:has-text('Continue')")
    page.wait_for_url(target)
    journey.check(email in page.inner_text("header"), "the portal greets them at the printed address")
    journey.shot(page, f"{name}-portal")
    chromium.notice_jar(context)
    if finance is not None:
        answer = page.goto(target.replace("/portal/3", "/portal/7"))
        journey.check(answer.status == (200 if finance else 403), f"portal 7 is {'open' if finance else 'closed'} to them",
                      answer.status)
        journey.shot(page, f"{name}-portal-7")
    if finance is False:
        page.click("main form button")
        journey.check("/access-request" in page.url, "and they may ask for it", page.url)
        journey.shot(page, f"{name}-asked")
    page.goto(demo.public + "/account")
    journey.check(email in page.inner_text("main"), "the account page says who they are")
    journey.shot(page, f"{name}-account")
    page.goto(demo.public + "/sign-out")
    journey.shot(page, f"{name}-sign-out")
    page.click("main button.primary")
    page.wait_for_url(re.compile(r"/vestibule/signed-out"))
    journey.check("You are signed out at" in page.inner_text("main"), "signed out, at the identity provider too",
                  page.inner_text("main"))
    journey.shot(page, f"{name}-signed-out")
    context.close()


def main():
    with Journey("demo_pages") as journey, Demo(journey) as demo, Chromium(demo) as chromium:
        target = re.search(r"http://\S+/portal/3", demo.printed).group()
        emails = list(dict.fromkeys(re.findall(r"\S+@\S+", demo.printed)))
        people = ["alice@acme.example", "carol@globex.example", "peter@initech.example", "zoe@nowhere.example"]
        journey.check(emails == people, "it says whom to be", emails)
        journey.check(f"{demo.public}/account" in demo.printed, "and where the account is")
        visit(journey, demo, chromium, emails[0], target, choice="Acme staff", finance=False)
        visit(journey, demo, chromium, emails[1], target, finance=True)
        visit(journey, demo, chromium, emails[1], target, script=False)

        journey.step("what else it prints")
        command = next(line for line in demo.printed.splitlines() if line.strip().startswith("curl "))
        answer = subprocess.run(["bash", "-c", command.replace("curl", "curl -s", 1)], capture_output=True, text=True,
                                timeout=30).stdout
        journey.check(answer.startswith("HTTP/1.1 401"), "the command without a session is refused", answer[:40])
        for line in re.findall(r"\S+/vestibule (?:sessions|audit) .*", demo.printed):
            result = subprocess.run(line.split(), capture_output=True, text=True, timeout=30)
            journey.check(result.returncode == 0, f"`vestibule {' '.join(line.split()[1:3])}` works", result.stderr)
        records = (demo.state / "broker.log").read_text()
        journey.check('"level":"error"' not in records, "no error in the broker's log")

        journey.step("Ctrl-C")
        os.killpg(demo.demo.pid, signal.SIGINT)
        wait_until(lambda: not demo.demo.is_running(), "the demo to end")
        journey.check(not accepts(demo.front_port) and not (demo.state / "pid").exists(), "all of it has ended")


main()
