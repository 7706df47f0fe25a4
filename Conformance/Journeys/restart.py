"""Two brokers on one store behind nginx, restarted in turn under load: no wrong answer, and none that is open.

Half a minute of good sessions, forged ones, a portal that a rule closes, and nobody at all, while each broker in turn is
asked to stop, or is killed, and starts again. A request may be told 503 while nobody can answer it; it may never get
another answer than its own.
"""

import collections
import os
import random
import threading
import time

from harness import HTML, Client, Journey, Stack

SECONDS = int(os.environ.get("VESTIBULE_RESTART_SECONDS", "30"))
OPEN, CLOSED = "/servicedesk/customer/portal/3", "/servicedesk/customer/portal/7"
CREATE = "/servicedesk/customer/portal/3/create/25"
MODELS = "/rest/servicedesk/1/customer/models"
PORTALS = [(3, "SUP", [25, 26]), (5, "ACC", [41, 42]), (7, "SEC", [71])]
WORKERS = 6


def sites(stack):
    """Acme may see 3 and 5, and not 7."""
    return [stack.portal_site(
        portals=[{"id": number, "name": key, "project": key, "requestTypes": types} for number, key, types in PORTALS],
        access={"rules": [{"name": "acme-not-security", "deny": {"organization": "acme"}, "portals": [7]}]})]


class Load:
    """Sends requests, each of a kind with its one right answer, and counts what comes."""

    def __init__(self, stack, clients, forged):
        self.stack, self.clients, self.forged = stack, clients, forged
        self.host = stack.origin.split("//")[1]
        self.counts, self.wrong, self.open, self.lost = collections.Counter(), [], [], collections.Counter()
        self.lock, self.ends = threading.Lock(), threading.Event()

    def kinds(self):
        good, bad = random.choice(self.clients), random.choice(self.forged)
        body = b'{"models":["portal"],"options":{"portalId":%d}}'
        return {
            "good session": ("GET", OPEN, good, b"", (200,)),
            "good session, form": ("GET", CREATE, good, b"", (200,)),
            "good session, models of 3": ("POST", MODELS, good, body % 3, (200,)),
            "portal 7": ("GET", CLOSED, good, b"", (403,)),
            "portal 7, models": ("POST", MODELS, good, body % 7, (403,)),
            "forged": ("GET", OPEN, bad, b"", (302,)),
            "forged, form": ("POST", CREATE, bad, b"summary=spam", (401,)),
            "anonymous": ("GET", OPEN, "", b"", (302,)),
            "anonymous, form": ("POST", CREATE, "", b"summary=spam", (401,)),
            "anonymous, models": ("POST", MODELS, "", body % 3, (401,)),
        }

    def run(self):
        while not self.ends.is_set():
            for kind, (method, target, cookies, body, wanted) in self.kinds().items():
                self.one(kind, method, target, cookies, body, wanted)

    def one(self, kind, method, target, cookies, body, wanted):
        type_ = "application/json" if target == MODELS else "application/x-www-form-urlencoded"
        lines = {"Host": self.host, "Accept": HTML, "Connection": "close", "X-Atlassian-Token": "no-check"}
        if cookies:
            lines["Cookie"] = cookies
        if body:
            lines |= {"Content-Type": type_, "Content-Length": len(body)}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        answer = self.stack.raw(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body)
        with self.lock:
            self.counts[kind] += 1
            if answer.status in wanted:
                return
            # Nobody was there to ask: that is an answer, and it is a closed one.
            if answer.status == 503:
                self.lost[kind] += 1
                return
            self.wrong.append((kind, answer.status))
            if 200 <= answer.status < 300:
                self.open.append((kind, answer.status))


def cookies_of(client):
    return "; ".join(f"{name}={value}" for name, value in client.jar().items())


def forgeries(client):
    token, handle = client.jar()["vestibule"], client.jar()["vestibule-session"]
    head, claims, signature = token.split(".")
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    other = "B" if handle[0] != "B" else "C"
    return [f"vestibule={unsigned}.{claims}.", f"vestibule={head}.{claims}.{signature[::-1]}",
            f"vestibule={head}.{claims[:-4]}AAAA.{signature}", f"vestibule-session={other}{handle[1:]}"]


def restarts(stack, until):
    """Stops and starts each in turn, gently and not, and says how often."""
    done = collections.Counter()
    while time.monotonic() < until:
        for index in range(stack.count):
            for way in ("stop", "kill"):
                if time.monotonic() >= until:
                    return done
                getattr(stack.brokers[index], way)()
                time.sleep(0.3)
                stack.start_broker(index)
                done["SIGTERM" if way == "stop" else "kill -9"] += 1
                time.sleep(0.2)
    return done


def ended_session(journey, stack):
    journey.step("a session that ended while one broker was away")
    client = Client(stack)
    client.login(OPEN, email="bob@acme.example")
    stack.brokers[0].kill()
    stack.command("sessions", "revoke", "--customer", "bob@acme.example")
    stack.start_broker(0)
    time.sleep(1)
    statuses = collections.Counter(client.copy().get(stack.origin + OPEN).status for _ in range(20))
    journey.check(set(statuses) == {302}, "is over at both", dict(statuses))


def main():
    with Journey("restart") as journey, Stack(journey, brokers=2, sites=sites) as stack:
        clients = [Client(stack) for _ in range(3)]
        for client in clients:
            client.login(OPEN)
        load = Load(stack, [cookies_of(client) for client in clients], forgeries(clients[0]))
        journey.step("the answers with both brokers there")
        for kind, request in load.kinds().items():
            load.one(kind, *request)
        journey.check(not load.wrong and not load.lost, "each kind gets its own", (load.wrong, dict(load.lost)))
        tickets = len(stack.portal_stats()["tickets"])

        journey.step(f"{SECONDS} s of {WORKERS} clients, while each broker in turn stops or is killed and starts again")
        workers = [threading.Thread(target=load.run, daemon=True) for _ in range(WORKERS)]
        for worker in workers:
            worker.start()
        done = restarts(stack, time.monotonic() + SECONDS)
        load.ends.set()
        for worker in workers:
            worker.join(30)
        for kind, count in load.counts.items():
            print(f"    {count:6} x {kind}, {load.lost[kind]} of them 503")
        print("    restarts: " + ", ".join(f"{count} by {way}" for way, count in done.items()))
        journey.check(min(done["SIGTERM"], done["kill -9"]) >= 2, "each was restarted in both ways", dict(done))
        journey.check(not load.open, "0 open answers", load.open[:5])
        journey.check(not load.wrong, "0 wrong answers", collections.Counter(load.wrong).most_common(5))
        journey.check(len(stack.portal_stats()["tickets"]) == tickets, "no ticket was made")
        answered = sum(load.counts.values()) - sum(load.lost.values())
        journey.check(answered > sum(load.lost.values()), "and more was answered than was not", answered)
        print(f"    restart: {sum(load.counts.values())} requests, {len(load.wrong)} wrong, {len(load.open)} open, "
              f"{sum(load.lost.values())} x 503, {sum(done.values())} restarts")
        ended_session(journey, stack)


main()
