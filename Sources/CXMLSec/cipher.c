#include "internal.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

// MARK: RSA

static const EVP_MD *digest_named(int digest) {
    switch (digest) {
    case VX_DIGEST_SHA1: return EVP_sha1();
    case VX_DIGEST_SHA256: return EVP_sha256();
    case VX_DIGEST_SHA384: return EVP_sha384();
    case VX_DIGEST_SHA512: return EVP_sha512();
    default: return NULL;
    }
}

static int set_oaep(EVP_PKEY_CTX *context, const EVP_MD *digest, const EVP_MD *mask) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0
        && EVP_PKEY_CTX_set_rsa_oaep_md(context, digest) > 0 && EVP_PKEY_CTX_set_rsa_mgf1_md(context, mask) > 0;
}

vx_status vx_oaep_open(
    const vx_key *key, int digest, int mgf_digest, const uint8_t *in, size_t count, vx_bytes *out) {
    const EVP_MD *hash = digest_named(digest);
    const EVP_MD *mask = digest_named(mgf_digest);
    if (hash == NULL || mask == NULL || vx_key_type(key) != VX_KEY_RSA) return VX_CRYPTO_FAILED;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key->pkey, NULL);
    if (context == NULL) return VX_NO_MEMORY;
    vx_status status = VX_CRYPTO_FAILED;
    size_t length = (size_t)EVP_PKEY_get_size(key->pkey);
    size_t capacity = length;
    uint8_t *plain = malloc(capacity);
    if (plain != NULL && EVP_PKEY_decrypt_init(context) > 0 && set_oaep(context, hash, mask)
        && EVP_PKEY_decrypt(context, plain, &length, in, count) > 0) {
        status = vx_bytes_copy(plain, length, out);
    }
    if (plain != NULL) OPENSSL_cleanse(plain, capacity);
    free(plain);
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return status;
}

static vx_status wrap(
    const vx_key *key, const EVP_MD *digest, const EVP_MD *mask, const uint8_t *in, size_t count, vx_bytes *out) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key->pkey, NULL);
    if (context == NULL) return VX_NO_MEMORY;
    vx_status status = VX_CRYPTO_FAILED;
    size_t length = 0;
    uint8_t *sealed = NULL;
    int is_set = EVP_PKEY_encrypt_init(context) > 0
        && (digest != NULL ? set_oaep(context, digest, mask)
                           : EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0);
    if (is_set && EVP_PKEY_encrypt(context, NULL, &length, in, count) > 0 && (sealed = malloc(length)) != NULL
        && EVP_PKEY_encrypt(context, sealed, &length, in, count) > 0) {
        status = vx_bytes_copy(sealed, length, out);
    }
    free(sealed);
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return status;
}

vx_status vx_oaep_seal(
    const vx_key *key, int digest, int mgf_digest, const uint8_t *in, size_t count, vx_bytes *out) {
    const EVP_MD *hash = digest_named(digest);
    const EVP_MD *mask = digest_named(mgf_digest);
    if (hash == NULL || mask == NULL || vx_key_type(key) != VX_KEY_RSA) return VX_CRYPTO_FAILED;
    return wrap(key, hash, mask, in, count, out);
}

vx_status vx_rsa15_seal(const vx_key *key, const uint8_t *in, size_t count, vx_bytes *out) {
    if (vx_key_type(key) != VX_KEY_RSA) return VX_CRYPTO_FAILED;
    return wrap(key, NULL, NULL, in, count, out);
}

/// Copies `length` bytes of one of two sources without a branch on which (RFC 8017 7.2.2, Bleichenbacher).
static void choose(uint8_t *into, const uint8_t *first, const uint8_t *second, size_t length, int takes_first) {
    uint8_t mask = (uint8_t)(0 - (unsigned)(takes_first & 1));
    for (size_t at = 0; at < length; at++) into[at] = (uint8_t)((first[at] & mask) | (second[at] & ~mask));
}

vx_status vx_rsa15_open(const vx_key *key, const uint8_t *in, size_t count, size_t expected, vx_bytes *out) {
    if (vx_key_type(key) != VX_KEY_RSA || expected == 0 || expected > 64) return VX_CRYPTO_FAILED;
    uint8_t substitute[64];
    uint8_t chosen[64];
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key->pkey, NULL);
    size_t length = (size_t)EVP_PKEY_get_size(key->pkey);
    size_t capacity = length < 64 ? 64 : length;
    uint8_t *plain = calloc(1, capacity);
    vx_status status = VX_CRYPTO_FAILED;
    if (context != NULL && plain != NULL && RAND_bytes(substitute, sizeof substitute) == 1
        && EVP_PKEY_decrypt_init(context) > 0 && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0) {
        int opened = EVP_PKEY_decrypt(context, plain, &length, in, count) > 0;
        choose(chosen, plain, substitute, expected, opened & (length == expected));
        status = vx_bytes_copy(chosen, expected, out);
    }
    if (plain != NULL) OPENSSL_cleanse(plain, capacity);
    OPENSSL_cleanse(chosen, sizeof chosen);
    free(plain);
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return status;
}

