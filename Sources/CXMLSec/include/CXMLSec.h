// The one C shim over libxml2, libxmlsec1, libcrypto and zlib. Only the room XMLSecurity imports it.
//
// Everything is an opaque handle, a byte buffer or a flat table: no pointer into a library's tree leaves this target.
// A function that can fail answers a vx_status; VX_OK is the only success, and an out parameter is set only then.
#ifndef CXMLSEC_H
#define CXMLSEC_H

#include <stddef.h>
#include <stdint.h>

/// How a call ended. Each value is one cause, so that a log can name it.
typedef enum vx_status {
    VX_OK = 0,
    VX_NO_MEMORY,
    VX_NOT_INITIALIZED,
    // Reading
    VX_TOO_LARGE,
    VX_NOT_UTF8,
    VX_DTD,
    VX_NOT_WELL_FORMED,
    VX_VERSION,
    VX_TOO_DEEP,
    VX_TOO_MANY_ELEMENTS,
    VX_TOO_MANY_ATTRIBUTES,
    VX_ENTITY_REFERENCE,
    VX_RELATIVE_NAMESPACE,
    VX_LONG_NAMESPACE,
    VX_XINCLUDE,
    // Signatures
    VX_SIGNATURE_ERROR,
    VX_SIGNATURE_INVALID,
    VX_DIGEST_MISMATCH,
    VX_REFERENCE_MISMATCH,
    VX_CANONICALIZATION_EMPTY,
    VX_KEY_MISMATCH,
    // Keys and ciphers
    VX_KEY_UNREADABLE,
    VX_KEY_UNSUPPORTED,
    VX_CRYPTO_FAILED,
    // DEFLATE
    VX_INFLATE_FAILED,
    VX_INFLATE_TOO_LARGE,
} vx_status;

/// Bytes that the caller frees with vx_bytes_free.
typedef struct vx_bytes {
    uint8_t *data;
    size_t count;
} vx_bytes;

void vx_bytes_free(vx_bytes bytes);

/// Sets the libraries up, once per process: no network, no external entity, no file, no message on a stream.
vx_status vx_initialize(void);

// MARK: Documents

typedef struct vx_document vx_document;

/// What a document may not exceed.
typedef struct vx_limits {
    size_t bytes;
    int32_t elements;
    int32_t depth;
    int32_t attributes_per_element;
} vx_limits;

enum {
    /// The element has element children.
    VX_HAS_ELEMENTS = 1,
    /// The element has text that is not white space.
    VX_HAS_TEXT = 2,
    /// The element has a comment or processing instruction as a child.
    VX_HAS_REMARKS = 4,
};

/// Namespaces that the room knows by number, so that names are compared by one number and one short text.
enum {
    VX_NS_OTHER = 0,
    VX_NS_NONE,
    VX_NS_SAML,
    VX_NS_SAMLP,
    VX_NS_MD,
    VX_NS_DSIG,
    VX_NS_XENC,
    VX_NS_XENC11,
    VX_NS_EXC_C14N,
};

/// One element. Indices are positions in the document's tables, -1 for none; strings are UTF-8 and end in a zero byte.
typedef struct vx_element {
    const char *namespace_uri;
    const char *name;
    /// Text and CDATA children joined, or NULL where there are element children.
    const char *text;
    int32_t text_count;
    int32_t parent;
    int32_t first_child;
    int32_t next_sibling;
    int32_t first_attribute;
    int32_t attribute_count;
    uint32_t flags;
    /// One of VX_NS_...
    int32_t namespace_number;
} vx_element;

/// One attribute; namespace declarations are none.
typedef struct vx_attribute {
    /// NULL for an attribute without prefix.
    const char *namespace_uri;
    const char *name;
    const char *value;
    int32_t value_count;
} vx_attribute;

/// Parses once: UTF-8 only, XML 1.0, no DTD, nothing fetched, within the limits.
vx_status vx_document_parse(const uint8_t *bytes, size_t count, const vx_limits *limits, vx_document **out);
void vx_document_free(vx_document *document);

/// The elements in document order; position 0 is the root.
const vx_element *vx_document_elements(const vx_document *document, int32_t *count);
/// The attributes of all elements.
const vx_attribute *vx_document_attributes(const vx_document *document, int32_t *count);
/// Whether a comment or processing instruction stands outside the root.
int vx_document_has_outer_remarks(const vx_document *document);
/// The element as octets (exclusive canonical XML 1.0 without comments), a document of its own.
vx_status vx_document_canonical(vx_document *document, int32_t element, vx_bytes *out);

// MARK: Keys

typedef struct vx_key vx_key;

enum { VX_KEY_RSA = 1, VX_KEY_EC = 2 };

