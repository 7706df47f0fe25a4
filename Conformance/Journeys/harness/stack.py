"""Mock IdP, mock portal, broker and nginx as processes on loopback."""

import base64
import contextlib
import dataclasses
import http.client
import json
import os
import re
import secrets
import socket
import sqlite3
import ssl
import subprocess
import threading
import time
import urllib.parse

from .client import Answer, Client
from .front import Authority, Front
from .places import BINARIES, IDP_HOST, JSM_HOST, PORTAL_HOST
from .processes import Process, accepts, free_ports, wait_until


@dataclasses.dataclass
class Connection:
    """One identity provider of an organization, as resources.yaml names it."""

    name: str
    organization: str
    issuer: str
    domains: list
    title: str = ""
    client_id: str = "vestibule"
    secret_file: str = "client-secret"
    settings: dict = dataclasses.field(default_factory=dict)
    kind: str = "oidc"
    enabled: bool = True

    def written(self, stack):
        """Its settings, one a line. What is no text is written as JSON, which YAML reads."""
        if self.kind == "oidc":
            settings = {"issuer": self.issuer, "clientID": self.client_id,
                        "clientSecret": f"file:{stack.folder}/{self.secret_file}", **stack.settings}
        else:
            settings = {"entityID": self.issuer} if self.kind == "saml" else {}
        return "".join(f"      {key}: {value if isinstance(value, str) else json.dumps(value)}\n"
                       for key, value in {**settings, **self.settings}.items())


