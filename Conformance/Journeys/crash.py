"""Power cuts, two processes on one store, replays, revocation, and a store that cannot be read.

Nothing that matters lives in a process only, and nothing passes the gate while nobody can say who it is.
"""

import concurrent.futures
import contextlib
import fcntl
import threading
import time

from harness import HTML, Client, Journey, Stack, wait_until

TARGET = "/servicedesk/customer/portal/3"
REPLAYS = 100


def power_cut(journey, stack):
    journey.step("kill -9 between begin and callback")
    client = Client(stack)
    way = client.begin(TARGET)
    for broker in stack.brokers:
        broker.kill()
    answer = Client(stack).get(stack.origin + TARGET)
    journey.check(answer.status == 503, "with no broker the gate is closed: 503", answer.status)
    journey.check("Sign-in is not available" in answer.text and answer.header("Retry-After"), "and the page says so")
    answer = Client(stack).get(stack.origin + "/rest/api/2/myself", accept="application/json")
    journey.check(answer.status == 503 and "application/json" in answer.header("Content-Type"), "programs get JSON")
    journey.check(way.send().status == 503, "the callback comes while there is no broker: 503 too")
    started = time.monotonic()
    for index in range(stack.count):
        stack.start_broker(index)
    journey.step(f"restarted, ready after {time.monotonic() - started:.2f} s")
    answer = client.follow(way.send())
    journey.check(answer.status == 200 and answer.url == stack.origin + TARGET, "the login that was begun completes",
                  (answer.status, answer.code))
    journey.check("alice@acme.example" in answer.text, "and the portal greets Alice")
    for broker in stack.brokers:
        broker.kill()
    for index in range(stack.count):
        stack.start_broker(index)
    answer = client.get(stack.origin + TARGET)
    journey.check(answer.status == 200 and "alice@acme.example" in answer.text, "the session survives a power cut too")
    verified = stack.command("audit", "verify", check=False)
    journey.check(verified.returncode == 0, "the audit log verifies after it", verified.stdout + verified.stderr)


def two_processes(journey, stack):
    journey.step("begin on process A, complete on process B")
    a, b = stack.public_ports
    client = Client(stack, port=None)
    way = client.begin(TARGET, email="bob@acme.example")
    answer = way.send(port=b)
    journey.check(answer.status == 303 and client.has_session, "B completes", (answer.status, answer.code))
    for index, name in enumerate("AB"):
        journey.check(ask_gate(stack, client, index) == 200, f"the gate of {name} knows the session at once")


def ask_gate(stack, client, index=0, target=TARGET):
    """What one process' gate says, straight on its internal listener."""
    connection = stack.gate_connection(index)
    try:
        connection.request("GET", "/gate/nginx", headers={
            "X-Vestibule-Site": "portal", "X-Vestibule-Target": target, "X-Vestibule-Method": "GET",
            "Cookie": "; ".join(f"{name}={value}" for name, value in client.jar().items()), "Accept": HTML})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def replays(journey, stack):
    journey.step(f"{REPLAYS} replays of one callback at once, over both processes")
    before = len(stack.live_sessions())
    client = Client(stack)
    way = client.begin(TARGET, email="carol@globex.example")
    others = [client.copy() for _ in range(REPLAYS)]
    gate = threading.Barrier(REPLAYS)

    def send(number):
        gate.wait()
        return way.send(client=others[number], port=stack.public_ports[number % 2])

    with concurrent.futures.ThreadPoolExecutor(REPLAYS) as pool:
        answers = list(pool.map(send, range(REPLAYS)))
    opened = [number for number, answer in enumerate(answers) if others[number].has_session]
    journey.check(len(stack.live_sessions()) - before == 1, "exactly one session",
                  len(stack.live_sessions()) - before)
    journey.check(len(opened) == 1, "exactly one answer carries it", len(opened))
    codes = {answer.code for number, answer in enumerate(answers) if number not in opened}
    statuses = {answer.status for number, answer in enumerate(answers) if number not in opened}
    journey.check(codes <= {"login_already_used", "state_mismatch"}, "the others are told why", codes)
    journey.check(max(statuses, default=0) < 500, "and none of them met an error of ours", statuses)
    listed = stack.command("sessions", "list", "--organization", "globex", "--json").stdout
    journey.check(listed.count('"s_') == 1, "the command line lists one session of Globex", listed.count('"s_'))


