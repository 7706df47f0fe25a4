// What the files of this target share.
#ifndef CXMLSEC_INTERNAL_H
#define CXMLSEC_INTERNAL_H

#include "CXMLSec.h"

#include <libxml/tree.h>
#include <openssl/evp.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/keys.h>

struct vx_document {
    xmlDocPtr tree;
    vx_element *elements;
    xmlNodePtr *nodes;
    int32_t element_count;
    vx_attribute *attributes;
    int32_t attribute_count;
    /// Texts that had to be joined or decoded.
    char **owned;
    int32_t owned_count;
    int32_t owned_capacity;
    int has_outer_remarks;
    /// The namespace declaration that was numbered last.
    xmlNsPtr last_namespace;
    int32_t last_number;
    size_t last_length;
    /// Octets of namespace names, counted for each element and attribute that uses one: no less than what canonicalising
    /// writes of them.
    size_t namespace_octets;
};

struct vx_key {
    EVP_PKEY *pkey;
    /// The same key for xmlsec: bare, without a certificate, because duplicating one costs more than a verification.
    xmlSecKeyPtr xmlsec;
};

/// Copies bytes into a buffer of the caller's.
vx_status vx_bytes_copy(const void *data, size_t count, vx_bytes *out);

/// An element as exclusive canonical XML 1.0 without comments; `prefixes` ends in NULL and may be NULL.
vx_status vx_canonicalize(xmlDocPtr tree, xmlNodePtr element, xmlChar **prefixes, vx_bytes *out);

/// The digest of a signature algorithm, NULL for none.
const EVP_MD *vx_signature_digest(uint32_t algorithm);

/// Whether a key has the type and size that an algorithm asks for.
int vx_key_fits(const vx_key *key, uint32_t algorithm);

extern int vx_is_initialized;

#endif
