"""A thousand anonymous requests that would make tickets: none arrives at the portal.

The same requests, sent straight to the portal, do make tickets: that is the control.
"""

import collections
import itertools
import json

from harness import HTML, Journey, Stack

COUNT = 1000
PORTALS = [(3, 25), (3, 26), (5, 41), (5, 42), (7, 71)]
AGENTS = ["Mozilla/5.0", "python-requests/2.32", "curl/8.5", "GoogleHC/1.0", "Googlebot/2.1", ""]


def form(portal, kind, number):
    """The portal's own form, as its page sends it by script."""
    return (f"/servicedesk/customer/portal/{portal}/create/{kind}", "application/x-www-form-urlencoded",
            f"summary=spam+{number}&description=buy", {"X-Atlassian-Token": "no-check"})


def legacy(portal, kind, number):
    return (f"/plugins/servlet/desk/portal/{portal}/create/{kind}", "application/x-www-form-urlencoded",
            f"summary=spam+{number}", {"X-Atlassian-Token": "no-check"})


def with_cookie_token(portal, kind, number):
    """The double-submit token that the portal gives to anybody."""
    return (f"/servicedesk/customer/portal/{portal}/create/{kind}", "application/x-www-form-urlencoded",
            f"summary=spam+{number}&atl_token=t", {"Cookie": "atlassian.xsrf.token=t"})


def rest(portal, kind, number):
    body = {"serviceDeskId": str(portal), "requestTypeId": str(kind),
            "requestFieldValues": {"summary": f"spam {number}"}}
    return ("/rest/servicedeskapi/request", "application/json", json.dumps(body), {"X-Atlassian-Token": "no-check"})


def models(portal, kind, number):
    body = {"models": ["portal", "reqCreate"], "options": {"portalId": portal, "reqCreate": {"id": kind}}}
    return ("/rest/servicedesk/1/customer/models", "application/json", json.dumps(body), {})


def signup(portal, kind, number):
    return ("/servicedesk/customer/user/signup", "application/x-www-form-urlencoded", f"email=spam{number}@bot.example",
            {"X-Atlassian-Token": "no-check"})


def signup_call(portal, kind, number):
    return ("/rest/servicedesk/1/customer/pages/user/signup", "application/json",
            json.dumps({"email": f"spam{number}@bot.example"}), {"X-Atlassian-Token": "no-check"})


def password(portal, kind, number):
    return ("/servicedesk/customer/user/login", "application/x-www-form-urlencoded",
            f"os_username=bot{number}&os_password=guess", {})


