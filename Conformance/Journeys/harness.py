"""What every journey stands on: real processes on loopback, a client with cookies, Chromium, and one way to report.

A journey starts what it needs in a folder of its own and stops it by process id. Everything that must never be written
down (cookies, codes, secrets) is noted in `secrets.tsv` of that folder, for `canary.py`.
"""

import argparse
import base64
import contextlib
import dataclasses
import http.client
import json
import os
import re
import secrets as random
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARIES = Path(os.environ.get("VESTIBULE_BINARIES", ROOT / ".build" / "debug"))
FRONT = ROOT / "Conformance" / "Fronts" / "nginx"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PORTAL_HOST, IDP_HOST, JSM_HOST = "portal.localhost", "idp.localhost", "jsm.localhost"


# ---- Reporting ------------------------------------------------------------------------------------------------------


class Journey:
    """Prints steps and checks as they happen, and one closing line. Leaves with 1 if anything failed."""

    def __init__(self, name, arguments=()):
        parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
        parser.add_argument("--keep", metavar="DIR", help="leave logs, databases and screenshots in DIR")
        for flags, options in arguments:
            parser.add_argument(*flags, **options)
        self.options = parser.parse_args()
        self.name, self.passed, self.failed, self.started = name, 0, 0, time.monotonic()
        kept = self.options.keep or os.environ.get("VESTIBULE_JOURNEYS")
        if kept:
            self.folder = Path(kept).resolve() / name
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
        else:
            self.folder = Path(tempfile.mkdtemp(prefix=f"vestibule-{name}-"))
        self.is_kept = bool(kept)
        self.shots = 0

    def step(self, text):
        print(f"  {text}", flush=True)

    def check(self, holds, text, seen=None):
        """One expectation. `seen` is printed where it does not hold; keep secrets out of it."""
        if holds:
            self.passed += 1
            print(f"    ok    {text}", flush=True)
        else:
            self.failed += 1
            print(f"    FAIL  {text}" + (f": {seen}" if seen is not None else ""), flush=True)
        return bool(holds)

    def shot(self, page, name):
        folder = self.folder / "screenshots"
        folder.mkdir(exist_ok=True)
        self.shots += 1
        page.screenshot(path=str(folder / f"{self.shots:02d}-{name}.png"), full_page=True)

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        print(f"{self.name}: {sys.modules['__main__'].__doc__.strip().splitlines()[0]}", flush=True)
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            return False
        if error is not None:
            self.failed += 1
            traceback.print_exception(kind, error, trace)
        if self.failed or self.is_kept:
            print(f"  logs: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
        seconds = time.monotonic() - self.started
        print(f"{self.name}: {self.passed} passed, {self.failed} failed, {seconds:.1f} s", flush=True)
        raise SystemExit(1 if self.failed or not self.passed else 0)


# ---- Processes ------------------------------------------------------------------------------------------------------


def free_ports(count):
    """Ports that were free a moment ago, all different."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_until(condition, what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise TimeoutError(f"not within {seconds} s: {what}")


def accepts(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
        return True
    return False


class Process:
    """One process that we started, with its log."""

    def __init__(self, name, command, folder, environment=None):
        self.name, self.log = name, folder / f"{name}.log"
        self.command = [str(part) for part in command]
        self.output = folder / f"{name}.out"
        with open(self.log, "ab") as log, open(self.output, "wb") as output:
            self.handle = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=log, cwd=folder,
                env={**os.environ, **(environment or {})}, start_new_session=True)

    @property
    def pid(self):
        return self.handle.pid

    def is_running(self):
        return self.handle.poll() is None

    def expect_running(self):
        if not self.is_running():
            tail = self.log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{self.name} ended with {self.handle.returncode}:\n{tail}")
        return True

    def kill(self):
        """Ends it as a power cut would."""
        self.handle.kill()
        self.handle.wait()

    def stop(self):
        if self.is_running():
            self.handle.terminate()
            try:
                self.handle.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.handle.returncode


# ---- A client with cookies ------------------------------------------------------------------------------------------


class Answer:
    def __init__(self, status, headers, body, url):
        self.status, self.headers, self.body, self.url = status, headers, body, url

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def location(self):
        location = self.header("Location")
        return urllib.parse.urljoin(self.url, location) if location else None

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def code(self):
        """The code of an error page of ours, or None."""
        found = re.search(r'data-code="([a-z_]+)"', self.text)
        return found and found.group(1)

    @property
    def forms(self):
        return Forms.read(self.text, self.url)

    def link(self, css_class):
        found = re.search(rf'<a class="{css_class}" href="([^"]*)"', self.text)
        return urllib.parse.urljoin(self.url, unescape(found.group(1))) if found else None


def unescape(text):
    import html

    return html.unescape(text)


class Forms(HTMLParser):
    """The forms of a page: address, method, fields as they stand, and buttons."""

    @classmethod
    def read(cls, text, url):
        parser = cls()
        parser.url, parser.found = url, []
        parser.feed(text)
        return parser.found

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.found.append({
                "action": urllib.parse.urljoin(self.url, attributes.get("action") or ""),
                "method": (attributes.get("method") or "get").upper(), "fields": {}, "buttons": []})
        elif self.found and tag == "input" and attributes.get("name"):
            self.found[-1]["fields"][attributes["name"]] = attributes.get("value") or ""
        elif self.found and tag == "button" and attributes.get("name"):
            self.found[-1]["buttons"].append((attributes["name"], attributes.get("value") or ""))


class Client:
    """A browser without a screen: host-only cookies, redirects when asked to, every request on loopback."""

    def __init__(self, stack, port=None):
        self.stack, self.cookies = stack, {}
        # Goes to this port whatever the URL says: a second broker behind the same name.
        self.port = port

    def copy(self):
        other = Client(self.stack, self.port)
        other.cookies = {host: dict(jar) for host, jar in self.cookies.items()}
        return other

    def jar(self, url=None):
        return self.cookies.setdefault(urllib.parse.urlsplit(url or self.stack.origin).hostname, {})

    def request(self, method, url, body=None, headers=None, accept=HTML, port=None):
        parts = urllib.parse.urlsplit(url)
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        jar = self.jar(url)
        fields = {"Accept": accept, **(headers or {})}
        if jar and "Cookie" not in fields:
            fields["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body)
            fields.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection = self.stack.connect(parts, port or self.port)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", parts.netloc)
            for name, value in fields.items():
                connection.putheader(name, value)
            octets = body.encode() if isinstance(body, str) else body
            if octets is not None:
                connection.putheader("Content-Length", str(len(octets)))
            connection.endheaders(octets)
            response = connection.getresponse()
            answer = Answer(response.status, response.getheaders(), response.read(), url)
        finally:
            connection.close()
        self.stack.notice_url(url)
        for line in answer.all("Set-Cookie"):
            self.take(jar, line)
        if answer.location:
            self.stack.notice_url(answer.location)
        return answer

    def take(self, jar, line):
        self.stack.notice_cookie(line)
        name, _, value = line.split(";")[0].partition("=")
        if re.search(r";\s*max-age=0\b", line, re.I):
            jar.pop(name.strip(), None)
        else:
            jar[name.strip()] = value.strip()

    def get(self, url, **options):
        return self.request("GET", url, **options)

    def follow(self, answer, until=None, limit=10):
        """Follows redirects; stops before an address that begins with `until`."""
        while answer.location and answer.status in (301, 302, 303, 307, 308) and limit:
            if until and answer.location.startswith(until):
                return answer
            answer, limit = self.get(answer.location), limit - 1
        return answer

    def submit(self, form, fields=None, until=None):
        answer = self.request(form["method"], form["action"], body={**form["fields"], **(fields or {})})
        return self.follow(answer, until)

    # MARK: The login, step by step

    def begin(self, target, email="alice@acme.example", user=None, connection=None):
        """From a deep link to the answer that would send the browser back to the broker; its address is not followed."""
        page = self.follow(self.get(self.stack.origin + target))
        form = next(each for each in page.forms if "email" in each["fields"])
        page = self.submit(form, {"email": email})
        if connection and "/choose" in page.url:
            page = self.submit(page.forms[0], {"connection": connection})
        form = next((each for each in page.forms if "user" in each["fields"]), None)
        if form is None:
            raise RuntimeError(f"no sign-in page of the IdP but {page.status} {page.code} at {page.url.split('?')[0]}")
        answer = self.submit(form, {"user": user or email, "password": "any"}, until=self.stack.public + "/cb/")
        if answer.location and answer.location.startswith(self.stack.public + "/cb/"):
            return Return(self, "GET", answer.location, None)
        posted = answer.forms[0]
        for name in ("code", "state"):
            self.stack.notice("posted " + name, posted["fields"].get(name, ""))
        return Return(self, "POST", posted["action"], posted["fields"])

    def login(self, target="/servicedesk/customer/portals", **options):
        """The whole login; the answer at the end of it."""
        answer = self.begin(target, **options).send()
        return self.follow(answer)

    @property
    def has_session(self):
        return self.stack.cookie("vestibule-session") in self.jar()


class Return:
    """A browser's way back from an IdP, to be sent once, twice or never."""

    def __init__(self, client, method, url, fields):
        self.client, self.method, self.url, self.fields = client, method, url, fields

    def send(self, client=None, port=None):
        return (client or self.client).request(self.method, self.url, body=self.fields, port=port)


@dataclasses.dataclass
class Connection:
    """One OpenID Provider of an organization, as resources.yaml names it."""

    name: str
    organization: str
    issuer: str
    domains: list
    title: str = ""
    client_id: str = "vestibule"
    secret_file: str = "client-secret"
    settings: dict = dataclasses.field(default_factory=dict)


# ---- The stack ------------------------------------------------------------------------------------------------------


class Stack:
    """Mock IdP, mock portal, broker and nginx with the shipped configuration, in one folder."""

    def __init__(self, journey, tls=False, settings=None, connections=None, token_lifetime=None, brokers=1, op=None,
                 auto_login=False, trusted_headers=True, unix_gate=False, name="stack", front=True):
        self.journey, self.tls, self.op, self.auto_login = journey, tls, op, auto_login
        self.settings, self.connections, self.token_lifetime = settings or {}, connections, token_lifetime
        self.trusted_headers, self.unix_gate, self.count, self.front = trusted_headers, unix_gate, brokers, front
        self.folder = journey.folder / name
        self.folder.mkdir()
        self.processes, self.brokers = [], []
        self.noted, self.lock = set(), threading.Lock()
        self.front_port, self.plain_port, *ports = free_ports(2 + 2 * brokers)
        self.public_ports, self.gate_ports = ports[:brokers], ports[brokers:]
        scheme = "https" if tls else "http"
        self.origin = f"{scheme}://{PORTAL_HOST}:{self.front_port}"
        self.public = f"{self.origin}/vestibule"
        self.trust = ssl.create_default_context()

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        with contextlib.suppress(Exception):
            self.collect()
        self.stop()

    def cookie(self, name):
        return ("__Host-" if self.tls else "") + name

    # MARK: Starting and stopping

    def start(self):
        for name in ("vestibule", "conformance"):
            if not (BINARIES / name).exists():
                raise SystemExit(f"{BINARIES / name} is not there: run `swift build`, or set VESTIBULE_BINARIES")
        self.write_private("kek", base64.b64encode(random.token_bytes(32)).decode())
        self.write_private("client-secret", "cs-" + random.token_urlsafe(32))
        self.write_private("control-secret", random.token_urlsafe(24))
        self.notice("client secret", (self.folder / "client-secret").read_text())
        self.notice("kek", (self.folder / "kek").read_text())
        if self.tls:
            Authority(self.folder).issue("server", [PORTAL_HOST, IDP_HOST, JSM_HOST])
            self.trust = ssl.create_default_context(cafile=str(self.folder / "ca.pem"))
        self.start_mocks()
        (self.folder / "server.yaml").write_text(self.server_yaml())
        (self.folder / "resources.yaml").write_text(self.resources_yaml())
        self.command("apply", "-f", "resources.yaml")
        for index in range(self.count):
            self.start_broker(index)
        if self.front:
            self.start_front()

    def start_mocks(self):
        options = ["--op-port", "0", "--portal-port", "0", "--broker-url", self.public, "--client-secret-file",
                   "client-secret", "--control-secret-file", "control-secret"]
        if self.trusted_headers:
            options += ["--trusted-headers"]
        if self.auto_login:
            options += ["--auto-login"]
        if self.tls:
            options += ["--tls-cert", "server.pem", "--tls-key", "server.key"]
        mocks = self.run("mocks", [BINARIES / "conformance", "mocks", *options])
        ready = wait_until(
            lambda: mocks.expect_running() and mocks.output.read_text().strip(), "the mocks to be ready", 20)
        self.mocks = json.loads(ready.splitlines()[0])
        self.portal_port = self.mocks["portal"]["port"]
        self.control_secret = (self.folder / "control-secret").read_text().strip()

    def start_broker(self, index=0):
        environment = {"VESTIBULE_LISTEN": f"127.0.0.1:{self.public_ports[index]}",
                       "VESTIBULE_GATE_LISTEN": self.gate_address(index)}
        broker = self.run(
            f"broker-{'ab'[index]}", [BINARIES / "vestibule", "serve", "--config", "server.yaml"], environment)
        del self.brokers[index:index + 1]
        self.brokers.insert(index, broker)
        wait_until(
            lambda: broker.expect_running() and accepts(self.public_ports[index]) and self.is_ready(index),
            "the broker to be ready", 30)

    def gate_address(self, index):
        return f"unix:{self.folder}/gate-{index}.sock" if self.unix_gate else f"127.0.0.1:{self.gate_ports[index]}"

    def gate_connection(self, index=0):
        if not self.unix_gate:
            return http.client.HTTPConnection("127.0.0.1", self.gate_ports[index], timeout=15)
        connection = http.client.HTTPConnection("gate", timeout=15)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(f"{self.folder}/gate-{index}.sock")
        return connection

    def internal(self, path, index=0):
        """The text at a path of the internal listener."""
        connection = self.gate_connection(index)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def is_ready(self, index):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.internal("/readyz", index)[0] == 200
        return False

    def start_front(self):
        folder = self.folder / "nginx"
        folder.mkdir(exist_ok=True)
        Front(self, folder).write()
        check = subprocess.run(
            ["nginx", "-t", "-p", folder, "-c", folder / "nginx.conf"], capture_output=True, text=True)
        if check.returncode:
            raise RuntimeError(check.stderr)
        self.nginx = self.run("nginx", ["nginx", "-p", folder, "-c", folder / "nginx.conf"])
        wait_until(lambda: self.nginx.expect_running() and accepts(self.front_port), "nginx to listen")

    def run(self, name, command, environment=None):
        process = Process(name, command, self.folder, environment)
        self.processes.append(process)
        return process

    def stop(self):
        for process in reversed(self.processes):
            process.stop()

    def collect(self):
        """What an operator can see, for the canary: the audit log and the metrics."""
        with open(self.folder / "audit.jsonl", "w") as file:
            subprocess.run(
                [BINARIES / "vestibule", "audit", "export", "--config", "server.yaml"], cwd=self.folder, stdout=file,
                stderr=subprocess.STDOUT, timeout=30)
        for index in range(self.count):
            with contextlib.suppress(OSError, http.client.HTTPException):
                (self.folder / f"metrics-{index}.txt").write_text(self.internal("/metrics", index)[1])

    def command(self, *arguments, check=True):
        """Runs the command-line tool on this installation."""
        result = subprocess.run(
            [str(BINARIES / "vestibule"), *arguments, "--config", "server.yaml"], cwd=self.folder, capture_output=True,
            text=True, timeout=60)
        with open(self.folder / "commands.log", "a") as log:
            log.write(f"$ vestibule {' '.join(arguments)}\n{result.stdout}{result.stderr}")
        if check and result.returncode:
            raise RuntimeError(f"vestibule {' '.join(arguments)}: {result.stdout}{result.stderr}")
        return result

    # MARK: Files

    def write_private(self, name, text):
        path = self.folder / name
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text + "\n")

    def server_yaml(self):
        lines = [
            f"publicURL: {self.public}", "store: {path: vestibule.sqlite}", 'keys: {kek: "file:kek"}',
            "log: {level: debug, format: json}", 'trustedProxies: ["127.0.0.0/8"]',
            "outbound:", "  allow:", "    - {host: idp.localhost, cidr: 127.0.0.0/8}"]
        if self.tls:
            lines.append("  trustRoots: [ca.pem]")
        if self.token_lifetime:
            lines.append(f"token: {{lifetime: {self.token_lifetime}}}")
        return "\n".join(lines) + "\n"

    def resources_yaml(self):
        connections = self.connections(self) if self.connections else self.standard_connections()
        text = "organizations:\n"
        for organization in dict.fromkeys(each.organization for each in connections):
            domains = dict.fromkeys(
                domain for each in connections if each.organization == organization for domain in each.domains)
            text += (f"  - id: {organization}\n    name: {organization.capitalize()} Ltd\n"
                     f"    domains: [{', '.join(domains)}]\n    support: helpdesk@{next(iter(domains))}\n")
        text += "connections:\n"
        for each in connections:
            text += (f"  - id: {each.name}\n    organization: {each.organization}\n    kind: oidc\n"
                     f"    name: {each.title or each.name}\n    enabled: true\n"
                     f"    domains: [{', '.join(each.domains)}]\n    settings:\n      issuer: {each.issuer}\n"
                     f"      clientID: {each.client_id}\n      clientSecret: file:{self.folder}/{each.secret_file}\n")
            for key, value in {**self.settings, **each.settings}.items():
                text += f"      {key}: {value}\n"
        return text + (
            f"sites:\n  - id: portal\n    kind: data-center\n    origin: {self.origin}\n"
            "    defaultPath: /servicedesk/customer/portals\n    discovery: open\n"
            "    theme: {productName: Acme Support, colour: \"#1f4fd8\"}\n    support: support@vendor.example\n")

    def standard_connections(self):
        issuers = self.mocks["op"]["issuers"]
        return [Connection("acme-staff", "acme", issuers["acme"], ["acme.example"]),
                Connection("globex-oidc", "globex", issuers["globex"], ["globex.example"])]

    # MARK: Connections

    def connect(self, parts, port=None):
        port = port or parts.port or (443 if parts.scheme == "https" else 80)
        if parts.scheme == "https" and port not in self.public_ports:
            raw = socket.create_connection(("127.0.0.1", port), 30)
            connection = http.client.HTTPConnection(parts.hostname, port, timeout=30)
            connection.sock = self.trust.wrap_socket(raw, server_hostname=parts.hostname)
            return connection
        return http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def raw(self, octets, port=None):
        """Sends octets as they are to the front, or another port, and reads one answer: status, headers, body."""
        sock = socket.create_connection(("127.0.0.1", port or self.front_port), 15)
        if self.tls and not port:
            sock = self.trust.wrap_socket(sock, server_hostname=PORTAL_HOST)
        with sock:
            sock.sendall(octets)
            response = http.client.HTTPResponse(sock)
            try:
                response.begin()
                return Answer(response.status, response.getheaders(), response.read(), self.origin + "/")
            except (http.client.HTTPException, ConnectionError):
                return Answer(0, [], b"", self.origin + "/")

    # MARK: What the portal and the IdP saw

    def control(self, method, path, base=None, fields=None):
        client = Client(self)
        answer = client.request(
            method, (base or self.mocks["portal"]["url"]) + path, body=fields,
            headers={"X-Mock-Control": self.control_secret})
        return json.loads(answer.body) if answer.body else None

    def portal_stats(self):
        return self.control("GET", "/__mock/stats")

    def portal_requests(self):
        return self.control("GET", "/__mock/requests")

    def reset_portal(self):
        self.control("POST", "/__mock/reset")

    def set_fault(self, tenant, fault):
        self.control("POST", "/__mock/fault", self.mocks["op"]["url"], {"tenant": tenant, "fault": fault})

    # MARK: The store, read beside the broker

    def query(self, sql, *values):
        with contextlib.closing(sqlite3.connect(f"file:{self.folder}/vestibule.sqlite?mode=ro", uri=True)) as database:
            return database.execute(sql, values).fetchall()

    def live_sessions(self):
        return [row[0] for row in self.query("SELECT id FROM sessions WHERE ended_at IS NULL ORDER BY created_at")]

    # MARK: For the canary

    def notice(self, kind, value):
        if len(value) < 12:
            return
        with self.lock:
            if value in self.noted:
                return
            self.noted.add(value)
            with os.fdopen(
                    os.open(self.folder / "secrets.tsv", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
                file.write(f"{kind}\t{value.strip()}\n")

    def notice_cookie(self, line):
        name, _, value = line.split(";")[0].partition("=")
        if "vestibule" in name and "choice" not in name:
            self.notice(f"cookie {name.split('-login-')[0]}", value)

    def notice_url(self, url):
        for name, value in urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query):
            if name in ("code", "state", "nonce", "code_challenge", "id_token_hint"):
                self.notice(f"query {name}", value)


class Front:
    """The shipped nginx configuration, with nothing changed but the addresses in the site file."""

    def __init__(self, stack, folder):
        self.stack, self.folder = stack, folder

    def write(self):
        for name in ("vestibule-http.conf", "vestibule-server.conf", "vestibule-portal.conf"):
            shutil.copy(FRONT / name, self.folder / name)
        (self.folder / "site.conf").write_text(self.site())
        user = "user root;\n" if os.geteuid() == 0 else ""
        temporary = "\n".join(
            f"    {kind}_temp_path {self.folder}/{kind};" for kind in
            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(
            f"{user}daemon off;\nworker_processes 1;\npid {self.folder}/nginx.pid;\n"
            f"error_log {self.folder}/error.log warn;\npcre_jit on;\nevents {{ worker_connections 2048; }}\n"
            f"http {{\n{temporary}\n    include site.conf;\n}}\n")

    def site(self):
        stack = self.stack
        gates = " ".join(f"server {stack.gate_address(index)};" for index in range(stack.count))
        publics = " ".join(f"server 127.0.0.1:{port};" for port in stack.public_ports)
        changes = [("server 127.0.0.1:8081;", gates), ("server 127.0.0.1:8080;", publics),
                   ("server 127.0.0.1:9001;", f"server 127.0.0.1:{stack.portal_port};"),
                   ("/var/log/nginx/portal.access.log", f"{self.folder}/access.log")]
        if not stack.tls:
            changes += [("127.0.0.1:8088", f"127.0.0.1:{stack.front_port}"),
                        ("portal.localhost:8088", f"portal.localhost:{stack.front_port}")]
            return self.changed("site.conf", changes)
        upstream = "server 127.0.0.1:9001;"
        changes += [("listen 443", f"listen 127.0.0.1:{stack.front_port}"),
                    ("listen 80", f"listen 127.0.0.1:{stack.plain_port}"),
                    ("$vestibule_host portal.example.com;", f"$vestibule_host {PORTAL_HOST}:{stack.front_port};"),
                    ("https://portal.example.com", stack.origin), ("portal.example.com", PORTAL_HOST),
                    ("/etc/nginx/tls/portal.crt", f"{stack.folder}/server.pem"),
                    ("/etc/nginx/tls/portal.key", f"{stack.folder}/server.key")]
        text = self.changed("site-tls.conf", changes)
        # The mock portal speaks https too when the stack does.
        assert upstream not in text
        return text.replace("proxy_pass http://vestibule_portal;", "proxy_pass https://vestibule_portal;")

    @staticmethod
    def changed(name, changes):
        text = (FRONT / name).read_text()
        for old, new in changes:
            if old not in text:
                raise RuntimeError(f"{name} has no `{old}`")
            text = text.replace(old, new)
        return text


class Authority:
    """A throw-away certificate authority."""

    def __init__(self, folder):
        self.folder = folder
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                     "-subj", "/CN=Vestibule throw-away CA", "-addext", "basicConstraints=critical,CA:TRUE",
                     "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", "ca.key", "-out", "ca.pem")

    def issue(self, name, hosts):
        names = ",".join(f"DNS:{host}" for host in hosts)
        (self.folder / f"{name}.ext").write_text(
            f"subjectAltName={names}\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                     f"/CN={hosts[0]}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                     "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem")

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)


