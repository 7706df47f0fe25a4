"""Prints steps and checks as they happen, and one closing line."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path


class Journey:
    """Prints steps and checks as they happen, and one closing line. Leaves with 1 if anything failed."""

    def __init__(self, name, arguments=()):
        parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
        parser.add_argument("--keep", metavar="DIR", help="leave logs, databases and screenshots in DIR")
        for flags, options in arguments:
            parser.add_argument(*flags, **options)
        self.options = parser.parse_args()
        self.name, self.passed, self.failed, self.started = name, 0, 0, time.monotonic()
        kept = self.options.keep or os.environ.get("VESTIBULE_JOURNEYS")
        if kept:
            self.folder = Path(kept).resolve() / name
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
        else:
            self.folder = Path(tempfile.mkdtemp(prefix=f"vestibule-{name}-"))
        self.is_kept = bool(kept)
        self.shots = 0

    def step(self, text):
        print(f"  {text}", flush=True)

    def check(self, holds, text, seen=None):
        """One expectation. `seen` is printed where it does not hold; keep secrets out of it."""
        if holds:
            self.passed += 1
            print(f"    ok    {text}", flush=True)
        else:
            self.failed += 1
            print(f"    FAIL  {text}" + (f": {seen}" if seen is not None else ""), flush=True)
        return bool(holds)

    def shot(self, page, name):
        page.screenshot(path=self.shot_path(name), full_page=True)

    async def shot_async(self, page, name):
        await page.screenshot(path=self.shot_path(name), full_page=True)

    def shot_path(self, name):
        folder = self.folder / "screenshots"
        folder.mkdir(exist_ok=True)
        self.shots += 1
        return str(folder / f"{self.shots:02d}-{name}.png")

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        print(f"{self.name}: {sys.modules['__main__'].__doc__.strip().splitlines()[0]}", flush=True)
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            return False
        if error is not None:
            self.failed += 1
            traceback.print_exception(kind, error, trace)
        if self.failed or self.is_kept:
            print(f"  logs: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
        seconds = time.monotonic() - self.started
        print(f"{self.name}: {self.passed} passed, {self.failed} failed, {seconds:.1f} s", flush=True)
        raise SystemExit(1 if self.failed or not self.passed else 0)
