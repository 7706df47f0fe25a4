"""Two mock JSM that sign people in through our facades: Data Center behind the gate, Cloud on a host of its own."""

import html
import re

from .client import Client
from .saml import MockSAML
from .stack import Connection


class Portals:
    """What a stack with TLS needs for both: `Stack(journey, tls=True, trusted_headers=False, **Portals.stack(...))`.

    The gate's site is `portal`, which signs in by OpenID Connect; the other is `cloud`, by SAML.
    """

    CLOUD_HOST = "cloud.localhost"
    CALLBACK = "/plugins/servlet/oidc/callback"
    LOGOUT = "/servicedesk/customer/user/logout"
    PORTALS = "/servicedesk/customer/portals"

    @classmethod
    def stack(cls):
        """Arguments for the stack."""
        return {"hosts": [cls.CLOUD_HOST], "outbound": [("jsm.localhost", "portal")], "mock_options": cls.options,
                "connections": cls.connections, "sites": lambda stack: cls(stack).sites()}

    @staticmethod
    def options(stack):
        stack.write_private("jsm-secret", "jsm-" + "fedcba9876543210" * 3)
        stack.notice("client secret", (stack.folder / "jsm-secret").read_text())
        return ["--portal-signin", "openid", "--portal-base-url", stack.origin,
                "--portal-issuer", f"{stack.public}/openid/portal", "--portal-client-secret-file", "jsm-secret",
                "--portal-groups", "groups", "--portal-scope", "groups",
                "--cloud-idp-metadata", f"{stack.public}/saml/cloud/metadata", "--cloud-signs-requests",
                "--trust-root", "ca.pem"]

    @staticmethod
    def connections(stack):
        return [Connection("acme-staff", "acme", stack.mocks["op"]["issuers"]["acme"], ["acme.example"],
                           settings={"claims": {"groups": "groups"}}),
                MockSAML(stack).connection("globex-saml")]

    def __init__(self, stack):
        self.stack = stack
        self.data_center, self.cloud = stack.origin, stack.mocks["cloud"]["url"]

    def sites(self, backchannel=True):
        """Both sites; without `backchannel`, Data Center's server cannot be told that a session ended."""
        stack = self.stack
        # Its server is asked past the gate, as one machine asks another.
        openid = {"clientID": "jsm", "clientSecret": f"file:{stack.folder}/jsm-secret",
                  "redirectURIs": [stack.origin + self.CALLBACK],
                  "postLogoutRedirectURIs": [stack.origin + self.PORTALS],
                  "groups": {"claim": "groups", "prefix": "vestibule-${organization}:"}}
        if backchannel:
            openid["backchannelLogoutURL"] = stack.mocks["portal"]["url"] + "/plugins/servlet/oidc/backchannel-logout"
        theme = {"productName": "Northwind Cloud", "colour": "#0b6e4f"}
        return [stack.portal_site(facades={"openid": openid}),
                {"id": "cloud", "kind": "cloud", "origin": self.cloud, "defaultPath": self.PORTALS, "discovery": "open",
                 "theme": theme, "support": "support@vendor.example", "facades": {"saml": self.service_provider()}}]

    def service_provider(self):
        """What an administrator copies from the console of JSM Cloud: its own metadata."""
        text = Client(self.stack).get(self.cloud + "/saml/metadata").text

        def attribute(pattern):
            return html.unescape(re.search(pattern, text).group(1))

        certificate = "".join(re.search(r"X509Certificate>([^<]+)<", text).group(1).split())
        lines = "\n".join(certificate[start:start + 64] for start in range(0, len(certificate), 64))
        return {"entityID": attribute(r'entityID="([^"]+)"'),
                "acsURL": attribute(r'AssertionConsumerService[^>]*Location="([^"]+)"'),
                "logoutURL": attribute(r'SingleLogoutService[^>]*Location="([^"]+)"'), "requireSignedRequests": True,
                "certificates": [f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"]}

    def tickets(self, portal="portal"):
        """Who raised what: the reporters of all tickets."""
        stats = self.stack.control("GET", "/__mock/stats", self.stack.mocks[portal]["url"])
        return [each.get("reporter") for each in stats["tickets"]]

    def users(self, portal="portal"):
        return {each["username"]: each for each in
                self.stack.control("GET", "/__mock/users", self.stack.mocks[portal]["url"])}
