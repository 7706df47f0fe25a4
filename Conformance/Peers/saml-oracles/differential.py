#!/usr/bin/python3
"""Our verdicts beside those of two other implementations: what we accept and both refuse is a defect.

    differential.py OWN-DEV-SAML [UPSTREAM-SAML]

The first folder holds expected.json; the second the public corpora, whose verdicts stand in upstream-saml.json. Ours are
what unit tests hold the code to, for every file in both.
"""

import base64
import json
import re
import sys
from pathlib import Path

from oracles import verdict_of
from own_dev import ORACLES, cases as own_cases

MANIFEST = Path(__file__).resolve().parents[2] / "Vectors" / "upstream-saml.json"
# A vendor's genuine message that both refuse for one reason which is no matter of trust.
EXPLAINED = {
    "gosaml2/providertests/testdata/auth0_response.xml":
        "Auth0 of 2016 puts the Response's Signature last, against the schema; it is one, a child of what it covers",
}
IN_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.S)
IN_XML = re.compile(r"<(?:\w+:)?X509Certificate>([^<]+)<")


def pem(text):
    digits = "".join(text.split())
    lines = "\n".join(digits[at:at + 64] for at in range(0, len(digits), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"


def certificates(folder, reference):
    """What a reference of the manifest stands for; nothing where it needs a decryption first."""
    name, _, part = reference.partition("#")
    raw = (folder / name).read_bytes()
    if part == "inner-keyinfo":
        return []
    if part.startswith("/"):
        value = json.loads(raw)
        for key in part.strip("/").split("/"):
            value = value[int(key)] if isinstance(value, list) else value[key]
        return [pem(IN_PEM.sub(lambda found: found.group(0).replace("-----", ""), value))]
    text = raw.decode("latin-1")
    if part == "keyinfo" and "<" not in text:
        text = base64.b64decode(text).decode("latin-1")
    if part:
        return [pem(each) for each in dict.fromkeys(IN_XML.findall(text))]
    return IN_PEM.findall(text) or [pem(text if text.isprintable() else base64.b64encode(raw).decode())]


def upstream_cases(folder):
    for entry in json.loads(MANIFEST.read_text())["entries"]:
        needs = entry.get("needs") or {}
        if entry["kind"] != "response" or entry["encoding"] == "text" or not needs.get("certificates"):
            continue
        raw = (folder / entry["file"]).read_bytes()
        message = raw if entry["encoding"] == "xml" else base64.b64decode(raw)
        keys = [each for reference in needs["certificates"] for each in certificates(folder, reference)]
        if not keys or entry["encoding"] == "base64-deflate":
            continue
        key = needs.get("decryption_key")
        yield {"file": entry["file"], "verdict": entry["verdict"], "rule": entry.get("rule", "")}, {
            "id": entry["file"], "message": base64.b64encode(message).decode(),
            "idp_entity_id": needs.get("idp_entity_id") or "", "acs": needs.get("acs") or "https://sp.example/acs",
            "sp_entity_id": needs.get("audience") or "https://sp.example", "certificates": keys,
            "decryption_key": (folder / key).read_text() if key else None,
            "request_id": None if needs.get("unsolicited") else needs.get("in_response_to"),
            "now": needs.get("now") or "2020-01-01T00:00:00Z"}


def compare(name, found):
    """One corpus: prints what differs, and answers how often we stand alone."""
    ours = {"accepted": 0, "refused": 0}
    lenient, alone = dict.fromkeys(ORACLES, 0), 0
    for item, case in found:
        try:
            verdict = verdict_of(case)
        except (KeyError, ValueError) as error:
            raise SystemExit(f"{item['file']}: {error}") from error
        who = [each for each in ORACLES if verdict[each]["accepted"]]
        if item["verdict"].startswith("accept"):
            ours["accepted"] += 1
            if not who and item["file"] in EXPLAINED:
                print(f"    alone, and known: {item['file']}: {EXPLAINED[item['file']]}")
            elif not who:
                alone += 1
                print(f"    FAIL  we accept {item['file']}: {[verdict[each]['error'] for each in ORACLES]}")
        else:
            ours["refused"] += 1
            for each in who:
                lenient[each] += 1
    others = ", ".join(f"{each} accepts {count}" for each, count in lenient.items())
    print(f"{name}: we accept {ours['accepted']}, of which {alone} alone, and refuse {ours['refused']}, "
          f"of which {others}")
    return alone


def main():
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    alone = compare("own-dev", own_cases(Path(sys.argv[1])))
    if len(sys.argv) == 3:
        alone += compare("upstream", upstream_cases(Path(sys.argv[2])))
    print(f"differential: {alone} accepted by us alone", flush=True)
    raise SystemExit(1 if alone else 0)


if __name__ == "__main__":
    main()
