#include "internal.h"

#include <libxml/parser.h>
#include <libxml/valid.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <xmlsec/crypto.h>
#include <xmlsec/templates.h>
#include <xmlsec/transforms.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmltree.h>

// MARK: Algorithms

static xmlSecTransformId method_of(uint32_t algorithm) {
    switch (algorithm) {
    case VX_RSA_SHA256: return xmlSecTransformRsaSha256Id;
    case VX_RSA_SHA384: return xmlSecTransformRsaSha384Id;
    case VX_RSA_SHA512: return xmlSecTransformRsaSha512Id;
    case VX_ECDSA_SHA256: return xmlSecTransformEcdsaSha256Id;
    case VX_ECDSA_SHA384: return xmlSecTransformEcdsaSha384Id;
    case VX_ECDSA_SHA512: return xmlSecTransformEcdsaSha512Id;
    case VX_RSA_SHA1: return xmlSecTransformRsaSha1Id;
    default: return xmlSecTransformIdUnknown;
    }
}

static xmlSecTransformId digest_of(uint32_t algorithm) {
    switch (algorithm) {
    case VX_RSA_SHA384:
    case VX_ECDSA_SHA384: return xmlSecTransformSha384Id;
    case VX_RSA_SHA512:
    case VX_ECDSA_SHA512: return xmlSecTransformSha512Id;
    case VX_RSA_SHA1: return xmlSecTransformSha1Id;
    default: return xmlSecTransformSha256Id;
    }
}

const EVP_MD *vx_signature_digest(uint32_t algorithm) {
    switch (algorithm) {
    case VX_RSA_SHA256:
    case VX_ECDSA_SHA256: return EVP_sha256();
    case VX_RSA_SHA384:
    case VX_ECDSA_SHA384: return EVP_sha384();
    case VX_RSA_SHA512:
    case VX_ECDSA_SHA512: return EVP_sha512();
    case VX_RSA_SHA1: return EVP_sha1();
    default: return NULL;
    }
}

// MARK: Verifying

/// Only the algorithms of the set and of the profile exist for this signature; xmlsec refuses the others by itself.
static int enable(xmlSecDSigCtxPtr context, uint32_t algorithms) {
    int failed = xmlSecDSigCtxEnableSignatureTransform(context, xmlSecTransformExclC14NId) < 0
        || xmlSecDSigCtxEnableReferenceTransform(context, xmlSecTransformExclC14NId) < 0
        || xmlSecDSigCtxEnableReferenceTransform(context, xmlSecTransformEnvelopedId) < 0
        || xmlSecDSigCtxEnableReferenceTransform(context, xmlSecTransformSha256Id) < 0
        || xmlSecDSigCtxEnableReferenceTransform(context, xmlSecTransformSha384Id) < 0
        || xmlSecDSigCtxEnableReferenceTransform(context, xmlSecTransformSha512Id) < 0;
    if (algorithms & VX_RSA_SHA1) {
        failed = failed || xmlSecDSigCtxEnableReferenceTransform(context, xmlSecTransformSha1Id) < 0;
    }
    for (uint32_t bit = VX_RSA_SHA256; bit <= VX_RSA_SHA1; bit <<= 1) {
        if (algorithms & bit) failed = failed || xmlSecDSigCtxEnableSignatureTransform(context, method_of(bit)) < 0;
    }
    context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
    // "#id" is looked up where register_id put it, and no XPointer expression is ever made of it.
    context->flags |= XMLSEC_DSIG_FLAGS_STORE_SIGNEDINFO_REFERENCES | XMLSEC_DSIG_FLAGS_IGNORE_MANIFESTS
        | XMLSEC_DSIG_FLAGS_USE_VISA3D_HACK;
    return !failed;
}

/// Makes "#id" mean the covered element and no other.
static int register_id(vx_document *document, int32_t covered, const char *id) {
    xmlAttrPtr attribute = xmlHasNsProp(document->nodes[covered], (const xmlChar *)"ID", NULL);
    if (attribute == NULL) return 0;
    xmlAttrPtr known = xmlGetID(document->tree, (const xmlChar *)id);
    if (known != NULL) return known == attribute;
    return xmlAddID(NULL, document->tree, (const xmlChar *)id, attribute) != NULL;
}

