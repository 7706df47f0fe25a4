"""nginx in front of a static portal: with the shipped configuration and the gate, and as plain as can be."""

import http.client
import os
import urllib.parse

from harness import accepts, free_ports, wait_until
from harness.front import Front
from harness.processes import Process
from machine import SERVER_CORE, family, on_core


class Nginx:
    """One nginx with one worker, all of it on the server's core, in a folder of its own."""

    name = "nginx"

    def __init__(self, installation):
        self.installation = installation
        self.port = free_ports(1)[0]
        self.address = f"127.0.0.1:{self.port}"
        self.folder = installation.folder / self.name
        self.folder.mkdir(exist_ok=True)

    def __enter__(self):
        self.write()
        self.process = Process(
            self.name, on_core(SERVER_CORE, ["nginx", "-p", self.folder, "-c", self.folder / "nginx.conf"]),
            self.installation.folder)
        wait_until(lambda: self.process.expect_running() and accepts(self.port), f"{self.name} to listen")
        return self

    def __exit__(self, *_):
        self.process.stop()

    @property
    def pid(self):
        return self.process.pid

    @property
    def pids(self):
        return family(self.pid)

    @property
    def url(self):
        return f"http://{self.address}/servicedesk/customer/portal/3"

    def write(self):
        temporary = "\n".join(
            f"    {kind}_temp_path {self.folder}/{kind};" for kind in
            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;\n" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(
            f"{user}daemon off;\nworker_processes 1;\npid {self.folder}/nginx.pid;\n"
            f"error_log {self.folder}/error.log warn;\npcre_jit on;\nevents {{ worker_connections 2048; }}\n"
            f"http {{\n{temporary}\n    keepalive_requests 1000000;\n{self.body()}\n}}\n")


class StaticNginx(Nginx):
    """The portal, and for the peer also the one who is asked: `return 200` to everything.

    The answer to a check has no body: nginx reads none of a subrequest's, and would have to close the connection."""

    name = "static"

    def body(self):
        return f"""    access_log off;
    server {{
        listen {self.address};
        location / {{ return 200 'portal'; }}
        location = /gate/nginx {{ return 200; }}
    }}"""


class PlainNginx(Nginx):
    """What `auth_request` costs when nobody checks anything. nginx's own access log is on, as it comes."""

    name, others = "plain", []
    title = "nginx, auth_request to nginx `return 200`"

    def __init__(self, installation, static):
        super().__init__(installation)
        self.static = static

    def body(self):
        return f"""    access_log {self.folder}/access.log combined;
    upstream check {{ server {self.static.address}; keepalive 64; keepalive_requests 1000000; }}
    upstream portal {{ server {self.static.address}; keepalive 64; keepalive_requests 1000000; }}
    server {{
        listen {self.address};
        location / {{
            auth_request /check;
            auth_request_set $user $upstream_http_x_user;
            proxy_set_header X-User $user;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_pass http://portal;
        }}
        location = /check {{
            internal;
            proxy_pass http://check/gate/nginx;
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_set_header X-Target $request_uri;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }}
    }}"""


class NginxFront(Nginx):
    """The shipped configuration with nothing changed but addresses; `gate` names another one to ask than the broker."""

    def __init__(self, installation, static, gate=None):
        self.name = "front" if gate is None else "unguarded"
        self.title = "nginx as shipped, gate" if gate is None else "nginx as shipped, nginx `return 200` as gate"
        super().__init__(installation)
        self.static, self.gate = static, gate
        self.others = [] if gate else [installation.broker.pid]

    def body(self):
        return "    include site.conf;"

    def write(self):
        Front(Addresses(self), self.folder).write()
        super().write()

    def prove(self, good, forged):
        """Who has a session gets the portal; who has none gets the way to the login."""
        for headers, expected in ((good, 200), (forged, 302)):
            connection = http.client.HTTPConnection(*urllib.parse.urlsplit(self.url).netloc.split(":"), timeout=10)
            connection.request("GET", urllib.parse.urlsplit(self.url).path, headers=headers)
            response = connection.getresponse()
            body = response.read()
            connection.close()
            if response.status != expected or (body == b"portal") != (expected == 200):
                raise RuntimeError(f"{response.status} from the shipped front, not {expected}")


class Addresses:
    """What the journeys' writer of the site file asks a stack for."""

    tls, count = False, 1

    def __init__(self, front):
        installation = front.installation
        self.front_port, self.portal_port = front.port, front.static.port
        self.public_ports, self.gate = installation.public_ports, front.gate or installation.gate_address(0)

    def gate_address(self, index):
        return self.gate