# ---- Chromium -------------------------------------------------------------------------------------------------------


class Chromium:
    """Chromium by Playwright. With TLS it trusts the throw-away CA, from a certificate store of its own."""

    def __init__(self, stack):
        self.stack = stack

    def __enter__(self):
        from playwright.sync_api import sync_playwright

        self.playwright = sync_playwright().start()
        home = self.stack.folder / "home"
        if self.stack.tls:
            store = home / ".pki" / "nssdb"
            store.mkdir(parents=True)
            for command in (["-N", "--empty-password"],
                            ["-A", "-n", "throw-away", "-t", "C,,", "-i", str(self.stack.folder / "ca.pem")]):
                subprocess.run(["certutil", "-d", f"sql:{store}", *command], check=True, capture_output=True)
        home.mkdir(exist_ok=True)
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.browser = self.playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), headless=True,
            args=[*sandbox, "--disable-gpu"], env={**os.environ, "HOME": str(home)})
        return self

    def __exit__(self, *_):
        self.browser.close()
        self.playwright.stop()

    def context(self, **options):
        context = self.browser.new_context(viewport={"width": 1000, "height": 720}, **options)
        context.set_default_timeout(15000)
        context.on("request", lambda request: self.stack.notice_url(request.url))
        context.on("response", self.notice)
        return context

    def notice(self, response):
        if "/vestibule/" in response.url or response.url.startswith(self.stack.origin):
            with contextlib.suppress(Exception):
                for header in response.headers_array():
                    if header["name"].lower() == "set-cookie":
                        for line in header["value"].split("\n"):
                            self.stack.notice_cookie(line)

    def notice_jar(self, context):
        for cookie in context.cookies():
            self.stack.notice_cookie(f"{cookie['name']}={cookie['value']}")


def accessibility(journey, page, name):
    """No violation that axe can see."""
    from axe_core_python.sync_playwright import Axe

    found = [(each["id"], each["impact"], each["nodes"][0]["html"][:120]) for each in Axe().run(page)["violations"]]
    journey.check(not found, f"axe finds nothing on the page `{name}`", found)
