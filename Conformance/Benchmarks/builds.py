"""How the broker, the mocks and the peer are built."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCRATCH = ROOT / ".build-bench"


def build(say):
    """Release builds of broker, mocks, verifier and peer, in one scratch folder: they share what stands below them."""
    swift = os.environ.get("SWIFT", "swift").split()
    for package, product in ((ROOT, "vestibule"), (ROOT, "conformance"), (ROOT, "measure"), (HERE, None)):
        say(f"building {product or 'hello'}")
        command = [*swift, "build", "-c", "release", "--package-path", package, "--scratch-path", SCRATCH]
        # Asked for a product, SwiftPM looks into the build of the package before; all of this package is hello anyway.
        command += ["--product", product] if product else []
        result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if result.returncode:
            sys.exit(f"{product} does not build:\n{result.stdout[-4000:]}{result.stderr[-4000:]}")
