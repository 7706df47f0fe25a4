"""The gate behind the shipped nginx configuration: hostile paths, headers and cookies, and what the portal gets to see.

Cases come from `Conformance/Vectors/own-dev/forward-auth-cases.json` where that is there, and from here.
"""

import itertools
import json

from harness import HTML, ROOT, Client, Journey, Stack

PORTALS = "/servicedesk/customer/portals"
CREATE = "/servicedesk/customer/portal/3/create/25"
VECTORS = ROOT / "Conformance" / "Vectors" / "own-dev" / "forward-auth-cases.json"
RENAMED = {"X-Broker-User": "X-Vestibule-User", "X_Broker_User": "X_Vestibule_User", "__Host-broker": "vestibule",
           "/broker/": "/vestibule/"}
IDENTITY = ["X-Vestibule-User", "X-Vestibule-Email", "X-Vestibule-Groups", "X-Vestibule-Organization",
            "X-Vestibule-Identity"]
BELIEVED = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Uri", "X-Forwarded-User", "X-Original-URI", "X-Real-IP",
            "Forwarded", "Remote-User", "X-Rewrite-URL"]


class Door:
    """Sends raw requests as one of: nobody, Alice, a forger."""

    def __init__(self, stack):
        self.stack = stack
        self.host = stack.origin.split("//")[1]
        self.alice = Client(stack)
        self.alice.login(PORTALS)
        self.cookies = "; ".join(f"{name}={value}" for name, value in self.alice.jar().items())

    def send(self, method, target, headers=(), session=None, accept=HTML, body=b""):
        lines = [("Host", self.host), ("Accept", accept), ("Connection", "close"), *headers]
        if session:
            lines.append(("Cookie", self.cookies))
        if body:
            lines.append(("Content-Length", str(len(body))))
        head = "".join(f"{name}: {value}\r\n" for name, value in lines)
        return self.stack.raw(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("utf-8", "surrogateescape") + body)

    def portal_saw(self):
        """The headers of the latest request that reached the portal, names in lower case with `_` as `-`."""
        latest = self.stack.portal_requests()[-1]
        return latest["target"], [(each["name"].lower().replace("_", "-"), each["value"]) for each in latest["headers"]]


def vectors(journey, stack, door):
    if not VECTORS.exists():
        journey.step(f"skipped: {VECTORS.relative_to(ROOT)} is not there")
        return
    text = VECTORS.read_text()
    for old, new in RENAMED.items():
        text = text.replace(old, new)
    cases = json.loads(text)["cases"]
    ran = 0
    for case in cases:
        request, expect = case["request"], case["expect"]
        if request["session"] not in (None, "alice") or expect.startswith("503") or "<" in str(request["headers"]):
            continue
        ran += 1
        before = stack.portal_stats()["total"]
        answer = door.send(request["method"], request["target"], list(request["headers"].items()),
                           session=request["session"], accept="application/json" if expect == "401" else HTML)
        reached = stack.portal_stats()["total"] - before
        if expect.startswith("200"):
            users = [value for name, value in door.portal_saw()[1] if name == "x-vestibule-user"]
            fits = reached == 1 and len(users) == 1 and users[0].startswith("c_")
        else:
            fits = reached == 0 and answer.status in (302, 303, 400, 401, 404, 421)
        journey.check(fits, f"{case['id']}: {expect}", (answer.status, reached))
    journey.step(f"{ran} of {len(cases)} cases ran here; the others need a clock, a key or a broken store")


PATHS = [
    "/vestibule/..%2fservicedesk/customer/portals", "/vestibule/%2e%2e/servicedesk/customer/portals",
    "/vestibule/..;/servicedesk/customer/portals", "/vestibule//..//servicedesk/customer/portals",
    "/servicedesk/customer/portals;jsessionid=1", "/servicedesk/customer/portals%00", "/servicedesk\\customer\\portals",
    "/servicedesk/customer/portals%0d%0aX-Vestibule-User:%20admin", "/servicedesk/%63ustomer/portals",
    "/servicedesk/customer/portals%252f..", "//portal.localhost/servicedesk/customer/portals",
    "/servicedesk/customer/%c0%ae%c0%ae/portals", "/servicedesk/customer/portals%ff", "/rest/api/2/..;/myself",
    "/servicedesk/customer/\xe9",
]


