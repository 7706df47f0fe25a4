"""Where things are, and what they are called."""

import os
from pathlib import Path


ROOT = Path(__file__).resolve().parents[3]
BINARIES = Path(os.environ.get("VESTIBULE_BINARIES", ROOT / ".build" / "debug"))
PEERS = ROOT / "Conformance" / "Peers"
FRONT = ROOT / "Conformance" / "Fronts" / "nginx"
PORTAL_HOST, IDP_HOST, JSM_HOST = "portal.localhost", "idp.localhost", "jsm.localhost"
