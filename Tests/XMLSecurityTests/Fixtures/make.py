#!/usr/bin/env python3
"""Writes the fixtures beside this file: keys, certificates, and messages that other implementations made.

Signed messages come from the xmlsec1 command, encrypted ones from xmlsec1 and from PyCA cryptography.
Needs: python3-cryptography, xmlsec1. The keys are test keys; a new run makes new ones and new messages.
"""

import base64
import datetime
import os
import pathlib
import subprocess
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

HERE = pathlib.Path(__file__).parent
DSIG = "http://www.w3.org/2000/09/xmldsig#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
DIGESTS = {"sha1": DSIG + "sha1", "sha256": XENC + "sha256", "sha384": MORE + "sha384", "sha512": XENC + "sha512"}
HASHES = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


def write(name, content):
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def private_pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def public_pem(key):
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def certificate(key, serial, ends):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example")])
    begins = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
    return (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(serial).not_valid_before(begins)
            .not_valid_after(datetime.datetime(ends, 1, 1, tzinfo=datetime.timezone.utc))
            .sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def make_keys():
    keys = {
        "rsa1024": rsa.generate_private_key(65537, 1024),
        "rsa2048": rsa.generate_private_key(65537, 2048),
        "rsa3072": rsa.generate_private_key(65537, 3072),
        "rsa4096": rsa.generate_private_key(65537, 4096),
        "attacker": rsa.generate_private_key(65537, 2048),
        "sp": rsa.generate_private_key(65537, 2048),
        "p256": ec.generate_private_key(ec.SECP256R1()),
        "p384": ec.generate_private_key(ec.SECP384R1()),
        "p521": ec.generate_private_key(ec.SECP521R1()),
        "secp256k1": ec.generate_private_key(ec.SECP256K1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
    }
    for name, key in keys.items():
        write(f"keys/{name}.key.pem", private_pem(key))
        write(f"keys/{name}.pub.pem", public_pem(key))
    # The same subject, issuer and serial number around another key.
    write("keys/rsa2048.crt.pem", certificate(keys["rsa2048"], 7, 2045))
    write("keys/clone.crt.pem", certificate(keys["attacker"], 7, 2045))
    write("keys/expired.crt.pem", certificate(keys["rsa2048"], 8, 2025))
    write("keys/sp.crt.pem", certificate(keys["sp"], 9, 2045))
    return keys


def message(signature):
    return ('<m:Message xmlns:m="urn:example:message" ID="_m"><m:Issuer>https://idp.example</m:Issuer>' + signature
            + '<m:Name>alice</m:Name></m:Message>')


def template(method, digest, transforms=None, uri="#_m"):
    transforms = transforms or (
        f'<ds:Transform Algorithm="{DSIG}enveloped-signature"/><ds:Transform Algorithm="{EXC}"/>')
    return (f'<ds:Signature xmlns:ds="{DSIG}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{EXC}"/>'
            f'<ds:SignatureMethod Algorithm="{method}"/><ds:Reference URI="{uri}">'
            f'<ds:Transforms>{transforms}</ds:Transforms><ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue/>'
            '</ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>')


def run_xmlsec(arguments, text):
    with tempfile.NamedTemporaryFile("w", suffix=".xml", delete=False) as file:
        file.write(text)
    done = subprocess.run(["xmlsec1", *arguments, file.name], capture_output=True, check=True)
    os.unlink(file.name)
    # Without the declaration and the line end behind the root.
    return done.stdout.decode().removeprefix('<?xml version="1.0"?>\n').strip()


def sign(name, key, method, digest, **more):
    signed = run_xmlsec(
        ["--sign", "--privkey-pem", str(HERE / f"keys/{key}.key.pem"), "--id-attr:ID", "Message"],
        message(template(method, digest, **more)))
    write(f"signed/{name}.xml", signed)


def make_signed():
    for bits in (2048, 3072, 4096):
        for digest in ("sha256", "sha384", "sha512"):
            sign(f"rsa{bits}-{digest}", f"rsa{bits}", f"{MORE}rsa-{digest}", DIGESTS[digest])
    for curve, digest in (("p256", "sha256"), ("p384", "sha384"), ("p521", "sha512"), ("p256", "sha512")):
        sign(f"{curve}-{digest}", curve, f"{MORE}ecdsa-{digest}", DIGESTS[digest])
    sign("rsa2048-sha1", "rsa2048", DSIG + "rsa-sha1", DIGESTS["sha1"])
    sign("rsa2048-sha256-over-sha1", "rsa2048", MORE + "rsa-sha256", DIGESTS["sha1"])
    sign("rsa1024-sha256", "rsa1024", MORE + "rsa-sha256", DIGESTS["sha256"])
    sign("whole-document", "rsa2048", MORE + "rsa-sha256", DIGESTS["sha256"], uri="")
    sign("xpointer", "rsa2048", MORE + "rsa-sha256", DIGESTS["sha256"], uri="#xpointer(id('_m'))")
    enveloped = f'<ds:Transform Algorithm="{DSIG}enveloped-signature"/>'
    canonical = f'<ds:Transform Algorithm="{EXC}"/>'
    sign("transforms-hundred", "rsa2048", MORE + "rsa-sha256", DIGESTS["sha256"],
         transforms=enveloped + canonical * 100)
    sign("transform-inclusive", "rsa2048", MORE + "rsa-sha256", DIGESTS["sha256"],
         transforms=enveloped + '<ds:Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>')
    sign("transform-comments", "rsa2048", MORE + "rsa-sha256", DIGESTS["sha256"],
         transforms=enveloped + f'<ds:Transform Algorithm="{EXC}WithComments"/>')
    sign("transform-xpath", "rsa2048", MORE + "rsa-sha256", DIGESTS["sha256"],
         transforms=enveloped + '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath '
         'xmlns:m="urn:example:message">not(ancestor-or-self::m:Name)</ds:XPath></ds:Transform>' + canonical)
    sheet = ('<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/">'
             '<constant/></xsl:template></xsl:stylesheet>')
    sign("transform-xslt", "rsa2048", MORE + "rsa-sha256", DIGESTS["sha256"],
         transforms=enveloped + f'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116">{sheet}'
         f'</ds:Transform>{canonical}')


PLAIN = '<m:Secret xmlns:m="urn:example:message" ID="_s">alice &amp; &#233;</m:Secret>'


def holder(data, beside=""):
    return f'<m:Encrypted xmlns:m="urn:example:message">{data}{beside}</m:Encrypted>'


def value(octets):
    return f'<xenc:CipherData><xenc:CipherValue>{base64.b64encode(octets).decode()}</xenc:CipherValue></xenc:CipherData>'


def encrypt(name, recipient, bits, digest, mask, new_uri, beside=False, says_digest=True, says_mask=True):
    secret, iv = AESGCM.generate_key(bits), os.urandom(12)
    data = iv + AESGCM(secret).encrypt(iv, PLAIN.encode(), None)
    wrapped = recipient.public_key().encrypt(
        secret, padding.OAEP(padding.MGF1(HASHES[mask]), HASHES[digest], None))
    method = XENC11 + "rsa-oaep" if new_uri else XENC + "rsa-oaep-mgf1p"
    parameters = f'<ds:DigestMethod xmlns:ds="{DSIG}" Algorithm="{DIGESTS[digest]}"/>' if says_digest else ""
    if new_uri and says_mask:
        parameters += f'<xenc11:MGF xmlns:xenc11="{XENC11}" Algorithm="{XENC11}mgf1{mask}"/>'
    key = (f'<xenc:EncryptedKey xmlns:xenc="{XENC}"><xenc:EncryptionMethod Algorithm="{method}">{parameters}'
           f'</xenc:EncryptionMethod>{value(wrapped)}</xenc:EncryptedKey>')
    info = "" if beside else f'<ds:KeyInfo xmlns:ds="{DSIG}">{key}</ds:KeyInfo>'
    content = (f'<xenc:EncryptedData xmlns:xenc="{XENC}" Type="{XENC}Element"><xenc:EncryptionMethod '
               f'Algorithm="{XENC11}aes{bits}-gcm"/>{info}{value(data)}</xenc:EncryptedData>')
    write(f"encrypted/{name}.xml", holder(content, key if beside else ""))


def encrypt_with_xmlsec(name, cipher, session):
    blank = (f'<xenc:EncryptedData xmlns:xenc="{XENC}" Type="{XENC}Element"><xenc:EncryptionMethod '
             f'Algorithm="{cipher}"/><ds:KeyInfo xmlns:ds="{DSIG}"><xenc:EncryptedKey><xenc:EncryptionMethod '
             f'Algorithm="{XENC}rsa-oaep-mgf1p"/><xenc:CipherData><xenc:CipherValue/></xenc:CipherData>'
             '</xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData>'
             '</xenc:EncryptedData>')
    with tempfile.NamedTemporaryFile("w", suffix=".xml", delete=False) as plain:
        plain.write(PLAIN)
    data = run_xmlsec(
        ["--encrypt", "--pubkey-cert-pem", str(HERE / "keys/sp.crt.pem"), "--session-key", session, "--xml-data",
         plain.name], blank)
    os.unlink(plain.name)
    write(f"encrypted/{name}.xml", holder(data))


def make_encrypted(recipient):
    write("encrypted/plain.xml", PLAIN)
    for bits in (128, 256):
        for digest in DIGESTS:
            encrypt(f"gcm{bits}-mgf1p-{digest}", recipient, bits, digest, "sha1", False)
            encrypt(f"gcm{bits}-oaep-{digest}-{digest}", recipient, bits, digest, digest, True)
    encrypt("gcm256-oaep-sha512-sha1", recipient, 256, "sha512", "sha1", True)
    encrypt("gcm256-oaep-sha1-sha256", recipient, 256, "sha1", "sha256", True)
    encrypt("gcm256-defaults", recipient, 256, "sha1", "sha1", False, says_digest=False)
    encrypt("gcm256-oaep-defaults", recipient, 256, "sha1", "sha1", True, says_digest=False, says_mask=False)
    encrypt("gcm256-beside", recipient, 256, "sha256", "sha1", False, beside=True)
    encrypt_with_xmlsec("xmlsec-gcm128", XENC11 + "aes128-gcm", "aes-128")
    encrypt_with_xmlsec("xmlsec-gcm256", XENC11 + "aes256-gcm", "aes-256")
    encrypt_with_xmlsec("xmlsec-cbc256", XENC + "aes256-cbc", "aes-256")


if __name__ == "__main__":
    made = make_keys()
    make_signed()
    make_encrypted(made["sp"])