def revocations(journey, stack, rounds=5):
    journey.step("sessions revoked at the command line")
    worst, from_start = 0, 0
    for _ in range(rounds):
        known = set(stack.live_sessions())
        client = Client(stack)
        client.login(TARGET)
        session, = set(stack.live_sessions()) - known
        for index in range(2):
            ask_gate(stack, client, index)
        refused = {}

        def watch(index):
            while index not in refused:
                status, now = ask_gate(stack, client, index), time.monotonic()
                if status == 401:
                    refused[index] = now
                time.sleep(0.003)

        watchers = [threading.Thread(target=watch, args=(index,), daemon=True) for index in range(2)]
        for watcher in watchers:
            watcher.start()
        time.sleep(0.1)
        began = time.monotonic()
        stack.command("sessions", "revoke", session)
        done = time.monotonic()
        wait_until(lambda: len(refused) == 2, "both gates to refuse", 5)
        worst = max(worst, max(refused.values()) - done)
        from_start = max(from_start, max(refused.values()) - began)
    print(f"    {rounds} rounds, two processes, worst: {max(worst, 0) * 1000:.0f} ms after the command returned, "
          f"{from_start * 1000:.0f} ms after it was typed")
    journey.check(worst < 1, "refused within a second of the command's return", f"{worst:.3f} s")
    answer = client.get(stack.origin + TARGET)
    journey.check(answer.status == 302 and "/vestibule/start" in answer.location, "nginx sends the browser to sign in")


@contextlib.contextmanager
def locked_store(stack):
    """Holds every lock of the write-ahead log's index: whoever wants to read or write has to wait."""
    with open(stack.folder / "vestibule.sqlite-shm", "r+b") as index:
        fcntl.lockf(index, fcntl.LOCK_EX, 8, 120)
        yield


def unreadable(journey, stack):
    journey.step("nobody can read the store")
    client, stranger = Client(stack), Client(stack)
    client.login(TARGET)
    journey.check(client.get(stack.origin + TARGET).status == 200, "Alice is signed in, and the gate is warm")
    stack.reset_portal()
    statuses, slowest = [], 0
    with locked_store(stack):
        time.sleep(1.5)
        for _ in range(2):
            began = time.monotonic()
            statuses.append(client.get(stack.origin + TARGET).status)
            slowest = max(slowest, time.monotonic() - began)
            statuses.append(stranger.get(stack.origin + "/rest/api/2/myself", accept="application/json").status)
        ready = stack.internal("/readyz")[0]
    print(f"    the slowest answer took {slowest:.1f} s")
    journey.check(not any(200 <= status < 300 for status in statuses),
                  "no 2xx, also for a token that was verified before", sorted(set(statuses)))
    journey.check(set(statuses) == {503}, "everybody is told 503", sorted(set(statuses)))
    journey.check(stack.portal_stats()["total"] == 0, "nothing reached the portal")
    journey.check(ready == 503, "and the process says that it is not ready", ready)
    answer = wait_until(
        lambda: (answer := client.get(stack.origin + TARGET)).status == 200 and answer, "the gate to open again", 15)
    journey.check("alice@acme.example" in answer.text, "when the store can be read again, the session is still there")


def destroyed(journey, stack):
    journey.step("the disk comes back with other octets in the store")
    client = Client(stack)
    client.login(TARGET)
    stack.reset_portal()
    stack.brokers[0].kill()
    for name in ("vestibule.sqlite", "vestibule.sqlite-wal"):
        path = stack.folder / name
        if path.exists():
            with open(path, "r+b") as file:
                file.write(b"\xa5" * path.stat().st_size)
    started = True
    try:
        stack.start_broker(0)
    except (RuntimeError, TimeoutError):
        started = False
    journey.check(not started, "the broker does not serve from it")
    statuses = [client.get(stack.origin + TARGET).status for _ in range(5)]
    journey.check(set(statuses) == {503}, "the gate stays closed", statuses)
    journey.check(stack.portal_stats()["total"] == 0, "nothing reached the portal")
    said = stack.brokers[0].log.read_text(errors="replace").strip().splitlines()
    journey.check(said and "store" in said[-1].lower(), "and the log says why", said[-1:][0][:160] if said else None)


def main():
    with Journey("crash") as journey:
        with Stack(journey, brokers=2) as stack:
            power_cut(journey, stack)
            two_processes(journey, stack)
            replays(journey, stack)
            revocations(journey, stack)
            unreadable(journey, stack)
        with Stack(journey, name="destroyed") as stack:
            destroyed(journey, stack)


main()
