"""A large upload and a large download through `gate.upstream`: what does the broker keep of them?"""

import http.client
import socket
import threading
import time

from installation import Installation
from machine import cpu_seconds, resident_megabytes

PIECE = 256 * 1024
UPLOAD = "/rest/servicedeskapi/servicedesk/3/attachTemporaryFile"
DOWNLOAD = "/servicedesk/customer/portal/3"


class Portal:
    """A JSM that takes whatever comes, counts it, and gives as much as it was told to."""

    def __init__(self, size):
        self.size, self.taken, self.people = size, 0, set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        buffer = bytearray(PIECE)
        with connection, connection.makefile("rb", PIECE) as stream:
            while line := stream.readline():
                fields = http.client.parse_headers(stream)
                self.people.add(fields.get("X-Vestibule-Email"))
                left = int(fields.get("Content-Length") or 0)
                while left and (count := stream.readinto(memoryview(buffer)[:min(left, PIECE)])):
                    left -= count
                    self.taken += count
                if line.startswith(b"GET"):
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % self.size)
                    for _ in range(self.size // PIECE):
                        connection.sendall(buffer)
                else:
                    connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


class InPath(Installation):
    """A broker that is the proxy of its site."""

    def __init__(self, port):
        self.port = port
        super().__init__()

    def upstream(self):
        return f'"http://127.0.0.1:{self.port}", maxBodyMiB: 4096'


class Watch:
    """Reads a process's resident memory every few milliseconds."""

    def __init__(self, pid):
        self.pid, self.peak, self.ended = pid, 0, threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.ended.wait(0.005):
            self.peak = max(self.peak, resident_megabytes(self.pid))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


def send(connection, headers, size):
    """One upload. Returns the answer's status."""
    connection.putrequest("POST", UPLOAD, skip_host=True)
    for name, value in {**headers, "Content-Length": str(size)}.items():
        connection.putheader(name, value)
    connection.endheaders()
    piece = bytes(PIECE)
    for _ in range(size // PIECE):
        connection.sock.sendall(piece)
    response = connection.getresponse()
    response.read()
    return response.status


def take(connection, headers):
    """One download. Returns the octets that came."""
    connection.request("GET", DOWNLOAD, headers=headers)
    response = connection.getresponse()
    buffer, total = bytearray(PIECE), 0
    while count := response.readinto(buffer):
        total += count
    return total


def memory(options, say, result):
    """Resident memory while a gigabyte goes up and another comes down through the broker as the proxy."""
    size = options.megabytes << 20
    with Portal(size) as portal, InPath(portal.port) as broker:
        visitor = broker.visitor()
        visitor.sign_in()
        host = broker.origin.partition("//")[2]
        headers = {"Host": host, "Cookie": visitor.token_cookie, "Accept": "*/*"}
        connection = http.client.HTTPConnection("127.0.0.1", broker.public_ports[0], timeout=120)
        # A proxy that lets everybody in proves nothing.
        connection.request("GET", DOWNLOAD, headers={"Host": host})
        refused = connection.getresponse()
        refused.read()
        if refused.status != 401 or portal.people:
            raise RuntimeError(f"without a session: {refused.status}, JSM saw {portal.people}")
        before = resident_megabytes(broker.broker.pid)
        grown = 0
        ways = {"up": lambda: send(connection, headers, size), "down": lambda: take(connection, headers)}
        for title, work in ways.items():
            used, started = cpu_seconds(broker.broker.pid), time.perf_counter()
            with Watch(broker.broker.pid) as watch:
                answer = work()
            seconds, used = time.perf_counter() - started, cpu_seconds(broker.broker.pid) - used
            if answer != (201 if title == "up" else size):
                raise RuntimeError(f"{title}: {answer}")
            grown = max(grown, watch.peak - before)
            say(f"{options.megabytes} MiB {title}: {seconds:.1f} s, {size / seconds / 1e6:,.0f} MB/s, {used:.2f} s of "
                f"CPU; resident {before:.1f} MB before, {watch.peak:.1f} MB at most")
        if portal.taken != size or portal.people != {visitor.email}:
            raise RuntimeError(f"JSM took {portal.taken} octets of {portal.people}")
        # Flat: what a gigabyte adds is no more than buffers.
        return result("inpath-memory", 32 / max(grown, 1), 1.0)
