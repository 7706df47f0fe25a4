"""Reads everything that the journeys left behind and looks for what must never be written down.

    canary.py FOLDER      a folder that journeys filled with --keep

Cookies, codes, states, client secrets and key-encryption keys that were seen are looked for, as they are and in their
usual encodings, in logs, audit exports, metrics and databases.
"""

import base64
import sys
import urllib.parse
from pathlib import Path

READ = {".log", ".out", ".jsonl", ".txt", ".sqlite", ".sqlite-wal"}
# What must be among the secrets, or the journeys did not look.
KINDS = ["client secret", "kek", "cookie vestibule", "cookie vestibule-session", "cookie vestibule-login",
         "cookie __Host-vestibule", "query code", "query state", "query RelayState", "query SAMLRequest",
         "query SAMLResponse", "query Signature", "posted code", "posted SAMLRequest", "posted SAMLResponse",
         "posted SignatureValue", "posted CipherValue", "IdP idToken", "IdP accessToken", "IdP xmlSignature"]
# The mocks may say what they like; a real IdP's log is not ours.
NOT_OURS = {"mocks.log", "mocks.out", "oidc-provider-mock.log", "oidc-provider-mock.out", "nanoidp.log", "nanoidp.out",
            "pool.log", "pool.out", "simplesamlphp", "relying-parties"}


def forms(secret):
    """A secret as it might have been written."""
    octets = secret.encode()
    yield octets
    yield urllib.parse.quote(secret, safe="").encode()
    yield octets.hex().encode()
    yield base64.b64encode(octets).rstrip(b"=")
    # A token's middle, where somebody cut off the head.
    if secret.count(".") == 2:
        yield secret.split(".")[1].encode()
        yield secret.split(".")[2].encode()


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    root = Path(sys.argv[1])
    secrets, files, hits, octets = {}, 0, [], 0
    for path in root.rglob("secrets.tsv"):
        for line in path.read_text().splitlines():
            kind, _, value = line.partition("\t")
            secrets[value] = kind
    needles = {form: kind for value, kind in secrets.items() for form in forms(value) if len(form) >= 12}
    for path in root.rglob("*"):
        if not path.is_file() or path.suffix not in READ or not NOT_OURS.isdisjoint(path.parts):
            continue
        text = path.read_bytes()
        files, octets = files + 1, octets + len(text)
        hits += [(path.relative_to(root), kind) for needle, kind in needles.items() if needle in text]
    for path, kind in sorted(set(hits)):
        print(f"    FAIL  {path} holds a {kind}")
    missing = [kind for kind in KINDS if kind not in secrets.values()]
    if missing:
        print(f"    FAIL  no journey saw a {', a '.join(missing)}")
    print(f"canary: {len(secrets)} secrets, {files} files, {octets >> 10} KiB, {len(hits)} hits", flush=True)
    raise SystemExit(1 if hits or missing or not files else 0)


main()
