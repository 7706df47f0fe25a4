"""What SAML journeys share: the mock identity provider, and what the operator is told of a refusal."""

import json
import re
import textwrap
import urllib.parse

from .stack import Connection


class MockSAML:
    """The SAML identity provider of `conformance mocks`, which starts with the stack."""

    ATTRIBUTES = {"email": "email", "name": "name", "groups": "groups"}

    def __init__(self, stack, tenant="globex"):
        """The one place that knows what the mocks say of themselves: `saml` in their first line."""
        if "saml" not in stack.mocks:
            raise RuntimeError("`conformance mocks` has no SAML identity provider")
        self.stack, self.tenant = stack, tenant
        described = stack.mocks["saml"]
        self.url = described["url"]
        self.entity_id, self.metadata_url = described["entityIDs"][tenant], described["metadata"][tenant]
        self.base = self.metadata_url.removesuffix("/metadata")

    @property
    def certificate(self):
        """The certificate that its metadata publishes, as PEM."""
        from .client import Client

        text = Client(self.stack).get(self.metadata_url).text
        octets = "".join(re.search(r"X509Certificate>([^<]+)<", text).group(1).split())
        return f"-----BEGIN CERTIFICATE-----\n{textwrap.fill(octets, 64)}\n-----END CERTIFICATE-----\n"

    def by_hand(self):
        """What a connection says that knows no metadata."""
        return {"trust": "manual", "ssoURL": f"{self.base}/sso", "sloURL": f"{self.base}/slo",
                "signingCertificates": [self.certificate]}

    def connection(self, name, **settings):
        trust = {} if "trust" in settings else {"trust": "tls", "metadataURL": self.metadata_url}
        return Connection(name, "globex", self.entity_id, ["globex.example"], kind="saml",
                          settings={**trust, "attributes": self.ATTRIBUTES, **settings})

    def trust(self, *names):
        """Has it learn the broker's connections from the metadata that the broker publishes."""
        from .client import Client

        for name in names:
            answer = Client(self.stack).get(f"{self.stack.public}/cb/{name}/metadata")
            if answer.status != 200:
                raise RuntimeError(f"the broker's metadata: {answer.status} {answer.code}")
            self.control("register", metadata=answer.text)

    def control(self, path, **fields):
        """What `/__mock/` can do: register, profile, fault, metadata, rotate, reset, stats."""
        return self.stack.control("POST", f"/__mock/{path}", self.url, {"tenant": self.tenant, **fields})

    def logout_url(self, name):
        """Where a browser ends its session there, and at this connection."""
        return f"{self.base}/start-logout?sp=" + urllib.parse.quote(f"{self.stack.public}/cb/{name}/metadata", "")


def explained(stack, reference):
    """The last rule that `vestibule login explain` names under a reference id, and the kinds of what it tells."""
    records = json.loads(stack.command("login", "explain", reference, "--json").stdout)
    rules = [each["facts"]["rule"] for each in records if "rule" in each.get("facts", {})]
    return rules[-1] if rules else None, [each["kind"] for each in records]
