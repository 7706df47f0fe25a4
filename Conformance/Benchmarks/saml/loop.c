// The bare loop that ours is raced against: parse, register the ID, verify with a bare key, parse the signed octets again.
// No check of structure or profile: it is a measure of the libraries and no verifier.
//
//     loop MESSAGE CERTIFICATE COUNT THREADS

#include <libxml/parser.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <xmlsec/app.h>
#include <xmlsec/crypto.h>
#include <xmlsec/io.h>
#include <xmlsec/keys.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmltree.h>

static char *message;
static long length;
static xmlSecKeyPtr key;
static long per_thread;

static void die(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static xmlNodePtr child(xmlNodePtr parent, const char *name) {
    for (xmlNodePtr at = parent->children; at != NULL; at = at->next) {
        if (at->type == XML_ELEMENT_NODE && strcmp((const char *)at->name, name) == 0) return at;
    }
    die("an element is missing");
    return NULL;
}

static void once(void) {
    xmlDocPtr tree = xmlReadMemory(message, (int)length, NULL, NULL, XML_PARSE_NONET);
    if (tree == NULL) die("not well formed");
    xmlNodePtr assertion = child(xmlDocGetRootElement(tree), "Assertion");
    xmlAttrPtr id = xmlHasProp(assertion, (const xmlChar *)"ID");
    xmlAddID(NULL, tree, id->children->content, id);
    xmlSecDSigCtxPtr context = xmlSecDSigCtxCreate(NULL);
    context->flags |= XMLSEC_DSIG_FLAGS_STORE_SIGNEDINFO_REFERENCES;
    context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
    context->signKey = xmlSecKeyDuplicate(key);
    if (xmlSecDSigCtxVerify(context, child(assertion, "Signature")) < 0
        || context->status != xmlSecDSigStatusSucceeded) {
        die("does not verify");
    }
    xmlSecDSigReferenceCtxPtr reference = xmlSecPtrListGetItem(&context->signedInfoReferences, 0);
    xmlSecBufferPtr octets = xmlSecDSigReferenceCtxGetPreDigestBuffer(reference);
    xmlDocPtr covered = xmlReadMemory(
        (const char *)xmlSecBufferGetData(octets), (int)xmlSecBufferGetSize(octets), NULL, NULL, XML_PARSE_NONET);
    if (covered == NULL) die("the signed octets are not well formed");
    xmlFreeDoc(covered);
    xmlSecDSigCtxDestroy(context);
    xmlFreeDoc(tree);
}

static void *work(void *unused) {
    (void)unused;
    for (long at = 0; at < per_thread; at++) once();
    return NULL;
}

static double cpu(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec)
        + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static double wall(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void load(const char *path, const char *certificate) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) die("the message cannot be opened");
    message = malloc(1 << 20);
    length = (long)fread(message, 1, 1 << 20, file);
    fclose(file);
    file = fopen(certificate, "rb");
    if (file == NULL) die("the certificate cannot be opened");
    X509 *x509 = PEM_read_X509(file, NULL, NULL, NULL);
    fclose(file);
    if (x509 == NULL) die("the certificate cannot be read");
    key = xmlSecKeyCreate();
    if (xmlSecKeySetValue(key, xmlSecOpenSSLEvpKeyAdopt(X509_get_pubkey(x509))) < 0) die("no key");
}

int main(int count, char **arguments) {
    if (count != 5) die("usage: loop MESSAGE CERTIFICATE COUNT THREADS");
    xmlInitParser();
    if (xmlSecInit() < 0 || xmlSecCryptoAppInit(NULL) < 0 || xmlSecCryptoInit() < 0) die("xmlsec");
    load(arguments[1], arguments[2]);
    long total = atol(arguments[3]);
    int threads = atoi(arguments[4]);
    per_thread = 1000;
    work(NULL);
    per_thread = total / threads;
    double cpu_before = cpu();
    double wall_before = wall();
    pthread_t running[16];
    for (int at = 0; at < threads; at++) pthread_create(&running[at], NULL, work, NULL);
    for (int at = 0; at < threads; at++) pthread_join(running[at], NULL);
    printf("{\"count\": %ld, \"threads\": %d, \"cpu\": %f, \"wall\": %f}\n", total, threads, cpu() - cpu_before,
           wall() - wall_before);
    return 0;
}
