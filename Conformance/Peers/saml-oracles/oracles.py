#!/usr/bin/python3
"""Asks two other SAML implementations what they make of a Response: python3-saml (strict) and lasso.

    oracles.py < cases.jsonl > verdicts.jsonl

A case is a line {id, message, idp_entity_id, certificates, acs, sp_entity_id, request_id, now} and perhaps
decryption_key. `message` is the posted SAMLResponse, `certificates` and `decryption_key` are PEM, `now` is RFC 3339. A
verdict is a line {id, python3_saml, lasso}, each {accepted, name_id, error}.

Each question is asked in a process of its own, because what a hostile message does to a C library must not end the run.
"""

import calendar
import json
import multiprocessing
import signal
import sys
import time
import urllib.parse
from xml.sax.saxutils import quoteattr

SKEW = 180
TIMEOUT = 20
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"


class Refused(Exception):
    """One of our own checks around lasso, which leaves them to its caller as mod_auth_mellon does them."""


def seconds(text):
    """An RFC 3339 or SAML time as seconds since 1970; fractions are cut off."""
    return calendar.timegm(time.strptime(text.rstrip("Z").partition(".")[0], "%Y-%m-%dT%H:%M:%S"))


def bare(pem):
    """The base64 inside a PEM."""
    return "".join(line for line in pem.split("\n") if line and not line.startswith("-----"))


# python3-saml


def ask_python3_saml(case):
    from onelogin.saml2.constants import OneLogin_Saml2_Constants
    from onelogin.saml2.response import OneLogin_Saml2_Response
    from onelogin.saml2.settings import OneLogin_Saml2_Settings
    from onelogin.saml2.utils import OneLogin_Saml2_Utils

    OneLogin_Saml2_Utils.now = staticmethod(lambda: seconds(case["now"]))
    OneLogin_Saml2_Constants.ALLOWED_CLOCK_DRIFT = SKEW
    acs = urllib.parse.urlsplit(case["acs"])
    request = {"https": "on" if acs.scheme == "https" else "off", "http_host": acs.netloc, "script_name": acs.path,
               "get_data": {}, "post_data": {"SAMLResponse": case["message"]}}
    settings = OneLogin_Saml2_Settings(python3_saml_settings(case))
    response = OneLogin_Saml2_Response(settings, case["message"])
    response.is_valid(request, case.get("request_id"), raise_exceptions=True)
    return response.get_nameid()


def python3_saml_settings(case):
    return {
        "strict": True,
        "sp": {"entityId": case["sp_entity_id"], "assertionConsumerService": {"url": case["acs"]},
               "privateKey": case.get("decryption_key") or ""},
        "idp": {"entityId": case["idp_entity_id"], "singleSignOnService": {"url": "https://idp.example/sso"},
                "x509certMulti": {"signing": [bare(pem) for pem in case["certificates"]]}},
        "security": {"wantAttributeStatement": False, "wantNameId": True, "allowRepeatAttributeName": True},
    }


# lasso


def ask_lasso(case):
    import lasso

    server = lasso.Server.newFromBuffers(sp_metadata(case), case.get("decryption_key"))
    if case.get("decryption_key"):
        server.setEncryptionPrivateKey(case["decryption_key"])
    server.addProviderFromBuffer(lasso.PROVIDER_ROLE_IDP, idp_metadata(case))
    login = login_for(lasso, server, case)
    login.processAuthnResponseMsg(case["message"])
    login.acceptSso()
    check_conditions(lasso, login.assertion, case)
    check_bearer(login, case)
    return login.nameIdentifier.content


def login_for(lasso, server, case):
    """lasso compares InResponseTo with the request that the same Login made: the case's ID goes in by way of a dump."""
    login = lasso.Login(server)
    if not case.get("request_id"):
        return login
    login.setSignatureHint(lasso.PROFILE_SIGNATURE_HINT_FORBID)
    login.initAuthnRequest(case["idp_entity_id"], lasso.HTTP_METHOD_REDIRECT)
    login.buildAuthnRequestMsg()
    dump = login.dump().replace(login.request.iD, case["request_id"])
    return lasso.Login.newFromDump(server, dump)


def check_conditions(lasso, assertion, case):
    if assertion.validateTimeChecks(SKEW, seconds(case["now"])) != lasso.SAML2_ASSERTION_VALID:
        raise Refused("Conditions: time")
    if assertion.validateAudience(case["sp_entity_id"]) != lasso.SAML2_ASSERTION_VALID:
        raise Refused("Conditions: audience")


def check_bearer(login, case):
    destination = login.response.destination
    if destination and destination != case["acs"]:
        raise Refused("Destination")
    confirmation = login.assertion.subject.subjectConfirmation
    data = confirmation.subjectConfirmationData if confirmation else None
    if data is None or confirmation.method != BEARER:
        raise Refused("no bearer confirmation")
    if data.recipient != case["acs"]:
        raise Refused("Recipient")
    if not data.notOnOrAfter or seconds(data.notOnOrAfter) + SKEW <= seconds(case["now"]):
        raise Refused("bearer confirmation: time")


def sp_metadata(case):
    return f"""<EntityDescriptor xmlns="{METADATA}" entityID={quoteattr(case["sp_entity_id"])}>
<SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" AuthnRequestsSigned="false">
<AssertionConsumerService index="0" isDefault="true" Location={quoteattr(case["acs"])}
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/></SPSSODescriptor></EntityDescriptor>"""


def idp_metadata(case):
    keys = "".join(
        f"""<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>
<X509Certificate>{bare(pem)}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>""" for pem in case["certificates"])
    return f"""<EntityDescriptor xmlns="{METADATA}" entityID={quoteattr(case["idp_entity_id"])}>
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/>
</IDPSSODescriptor></EntityDescriptor>"""


# One question, one process


def answer(ask, case, pipe):
    try:
        verdict = {"accepted": True, "name_id": ask(case), "error": None}
    except Exception as error:
        verdict = {"accepted": False, "name_id": None, "error": f"{type(error).__name__}: {error}"}
    pipe.send(verdict)


def asked(ask, case):
    """The verdict of one implementation, whatever becomes of it meanwhile."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.Process(target=answer, args=(ask, case, there))
    child.start()
    there.close()
    verdict = None
    try:
        verdict = here.recv() if here.poll(TIMEOUT) else None
    except EOFError:
        pass
    if verdict is None:
        child.kill()
    child.join()
    if verdict is not None:
        return verdict
    end = "no answer in time" if child.exitcode == -signal.SIGKILL else f"ended with {child.exitcode}"
    return {"accepted": False, "name_id": None, "error": end}


def verdict_of(case):
    return {"id": case["id"], "python3_saml": asked(ask_python3_saml, case), "lasso": asked(ask_lasso, case)}


def main():
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(verdict_of(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
