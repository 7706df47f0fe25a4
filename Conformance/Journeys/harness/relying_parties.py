"""Apache with mod_auth_openidc and mod_auth_mellon as two sites of a stack that has TLS."""

import json
import re
import subprocess

from .client import Client
from .places import PEERS
from .processes import free_ports

GROUPS = "vestibule-${organization}:"


class RelyingParties:
    """Relying parties that are not ours, on two hosts. They end with the stack. `Conformance/Peers/relying-parties`.

    Their sites are `wiki`, a client of our OpenID provider, and `desk`, a service provider of our SAML IdP.
    """

    SCRIPTS = PEERS / "relying-parties"
    RP_HOST, SP_HOST = HOSTS = ("rp.localhost", "sp.localhost")
    # What the stack's `outbound` needs: `wiki` hears by back channel that a session ended.
    OUTBOUND = [(RP_HOST, "wiki")]
    CLIENT_ID = "wiki-rp"

    def __init__(self, stack):
        self.stack, self.folder = stack, stack.folder / "relying-parties"
        self.port, = free_ports(1)
        self.rp, self.sp = (f"https://{host}:{self.port}" for host in self.HOSTS)
        self.issuer = f"{stack.public}/openid/wiki"
        stack.write_private("wiki-secret", "wiki-" + "0123456789abcdef" * 3)
        stack.notice("client secret", (stack.folder / "wiki-secret").read_text())
        self.script("start", "--port", self.port, "--issuer", self.issuer, "--client-id", self.CLIENT_ID,
                    "--client-secret-file", stack.folder / "wiki-secret", "--tls-cert", stack.folder / "server.pem",
                    "--tls-key", stack.folder / "server.key", "--ca", stack.folder / "ca.pem")
        stack.processes.append(self)

    def script(self, name, *arguments):
        command = [str(part) for part in (self.SCRIPTS / name, self.folder, *arguments)]
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if result.returncode:
            raise RuntimeError(f"{' '.join(command)}: {result.stdout}{result.stderr}")

    def stop(self):
        self.script("stop")

    # MARK: What the broker is told

    def sites(self, wiki=None, desk=None):
        """Both sites, as `resources.yaml` has them; the arguments are further settings of their facades."""
        certificate = (self.folder / "keys" / "sp.crt").read_text()
        openid = {"clientID": self.CLIENT_ID, "clientSecret": f"file:{self.stack.folder}/wiki-secret",
                  "redirectURIs": [f"{self.rp}/oidc/callback"], "postLogoutRedirectURIs": [f"{self.rp}/public.html"],
                  "backchannelLogoutURL": f"{self.rp}/oidc/callback?logout=backchannel", "requirePKCE": True,
                  "groups": {"claim": "groups", "prefix": GROUPS}}
        saml = {"entityID": f"{self.sp}/mellon/metadata", "acsURL": f"{self.sp}/mellon/postResponse",
                "logoutURL": f"{self.sp}/mellon/logout", "certificates": [certificate], "requireSignedRequests": True,
                "sendGroups": {"name": "groups", "prefix": GROUPS}}
        return [self.site("wiki", self.rp, "Acme Wiki", openid={**openid, **(wiki or {})}),
                self.site("desk", self.sp, "Acme Desk", saml={**saml, **(desk or {})})]

    @staticmethod
    def site(name, origin, title, **facades):
        return {"id": name, "kind": "cloud", "origin": origin, "defaultPath": "/protected/", "discovery": "open",
                "theme": {"productName": title, "colour": "#1f4fd8"}, "support": "support@vendor.example",
                "facades": facades}

    def trust(self):
        """Has mellon learn the broker from the metadata that the broker publishes. Every session here ends."""
        answer = Client(self.stack).get(f"{self.stack.public}/saml/desk/metadata")
        if answer.status != 200:
            raise RuntimeError(f"the facade's metadata: {answer.status} {answer.code}")
        (self.folder / "broker.xml").write_bytes(answer.body)
        self.restart()

    def restart(self):
        """Begins anew, with no session.

        mellon looks for the session of a LogoutRequest by its NameID alone: with two of one person it may find the
        other one, misses the SessionIndex there, and answers with status 500 and no way on.
        """
        self.script("trust", self.folder / "broker.xml")

    def published(self):
        """What names the keys of the OpenID provider and of the SAML IdP."""
        client = Client(self.stack)
        keys = json.loads(client.get(self.issuer + "/jwks").body)["keys"]
        metadata = client.get(f"{self.stack.public}/saml/desk/metadata").text
        return [each["kid"] for each in keys], re.findall("X509Certificate>([^<]+)<", metadata)

    # MARK: What they hold

    def client(self, context):
        """A browser's cookies at both, without a screen."""
        client = Client(self.stack)
        for origin in (self.rp, self.sp):
            client.jar(origin).update({each["name"]: each["value"] for each in context.cookies(origin)})
        return client

    def told(self, context):
        """What mod_auth_openidc holds of this browser's session: claims of the ID token and of UserInfo; or None."""
        answer = self.client(context).get(f"{self.rp}/oidc/callback?info=json")
        return json.loads(answer.body) if answer.status == 200 else None

    def is_signed_in(self, context, origin):
        """Whether the page behind the relying party opens by the cookies that the browser has."""
        return self.client(context).get(origin + "/protected/").status == 200

    def logs(self):
        return (self.folder / "log" / "error.log").read_text(errors="replace")


def environment(page, prefix):
    """What a relying party's page says of the person: variables that begin with `prefix`, without it."""
    lines = page.inner_text("#environment").splitlines()
    pairs = (line.partition("=") for line in lines if line.startswith(prefix))
    return {name.removeprefix(prefix): value for name, _, value in pairs}
