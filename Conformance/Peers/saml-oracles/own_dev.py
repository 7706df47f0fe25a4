#!/usr/bin/python3
"""Shows on our own vectors that the oracles work: each message to accept is accepted by one of them at least.

    own_dev.py FOLDER      a folder with expected.json, the messages and keys/

Closes with how many of the messages to refuse each oracle lets through.
"""

import base64
import json
import sys
from pathlib import Path

from oracles import verdict_of

ORACLES = ["python3_saml", "lasso"]


def cases(folder):
    expected = json.loads((folder / "expected.json").read_text())
    for item in expected["cases"]:
        if item["kind"] != "response":
            continue
        tenant = expected["tenants"][item["acs"]]
        keys = tenant.get("decryption_keys", [])
        yield item, {
            "id": item["file"], "message": base64.b64encode((folder / item["file"]).read_bytes()).decode(),
            "idp_entity_id": tenant["idp_entity_id"], "acs": tenant["acs"], "sp_entity_id": tenant["sp_entity_id"],
            "certificates": [(folder / name).read_text() for name in tenant["signing_certs"]],
            "decryption_key": (folder / keys[0]).read_text() if keys else None,
            "request_id": expected["pending_requests"]["session_1"][0], "now": expected["now"]}


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    taken, refused, missed, odd = dict.fromkeys(ORACLES, 0), dict.fromkeys(ORACLES, 0), 0, 0
    positives = negatives = 0
    for item, case in cases(Path(sys.argv[1])):
        verdict = verdict_of(case)
        who = [name for name in ORACLES if verdict[name]["accepted"]]
        if item["verdict"].startswith("accept"):
            positives += 1
            for name in who:
                taken[name] += 1
            if not who:
                missed += 1
                print(f"    FAIL  {item['file']}: {[verdict[name]['error'] for name in ORACLES]}")
        else:
            negatives += 1
            odd += any("ended" in (verdict[name]["error"] or "") for name in ORACLES)
            for name in who:
                refused[name] += 1
                print(f"    {name} accepts {item['file']} ({item['rule']}) as {verdict[name]['name_id']!r}")
    for name in ORACLES:
        print(f"{name}: accepts {taken[name]} of {positives} to accept and {refused[name]} of {negatives} to refuse")
    print(f"oracles: {missed} to accept that neither accepts, {odd} messages ended a process", flush=True)
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
