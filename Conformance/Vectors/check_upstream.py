"""Holds `upstream-saml.json` against the corpora that VESTIBULE_VECTORS names, and counts its verdicts.

Every entry's file is there with its hash, every key it names can be found, and no message of the corpora is left out.
"""

import base64
import collections
import hashlib
import json
import os
import re
import zlib
from pathlib import Path

KINDS = {"response", "assertion-only", "logout-request", "logout-response", "metadata", "not-a-message"}
ROOTS = rb"Response|Assertion|LogoutRequest|LogoutResponse|EntityDescriptor|EntitiesDescriptor"
HEX = re.compile(r"[0-9a-f]{64}")
MESSAGE = re.compile(rb"<(\w+:)?(" + ROOTS + rb")\b")


def xml_of(data):
    """The XML in a file: plain, base64 or deflated base64; empty if there is none."""
    if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return data
    try:
        octets = base64.b64decode(re.sub(rb"\s", b"", data), validate=True)
        return octets if octets.lstrip().startswith(b"<") else zlib.decompress(octets, -15)
    except (ValueError, zlib.error):
        return b""


def looks_like_a_message(path):
    return bool(MESSAGE.search(xml_of(path.read_bytes())[:4096]))


def missing_reference(corpora, reference):
    """What a certificate or key reference lacks, if anything."""
    name, _, place = reference.partition("#")
    path = corpora / name
    if not path.is_file():
        return f"{reference}: no such file"
    if place.startswith("/"):
        value = json.loads(path.read_text())
        for step in place[1:].split("/"):
            value = value.get(step) if isinstance(value, dict) else None
        return None if value else f"{reference}: nothing there"
    return None if place in ("", "signing", "keyinfo", "inner-keyinfo") else f"{reference}: unknown place"


def faults_of(entry, corpora):
    """What is wrong with one entry."""
    path = corpora / entry["file"]
    if not path.is_file():
        return ["no such file"]
    faults = []
    if hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
        faults.append("another version of the file")
    if entry["kind"] not in KINDS or entry["verdict"] not in ("accept", "refuse") or not entry["why"]:
        faults.append("unknown kind or verdict, or no reason")
    if (entry["verdict"] == "refuse") != ("rule" in entry):
        faults.append("a rule exactly where it refuses")
    if (entry["verdict"] == "refuse") != ("refused_by" in entry):
        faults.append("the name of our check exactly where it refuses")
    needs = entry.get("needs", {})
    references = needs.get("certificates", []) + [needs[key] for key in ("decryption_key",) if key in needs]
    if entry["kind"] == "response" and entry["verdict"] == "accept" and not ("identity" in entry and references):
        faults.append("accepts without saying whom, or by which key")
    xml = xml_of(path.read_bytes())
    name = re.search(rb"<(?:\w+:)?NameID\b[^>]*>([^<]*)<", xml)
    faults += [
        f"variant at {variant['at']}: not inside the NameID"
        for variant in entry.get("variants", [])
        if variant["into"] != "NameID" or not name or variant["at"] > len(name[1])
    ]
    identity = entry.get("identity", {})
    faults += [f"{key} is no SHA-256" for key in ("nameID", "email") if not HEX.fullmatch(identity.get(key, "0" * 64))]
    return faults + [fault for fault in (missing_reference(corpora, reference) for reference in references) if fault]


def main():
    folder = os.environ.get("VESTIBULE_VECTORS")
    if not folder:
        raise SystemExit("VESTIBULE_VECTORS names no folder with the corpora")
    corpora = Path(folder) / "saml"
    entries = json.loads((Path(__file__).parent / "upstream-saml.json").read_text())["entries"]
    listed = [entry["file"] for entry in entries]
    faults = [f"{entry['file']}: {fault}" for entry in entries for fault in faults_of(entry, corpora)]
    faults += [f"{file}: listed twice" for file, times in collections.Counter(listed).items() if times > 1]
    files = [path for path in corpora.rglob("*") if path.is_file()]
    found = {str(path.relative_to(corpora)) for path in files if looks_like_a_message(path)}
    faults += [f"{file}: no entry" for file in sorted(found - set(listed))]
    for (kind, verdict), count in sorted(collections.Counter((e["kind"], e["verdict"]) for e in entries).items()):
        print(f"{kind:16} {verdict:7} {count:4}")
    accepted = [entry for entry in entries if entry["kind"] == "response" and entry["verdict"] == "accept"]
    exceptions = collections.Counter("+".join(entry["needs"]["exceptions"]) or "none" for entry in accepted)
    print("accepted responses by exception:", dict(sorted(exceptions.items())))
    print(*faults, sep="\n")
    print(f"{len(entries)} entries, {len(found)} messages in the corpora, {len(faults)} faults")
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