/// A public key from DER SubjectPublicKeyInfo.
vx_status vx_key_public(const uint8_t *spki, size_t count, vx_key **out);
/// A private key from DER PKCS#8, and nothing behind it.
vx_status vx_key_private(const uint8_t *pkcs8, size_t count, vx_key **out);
/// A fresh RSA key pair, as DER PKCS#8.
vx_status vx_key_generate_rsa(int bits, vx_bytes *pkcs8);
/// A fresh P-256 key pair, as DER PKCS#8.
vx_status vx_key_generate_p256(vx_bytes *pkcs8);
void vx_key_free(vx_key *key);
int vx_key_type(const vx_key *key);
int vx_key_bits(const vx_key *key);
vx_status vx_key_spki(const vx_key *key, vx_bytes *out);

/// What is read of a certificate: its public key and its time. Nothing else of it is trusted or used.
typedef struct vx_certificate {
    vx_bytes spki;
    int64_t not_before;
    int64_t not_after;
} vx_certificate;

vx_status vx_certificate_read(const uint8_t *der, size_t count, vx_certificate *out);
/// A self-signed certificate that carries the key's public half, with fixed times: equal RSA keys give equal bytes, while
/// an ECDSA signature is another one each time.
vx_status vx_certificate_make(const vx_key *key, const char *common_name, vx_bytes *der);

// MARK: Signatures

/// One signature algorithm; also a bit in a set.
enum {
    VX_RSA_SHA256 = 1 << 0,
    VX_RSA_SHA384 = 1 << 1,
    VX_RSA_SHA512 = 1 << 2,
    VX_ECDSA_SHA256 = 1 << 3,
    VX_ECDSA_SHA384 = 1 << 4,
    VX_ECDSA_SHA512 = 1 << 5,
    VX_RSA_SHA1 = 1 << 6,
};

/// Verifies the enveloped signature at position `signature` over the element at position `covered`, whose attribute `ID`
/// has the given value, with one pinned key. KeyInfo is never looked at. On success `out` is what was hashed, octet for
/// octet.
vx_status vx_document_verify(
    vx_document *document, int32_t signature, int32_t covered, const char *id, const vx_key *key, uint32_t algorithms,
    vx_bytes *out);

/// What the value of a signature is over: its SignedInfo, canonicalised as it asks for.
vx_status vx_document_signed_info(vx_document *document, int32_t signature, vx_bytes *out);

/// Signs a whole document with an enveloped signature over its root's attribute `ID`. The signature follows the first
/// child named Issuer, or comes first. `certificate` (DER, may be NULL) goes into KeyInfo.
vx_status vx_sign_enveloped(
    const uint8_t *xml, size_t count, const char *id, const vx_key *key, uint32_t algorithm, const uint8_t *certificate,
    size_t certificate_count, vx_bytes *out);

/// Signs octets; an ECDSA signature is the two integers side by side (RFC 4050 3.3, as XML signatures have it).
vx_status vx_sign(const vx_key *key, uint32_t algorithm, const uint8_t *data, size_t count, vx_bytes *out);
/// Verifies octets; an ECDSA signature may also be DER.
vx_status vx_verify(
    const vx_key *key, uint32_t algorithm, const uint8_t *data, size_t count, const uint8_t *signature,
    size_t signature_count);

// MARK: Ciphers

enum { VX_DIGEST_SHA1 = 1, VX_DIGEST_SHA256, VX_DIGEST_SHA384, VX_DIGEST_SHA512 };
enum { VX_AES128_GCM = 1, VX_AES256_GCM, VX_AES128_CBC, VX_AES256_CBC };

/// RSA-OAEP. VX_CRYPTO_FAILED whatever the reason.
vx_status vx_oaep_open(
    const vx_key *key, int digest, int mgf_digest, const uint8_t *in, size_t count, vx_bytes *out);
vx_status vx_oaep_seal(
    const vx_key *key, int digest, int mgf_digest, const uint8_t *in, size_t count, vx_bytes *out);
/// RSAES-PKCS1-v1_5 of a key of a known size. Never fails on padding: a wrong one gives random bytes instead.
vx_status vx_rsa15_open(const vx_key *key, const uint8_t *in, size_t count, size_t expected, vx_bytes *out);
vx_status vx_rsa15_seal(const vx_key *key, const uint8_t *in, size_t count, vx_bytes *out);
/// Opens IV || ciphertext (|| tag), as XML Encryption 1.1 5.2 writes them.
vx_status vx_cipher_open(
    int cipher, const uint8_t *key, size_t key_count, const uint8_t *in, size_t count, vx_bytes *out);
vx_status vx_cipher_seal(
    int cipher, const uint8_t *key, size_t key_count, const uint8_t *in, size_t count, vx_bytes *out);
/// Unpredictable bytes.
vx_status vx_random(size_t count, vx_bytes *out);

// MARK: DEFLATE (RFC 1951, without header)

/// Inflates to at most `limit` bytes; the whole input must be one stream.
vx_status vx_inflate(const uint8_t *in, size_t count, size_t limit, vx_bytes *out);
vx_status vx_deflate(const uint8_t *in, size_t count, vx_bytes *out);

#endif