TRICKS = [
    "/vestibule/../servicedesk/customer/portal/{0}/create/{1}",
    "/vestibule/..%2fservicedesk/customer/portal/{0}/create/{1}",
    "/vestibule/..;/servicedesk/customer/portal/{0}/create/{1}",
    "/vestibule/assets/..;/..;/servicedesk/customer/portal/{0}/create/{1}",
    "//servicedesk/customer/portal/{0}/create/{1}",
    "/servicedesk//customer/portal/{0}/create/{1}",
    "/servicedesk/customer/portal/{0}/create/{1};.css",
    "/servicedesk/customer/portal/{0}/create/{1}%3f.css",
    "/servicedesk/customer/portal/{0}/create/{1}?/vestibule/assets/vestibule.css",
    "/servicedesk/customer/portal/{0}/create/{1}#/vestibule/",
    "/%73ervicedesk/customer/portal/{0}/create/{1}",
    "/./servicedesk/customer/portal/{0}/create/{1}",
    "/servicedesk/customer/portal/{0}/create/{1}/",
    "/s/x/_/../../../servicedesk/customer/portal/{0}/create/{1}",
    "/healthz/..;/servicedesk/customer/portal/{0}/create/{1}",
    "/SERVICEDESK/../servicedesk/customer/portal/{0}/create/{1}",
    "http://portal.localhost/servicedesk/customer/portal/{0}/create/{1}",
    "/.vestibule-check/../servicedesk/customer/portal/{0}/create/{1}",
    "/gate/nginx/../../servicedesk/customer/portal/{0}/create/{1}",
]
LIES = [
    {"X-Vestibule-User": "c_admin", "X-Vestibule-Email": "admin@acme.example"},
    {"X_Vestibule_User": "c_admin"},
    {"X-Vestibule-Target": "/vestibule/assets/vestibule.css"},
    {"X-Vestibule-Site": "other", "X-Vestibule-Method": "GET"},
    {"X-Original-URI": "/vestibule/start"},
    {"X-Forwarded-Uri": "/vestibule/start", "X-Forwarded-For": "127.0.0.1"},
    {"X-Rewrite-URL": "/vestibule/start"},
    {"Cookie": "vestibule=eyJhbGciOiJub25lIn0.e30."},
    {"Cookie": "vestibule-session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
    {"Authorization": "Basic Ym90OmJvdA=="},
    {"X-HTTP-Method-Override": "GET"},
    {"Transfer-Encoding": "chunked"},
]


def tricks():
    for number, (pattern, (portal, kind)) in enumerate(itertools.product(TRICKS, PORTALS)):
        yield (pattern.format(portal, kind), "application/x-www-form-urlencoded", f"summary=spam+{number}",
               {"X-Atlassian-Token": "no-check"})


def corpus():
    """Every way, every portal, every lie, until there are enough."""
    yield from tricks()
    makers = [form, legacy, with_cookie_token, rest, models, signup, signup_call, password]
    for number in itertools.count():
        maker = makers[number % len(makers)]
        portal, kind = PORTALS[number // len(makers) % len(PORTALS)]
        path, content_type, body, headers = maker(portal, kind, number)
        lie = LIES[number % len(LIES)] if number % 3 == 0 else {}
        yield path, content_type, body, {**headers, **lie}


def octets(host, path, content_type, body, headers, number):
    headers = {"Host": host, "Content-Type": content_type, "User-Agent": AGENTS[number % len(AGENTS)],
               "Accept": HTML if number % 2 else "application/json", "Connection": "close", **headers}
    content = body.encode()
    if headers.get("Transfer-Encoding"):
        content = b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content)
    else:
        headers["Content-Length"] = str(len(content))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + content


def main():
    with Journey("bots") as journey, Stack(journey, trusted_headers=False) as stack:
        host = stack.origin.split("//")[1]
        wave = list(itertools.islice(corpus(), COUNT))
        journey.step(f"{len(wave)} anonymous POSTs through nginx")
        statuses = collections.Counter(
            stack.raw(octets(host, *request, number)).status for number, request in enumerate(wave))
        print("    " + ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items())))
        stats = stack.portal_stats()
        journey.check(len(stats["tickets"]) == 0, "0 tickets", len(stats["tickets"]))
        journey.check(stats["signups"] == 0, "0 sign-ups", stats["signups"])
        journey.check(stats["total"] == 0, "and not one request reached the portal", stats["counts"])
        journey.check(not any(200 <= status < 300 for status in statuses), "no answer was a 2xx")
        journey.check(statuses[0] == 0, "every request was answered")

        journey.step("the control: the same requests straight at the portal")
        creating = [request for request in wave if "/create/" in request[0] or request[0].endswith("api/request")]
        for number, request in enumerate(creating[-10:]):
            stack.raw(octets(host, *request, number), port=stack.portal_port)
        made = len(stack.portal_stats()["tickets"])
        journey.check(made == 10, "10 of them make 10 tickets", made)
        stack.reset_portal()
        for number, request in enumerate(creating[:len(TRICKS) * len(PORTALS)]):
            stack.raw(octets(host, *request, number), port=stack.portal_port)
        made = len(stack.portal_stats()["tickets"])
        journey.check(made >= 20, f"of the path tricks, {made} would have made a ticket")
        print(f"    bots: {COUNT} requests, 0 tickets wanted, {len(stats['tickets'])} made")


main()
