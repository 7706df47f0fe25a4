"""What reading a SAML Response costs, against the libraries alone and against lasso."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

from builds import HERE, ROOT, SCRATCH
from machine import SERVER_CORE, on_core

VECTORS = ROOT / "Conformance" / "Vectors" / "own-dev" / "saml"
MESSAGE = VECTORS / "ok-assertion-signed.xml"
CERTIFICATE = VECTORS / "keys" / "idp-a.crt.pem"
PACKAGES = {
    "loop": ["libxml-2.0", "xmlsec1-openssl", "openssl"],
    "lasso": ["lasso", "gobject-2.0", "glib-2.0", "libxml-2.0"],
}


class Verifiers:
    """Ours and the two peers, ready to run: the peers are compiled here, a second each."""

    def __init__(self, options):
        self.ours = options.binaries / "measure"
        self.folder = SCRATCH / "saml"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.peers = {name: self._compile(name) for name in PACKAGES}
        self.metadata = self._metadata()

    def _compile(self, name):
        flags = subprocess.run(
            ["pkg-config", "--cflags", "--libs", *PACKAGES[name]], capture_output=True, text=True)
        if flags.returncode:
            sys.exit(f"{name} does not build: {flags.stderr.strip()}\n"
                     "(apt-get install gcc pkg-config libxml2-dev libxmlsec1-dev libxmlsec1-openssl liblasso3-dev)")
        program = self.folder / name
        subprocess.run(
            ["cc", "-O2", "-o", program, HERE / "saml" / f"{name}.c", *flags.stdout.split(), "-lpthread"], check=True,
            stderr=subprocess.DEVNULL)
        return program

    def _metadata(self):
        """Lasso reads both sides from metadata."""
        lines = [line for line in CERTIFICATE.read_text().splitlines() if "-----" not in line]
        texts = {
            "idp": '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" '
                   'entityID="https://idp-a.example/saml"><IDPSSODescriptor '
                   'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing">'
                   '<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>'
                   + "".join(lines) +
                   '</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService '
                   'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
                   'Location="https://idp-a.example/sso"/></IDPSSODescriptor></EntityDescriptor>',
            "sp": '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" '
                  'entityID="https://broker.example/saml/sp/acme"><SPSSODescriptor '
                  'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><AssertionConsumerService '
                  'isDefault="true" index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" '
                  'Location="https://broker.example/saml/acs/acme"/></SPSSODescriptor></EntityDescriptor>',
        }
        for name, text in texts.items():
            (self.folder / f"{name}.xml").write_text(text)
        return self.folder / "sp.xml", self.folder / "idp.xml"

    def run(self, name, count, threads=1):
        """Microseconds of CPU for each, verifications in a second of wall time, and the program's own line."""
        command = {
            "ours": [self.ours, "saml", MESSAGE, CERTIFICATE, count, threads],
            "loop": [self.peers["loop"], MESSAGE, CERTIFICATE, count, threads],
            "lasso": [self.peers["lasso"], MESSAGE, *self.metadata, count],
        }[name]
        command = [str(part) for part in command]
        if threads == 1:
            command = on_core(SERVER_CORE, command)
        line = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        return line["cpu"] / line["count"] * 1e6, line["count"] / line.get("wall", line["cpu"]), line

    def race(self, contestants, rounds, say):
        """Medians of rounds in which they take turns."""
        figures = {name: [] for name in contestants}
        for _ in range(rounds):
            for name, run in contestants.items():
                figures[name].append(run())
        medians = {name: statistics.median(each[0] for each in runs) for name, runs in figures.items()}
        for name, value in medians.items():
            say(f"{name:<34} {value:8.1f} us CPU each, {1e6 / value:9,.0f}/s per core")
        return medians


def saml(options, say, result):
    """Reading a SAML Response with all checks, RSA-2048, one core, against the bare C loop."""
    verifiers = Verifiers(options)
    medians = verifiers.race({
        "bare C loop": lambda: verifiers.run("loop", options.responses),
        "ours, with every check": lambda: verifiers.run("ours", options.responses),
    }, options.rounds, say)
    both = {name: statistics.median(verifiers.run(name, options.responses, 2)[1] for _ in range(options.rounds))
            for name in ("loop", "ours")}
    say(f"two cores, in a second of wall time: ours {both['ours']:,.0f}, the bare C loop {both['loop']:,.0f}, "
        f"ratio {both['ours'] / both['loop']:.2f}")
    return result("saml", medians["bare C loop"] / medians["ours, with every check"], 0.8)


def saml_lasso(options, say, result):
    """The same against lasso in C."""
    verifiers = Verifiers(options)
    medians = verifiers.race({
        "lasso": lambda: verifiers.run("lasso", max(200, options.responses // 10)),
        "ours, with every check": lambda: verifiers.run("ours", options.responses),
    }, options.rounds, say)
    return result("saml-lasso", medians["lasso"] / medians["ours, with every check"], 3)


def saml_memory(options, say, result):
    """Resident memory over 200,000 verifications: flat, or something leaks."""
    verifiers = Verifiers(options)
    _, _, line = verifiers.run("ours", options.verifications)
    before, after = line["resident_before"], line["resident_after"]
    say(f"{line['count']:,} verifications: {before:,} KB resident before, {after:,} KB after")
    return result("saml-memory", (before + 2048) / after, 1.0)
