"""How the broker, the mocks and the peer are built."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCRATCH = ROOT / ".build-bench"


def build(say):
    """Release builds of the broker, the mocks and the peer, in one scratch folder: they share what stands below them."""
    swift = os.environ.get("SWIFT", "swift").split()
    for package, product in ((ROOT, "vestibule"), (ROOT, "conformance"), (HERE, "hello")):
        say(f"building {product}")
        command = [*swift, "build", "-c", "release", "--package-path", package, "--scratch-path", SCRATCH, "--product",
                   product]
        result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if result.returncode:
            sys.exit(f"{product} does not build:\n{result.stdout[-4000:]}{result.stderr[-4000:]}")