def paths(journey, stack, door):
    journey.step("paths that can be read in two ways are refused, with a session too")
    for path in PATHS:
        before = stack.portal_stats()["total"]
        statuses = (door.send("GET", path).status, door.send("GET", path, session="alice").status)
        reached = stack.portal_stats()["total"] - before
        journey.check(set(statuses) <= {400, 404} and not reached, f"{path!r}", (statuses, reached))
    journey.step("what JSM really uses passes, octet for octet")
    for path in ["/servicedesk/customer/portal/3?q=%2F..%2F&x=a;b", "/servicedesk/customer/portal/3/create/25",
                 "/rest/servicedeskapi/request?start=0&limit=50", "/s/-abc_123/9.4.0/1/_/download/batch/x.css?a=b",
                 "/servicedesk/customer/portal/3/SUP-1?sda_source=%C3%A9t%C3%A9",
                 "/plugins/servlet/desk/portal/3?requestGroup=2"]:
        answer = door.send("GET", path, session="alice")
        target = door.portal_saw()[0]
        journey.check(answer.status not in (400, 403) and target == path, path, (answer.status, target))
    journey.step("what customers do not need is closed to them, with a session too")
    for method, path in [("GET", "/browse/SUP-1"), ("GET", "/issues/?jql=project%20%3D%20SUP"), ("POST", "/login.jsp"),
                         ("GET", "/secure/Dashboard.jspa"), ("GET", "/rest/api/2/search?jql=x"),
                         ("POST", "/rest/servicedesk/1/customer/pages/user/signup"),
                         ("GET", "/rest/servicedesk/1/customer/portal/3/user-search?query=a")]:
        before = stack.portal_stats()["total"]
        answer = door.send(method, path, session="alice", body=b"a=b" if method == "POST" else b"")
        reached = stack.portal_stats()["total"] - before
        journey.check(answer.status == 403 and not reached, f"{method} {path}", (answer.status, reached))


def spellings(name):
    yield name
    yield name.lower()
    yield name.upper()
    yield name.replace("-", "_")
    yield name.replace("-", "_", 1)