class Stack:
    """Mock IdP, mock portal, broker and nginx with the shipped configuration, in one folder."""

    def __init__(self, journey, tls=False, settings=None, connections=None, token_lifetime=None, brokers=1, op=None,
                 auto_login=False, trusted_headers=True, unix_gate=False, name="stack", front=True,
                 saml_connections="globex-saml", link_rules=None, hosts=(), mock_options=None, sites=None,
                 outbound=(), program=BINARIES / "vestibule", server=None, apart=None):
        self.journey, self.tls, self.op, self.auto_login = journey, tls, op, auto_login
        self.settings, self.connections, self.token_lifetime = settings or {}, connections, token_lifetime
        self.trusted_headers, self.unix_gate, self.count, self.front = trusted_headers, unix_gate, brokers, front
        self.saml_connections, self.link_rules = saml_connections, link_rules or {}
        # Facades: further names in the certificate, what the mocks are told beside the usual, the sites as `sites` has
        # them, and whose servers the broker may reach.
        self.hosts, self.mock_options, self.sites, self.outbound = hosts, mock_options, sites, outbound
        # Sites on hosts of their own behind the same front, as id and host: the broker has a host to itself then.
        self.apart = apart or {}
        # The broker's executable, where it is not ours.
        self.program = program
        # Further openings and lines of server.yaml, from what the mocks said; the broker's environment.
        self.server, self.environment = server, {}
        # Further mocks that tell what they gave out.
        self.confessors = []
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
        for program in (self.program, BINARIES / "conformance"):
            if not program.exists():
                raise SystemExit(f"{program} is not there: run `swift build`, or set VESTIBULE_BINARIES")
        self.write_private("kek", base64.b64encode(secrets.token_bytes(32)).decode())
        self.write_private("client-secret", "cs-" + secrets.token_urlsafe(32))
        self.write_private("control-secret", secrets.token_urlsafe(24))
        self.notice("client secret", (self.folder / "client-secret").read_text())
        self.notice("kek", (self.folder / "kek").read_text())
        if self.tls:
            self.authority = Authority(self.folder)
            self.authority.issue("server", [PORTAL_HOST, IDP_HOST, JSM_HOST, *self.hosts, *self.apart.values()])
            self.trust = ssl.create_default_context(cafile=str(self.folder / "ca.pem"))
        self.start_mocks()
        (self.folder / "server.yaml").write_text(self.server_yaml())
        self.declared = self.connections(self) if self.connections else self.standard_connections()
        self.apply()
        for index in range(self.count):
            self.start_broker(index)
        if self.front:
            self.start_front()

    def apply(self, settle=False):
        """Brings the store to what `declared` says. A running broker knows within a second; `settle` waits for it."""
        (self.folder / "resources.yaml").write_text(self.resources_yaml())
        self.command("apply", "-f", "resources.yaml")
        if settle:
            time.sleep(1.2)

    def start_mocks(self):
        options = ["--op-port", "0", "--saml-port", "0", "--portal-port", "0", "--broker-url", self.public,
                   "--saml-connections", self.saml_connections, "--client-secret-file", "client-secret",
                   "--control-secret-file", "control-secret"]
        if self.trusted_headers:
            options += ["--trusted-headers"]
        if self.auto_login:
            options += ["--auto-login"]
        if self.tls:
            options += ["--tls-cert", "server.pem", "--tls-key", "server.key"]
        if self.mock_options:
            options += self.mock_options(self)
        mocks = self.run("mocks", [BINARIES / "conformance", "mocks", *options])
        ready = wait_until(
            lambda: mocks.expect_running() and mocks.output.read_text().strip(), "the mocks to be ready", 20)
        self.mocks = json.loads(ready.splitlines()[0])
        self.portal_port = self.mocks["portal"]["port"]
        self.control_secret = (self.folder / "control-secret").read_text().strip()

    def start_broker(self, index=0):
        environment = {**self.environment, "VESTIBULE_LISTEN": f"127.0.0.1:{self.public_ports[index]}",
                       "VESTIBULE_GATE_LISTEN": self.gate_address(index)}
        broker = self.run(
            f"broker-{'ab'[index]}", [self.program, "serve", "--config", "server.yaml"], environment)
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
        """What an operator can see, for the canary: the audit log and the metrics. And what the mock IdP gave out."""
        for url in (self.mocks["op"]["url"], self.mocks["saml"]["url"], *self.confessors):
            for kind, value in self.control("GET", "/__mock/secrets", url)["secrets"]:
                self.notice(f"IdP {kind}", value)
        with open(self.folder / "audit.jsonl", "w") as file:
            subprocess.run(
                [self.program, "audit", "export", "--config", "server.yaml"], cwd=self.folder, stdout=file,
                stderr=subprocess.STDOUT, timeout=30)
        for index in range(self.count):
            with contextlib.suppress(OSError, http.client.HTTPException):
                (self.folder / f"metrics-{index}.txt").write_text(self.internal("/metrics", index)[1])

    def command(self, *arguments, check=True):
        """Runs the command-line tool on this installation."""
        result = subprocess.run(
            [str(self.program), *arguments, "--config", "server.yaml"], cwd=self.folder, capture_output=True,
            text=True, timeout=60, env={**os.environ, **self.environment})
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
            f"gate: {{upstream: {self.upstream()}}}",
            "log: {level: debug, format: json}", 'trustedProxies: ["127.0.0.0/8"]',
            "outbound:", "  allow:", "    - {host: idp.localhost, cidr: 127.0.0.0/8}"]
        lines += [f"    - {{host: {host}, cidr: 127.0.0.0/8, site: {site}}}" for host, site in self.outbound]
        openings, more = self.server(self) if self.server else ([], [])
        lines += [f"    - {{host: {host}, cidr: {cidr}}}" for host, cidr in openings]
        if self.tls:
            lines.append("  trustRoots: [ca.pem]")
        if self.token_lifetime:
            lines.append(f"token: {{lifetime: {self.token_lifetime}}}")
        lines += more
        return "\n".join(lines) + "\n"

    def upstream(self):
        """Where the broker finds the portal, for what the shipped configuration sends it to judge by the body."""
        place = f"https://{JSM_HOST}" if self.tls else "http://127.0.0.1"
        place = json.dumps(f"{place}:{self.portal_port}")
        return "{" + ", ".join(f"{name}: {place}" for name in self.apart) + "}" if self.apart else place

    def resources_yaml(self):
        connections = self.declared
        text = "organizations:\n"
        for organization in dict.fromkeys(each.organization for each in connections):
            domains = dict.fromkeys(
                domain for each in connections if each.organization == organization for domain in each.domains)
            text += (f"  - id: {organization}\n    name: {organization.capitalize()} Ltd\n"
                     f"    domains: [{', '.join(domains)}]\n    support: helpdesk@{next(iter(domains))}\n"
                     f"    linkRules: {json.dumps(self.link_rules.get(organization, []))}\n")
        text += "connections:\n"
        for each in connections:
            text += (f"  - id: {each.name}\n    organization: {each.organization}\n    kind: {each.kind}\n"
                     f"    name: {each.title or each.name}\n    enabled: {json.dumps(each.enabled)}\n"
                     f"    domains: [{', '.join(each.domains)}]\n    settings:\n{each.written(self)}")
        # A line of JSON each, which YAML reads.
        return text + "sites:\n" + "".join(
            f"  - {json.dumps(site)}\n" for site in (self.sites(self) if self.sites else self.standard_sites()))

    def standard_sites(self):
        return [self.portal_site(id=name, origin=self.origin_of(name)) for name in self.apart] or [self.portal_site()]

    def origin_of(self, site):
        """Where a site on a host of its own is."""
        return self.origin.replace(PORTAL_HOST, self.apart[site])

    def portal_site(self, **members):
        return {"id": "portal", "kind": "data-center", "origin": self.origin,
                "defaultPath": "/servicedesk/customer/portals", "discovery": "open",
                "theme": {"productName": "Acme Support", "colour": "#1f4fd8"}, "support": "support@vendor.example",
                **members}

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
        if answer.status >= 400:
            raise RuntimeError(f"the mocks refuse {path}: {answer.status}")
        return json.loads(answer.body) if answer.body else None

    def portal_stats(self):
        return self.control("GET", "/__mock/stats")

    def portal_sessions(self, portal="portal"):
        """Whose sessions the portal has, where it signs people in itself: one name for each."""
        return self.control("GET", "/__mock/sessions", self.mocks[portal]["url"])["usernames"]

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
        value = value.strip()
        if len(value) < 12:
            return
        with self.lock:
            if value in self.noted:
                return
            self.noted.add(value)
            with os.fdopen(
                    os.open(self.folder / "secrets.tsv", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
                file.write(f"{kind}\t{value}\n")

    def notice_cookie(self, line):
        name, _, value = line.split(";")[0].partition("=")
        if "vestibule" in name and "choice" not in name:
            self.notice(f"cookie {re.sub('-login-.*', '-login', name)}", value)

    def notice_url(self, url):
        parts = urllib.parse.urlsplit(url)
        if parts.path.startswith("/vestibule/arrive/"):
            self.notice("hand-off ticket", parts.path.rsplit("/", 1)[1])
        fields = dict(urllib.parse.parse_qsl(parts.query))
        if parts.path.startswith("/servicedesk/") or "post_logout_redirect_uri" in fields:
            # Where a sign-out ends: `state` becomes part of a page's address there, like any deep link's query.
            fields.pop("state", None)
        for name, value in fields.items():
            # A relying party's RelayState may be its own address.
            if name in ("code", "ticket", "state", "nonce", "code_challenge", "id_token_hint", "RelayState", "SAMLRequest",
                        "SAMLResponse", "Signature") and not value.startswith("https://"):
                self.notice(f"query {name}", value)

    def notice_posted(self, fields):
        for name in ("code", "state", "RelayState", "SAMLRequest", "SAMLResponse"):
            self.notice(f"posted {name}", fields.get(name, ""))
        with contextlib.suppress(ValueError):
            message = base64.b64decode(fields.get("SAMLResponse", "")).decode()
            for name, value in re.findall(r"<(?:\w+:)?(SignatureValue|CipherValue)[^>]*>\s*([\w+/=]{40,})", message):
                self.notice(f"posted {name}", value[:64])
