"""Processes that a journey starts, on ports that were free."""

import contextlib
import os
import random
import socket
import subprocess
import time
from pathlib import Path


def free_ports(count):
    """Ports that were free a moment ago, all different, below those that the kernel gives out by itself: one of those may
    be a client's by the time that a server asks for it."""
    highest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = []
    while len(ports) < count:
        port = random.randrange(15000, max(highest, 20000))
        with socket.socket() as probe:
            # As servers do: a connection that is being forgotten does not keep a port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in ports:
            ports.append(port)
    return ports


def wait_until(condition, what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise TimeoutError(f"not within {seconds} s: {what}")


def accepts(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
        return True
    return False


class Process:
    """One process that we started, with its log."""

    def __init__(self, name, command, folder, environment=None):
        self.name, self.log = name, folder / f"{name}.log"
        self.command = [str(part) for part in command]
        self.output = folder / f"{name}.out"
        with open(self.log, "ab") as log, open(self.output, "wb") as output:
            self.handle = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=log, cwd=folder,
                env={**os.environ, **(environment or {})}, start_new_session=True)

    @property
    def pid(self):
        return self.handle.pid

    def is_running(self):
        return self.handle.poll() is None

    def expect_running(self):
        if not self.is_running():
            tail = self.log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{self.name} ended with {self.handle.returncode}:\n{tail}")
        return True

    def kill(self):
        """Ends it as a power cut would."""
        self.handle.kill()
        self.handle.wait()

    def stop(self):
        if self.is_running():
            self.handle.terminate()
            try:
                self.handle.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.handle.returncode