/// One reference, to "#id", whose hashed octets are there and not empty.
static vx_status hashed_octets(xmlSecDSigCtxPtr context, const char *id, vx_bytes *out) {
    if (xmlSecPtrListGetSize(&context->signedInfoReferences) != 1) return VX_REFERENCE_MISMATCH;
    xmlSecDSigReferenceCtxPtr reference =
        (xmlSecDSigReferenceCtxPtr)xmlSecPtrListGetItem(&context->signedInfoReferences, 0);
    if (reference == NULL || reference->status != xmlSecDSigStatusSucceeded || reference->uri == NULL) {
        return VX_REFERENCE_MISMATCH;
    }
    const char *uri = (const char *)reference->uri;
    if (uri[0] != '#' || strcmp(uri + 1, id) != 0) return VX_REFERENCE_MISMATCH;
    xmlSecBufferPtr buffer = xmlSecDSigReferenceCtxGetPreDigestBuffer(reference);
    if (buffer == NULL || xmlSecBufferGetData(buffer) == NULL || xmlSecBufferGetSize(buffer) == 0) {
        return VX_CANONICALIZATION_EMPTY;
    }
    return vx_bytes_copy(xmlSecBufferGetData(buffer), xmlSecBufferGetSize(buffer), out);
}

/// Whether the digest already tells: then no other key can help, and hashing once more for each would be for nothing.
static vx_status failure(xmlSecDSigCtxPtr context) {
    for (xmlSecSize at = 0; at < xmlSecPtrListGetSize(&context->signedInfoReferences); at++) {
        xmlSecDSigReferenceCtxPtr reference =
            (xmlSecDSigReferenceCtxPtr)xmlSecPtrListGetItem(&context->signedInfoReferences, at);
        if (reference != NULL && reference->status == xmlSecDSigStatusInvalid) return VX_DIGEST_MISMATCH;
    }
    return VX_SIGNATURE_INVALID;
}

vx_status vx_document_verify(
    vx_document *document, int32_t signature, int32_t covered, const char *id, const vx_key *key, uint32_t algorithms,
    vx_bytes *out) {
    if (!vx_is_initialized) return VX_NOT_INITIALIZED;
    if (signature < 0 || signature >= document->element_count || covered < 0 || covered >= document->element_count
        || document->elements[signature].parent != covered) {
        return VX_REFERENCE_MISMATCH;
    }
    if (!register_id(document, covered, id)) return VX_REFERENCE_MISMATCH;
    // Without a keys manager there is no key but the one that is set below: KeyInfo has nobody to read it.
    xmlSecDSigCtxPtr context = xmlSecDSigCtxCreate(NULL);
    if (context == NULL) return VX_NO_MEMORY;
    vx_status status = VX_SIGNATURE_ERROR;
    if (enable(context, algorithms)) {
        context->signKey = xmlSecKeyDuplicate(key->xmlsec);
        if (context->signKey != NULL && xmlSecDSigCtxVerify(context, document->nodes[signature]) == 0) {
            status = context->status == xmlSecDSigStatusSucceeded ? hashed_octets(context, id, out) : failure(context);
        }
    }
    xmlSecDSigCtxDestroy(context);
    ERR_clear_error();
    return status;
}

// MARK: SignedInfo

static xmlNodePtr child_named(xmlNodePtr parent, const char *name) {
    for (xmlNodePtr child = parent == NULL ? NULL : parent->children; child != NULL; child = child->next) {
        if (child->type == XML_ELEMENT_NODE && strcmp((const char *)child->name, name) == 0) return child;
    }
    return NULL;
}

/// The prefixes of a PrefixList, ended by NULL; `list` is changed and must outlive them.
static void split_prefixes(char *list, xmlChar **prefixes, size_t capacity) {
    size_t count = 0;
    char *rest = NULL;
    for (char *prefix = strtok_r(list, " \t\r\n", &rest); prefix != NULL && count + 1 < capacity;
         prefix = strtok_r(NULL, " \t\r\n", &rest)) {
        prefixes[count++] = (xmlChar *)prefix;
    }
    prefixes[count] = NULL;
}

