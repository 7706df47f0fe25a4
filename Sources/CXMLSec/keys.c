#include "internal.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <xmlsec/openssl/evp.h>

// MARK: Making

/// RSA, or one of the curves of RFC 7518 3.4: no other has a signature algorithm that is any IdP's.
static int is_supported(EVP_PKEY *pkey) {
    int type = EVP_PKEY_get_base_id(pkey);
    if (type != EVP_PKEY_EC) return type == EVP_PKEY_RSA;
    char curve[64];
    return EVP_PKEY_get_group_name(pkey, curve, sizeof curve, NULL)
        && (strcmp(curve, "prime256v1") == 0 || strcmp(curve, "secp384r1") == 0 || strcmp(curve, "secp521r1") == 0);
}

static vx_status adopt(EVP_PKEY *pkey, vx_key **out) {
    vx_status status = VX_KEY_UNSUPPORTED;
    vx_key *key = NULL;
    if (!is_supported(pkey)) goto fail;
    key = calloc(1, sizeof(vx_key));
    status = VX_NO_MEMORY;
    if (key == NULL) goto fail;
    // xmlsec frees what it adopts; the shim keeps a reference of its own.
    if (!EVP_PKEY_up_ref(pkey)) goto fail;
    xmlSecKeyDataPtr data = xmlSecOpenSSLEvpKeyAdopt(pkey);
    if (data == NULL) {
        EVP_PKEY_free(pkey);
        goto fail;
    }
    key->xmlsec = xmlSecKeyCreate();
    if (key->xmlsec == NULL || xmlSecKeySetValue(key->xmlsec, data) < 0) {
        xmlSecKeyDataDestroy(data);
        goto fail;
    }
    key->pkey = pkey;
    *out = key;
    return VX_OK;
fail:
    if (key != NULL && key->xmlsec != NULL) xmlSecKeyDestroy(key->xmlsec);
    free(key);
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return status;
}

vx_status vx_key_public(const uint8_t *spki, size_t count, vx_key **out) {
    if (!vx_is_initialized) return VX_NOT_INITIALIZED;
    const unsigned char *at = spki;
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &at, (long)count);
    ERR_clear_error();
    if (pkey == NULL) return VX_KEY_UNREADABLE;
    if (at != spki + count) {
        EVP_PKEY_free(pkey);
        return VX_KEY_UNREADABLE;
    }
    return adopt(pkey, out);
}

vx_status vx_key_private(const uint8_t *pkcs8, size_t count, vx_key **out) {
    if (!vx_is_initialized) return VX_NOT_INITIALIZED;
    const unsigned char *at = pkcs8;
    EVP_PKEY *pkey = d2i_AutoPrivateKey(NULL, &at, (long)count);
    ERR_clear_error();
    if (pkey == NULL) return VX_KEY_UNREADABLE;
    if (at != pkcs8 + count) {
        EVP_PKEY_free(pkey);
        return VX_KEY_UNREADABLE;
    }
    return adopt(pkey, out);
}

static vx_status export_private(EVP_PKEY *pkey, vx_bytes *out) {
    if (pkey == NULL) return VX_CRYPTO_FAILED;
    unsigned char *der = NULL;
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pkey);
    int count = info == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(info, &der);
    vx_status status = count > 0 ? vx_bytes_copy(der, (size_t)count, out) : VX_CRYPTO_FAILED;
    if (der != NULL) OPENSSL_clear_free(der, (size_t)count);
    PKCS8_PRIV_KEY_INFO_free(info);
    EVP_PKEY_free(pkey);
    return status;
}

vx_status vx_key_generate_rsa(int bits, vx_bytes *pkcs8) {
    return export_private(EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits), pkcs8);
}

