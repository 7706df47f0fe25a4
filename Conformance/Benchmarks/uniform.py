"""What the time and the bytes of an answer give away about a typed address, where discovery is `uniform`."""

import http.client
import re
import statistics
import time
import urllib.parse

from installation import Installation

# Several of each kind and equally long: one domain may be typed only so often.
KNOWN = [f"carol@known{number}.example" for number in range(8)]
UNKNOWN = [f"carol@other{number}.example" for number in range(8)]


class Uniform(Installation):
    """A site whose discovery is uniform."""

    def portal_site(self, **members):
        return super().portal_site(**{**members, "discovery": "uniform"})

    def standard_connections(self):
        connections = super().standard_connections()
        connections[-1].domains.extend(email.partition("@")[2] for email in KNOWN)
        return connections


def answer(broker, connection, host, email):
    """One login of its own and one typed address: seconds, and the answer without what is by chance."""
    def ask(method, path, headers=None, body=None):
        connection.request(method, path, body, {"Host": host, "Accept": "text/html", **(headers or {})})
        response = connection.getresponse()
        return response, response.read()

    start, _ = ask("GET", "/vestibule/start?rd=/servicedesk/customer/portals")
    cookie = start.getheader("Set-Cookie").partition(";")[0]
    page = urllib.parse.urlsplit(start.getheader("Location")).path
    _, text = ask("GET", page, {"Cookie": cookie})
    transaction = re.search(rb'name="transaction" value="([^"]+)"', text).group(1).decode()
    form = urllib.parse.urlencode({"transaction": transaction, "email": email})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    began = time.perf_counter()
    response, body = ask("POST", page, headers, form)
    seconds = time.perf_counter() - began
    location = re.sub(r"/vestibule/(login|continue)/[^/?]+", r"/vestibule/\1/HANDLE", response.getheader("Location") or "")
    fields = sorted((name.lower(), value) for name, value in response.getheaders() if name.lower() not in ("date", "location"))
    fields = [(name, re.sub(r"^([^=]+)=[^;]+", r"\1=VALUE", value) if name == "set-cookie" else value)
              for name, value in fields]
    fields = [(re.sub(r"-[0-9a-z]{12}(?==|$)", "-REFERENCE", name), re.sub(r"login-[0-9a-z]{12}", "login-REFERENCE", value))
              for name, value in fields]
    return seconds, (response.status, location, len(response.getheader("Location") or ""), tuple(fields), body)


def uniform(options, say, result):
    """Discovery `uniform`: a known and an unknown address, interleaved, 2,000 each."""
    count = options.addresses
    with Uniform() as broker:
        host = broker.origin.partition("//")[2]
        connection = http.client.HTTPConnection("127.0.0.1", broker.public_ports[0], timeout=30)
        for email in KNOWN + UNKNOWN:
            answer(broker, connection, host, email)
        times, answers = {"known": [], "unknown": []}, set()
        for number in range(count):
            pair = [("known", KNOWN[number % 8]), ("unknown", UNKNOWN[number % 8])]
            # Who goes first takes turns, so that neither always follows the other's work.
            for kind, email in pair if number // 8 % 2 else reversed(pair):
                seconds, seen = answer(broker, connection, host, email)
                times[kind].append(seconds)
                answers.add(seen)
        connection.close()
    if len(answers) != 1 or next(iter(answers))[0] != 303:
        raise RuntimeError(f"{len(answers)} different answers, of status {sorted({each[0] for each in answers})}")
    known, unknown = (statistics.median(times[each]) * 1e6 for each in ("known", "unknown"))
    allowed = max(0.05 * max(known, unknown), 50)
    say(f"{count:,} each, equal but for the handle: {known:.0f} us for a known domain, {unknown:.0f} us for an unknown "
        f"one, apart by {abs(known - unknown):.1f} us of {allowed:.1f} allowed")
    return result("uniform", allowed / max(abs(known - unknown), 0.01), 1.0)
