"""What SAML journeys share: the mock identity provider, and what the operator is told of a refusal."""

import json

from .stack import Connection


class MockSAML:
    """The SAML identity provider of `conformance mocks`, which starts with the stack."""

    ATTRIBUTES = {"email": "email", "name": "displayName", "groups": "groups"}

    def __init__(self, stack, name="globex"):
        """The one place that knows what the mocks say of themselves: `saml` in their first line."""
        if "saml" not in stack.mocks:
            raise RuntimeError("`conformance mocks` has no SAML identity provider")
        self.stack, self.described = stack, stack.mocks["saml"]
        provider = self.described["providers"][name]
        self.entity_id, self.metadata_url = provider["entityID"], provider["metadataURL"]

    def connection(self, name, **settings):
        trust = {} if "trust" in settings else {"trust": "tls", "metadataURL": self.metadata_url}
        return Connection(name, "globex", self.entity_id, ["globex.example"], kind="saml",
                          settings={**trust, "attributes": self.ATTRIBUTES, **settings})


def explained(stack, reference):
    """The last rule that `vestibule login explain` names under a reference id, and the kinds of what it tells."""
    records = json.loads(stack.command("login", "explain", reference, "--json").stdout)
    rules = [each["facts"]["rule"] for each in records if "rule" in each.get("facts", {})]
    return rules[-1] if rules else None, [each["kind"] for each in records]