// MARK: AES

typedef struct {
    const EVP_CIPHER *cipher;
    size_t key_count;
    size_t iv_count;
    size_t tag_count;
} suite;

static suite suite_of(int cipher) {
    switch (cipher) {
    case VX_AES128_GCM: return (suite){EVP_aes_128_gcm(), 16, 12, 16};
    case VX_AES256_GCM: return (suite){EVP_aes_256_gcm(), 32, 12, 16};
    case VX_AES128_CBC: return (suite){EVP_aes_128_cbc(), 16, 16, 0};
    case VX_AES256_CBC: return (suite){EVP_aes_256_cbc(), 32, 16, 0};
    default: return (suite){NULL, 0, 0, 0};
    }
}

/// XML Encryption 5.2: the last octet says how many octets of padding there are; the others are arbitrary.
static int unpad(const uint8_t *plain, size_t *count) {
    if (*count == 0) return 0;
    uint8_t padding = plain[*count - 1];
    if (padding == 0 || padding > 16 || padding > *count) return 0;
    *count -= padding;
    return 1;
}

vx_status vx_cipher_open(
    int cipher, const uint8_t *key, size_t key_count, const uint8_t *in, size_t count, vx_bytes *out) {
    suite with = suite_of(cipher);
    if (with.cipher == NULL || key_count != with.key_count || count < with.iv_count + with.tag_count) {
        return VX_CRYPTO_FAILED;
    }
    size_t body_count = count - with.iv_count - with.tag_count;
    if (body_count > INT32_MAX || (with.tag_count == 0 && (body_count == 0 || body_count % 16 != 0))) {
        return VX_CRYPTO_FAILED;
    }
    const uint8_t *body = in + with.iv_count;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *plain = malloc(body_count + 16);
    vx_status status = VX_CRYPTO_FAILED;
    int written = 0;
    int rest = 0;
    if (context != NULL && plain != NULL && EVP_DecryptInit_ex(context, with.cipher, NULL, key, in) == 1
        && EVP_CIPHER_CTX_set_padding(context, 0) == 1
        && (with.tag_count == 0
            || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, (void *)(body + body_count)) == 1)
        && EVP_DecryptUpdate(context, plain, &written, body, (int)body_count) == 1
        && EVP_DecryptFinal_ex(context, plain + written, &rest) == 1) {
        size_t length = (size_t)(written + rest);
        if (with.tag_count != 0 || unpad(plain, &length)) status = vx_bytes_copy(plain, length, out);
    }
    if (plain != NULL) OPENSSL_cleanse(plain, body_count + 16);
    free(plain);
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    return status;
}

vx_status vx_cipher_seal(
    int cipher, const uint8_t *key, size_t key_count, const uint8_t *in, size_t count, vx_bytes *out) {
    suite with = suite_of(cipher);
    if (with.cipher == NULL || key_count != with.key_count || count > INT32_MAX - 64) return VX_CRYPTO_FAILED;
    size_t padded = with.tag_count != 0 ? count : (count / 16 + 1) * 16;
    size_t total = with.iv_count + padded + with.tag_count;
    uint8_t *sealed = calloc(1, total + 16);
    uint8_t *plain = calloc(1, padded + 1);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    vx_status status = VX_CRYPTO_FAILED;
    int written = 0;
    int rest = 0;
    if (sealed != NULL && plain != NULL && context != NULL && RAND_bytes(sealed, (int)with.iv_count) == 1) {
        if (count > 0) memcpy(plain, in, count);
        if (with.tag_count == 0) plain[padded - 1] = (uint8_t)(padded - count);
        if (EVP_EncryptInit_ex(context, with.cipher, NULL, key, sealed) == 1
            && EVP_CIPHER_CTX_set_padding(context, 0) == 1
            && EVP_EncryptUpdate(context, sealed + with.iv_count, &written, plain, (int)padded) == 1
            && EVP_EncryptFinal_ex(context, sealed + with.iv_count + written, &rest) == 1
            && (with.tag_count == 0
                || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, sealed + with.iv_count + padded) == 1)) {
            status = vx_bytes_copy(sealed, total, out);
        }
    }
    free(sealed);
    free(plain);
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    return status;
}

vx_status vx_random(size_t count, vx_bytes *out) {
    uint8_t *bytes = malloc(count + 1);
    if (bytes == NULL) return VX_NO_MEMORY;
    vx_status status = RAND_bytes(bytes, (int)count) == 1 ? vx_bytes_copy(bytes, count, out) : VX_CRYPTO_FAILED;
    OPENSSL_cleanse(bytes, count);
    free(bytes);
    return status;
}
