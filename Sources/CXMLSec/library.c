#include "internal.h"

#include <libxml/catalog.h>
#include <libxml/parser.h>
#include <libxml/xmlIO.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xmlsec/app.h>
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/io.h>

// xmlsec is built with its sizes as unsigned int; another size here would shift every structure that is shared with it.
_Static_assert(sizeof(xmlSecSize) == 4, "XMLSEC_NO_SIZE_T must be defined as the library was built");

int vx_is_initialized = 0;

/// No entity, DTD or stylesheet is ever loaded, by whatever part of the process asks libxml2.
static xmlParserInputPtr refuse_entity(const char *url, const char *id, xmlParserCtxtPtr context) {
    (void)url;
    (void)id;
    (void)context;
    return NULL;
}

static void silent_error(void *context, const char *format, ...) {
    (void)context;
    (void)format;
}

static void silent_xmlsec_error(
    const char *file, int line, const char *function, const char *object, const char *subject, int reason,
    const char *message) {
    (void)file;
    (void)line;
    (void)function;
    (void)object;
    (void)subject;
    (void)reason;
    (void)message;
}

static void initialize(void) {
    xmlInitParser();
    xmlSetExternalEntityLoader(refuse_entity);
    // A document may name a catalog of its own; nothing reads one.
    xmlCatalogSetDefaults(XML_CATA_ALLOW_NONE);
    // The first is for this thread, the second for all that come later.
    xmlSetGenericErrorFunc(NULL, silent_error);
    xmlThrDefSetGenericErrorFunc(NULL, silent_error);
    if (xmlSecInit() < 0 || xmlSecCheckVersion() != 1) return;
    if (xmlSecCryptoAppInit(NULL) < 0 || xmlSecCryptoInit() < 0) return;
    xmlSecErrorsSetCallback(silent_xmlsec_error);
    // Without a callback for input a reference to a file or an address has nobody to open it.
    xmlSecIOCleanupCallbacks();
    vx_is_initialized = 1;
}

vx_status vx_initialize(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, initialize);
    return vx_is_initialized ? VX_OK : VX_NOT_INITIALIZED;
}

void vx_bytes_free(vx_bytes bytes) {
    // Some of them were keys.
    if (bytes.data != NULL) OPENSSL_cleanse(bytes.data, bytes.count);
    free(bytes.data);
}

vx_status vx_bytes_copy(const void *data, size_t count, vx_bytes *out) {
    uint8_t *copy = malloc(count == 0 ? 1 : count);
    if (copy == NULL) return VX_NO_MEMORY;
    if (count > 0) memcpy(copy, data, count);
    out->data = copy;
    out->count = count;
    return VX_OK;
}