vx_status vx_document_signed_info(vx_document *document, int32_t signature, vx_bytes *out) {
    if (!vx_is_initialized) return VX_NOT_INITIALIZED;
    if (signature < 0 || signature >= document->element_count) return VX_REFERENCE_MISMATCH;
    xmlNodePtr info = child_named(document->nodes[signature], "SignedInfo");
    if (info == NULL) return VX_REFERENCE_MISMATCH;
    xmlNodePtr inclusive = child_named(child_named(info, "CanonicalizationMethod"), "InclusiveNamespaces");
    xmlChar *list = inclusive == NULL ? NULL : xmlGetNoNsProp(inclusive, (const xmlChar *)"PrefixList");
    xmlChar *prefixes[32];
    if (list != NULL) split_prefixes((char *)list, prefixes, sizeof prefixes / sizeof prefixes[0]);
    vx_status status = vx_canonicalize(document->tree, info, list == NULL ? NULL : prefixes, out);
    xmlFree(list);
    return status;
}

// MARK: Signing a document

/// The first child named Issuer, whatever its namespace: the caller wrote the document.
static xmlNodePtr issuer_of(xmlNodePtr root) {
    for (xmlNodePtr child = root->children; child != NULL; child = child->next) {
        if (child->type == XML_ELEMENT_NODE) return strcmp((const char *)child->name, "Issuer") == 0 ? child : NULL;
    }
    return NULL;
}

static xmlNodePtr add_template(xmlDocPtr tree, const char *id, uint32_t algorithm) {
    xmlNodePtr root = xmlDocGetRootElement(tree);
    xmlNodePtr signature = xmlSecTmplSignatureCreateNsPref(
        tree, xmlSecTransformExclC14NId, method_of(algorithm), NULL, (const xmlChar *)"ds");
    if (signature == NULL) return NULL;
    xmlNodePtr issuer = issuer_of(root);
    if (issuer != NULL) {
        xmlAddNextSibling(issuer, signature);
    } else if (root->children != NULL) {
        xmlAddPrevSibling(root->children, signature);
    } else {
        xmlAddChild(root, signature);
    }
    size_t length = strlen(id);
    char *uri = malloc(length + 2);
    if (uri == NULL) return NULL;
    uri[0] = '#';
    memcpy(uri + 1, id, length + 1);
    xmlNodePtr reference =
        xmlSecTmplSignatureAddReference(signature, digest_of(algorithm), NULL, (const xmlChar *)uri, NULL);
    free(uri);
    if (reference == NULL || xmlSecTmplReferenceAddTransform(reference, xmlSecTransformEnvelopedId) == NULL
        || xmlSecTmplReferenceAddTransform(reference, xmlSecTransformExclC14NId) == NULL) {
        return NULL;
    }
    return signature;
}

/// KeyInfo is for people who debug: no signature covers it and no verifier of ours reads it.
static int add_certificate(xmlNodePtr signature, const uint8_t *certificate, size_t count) {
    size_t length = 4 * ((count + 2) / 3);
    xmlChar *text = malloc(length + 1);
    if (text == NULL) return 0;
    EVP_EncodeBlock(text, certificate, (int)count);
    xmlNodePtr info = xmlNewChild(signature, signature->ns, (const xmlChar *)"KeyInfo", NULL);
    xmlNodePtr data = info == NULL ? NULL : xmlNewChild(info, signature->ns, (const xmlChar *)"X509Data", NULL);
    xmlNodePtr leaf =
        data == NULL ? NULL : xmlNewChild(data, signature->ns, (const xmlChar *)"X509Certificate", text);
    free(text);
    return leaf != NULL;
}

static vx_status dump(xmlDocPtr tree, vx_bytes *out) {
    xmlBufferPtr buffer = xmlBufferCreate();
    if (buffer == NULL) return VX_NO_MEMORY;
    vx_status status = VX_SIGNATURE_ERROR;
    if (xmlNodeDump(buffer, tree, xmlDocGetRootElement(tree), 0, 0) > 0) {
        status = vx_bytes_copy(xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer), out);
    }
    xmlBufferFree(buffer);
    return status;
}

