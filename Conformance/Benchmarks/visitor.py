"""A browser without a screen that signs in fast: connections are kept, nothing is noted."""

import hashlib
import html
import http.client
import re
import urllib.parse

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Visitor:
    """One person at one site, who can sign in many times."""

    def __init__(self, installation, email):
        self.installation, self.email = installation, email
        self.connections, self.cookies = {}, {}
        self.requests = 0

    def request(self, method, url, body=None):
        """Status, address to go to next or None, and body."""
        parts = urllib.parse.urlsplit(url)
        jar = self.cookies.setdefault(parts.hostname, {})
        headers = {"Host": parts.netloc, "Accept": HTML, "User-Agent": "benchmark"}
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = self.connections.setdefault(
            parts.netloc, http.client.HTTPConnection("127.0.0.1", parts.port, timeout=30))
        connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body, headers)
        response = connection.getresponse()
        text = response.read()
        self.requests += 1
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            if "max-age=0" in line.lower():
                jar.pop(name, None)
            else:
                jar[name] = value
        location = response.getheader("Location")
        return response.status, location and urllib.parse.urljoin(url, location), text

    def sign_in(self):
        """The whole way, as a new browser goes it: start, page with the e-mail field, IdP, callback."""
        self.cookies.clear()
        origin = self.installation.origin
        target = f"{origin}/servicedesk/customer/portals"
        _, page, _ = self.request("GET", f"{origin}/vestibule/start?rd=/servicedesk/customer/portals")
        _, _, text = self.request("GET", page)
        transaction = re.search(rb'name="transaction" value="([^"]+)"', text).group(1).decode()
        form = urllib.parse.urlencode({"transaction": transaction, "email": self.email})
        status, url, _ = self.request("POST", page, form)
        text = b""
        for _ in range(8):
            if url == target:
                break
            if url is None:
                # A page of an IdP that sends its messages in forms.
                action, fields = self.form(text)
                status, url, text = self.request("POST", urllib.parse.urljoin(at, action), fields)
            else:
                at = url
                status, url, text = self.request("GET", url)
        if url != target or self.cookie("vestibule-session") is None:
            raise RuntimeError(f"the login ended with {status} at {url and url.partition('?')[0]}")

    def form(self, page):
        """Where a page's form goes, and what it sends, filled in by whoever this is."""
        action = re.search(rb'<form[^>]*action="([^"]+)"', page)
        if action is None:
            raise RuntimeError("the login ended on a page without a form")
        fields = {"user": self.email, "password": "any"} if b'name="user"' in page else {}
        for tag in re.findall(rb"<input[^>]*>", page):
            name, value = (re.search(rb'%s="([^"]*)"' % key, tag) for key in (b"name", b"value"))
            if name and value and b'type="hidden"' in tag:
                fields[name.group(1).decode()] = html.unescape(value.group(1).decode())
        return html.unescape(action.group(1).decode()), urllib.parse.urlencode(fields)

    def cookie(self, name):
        host = urllib.parse.urlsplit(self.installation.origin).hostname
        return self.cookies.get(host, {}).get(name)

    @property
    def token_cookie(self):
        """The session token alone, beside JSM's own cookie: each session of ours has its own."""
        token = self.cookie("vestibule")
        return f"JSESSIONID={hashlib.sha256(token.encode()).hexdigest()[:32].upper()}; vestibule={token}"

    def forgeries(self):
        """`Cookie` headers that open nothing, each by its name."""
        token = self.cookie("vestibule")
        header, payload, signature = token.split(".")
        other = "A" if signature[0] != "A" else "B"
        swapped = payload[:-6] + ("A" if payload[-6] != "A" else "B") + payload[-5:]
        return {
            "another signature": f"vestibule={header}.{payload}.{other}{signature[1:]}",
            "another payload": f"vestibule={header}.{swapped}.{signature}",
            "no signature": f"vestibule={header}.{payload}.",
            "the token twice": f"vestibule={token}; vestibule={token}",
            "no cookie of ours": "JSESSIONID=0F3A5C7E9B1D2F4A6C8E0B2D4F6A8C0E",
        }

    def close(self):
        for connection in self.connections.values():
            connection.close()
