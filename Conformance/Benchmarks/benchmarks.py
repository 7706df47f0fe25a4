"""The benchmarks, one function each. Every one proves that the work is done right before it measures how fast."""

import statistics
import threading
import time

import inpath
import saml
import uniform
from fronts import NginxFront, PlainNginx, StaticNginx
from installation import Installation
from machine import cpu_seconds, family, race, resident_megabytes, wrk
from peers import Hello


class Result:
    """One closing line. Higher is better; where lower is better the value is the bar over the figure."""

    def __init__(self, name, value, bar):
        self.name, self.value, self.bar = name, value, bar

    @property
    def holds(self):
        return self.value >= self.bar

    def __str__(self):
        return f"ratio {self.name} {self.value:.2f} {self.bar:.2f}"


# ---- The gate -------------------------------------------------------------------------------------------------------


def gate(options, say):
    """Gate endpoint alone, warm session, against Hummingbird's hello on the same core."""
    with Installation() as broker, Hello(options.binaries, broker) as hello:
        visitor = broker.visitor()
        visitor.sign_in()
        broker.prove_gate(visitor)
        question = broker.question(visitor.token_cookie)
        # One server runs at a time, the other idles: they share a core and take turns.
        runs = race({
            "hello": lambda: wrk(hello.url, {}, [hello.pid], options.seconds),
            "gate": lambda: wrk(broker.gate_url, question, [broker.broker.pid], options.seconds),
            "hello, with the headers that the gate reads": lambda: wrk(
                hello.url, question, [hello.pid], options.seconds),
        }, options.rounds, say)
        broker.prove_gate(visitor)
        return Result("gate", runs["gate"].rate / runs["hello"].rate, 1.0)


def nginx_gate(options, say):
    """The shipped nginx configuration with the gate, against a plain auth_request on an nginx that always says yes."""
    with Installation(front=False) as broker, StaticNginx(broker) as static:
        visitor = broker.visitor()
        visitor.sign_in()
        broker.prove_gate(visitor)
        headers = {"Host": broker.origin.partition("//")[2], "Cookie": visitor.token_cookie, "Accept": "text/html"}
        with NginxFront(broker, static) as front, PlainNginx(broker, static) as plain:
            front.prove(headers, {**headers, "Cookie": visitor.forgeries()["another signature"]})
            runners = {
                each.title: (lambda each=each: wrk(
                    each.url, headers, [*family(each.pid), *static.pids, *each.others], options.seconds))
                for each in (plain, front)}
            runs = race(runners, options.rounds, say)
            # Not raced: what the shipped configuration itself costs.
            with NginxFront(broker, static, gate=static.address) as open_front:
                pids = [*family(open_front.pid), *static.pids]
                race({open_front.title: lambda: wrk(open_front.url, headers, pids, options.seconds)}, 1, say)
            return Result("nginx-gate", runs[front.title].rate / runs[plain.title].rate, 0.75)


# ---- The login ------------------------------------------------------------------------------------------------------


def sign_in_many(broker, count, keep=lambda visitor: None, concurrency=4):
    """Signs in so often, a few browsers at a time, each in turn with the same few connections. Returns seconds."""
    shares = [count // concurrency + (index < count % concurrency) for index in range(concurrency)]
    errors = []

    def work(share):
        visitor = broker.visitor()
        try:
            for _ in range(share):
                visitor.sign_in()
                keep(visitor)
        except Exception as error:
            errors.append(error)
        finally:
            visitor.close()

    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - started


def login(options, say):
    """Full brokered OIDC login: what the broker's process spends on one, mock OP in its own process."""
    return measure_logins("login", Installation(), options, say)


def login_saml(options, say):
    """Full brokered SAML login, AuthnRequest signed: what the broker's process spends on one."""
    return measure_logins("login-saml", Installation(saml=True), options, say)


def measure_logins(name, installation, options, say):
    with installation as broker:
        sign_in_many(broker, 20)
        rates = []
        for _ in range(options.rounds):
            before, sessions = cpu_seconds(broker.broker.pid), len(broker.live_sessions())
            seconds = sign_in_many(broker, options.logins)
            cpu = cpu_seconds(broker.broker.pid) - before
            if len(broker.live_sessions()) - sessions != options.logins:
                raise RuntimeError("not every login made a session")
            rates.append(options.logins / cpu)
            say(f"{options.logins} logins in {seconds:.1f} s, four at a time: {cpu / options.logins * 1000:.2f} ms CPU "
                f"each, {options.logins / cpu:,.0f}/s per core")
        return Result(name, statistics.median(rates), 150)


# ---- Size and start -------------------------------------------------------------------------------------------------


def memory(options, say):
    """Resident memory with 10,000 live sessions, each signed in for real and each known to the gate."""
    with Installation() as broker:
        before = resident_megabytes(broker.broker.pid)
        seconds = sign_in_many(broker, options.sessions, keep=lambda visitor: expect_open(broker, visitor))
        live = len(broker.live_sessions())
        if live < options.sessions:
            raise RuntimeError(f"{live} of {options.sessions} sessions live")
        after = resident_megabytes(broker.broker.pid)
        say(f"{live:,} live sessions after {seconds:.0f} s: {after:.1f} MB, {before:.1f} MB without any, "
            f"{(after - before) * 1024 / live:.2f} KB each")
        return Result("memory", 100 / after, 1.0)


def expect_open(broker, visitor):
    """The gate has verified the token and remembers it."""
    visitor.gate = getattr(visitor, "gate", None) or broker.gate_connection()
    status, _ = broker.ask(visitor.token_cookie, visitor.gate)
    if status != 200:
        raise RuntimeError(f"the gate says {status} to a new session")


def start(options, say):
    """From the start of the process to the first answer of both listeners, on a store that is there already."""
    with Installation() as broker:
        times = []
        for _ in range(max(5, options.rounds)):
            broker.broker.stop()
            times.append(broker.restart())
        broker.broker.stop()
        fresh = broker.restart({"VESTIBULE_STORE_PATH": "fresh.sqlite"})
        say(f"start to first answer: {', '.join(f'{each:.0f}' for each in times)} ms; with a new store, whose keys are "
            f"still to be made: {fresh:.0f} ms")
        return Result("start", 300 / statistics.median(times), 1.0)


# ---- SAML -----------------------------------------------------------------------------------------------------------


def with_results(run):
    """A benchmark of another file, given the closing line to make."""
    def measured(options, say):
        return run(options, say, Result)
    measured.__doc__ = run.__doc__
    return measured


ALL = {
    "gate": gate, "nginx-gate": nginx_gate, "login": login, "login-saml": login_saml, "memory": memory, "start": start,
    "saml": with_results(saml.saml), "saml-lasso": with_results(saml.saml_lasso),
    "saml-memory": with_results(saml.saml_memory), "uniform": with_results(uniform.uniform),
    "inpath-memory": with_results(inpath.memory),
}