vx_status vx_sign_enveloped(
    const uint8_t *xml, size_t count, const char *id, const vx_key *key, uint32_t algorithm, const uint8_t *certificate,
    size_t certificate_count, vx_bytes *out) {
    if (!vx_key_fits(key, algorithm) || method_of(algorithm) == xmlSecTransformIdUnknown) return VX_KEY_MISMATCH;
    vx_limits limits = {16 << 20, 200000, 200, 200};
    vx_document *document = NULL;
    vx_status status = vx_document_parse(xml, count, &limits, &document);
    if (status != VX_OK) return status;
    status = VX_SIGNATURE_ERROR;
    xmlNodePtr signature = NULL;
    xmlSecDSigCtxPtr context = xmlSecDSigCtxCreate(NULL);
    if (context != NULL && register_id(document, 0, id)) signature = add_template(document->tree, id, algorithm);
    if (signature != NULL) {
        context->signKey = xmlSecKeyDuplicate(key->xmlsec);
        if (context->signKey != NULL && xmlSecDSigCtxSign(context, signature) == 0
            && context->status == xmlSecDSigStatusSucceeded
            && (certificate == NULL || add_certificate(signature, certificate, certificate_count))) {
            status = dump(document->tree, out);
        }
    }
    if (context != NULL) xmlSecDSigCtxDestroy(context);
    vx_document_free(document);
    ERR_clear_error();
    return status;
}

// MARK: Octets

/// Octets of one integer of an ECDSA signature.
static int half_of(const vx_key *key) { return (vx_key_bits(key) + 7) / 8; }

/// DER to the two integers side by side.
static vx_status flatten(const vx_key *key, const uint8_t *der, size_t count, vx_bytes *out) {
    const unsigned char *at = der;
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &at, (long)count);
    if (signature == NULL) return VX_CRYPTO_FAILED;
    int half = half_of(key);
    vx_status status = VX_NO_MEMORY;
    uint8_t *flat = malloc((size_t)half * 2);
    if (flat != NULL) {
        int is_written = BN_bn2binpad(ECDSA_SIG_get0_r(signature), flat, half) == half
            && BN_bn2binpad(ECDSA_SIG_get0_s(signature), flat + half, half) == half;
        status = is_written ? vx_bytes_copy(flat, (size_t)half * 2, out) : VX_CRYPTO_FAILED;
    }
    free(flat);
    ECDSA_SIG_free(signature);
    return status;
}

/// The two integers side by side to DER; NULL where that is not what it is.
static unsigned char *structured(const vx_key *key, const uint8_t *flat, size_t count, int *der_count) {
    int half = half_of(key);
    if (count != (size_t)half * 2) return NULL;
    unsigned char *der = NULL;
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(flat, half, NULL);
    BIGNUM *s = BN_bin2bn(flat + half, half, NULL);
    if (signature != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(signature, r, s)) {
        r = NULL;
        s = NULL;
        *der_count = i2d_ECDSA_SIG(signature, &der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(signature);
    return der;
}

vx_status vx_sign(const vx_key *key, uint32_t algorithm, const uint8_t *data, size_t count, vx_bytes *out) {
    const EVP_MD *digest = vx_signature_digest(algorithm);
    if (digest == NULL || !vx_key_fits(key, algorithm)) return VX_KEY_MISMATCH;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL) return VX_NO_MEMORY;
    vx_status status = VX_CRYPTO_FAILED;
    size_t length = 0;
    uint8_t *signature = NULL;
    if (EVP_DigestSignInit(context, NULL, digest, NULL, key->pkey) == 1
        && EVP_DigestSign(context, NULL, &length, data, count) == 1 && (signature = malloc(length)) != NULL
        && EVP_DigestSign(context, signature, &length, data, count) == 1) {
        status = vx_key_type(key) == VX_KEY_EC ? flatten(key, signature, length, out)
                                               : vx_bytes_copy(signature, length, out);
    }
    free(signature);
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return status;
}

vx_status vx_verify(
    const vx_key *key, uint32_t algorithm, const uint8_t *data, size_t count, const uint8_t *signature,
    size_t signature_count) {
    const EVP_MD *digest = vx_signature_digest(algorithm);
    if (digest == NULL || !vx_key_fits(key, algorithm)) return VX_KEY_MISMATCH;
    int der_count = 0;
    unsigned char *der =
        vx_key_type(key) == VX_KEY_EC ? structured(key, signature, signature_count, &der_count) : NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    // OpenSSL answers 1, 0 or a negative number; only 1 is a signature that holds.
    int answer = context != NULL && EVP_DigestVerifyInit(context, NULL, digest, NULL, key->pkey) == 1
        ? EVP_DigestVerify(
              context, der != NULL ? der : signature, der != NULL ? (size_t)der_count : signature_count, data, count)
        : -1;
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    ERR_clear_error();
    return answer == 1 ? VX_OK : VX_SIGNATURE_INVALID;
}
