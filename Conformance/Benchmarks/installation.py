"""A broker to measure: the journeys' stack with release binaries, production logging and a core of its own."""

import http.client
import shutil
import tempfile
import time
from pathlib import Path

from harness import PORTAL_HOST, Stack
from harness.saml import MockSAML
from harness.places import BINARIES
from machine import CLIENT_CORE, SERVER_CORE, move
from visitor import Visitor


class Folder:
    """Stands where the stack expects a journey: it only wants a folder."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="vestibule-bench-"))

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Installation(Stack):
    """Broker on the server's core, mock IdPs on the client's. The site is the broker's own public listener unless there
    is a front: then it is the front."""

    def __init__(self, front=False, saml=False):
        self.place = Folder()
        super().__init__(
            self.place, auto_login=True, front=front,
            connections=(lambda stack: [MockSAML(stack).connection("globex-saml")]) if saml else None)
        if not front:
            self.origin = f"http://{PORTAL_HOST}:{self.public_ports[0]}"
            self.public = f"{self.origin}/vestibule"

    def __exit__(self, *_):
        self.stop()
        self.place.remove()

    def server_yaml(self):
        return super().server_yaml().replace("level: debug", "level: info")

    def start_mocks(self):
        super().start_mocks()
        move(self.processes[-1].pid, CLIENT_CORE)

    def start_broker(self, index=0):
        super().start_broker(index)
        move(self.broker.pid, SERVER_CORE)

    # MARK: Starting

    def restart(self, environment=None):
        """Starts a broker on whatever core the kernel likes. Returns the milliseconds to its first answers."""
        addresses = {"VESTIBULE_LISTEN": f"127.0.0.1:{self.public_ports[0]}",
                     "VESTIBULE_GATE_LISTEN": self.gate_address(0), **(environment or {})}
        command = [BINARIES / "vestibule", "serve", "--config", "server.yaml"]
        started = time.perf_counter()
        self.brokers[0] = self.run("broker", command, addresses)
        while not self.has_answered():
            self.broker.expect_running()
            time.sleep(0.001)
        return (time.perf_counter() - started) * 1000

    def has_answered(self):
        doors = ((self.gate_ports[0], "/readyz"), (self.public_ports[0], "/vestibule/.well-known/openid-configuration"))
        return all(self.answers(port, path) for port, path in doors)

    def answers(self, port, path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path, headers={"Host": self.origin.partition("//")[2]})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    @property
    def broker(self):
        return self.brokers[0]

    def visitor(self, email="carol@globex.example"):
        return Visitor(self, email)

    # MARK: The gate

    @property
    def gate_url(self):
        return f"http://127.0.0.1:{self.gate_ports[0]}/gate/nginx"

    def question(self, cookies, target="/servicedesk/customer/portal/3"):
        """What the shipped configuration sends to the gate."""
        return {"Host": self.origin.partition("//")[2], "Cookie": cookies, "Accept": "text/html,*/*;q=0.8",
                "X-Vestibule-Site": "portal", "X-Vestibule-Target": target, "X-Vestibule-Method": "GET"}

    def ask(self, cookies, connection=None):
        """One question: status and headers, their names in small letters."""
        own = connection or http.client.HTTPConnection("127.0.0.1", self.gate_ports[0], timeout=10)
        try:
            own.request("GET", "/gate/nginx", headers=self.question(cookies))
            response = own.getresponse()
            response.read()
            return response.status, {name.lower(): value for name, value in response.getheaders()}
        finally:
            if connection is None:
                own.close()

    def prove_gate(self, visitor):
        """A race between doors that let everybody in proves nothing: the good token opens, a forged one does not."""
        for _ in range(2):
            status, headers = self.ask(visitor.token_cookie)
            if status != 200 or headers.get("x-vestibule-email") != visitor.email:
                raise RuntimeError(f"the good token got {status}, {headers.get('x-vestibule-email')}")
            missing = {"x-vestibule-user", "x-vestibule-organization", "x-vestibule-identity"} - set(headers)
            if missing:
                raise RuntimeError(f"the good token got no {missing}")
        for name, cookies in visitor.forgeries().items():
            status, headers = self.ask(cookies)
            if status != 401 or any(each.startswith("x-vestibule") for each in headers):
                raise RuntimeError(f"{name} got {status}")