def headers(journey, stack, door):
    journey.step("identity headers of the client, in every spelling, alone and twice")
    lies = [(spelling, "admin") for name in IDENTITY for spelling in spellings(name)]
    before = stack.portal_stats()["total"]
    answers = [door.send("GET", PORTALS, [lie]).status for lie in lies]
    journey.check(set(answers) == {302} and stack.portal_stats()["total"] == before, f"{len(lies)} lies open nothing")
    wrong = []
    for lie in [[each] for each in lies] + [lies, lies + lies, [*lies[:5], *lies[:5]]]:
        answer = door.send("GET", PORTALS, lie, session="alice")
        seen = [value for name, value in door.portal_saw()[1] if name.startswith("x-vestibule-")]
        names = [name for name, _ in door.portal_saw()[1] if name.startswith("x-vestibule-")]
        if answer.status != 200 or "admin" in seen or len(names) != len(set(names)):
            wrong.append((lie[0], answer.status))
    journey.check(not wrong, "with a session, the portal sees Alice once and the lies never", wrong[:3])

    journey.step("what else a client might say")
    answer = door.send("GET", PORTALS, [(name, "6.6.6.6") for name in BELIEVED], session="alice")
    values = [value for _, value in door.portal_saw()[1]]
    journey.check(answer.status == 200 and "6.6.6.6" not in values, "none of it reaches the portal as it was said")
    questions = [
        ("X-Vestibule-Site", "x"), ("X-Vestibule-Target", "/vestibule/assets/x"), ("X-Vestibule-Method", "GET")]
    for count in (1, 2):
        answer = door.send("POST", CREATE, questions * count, accept="application/json", body=b"x=1")
        journey.check(
            answer.status == 401, f"the gate's question cannot be asked by the client ({count}x)", answer.status)
    answer = door.send("GET", PORTALS, [("X-Forwarded-Host", "evil.example"), ("Forwarded", "host=evil.example")])
    journey.check(answer.status == 302 and answer.header("Location").startswith(stack.public + "/start"),
                  "the redirect leads to the configured host", answer.header("Location"))
    for host in ("evil.example", "portal.localhost.evil.example", "127.0.0.1"):
        answer = stack.raw(f"GET {PORTALS} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        journey.check(answer.status == 421, f"Host {host} is no site of ours", answer.status)


def cookies(journey, stack, door):
    journey.step("cookies")
    handle, token = door.alice.jar()["vestibule-session"], door.alice.jar()["vestibule"]
    head, claims, signature = token.split(".")
    forged = {
        "garbage": "vestibule=!!!", "no algorithm": f"vestibule=eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.",
        "no signature": f"vestibule={head}.{claims}.", "cut signature": f"vestibule={head}.{claims}.{signature[:-2]}",
        "other claims": f"vestibule={head}.{claims[:-4]}AAAA.{signature}", "empty": "vestibule=; vestibule-session=",
        "handle as token": f"vestibule={handle}", "token as handle": f"vestibule-session={token}",
        "other prefix": f"__Host-vestibule={token}", "two tokens": f"vestibule={token}; vestibule={token}",
        "two handles": f"vestibule-session={handle}; vestibule-session={handle}", "long": "vestibule=" + "A" * 7000,
    }
    for name, cookie in forged.items():
        answer = door.send("GET", PORTALS, [("Cookie", cookie)])
        journey.check(answer.status == 302, f"{name}: no session", answer.status)
    cleared = door.send("GET", PORTALS, [("Cookie", f"vestibule={head}.{claims}.")]).all("Set-Cookie")
    journey.check(any(line.startswith("vestibule=;") and "Max-Age=0" in line for line in cleared),
                  "a token that opens nothing is cleared")
    journey.step("the portal gets its own cookies and none of ours")
    ours = ["vestibule-choice=acme-staff"] + [f"vestibule-login-{number}=v{number}" for number in range(6)]
    theirs = ["JSESSIONID=1", "atlassian.xsrf.token=t", "vestibules=2", "my-vestibule=3", "__Host-other=4"]
    mixed = [each for pair in itertools.zip_longest(ours, theirs) for each in pair if each]
    for name, jar in {"ours first": [door.cookies, *ours, *theirs], "ours last": [*theirs, *ours, door.cookies],
                      "mixed": [*mixed, door.cookies], "only ours": [*ours, door.cookies]}.items():
        answer = door.send("GET", PORTALS, [("Cookie", "; ".join(jar))])
        got = [value for key, value in door.portal_saw()[1] if key == "cookie"]
        want = ["; ".join(each for each in jar if each in theirs)] if any(each in theirs for each in jar) else []
        journey.check(answer.status == 200 and got == want, name, (answer.status, got, want))
    many = [part for number in range(14) for part in (f"vestibule-login-{number}=v", f"own{number}=1")]
    door.send("GET", PORTALS, [("Cookie", "; ".join([*many, door.cookies]))])
    got = " ".join(value for key, value in door.portal_saw()[1] if key == "cookie")
    journey.check("vestibule" not in got, "more of ours than can be cut out: the portal gets no cookie at all", got)
    door.send("GET", PORTALS, [("Cookie", "JSESSIONID=1"), ("Cookie", door.cookies)])
    got = [value for key, value in door.portal_saw()[1] if key == "cookie"]
    journey.check(got == ["JSESSIONID=1"], "two Cookie lines are one", got)


def methods(journey, stack, door):
    journey.step("methods and bodies without a session")
    before = stack.portal_stats()["total"]
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "FOO"):
        answer = door.send(method, CREATE, accept="application/json", body=b"x=1" if method != "OPTIONS" else b"")
        wanted = (401,) if method == "POST" else (401, 403, 405)
        journey.check(answer.status in wanted, f"{method} is refused, and never redirected", answer.status)
    answer = door.send("HEAD", PORTALS)
    journey.check(answer.status == 302, "HEAD is told like GET", answer.status)
    answer = door.send("POST", CREATE, body=b"summary=" + b"x" * 300_000)
    journey.check(answer.status == 401 and "text/html" in answer.header("Content-Type"),
                  "a large form gets its page, not a reset", answer.status)
    answer = door.send("POST", PORTALS, [("Content-Length", str(26 << 20))])
    journey.check(answer.status == 413, "a body beyond the limit is refused before anybody is asked", answer.status)
    smuggled = door.stack.raw(
        f"POST {PORTALS} HTTP/1.1\r\nHost: {door.host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n"
        f"Connection: close\r\n\r\n0\r\n\r\nGET {PORTALS} HTTP/1.1\r\nHost: {door.host}\r\nX: ".encode())
    journey.check(smuggled.status == 400, "two lengths for one body are refused", smuggled.status)
    journey.check(stack.portal_stats()["total"] == before, "nothing reached the portal")
    answer = door.send("GET", "/.vestibule-check", session="alice")
    journey.check(answer.status == 404, "the check cannot be asked from outside", answer.status)
    for path in ("/gate/nginx", "/gate/nginx/answer", "/metrics", "/readyz"):
        reached = stack.portal_stats()["total"]
        answer = door.send("GET", path)
        journey.check(answer.status == 302 and stack.portal_stats()["total"] == reached,
                      f"{path} of the broker is a path of the portal like any other", answer.status)


def fail_closed(journey, stack, door):
    journey.step("the gate is gone")
    stack.reset_portal()
    stack.brokers[0].stop()
    statuses = [door.send(method, PORTALS, session=session).status
                for method in ("GET", "POST") for session in (None, "alice")]
    statuses.append(door.send("GET", "/vestibule/start").status)
    journey.check(set(statuses) == {503}, "everybody gets 503, also with a session", statuses)
    journey.check(stack.portal_stats()["total"] == 0, "nothing reached the portal")
    stack.start_broker(0)
    answer = door.send("GET", PORTALS, session="alice")
    journey.check(answer.status == 200, "and when it is back, so is Alice", answer.status)


def main():
    with Journey("fronts") as journey, Stack(journey, unix_gate=True) as stack:
        door = Door(stack)
        vectors(journey, stack, door)
        paths(journey, stack, door)
        headers(journey, stack, door)
        cookies(journey, stack, door)
        methods(journey, stack, door)
        fail_closed(journey, stack, door)


main()
