"""The shipped nginx configuration with our addresses in it, and a throw-away certificate authority."""

import os
import shutil
import subprocess

from .places import FRONT, PORTAL_HOST


class Front:
    """The shipped nginx configuration, with nothing changed but the addresses in the site file."""

    def __init__(self, stack, folder):
        self.stack, self.folder = stack, folder

    def write(self):
        for name in ("vestibule-http.conf", "vestibule-server.conf", "vestibule-portal.conf"):
            shutil.copy(FRONT / name, self.folder / name)
        (self.folder / "site.conf").write_text(self.site())
        user = "user root;\n" if os.geteuid() == 0 else ""
        temporary = "\n".join(
            f"    {kind}_temp_path {self.folder}/{kind};" for kind in
            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(
            f"{user}daemon off;\nworker_processes 1;\npid {self.folder}/nginx.pid;\n"
            f"error_log {self.folder}/error.log warn;\npcre_jit on;\nevents {{ worker_connections 2048; }}\n"
            f"http {{\n{temporary}\n    include site.conf;\n}}\n")

    def site(self):
        stack = self.stack
        gates = " ".join(f"server {stack.gate_address(index)} max_fails=0;" for index in range(stack.count))
        publics = " ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in stack.public_ports)
        changes = [("server 127.0.0.1:8081 max_fails=0;", gates), ("server 127.0.0.1:8080 max_fails=0;", publics),
                   ("server 127.0.0.1:9001;", f"server 127.0.0.1:{stack.portal_port};"),
                   ("/var/log/nginx/portal.access.log", f"{self.folder}/access.log"),
                   ("/var/log/nginx/portal.error.log", f"{self.folder}/error.log")]
        if not stack.tls:
            changes += [("127.0.0.1:8088", f"127.0.0.1:{stack.front_port}"),
                        ("portal.localhost:8088", f"portal.localhost:{stack.front_port}")]
            return self.changed("site.conf", changes)
        upstream = "server 127.0.0.1:9001;"
        changes += [("listen 443", f"listen 127.0.0.1:{stack.front_port}"),
                    ("listen 80", f"listen 127.0.0.1:{stack.plain_port}"),
                    ("$vestibule_host portal.example.com;", f"$vestibule_host {PORTAL_HOST}:{stack.front_port};"),
                    ("https://portal.example.com", stack.origin), ("portal.example.com", PORTAL_HOST),
                    ("/etc/nginx/tls/portal.crt", f"{stack.folder}/server.pem"),
                    ("/etc/nginx/tls/portal.key", f"{stack.folder}/server.key")]
        text = self.changed("site-tls.conf", changes)
        # The mock portal speaks https too when the stack does.
        assert upstream not in text
        text = text.replace("proxy_pass http://vestibule_portal;", "proxy_pass https://vestibule_portal;")
        return self.parted(text) if stack.apart else text

    def parted(self, text):
        """A server for each site on a host of its own; what is left is the broker's, where nothing but it answers."""
        start = text.rindex("\nserver {")
        before, block = text[:start], text[start:]
        sites = [block.replace(PORTAL_HOST, host).replace("$vestibule_site portal;", f"$vestibule_site {name};")
                 for name, host in self.stack.apart.items()]
        if any(f"$vestibule_site {name};" not in site for name, site in zip(self.stack.apart, sites)):
            raise RuntimeError("site-tls.conf names its site in another way")
        own = block[:block.index("    location / {")] + "    location / {\n        return 404;\n    }\n}\n"
        return before + "".join(sites) + own

    @staticmethod
    def changed(name, changes):
        text = (FRONT / name).read_text()
        for old, new in changes:
            if old not in text:
                raise RuntimeError(f"{name} has no `{old}`")
            text = text.replace(old, new)
        return text


class Authority:
    """A throw-away certificate authority."""

    def __init__(self, folder):
        self.folder = folder
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                     "-subj", "/CN=Vestibule throw-away CA", "-addext", "basicConstraints=critical,CA:TRUE",
                     "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", "ca.key", "-out", "ca.pem")

    def issue(self, name, hosts):
        names = ",".join(f"DNS:{host}" for host in hosts)
        (self.folder / f"{name}.ext").write_text(
            f"subjectAltName={names}\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                     f"/CN={hosts[0]}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                     "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem")

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)
