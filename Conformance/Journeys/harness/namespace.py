"""A view of the machine of our own: names that mean this machine, and a network that ends here."""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

MARK = "VESTIBULE_JOURNEY_NAMESPACE"


class Namespace:
    """Private mounts and a private network, whose names come from a hosts file of ours.

    Nothing in it reaches the world, and nothing outside sees a name or a port of it.
    """

    @classmethod
    def enter(cls):
        """Starts the running script again in there. Says why and leaves with 1 where that cannot be."""
        if os.environ.get(MARK) == str(os.getpid()):
            return cls()
        unshare = ["unshare", "--mount", "--net", "--"]
        reason = None
        if os.geteuid() != 0:
            reason = "only root may bind a hosts file of its own over /etc/hosts and listen on port 443"
        elif shutil.which("unshare") is None:
            reason = "there is no `unshare` (util-linux)"
        else:
            tried = subprocess.run([*unshare, "true"], capture_output=True, text=True)
            if tried.returncode:
                reason = f"this machine does not permit namespaces: {tried.stderr.strip()}"
        if reason:
            print(f"{Path(sys.argv[0]).stem}: cannot run: {reason}", flush=True)
            raise SystemExit(1)
        # exec keeps the process id, which whoever started us knows.
        os.environ[MARK] = str(os.getpid())
        for variable in ("http_proxy", "https_proxy", "all_proxy"):
            os.environ.pop(variable, None)
            os.environ.pop(variable.upper(), None)
        os.execvp(unshare[0], [*unshare, sys.executable, *sys.argv])

    def __init__(self):
        del os.environ[MARK]
        self.bring_up("lo")
        # Written through this descriptor alone, so that it can never be the machine's own file.
        self.file = tempfile.NamedTemporaryFile("w", prefix="vestibule-hosts-")
        os.chmod(self.file.name, 0o644)
        self.name("127.0.0.1", ["localhost", socket.gethostname()])
        subprocess.run(["mount", "--bind", self.file.name, "/etc/hosts"], check=True)

    def name(self, address, hosts):
        """From now on these hosts are at that address."""
        self.file.writelines(f"{address} {host}\n" for host in hosts)
        self.file.flush()

    @staticmethod
    def bring_up(interface):
        """What `ip link set INTERFACE up` does."""
        get_flags, set_flags, is_up = 0x8913, 0x8914, 0x1
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            request = struct.pack("16sH14x", interface.encode(), 0)
            flags = struct.unpack("16sH14x", fcntl.ioctl(sock, get_flags, request))[1]
            fcntl.ioctl(sock, set_flags, struct.pack("16sH14x", interface.encode(), flags | is_up))

    @staticmethod
    def reaches_the_world():
        """Whether a packet finds a way to an address that is not of this machine."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            try:
                # Chooses a route; a datagram socket sends nothing by that.
                sock.connect(("192.0.2.1", 443))
            except OSError:
                return False
        return True
