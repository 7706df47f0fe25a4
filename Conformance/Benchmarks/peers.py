"""The server that the gate is raced against."""

from harness import accepts, free_ports, wait_until
from harness.processes import Process
from machine import SERVER_CORE, on_core


class Hello:
    """Hummingbird's hello on the server's core."""

    def __init__(self, binaries, installation):
        self.binaries, self.installation = binaries, installation

    def __enter__(self):
        port = free_ports(1)[0]
        self.process = Process(
            "hello", on_core(SERVER_CORE, [self.binaries / "hello", port]), self.installation.folder)
        wait_until(lambda: self.process.expect_running() and accepts(port), "hello to listen")
        self.url = f"http://127.0.0.1:{port}/hello"
        return self

    def __exit__(self, *_):
        self.process.stop()

    @property
    def pid(self):
        # taskset becomes the command that it starts.
        return self.process.pid
