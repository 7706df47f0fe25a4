"""SimpleSAMLphp from Debian as the identity provider of a stack, on https where the stack is."""

import subprocess

from .places import IDP_HOST, PEERS
from .processes import free_ports
from .stack import Connection


class SimpleSAMLphp:
    """A SAML identity provider that is not ours. It ends with the stack. `Conformance/Peers/simplesamlphp` runs it."""

    SCRIPTS = PEERS / "simplesamlphp"
    ATTRIBUTES = {"email": "mail", "name": "displayName", "groups": "eduPersonAffiliation"}

    def __init__(self, stack):
        self.stack, self.folder = stack, stack.folder / "simplesamlphp"
        self.port, = free_ports(1)
        self.origin = f"{'https' if stack.tls else 'http'}://{IDP_HOST}:{self.port}"
        self.entity_id = f"{self.origin}/saml"
        self.base = f"{self.origin}/simplesaml/"
        self.metadata_url = self.base + "saml2/idp/metadata.php"
        self.logout_url = f"{self.base}saml2/idp/SingleLogoutService.php?ReturnTo={self.base}logout.php"
        certificate = ["--tls-cert", stack.folder / "server.pem", "--tls-key", stack.folder / "server.key"]
        self.script("start", "--port", self.port, *(certificate if stack.tls else []))
        stack.processes.append(self)

    def script(self, name, *arguments):
        command = [str(part) for part in (self.SCRIPTS / name, self.folder, *arguments)]
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if result.returncode:
            raise RuntimeError(f"{' '.join(command)}: {result.stdout}{result.stderr}")

    def stop(self):
        self.script("stop")

    def turn(self, **knobs):
        """What `start` calls knobs: sign, enc, nameid, key, also, digest, slo. The next request knows."""
        for name, value in knobs.items():
            (self.folder / "knobs" / name).write_text(f"{value}\n")

    def connection(self, name, **settings):
        """The connection for it; with its metadata file, unless the settings say where trust comes from."""
        trust = {} if "trust" in settings else {"trust": "manual", "metadataFile": f"file:{self.folder}/idp.xml"}
        return Connection(name, "globex", self.entity_id, ["globex.example"], kind="saml",
                          settings={**trust, "attributes": self.ATTRIBUTES, **settings})

    def trust(self, connection):
        """Has it learn the broker from the metadata that the broker publishes."""
        from .client import Client

        answer = Client(self.stack).get(f"{self.stack.public}/cb/{connection}/metadata")
        if answer.status != 200:
            raise RuntimeError(f"the broker's metadata: {answer.status} {answer.code}")
        (self.folder / f"{connection}.xml").write_bytes(answer.body)
        self.script("trust", connection, self.folder / f"{connection}.xml")

    def fetches(self):
        """How often its metadata was asked for."""
        text = (self.folder / "log" / "access.log").read_text()
        return sum("/saml2/idp/metadata.php" in line for line in text.splitlines())
