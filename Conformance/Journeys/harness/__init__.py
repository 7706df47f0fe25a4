"""What every journey stands on: real processes on loopback, a client with cookies, Chromium, and one way to report.

A journey starts what it needs in a folder of its own and stops it by process id. Everything that must never be written
down (cookies, codes, secrets) is noted in `secrets.tsv` of that folder, for `canary.py`.
"""

from .chromium import Browsers, Chromium, accessibility
from .client import HTML, Client
from .namespace import Namespace
from .places import BINARIES, IDP_HOST, JSM_HOST, PEERS, PORTAL_HOST, ROOT
from .portals import Portals
from .processes import accepts, free_ports, wait_until
from .relying_parties import RelyingParties, environment
from .reporting import Journey
from .saml import MockSAML, explained
from .simplesamlphp import SimpleSAMLphp
from .stack import Connection, Stack
from .vendors import VendorConnection, Vendors

__all__ = [
    "BINARIES", "HTML", "IDP_HOST", "JSM_HOST", "PEERS", "PORTAL_HOST", "ROOT", "Browsers", "Chromium", "Client",
    "Connection", "Journey", "MockSAML", "Namespace", "Portals", "RelyingParties", "SimpleSAMLphp", "Stack",
    "VendorConnection", "Vendors", "accepts", "accessibility", "environment", "explained", "free_ports", "wait_until",
]
