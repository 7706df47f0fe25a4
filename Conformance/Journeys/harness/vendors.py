"""The vendors' mocks under the vendors' real host names, for a broker and a browser that know no better."""

import json
import re
import subprocess
import urllib.parse

from .places import IDP_HOST, JSM_HOST, PORTAL_HOST
from .processes import wait_until
from .stack import Connection

# Where every vendor's hosts are, and nothing else: the broker may connect to this one address.
ADDRESS = "127.0.0.2"

# What an administrator types for a shipped profile, in place of an issuer and claim names.
VARIABLES = {
    "auth0": {"domain": "acme.eu.auth0.com", "groupsClaim": "https://vestibule.example/roles"},
    "onelogin": {"subdomain": "acme"},
    "jumpcloud": {"groupsClaim": "groups"},
    "pingone": {"tld": "eu", "groupsClaim": "groups"},
    "adfs": {"host": "adfs.acme.example", "groupsClaim": "group"},
}


class Vendors:
    """What a stack with TLS needs: `Stack(journey, tls=True, **Vendors(namespace).stack())`."""

    def __init__(self, namespace):
        self.namespace = namespace

    def stack(self):
        """Arguments for the stack; one connection for each vendor, of its own organization and domain."""
        return {"mock_options": self.options, "server": self.server, "connections": self.connections}

    @staticmethod
    def options(_):
        return ["--vendors", "--vendor-secrets-file", "vendor-secrets"]

    def server(self, stack):
        """Starts the front at the vendors' names, and gives the openings and further lines of server.yaml for it."""
        self.url = f"https://{IDP_HOST}:{stack.mocks['vendors']['port']}"
        stack.confessors.append(self.url)
        hosts = stack.mocks["vendors"]["hosts"]
        self.namespace.name("127.0.0.1", [PORTAL_HOST, IDP_HOST, JSM_HOST])
        self.namespace.name(ADDRESS, hosts)
        stack.authority.issue("vendors", hosts)
        self.start_front(stack, hosts)
        stack.environment.update(json.loads((stack.folder / "vendor-secrets").read_text()))
        for name, value in stack.environment.items():
            # The API of a Cognito pool takes a pair that means nothing.
            if name != "MOCK_COGNITO_SECRET_KEY":
                stack.notice("client secret", value)
        mail = {"host": "127.0.0.1", "port": stack.mocks["mail"]["smtpPort"], "security": "none-on-loopback",
                "from": "no-reply@vendor.example", "fromName": "Acme Support"}
        return [(host, f"{ADDRESS}/32") for host in hosts], [f"mail: {json.dumps(mail)}"]

    def start_front(self, stack, hosts):
        """A TLS front as any: it takes the vendors' names and leaves the host of a request as it is."""
        folder = stack.folder / "vendors"
        folder.mkdir()
        temporary = "".join(f"{kind}_temp_path {folder}/{kind}; "
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(f"""user root; daemon off; worker_processes 1; pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 2048; }}
http {{
    {temporary}
    log_format hosts "$host $request_method $uri $status";
    access_log {folder}/hosts.log hosts;
    # ID tokens in answers, and in the addresses of sign-outs.
    large_client_header_buffers 8 32k; proxy_buffer_size 64k; proxy_buffers 8 64k; proxy_busy_buffers_size 128k;
    client_max_body_size 2m;
    ssl_certificate {stack.folder}/vendors.pem; ssl_certificate_key {stack.folder}/vendors.key;
    server {{ listen {ADDRESS}:443 ssl default_server; return 421; }}
    server {{
        listen {ADDRESS}:443 ssl;
        server_name {' '.join(hosts)};
        location / {{
            proxy_pass https://127.0.0.1:{stack.mocks['vendors']['port']};
            proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
        }}
    }}
}}
""")
        check = subprocess.run(
            ["nginx", "-t", "-p", folder, "-c", folder / "nginx.conf"], capture_output=True, text=True)
        if check.returncode:
            raise RuntimeError(check.stderr)
        front = stack.run("vendors-nginx", ["nginx", "-p", folder, "-c", folder / "nginx.conf"])
        wait_until(lambda: front.expect_running() and (folder / "nginx.pid").exists(), "the vendors' front to listen")

    def connections(self, stack):
        """One for each vendor's mock; where a shipped profile knows the vendor, by that and no issuer."""
        return [self.connection(stack, name) for name in stack.mocks["vendors"]["connections"]]

    def connection(self, stack, name, **changes):
        given = stack.mocks["vendors"]["connections"][name]
        settings = dict(given["settings"])
        if name in VARIABLES:
            variables = dict(VARIABLES[name])
            if name == "pingone":
                variables["environment"] = urllib.parse.urlsplit(settings["issuer"]).path.split("/")[1]
            kept = ("clientID", "clientSecret", "emailEvidence")
            settings = {key: settings[key] for key in kept if key in settings}
            settings.update(profile=name, variables=variables)
        return VendorConnection(**{"name": name, "organization": name, "issuer": "", "domains": [given["domain"]],
                                   "kind": given["kind"], "settings": settings, **changes})

    def fault(self, stack, name, fault, kind="fault"):
        """The next login at a vendor meets a mistake; of kind `api-fault`, every call of its APIs until None."""
        stack.control("POST", f"/__mock/{kind}", self.url, {"tenant": name, **({"fault": fault} if fault else {})})

    def asked(self, stack):
        """The hosts that were asked for something, and how often."""
        counts = {}
        for line in (stack.folder / "vendors" / "hosts.log").read_text().splitlines():
            host = line.split()[0]
            counts[host] = counts.get(host, 0) + 1
        return counts

    def code_for(self, stack, email):
        """The code of the newest mail to an address, from the mock's mailbox."""
        from .client import Client

        text = Client(stack).get(stack.mocks["mail"]["mailbox"]).text
        for article in text.split("<article>")[1:]:
            found = re.search(r"\b(\d{8})\b", article)
            if email in article and found:
                return found.group(1)
        return None


class VendorConnection(Connection):
    """A connection whose settings are all its own."""

    def written(self, stack):
        return "".join(f"      {key}: {json.dumps(value)}\n" for key, value in self.settings.items())