vx_status vx_key_generate_p256(vx_bytes *pkcs8) {
    return export_private(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"), pkcs8);
}

void vx_key_free(vx_key *key) {
    if (key == NULL) return;
    xmlSecKeyDestroy(key->xmlsec);
    EVP_PKEY_free(key->pkey);
    free(key);
}

// MARK: Asking

int vx_key_type(const vx_key *key) {
    return EVP_PKEY_get_base_id(key->pkey) == EVP_PKEY_RSA ? VX_KEY_RSA : VX_KEY_EC;
}

int vx_key_bits(const vx_key *key) { return EVP_PKEY_get_bits(key->pkey); }

vx_status vx_key_spki(const vx_key *key, vx_bytes *out) {
    unsigned char *der = NULL;
    int count = i2d_PUBKEY(key->pkey, &der);
    if (count <= 0) return VX_CRYPTO_FAILED;
    vx_status status = vx_bytes_copy(der, (size_t)count, out);
    OPENSSL_free(der);
    return status;
}

int vx_key_fits(const vx_key *key, uint32_t algorithm) {
    uint32_t rsa = VX_RSA_SHA256 | VX_RSA_SHA384 | VX_RSA_SHA512 | VX_RSA_SHA1;
    return (algorithm & rsa) != 0 ? vx_key_type(key) == VX_KEY_RSA : vx_key_type(key) == VX_KEY_EC;
}

// MARK: Certificates

static int seconds_since_epoch(const ASN1_TIME *time, int64_t *out) {
    int days = 0;
    int seconds = 0;
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int is_known = epoch != NULL && time != NULL && ASN1_TIME_diff(&days, &seconds, epoch, time);
    ASN1_TIME_free(epoch);
    if (is_known) *out = (int64_t)days * 86400 + seconds;
    return is_known;
}

vx_status vx_certificate_read(const uint8_t *der, size_t count, vx_certificate *out) {
    const unsigned char *at = der;
    X509 *certificate = d2i_X509(NULL, &at, (long)count);
    ERR_clear_error();
    if (certificate == NULL) return VX_KEY_UNREADABLE;
    vx_status status = VX_KEY_UNREADABLE;
    vx_certificate read = {{NULL, 0}, 0, 0};
    EVP_PKEY *pkey = at == der + count ? X509_get0_pubkey(certificate) : NULL;
    unsigned char *spki = NULL;
    int spki_count = pkey == NULL ? -1 : i2d_PUBKEY(pkey, &spki);
    if (spki_count > 0 && seconds_since_epoch(X509_get0_notBefore(certificate), &read.not_before)
        && seconds_since_epoch(X509_get0_notAfter(certificate), &read.not_after)) {
        status = vx_bytes_copy(spki, (size_t)spki_count, &read.spki);
    }
    OPENSSL_free(spki);
    X509_free(certificate);
    ERR_clear_error();
    if (status == VX_OK) *out = read;
    return status;
}

static int fill_certificate(X509 *certificate, const vx_key *key, const char *common_name) {
    X509_NAME *name = X509_NAME_new();
    if (name == NULL) return 0;
    int is_filled = X509_set_version(certificate, X509_VERSION_3)
        && ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1)
        && ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate), "20240101000000Z")
        && ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), "20491231235959Z")
        && X509_NAME_add_entry_by_txt(
            name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0)
        && X509_set_subject_name(certificate, name) && X509_set_issuer_name(certificate, name)
        && X509_set_pubkey(certificate, key->pkey) && X509_sign(certificate, key->pkey, EVP_sha256()) > 0;
    X509_NAME_free(name);
    return is_filled;
}

vx_status vx_certificate_make(const vx_key *key, const char *common_name, vx_bytes *der) {
    X509 *certificate = X509_new();
    if (certificate == NULL) return VX_NO_MEMORY;
    vx_status status = VX_CRYPTO_FAILED;
    unsigned char *bytes = NULL;
    if (fill_certificate(certificate, key, common_name)) {
        int count = i2d_X509(certificate, &bytes);
        if (count > 0) status = vx_bytes_copy(bytes, (size_t)count, der);
    }
    OPENSSL_free(bytes);
    X509_free(certificate);
    ERR_clear_error();
    return status;
}
