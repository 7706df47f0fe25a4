"""A browser without a screen."""

import html
import re
import urllib.parse
from html.parser import HTMLParser


HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Answer:
    def __init__(self, status, headers, body, url):
        self.status, self.headers, self.body, self.url = status, headers, body, url

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def location(self):
        location = self.header("Location")
        return urllib.parse.urljoin(self.url, location) if location else None

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def code(self):
        """The code of an error page of ours, or None."""
        found = re.search(r'data-code="([a-z_]+)"', self.text)
        return found and found.group(1)

    @property
    def forms(self):
        return Forms.read(self.text, self.url)

    def link(self, css_class):
        found = re.search(rf'<a class="{css_class}" href="([^"]*)"', self.text)
        return urllib.parse.urljoin(self.url, html.unescape(found.group(1))) if found else None


class Forms(HTMLParser):
    """The forms of a page: address, method, fields as they stand, and buttons."""

    @classmethod
    def read(cls, text, url):
        parser = cls()
        parser.url, parser.found = url, []
        parser.feed(text)
        return parser.found

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.found.append({
                "action": urllib.parse.urljoin(self.url, attributes.get("action") or ""),
                "method": (attributes.get("method") or "get").upper(), "fields": {}, "buttons": []})
        elif self.found and tag == "input" and attributes.get("name"):
            self.found[-1]["fields"][attributes["name"]] = attributes.get("value") or ""
        elif self.found and tag == "button" and attributes.get("name"):
            self.found[-1]["buttons"].append((attributes["name"], attributes.get("value") or ""))


class Client:
    """A browser without a screen: host-only cookies, redirects when asked to, every request on loopback."""

    def __init__(self, stack, port=None):
        self.stack, self.cookies = stack, {}
        # Goes to this port whatever the URL says: a second broker behind the same name.
        self.port = port

    def copy(self):
        other = Client(self.stack, self.port)
        other.cookies = {host: dict(jar) for host, jar in self.cookies.items()}
        return other

    def jar(self, url=None):
        return self.cookies.setdefault(urllib.parse.urlsplit(url or self.stack.origin).hostname, {})

    def request(self, method, url, body=None, headers=None, accept=HTML, port=None):
        parts = urllib.parse.urlsplit(url)
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        jar = self.jar(url)
        fields = {"Accept": accept, **(headers or {})}
        if jar and "Cookie" not in fields:
            fields["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body)
            fields.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection = self.stack.connect(parts, port or self.port)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", parts.netloc)
            for name, value in fields.items():
                connection.putheader(name, value)
            octets = body.encode() if isinstance(body, str) else body
            if octets is not None:
                connection.putheader("Content-Length", str(len(octets)))
            connection.endheaders(octets)
            response = connection.getresponse()
            answer = Answer(response.status, response.getheaders(), response.read(), url)
        finally:
            connection.close()
        self.stack.notice_url(url)
        for line in answer.all("Set-Cookie"):
            self.take(jar, line)
        if answer.location:
            self.stack.notice_url(answer.location)
        return answer

    def take(self, jar, line):
        self.stack.notice_cookie(line)
        name, _, value = line.split(";")[0].partition("=")
        if re.search(r";\s*max-age=0\b", line, re.I):
            jar.pop(name.strip(), None)
        else:
            jar[name.strip()] = value.strip()

    def get(self, url, **options):
        return self.request("GET", url, **options)

    def follow(self, answer, until=None, limit=10):
        """Follows redirects; stops before an address that begins with `until`."""
        while answer.location and answer.status in (301, 302, 303, 307, 308) and limit:
            if until and answer.location.startswith(until):
                return answer
            answer, limit = self.get(answer.location), limit - 1
        return answer

    def submit(self, form, fields=None, until=None):
        answer = self.request(form["method"], form["action"], body={**form["fields"], **(fields or {})})
        return self.follow(answer, until)

    # MARK: The login, step by step

    def begin(self, target, email="alice@acme.example", user=None, connection=None, password="any"):
        """From a deep link to where the IdP would send the browser back to the broker; that is not followed."""
        callback = self.stack.public + "/cb/"
        page = self.follow(self.get(self.stack.origin + target))
        form = next(each for each in page.forms if "email" in each["fields"])
        page = self.submit(form, {"email": email}, until=callback)
        if connection and "/choose" in page.url:
            page = self.submit(page.forms[0], {"connection": connection}, until=callback)
        form = next((each for each in page.forms if "password" in each["fields"]), None)
        # An IdP that knows the browser already shows no page.
        if form:
            name = next(each for each in ("user", "username") if each in form["fields"])
            page = self.submit(form, {name: user or email, "password": password}, until=callback)
        if page.location and page.location.startswith(callback):
            return Return(self, "GET", page.location, None)
        posted = next((each for each in page.forms if each["action"].startswith(callback)), None)
        if posted is None:
            raise RuntimeError(f"the IdP does not answer: {page.status} {page.code} at {page.url.split('?')[0]}")
        self.stack.notice_posted(posted["fields"])
        return Return(self, "POST", posted["action"], posted["fields"])

    def login(self, target="/servicedesk/customer/portals", **options):
        """The whole login; the answer at the end of it."""
        answer = self.begin(target, **options).send()
        return self.follow(answer)

    @property
    def has_session(self):
        return self.stack.cookie("vestibule-session") in self.jar()


class Return:
    """A browser's way back from an IdP, to be sent once, twice or never."""

    def __init__(self, client, method, url, fields):
        self.client, self.method, self.url, self.fields = client, method, url, fields

    def send(self, client=None, port=None):
        return (client or self.client).request(self.method, self.url, body=self.fields, port=port)
