#include "internal.h"

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

// MARK: Before the parser

/// How many of the bytes ahead are ASCII and no controls, counted in steps of eight.
static size_t printable_run(const uint8_t *bytes, size_t count) {
    size_t at = 0;
    while (count - at >= 8) {
        uint64_t word;
        memcpy(&word, bytes + at, 8);
        uint64_t high = 0x8080808080808080u;
        // Sets a high bit at each byte below 0x20, and perhaps at one above such a byte.
        uint64_t below = (word - 0x2020202020202020u) & ~word & high;
        if ((word & high) != 0 || below != 0) break;
        at += 8;
    }
    return at;
}

/// RFC 3629, without overlong forms and surrogates; a zero byte is no character of XML.
static int is_utf8(const uint8_t *bytes, size_t count) {
    size_t at = 0;
    while (at < count) {
        at += printable_run(bytes + at, count - at);
        if (at == count) break;
        uint8_t first = bytes[at];
        if (first < 0x80) {
            if (first == 0) return 0;
            at += 1;
            continue;
        }
        size_t length = first >= 0xC2 && first <= 0xDF ? 2 : (first & 0xF0) == 0xE0 ? 3 : first >= 0xF0 && first <= 0xF4 ? 4 : 0;
        if (length == 0 || at + length > count) return 0;
        for (size_t i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) return 0;
        }
        uint8_t second = bytes[at + 1];
        if (first == 0xE0 && second < 0xA0) return 0;
        if (first == 0xED && second > 0x9F) return 0;
        if (first == 0xF0 && second < 0x90) return 0;
        if (first == 0xF4 && second > 0x8F) return 0;
        at += length;
    }
    return 1;
}

/// "<!" that begins neither a comment nor a CDATA section begins a DTD or a part of one. Text that only looks like one,
/// inside a comment, is refused as well: no IdP sends it.
static int has_dtd(const uint8_t *bytes, size_t count) {
    const uint8_t *end = bytes + count;
    for (const uint8_t *at = bytes; (at = memchr(at, '<', (size_t)(end - at))) != NULL; at++) {
        if (end - at < 2 || at[1] != '!') continue;
        if (end - at >= 4 && memcmp(at, "<!--", 4) == 0) continue;
        if (end - at >= 9 && memcmp(at, "<![CDATA[", 9) == 0) continue;
        return 1;
    }
    return 0;
}

/// Whether a comment is not ended by its first "--" (XML 1.0 2.5). The parser refuses that too, but only after it has copied
/// the comment for each "--" in it: 240 KB of them cost four seconds. Octets alone decide, whatever they stand in: what the
/// parser takes for a comment after an earlier error is not always what a survey would.
static int has_torn_comment(const uint8_t *bytes, size_t count) {
    const uint8_t *end = bytes + count;
    for (const uint8_t *at = bytes; (at = memchr(at, '<', (size_t)(end - at))) != NULL; at++) {
        if (end - at < 4 || memcmp(at, "<!--", 4) != 0) continue;
        const uint8_t *dashes = at + 4;
        while (end - dashes >= 2 && memcmp(dashes, "--", 2) != 0) dashes++;
        if (end - dashes < 3 || dashes[2] != '>') return 1;
        at = dashes + 2;
    }
    return 0;
}

static int starts(const uint8_t *bytes, size_t count, size_t at, const char *mark) {
    size_t length = strlen(mark);
    return count - at >= length && memcmp(bytes + at, mark, length) == 0;
}

/// The position after the next mark, or the end.
static size_t after(const uint8_t *bytes, size_t count, size_t at, const char *mark) {
    for (; at < count; at++) {
        if (starts(bytes, count, at, mark)) return at + strlen(mark);
    }
    return count;
}

/// Counts the attributes of the start tag that begins at `*at` and moves behind it. A "<" ends it as well: no attribute
/// value may hold one.
static vx_status survey_tag(const uint8_t *bytes, size_t count, size_t *at, int32_t limit, int *is_closed) {
    int32_t attributes = 0;
    for (++*at; *at < count && bytes[*at] != '<';) {
        uint8_t byte = bytes[*at];
        if (byte == '"' || byte == '\'') {
            const uint8_t *value = bytes + *at + 1;
            const uint8_t *close = memchr(value, byte, count - *at - 1);
            size_t length = close == NULL ? count - *at - 1 : (size_t)(close - value);
            const uint8_t *open = memchr(value, '<', length);
            *at = open != NULL ? (size_t)(open - bytes) : close == NULL ? count : (size_t)(close - bytes) + 1;
            continue;
        }
        if (byte == '>') {
            *is_closed = bytes[*at - 1] == '/';
            ++*at;
            return VX_OK;
        }
        if (byte == '=' && ++attributes > limit) return VX_TOO_MANY_ATTRIBUTES;
        ++*at;
    }
    return VX_OK;
}

/// Whether a control character stands there that XML 1.0 2.2 has no place for: at one, the parser leaves a comment or an
/// instruction before its end.
static int has_control(const uint8_t *bytes, size_t count) {
    for (size_t at = 0; at < count; at++) {
        at += printable_run(bytes + at, count - at);
        if (at == count) break;
        if (bytes[at] < 0x20 && bytes[at] != '\t' && bytes[at] != '\n' && bytes[at] != '\r') return 1;
        if (bytes[at] == 0xEF && count - at >= 3 && bytes[at + 1] == 0xBF && bytes[at + 2] >= 0xBE) return 1;
    }
    return 0;
}

/// Whether an instruction begins as one: with a name (ASCII is enough here), and the declaration of XML with nothing in it
/// that would end it for the parser before its end.
static int is_instruction(const uint8_t *bytes, size_t begin, size_t end) {
    size_t at = begin + 2;
    if (at >= end || !((bytes[at] | 0x20) >= 'a' && (bytes[at] | 0x20) <= 'z')) return 0;
    if (end - at < 3 || memcmp(bytes + at, "xml", 3) != 0) return 1;
    for (; at + 2 < end; at++) {
        if (bytes[at] == '<' || bytes[at] == '>') return 0;
    }
    return 1;
}

/// Holds the limits before the parser has any work: it compares attributes with attributes and prefixes with all the
/// declarations around them, also in what is not well-formed. So what would let the parser begin an element where this
/// sees none refuses here.
static vx_status survey(const uint8_t *bytes, size_t count, const vx_limits *limits) {
    int32_t elements = 0;
    int32_t depth = 0;
    for (size_t at = 0; at < count;) {
        if (bytes[at] != '<') {
            const uint8_t *next = memchr(bytes + at, '<', count - at);
            at = next == NULL ? count : (size_t)(next - bytes);
        } else if (starts(bytes, count, at, "<!--")) {
            at = after(bytes, count, at + 4, "-->");
        } else if (starts(bytes, count, at, "<![CDATA[")) {
            at = after(bytes, count, at + 9, "]]>");
        } else if (starts(bytes, count, at, "<?")) {
            size_t end = after(bytes, count, at + 2, "?>");
            if (!is_instruction(bytes, at, end)) return VX_NOT_WELL_FORMED;
            at = end;
        } else if (starts(bytes, count, at, "</")) {
            for (at += 2; at < count && bytes[at] != '>'; at++) {
                if (bytes[at] == '<') return VX_NOT_WELL_FORMED;
            }
            depth--;
        } else {
            if (++elements > limits->elements) return VX_TOO_MANY_ELEMENTS;
            if (++depth > limits->depth) return VX_TOO_DEEP;
            int is_closed = 0;
            vx_status status = survey_tag(bytes, count, &at, limits->attributes_per_element, &is_closed);
            if (status != VX_OK) return status;
            if (is_closed) depth--;
        }
    }
    return VX_OK;
}

static vx_status parse_tree(const uint8_t *bytes, size_t count, xmlDocPtr *out) {
    xmlParserCtxtPtr context = xmlNewParserCtxt();
    if (context == NULL) return VX_NO_MEMORY;
    // No NOENT, no HUGE, no DTDLOAD. The octets are UTF-8, checked above, whatever the declaration says.
    int options = XML_PARSE_NONET | XML_PARSE_COMPACT | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC;
    xmlDocPtr tree = xmlCtxtReadMemory(context, (const char *)bytes, (int)count, NULL, "UTF-8", options);
    int is_sound = tree != NULL && context->wellFormed && context->nsWellFormed;
    xmlFreeParserCtxt(context);
    if (!is_sound) {
        if (tree != NULL) xmlFreeDoc(tree);
        return VX_NOT_WELL_FORMED;
    }
    vx_status status = VX_OK;
    if (tree->intSubset != NULL || tree->extSubset != NULL) status = VX_DTD;
    if (tree->version != NULL && strcmp((const char *)tree->version, "1.0") != 0) status = VX_VERSION;
    if (status != VX_OK) {
        xmlFreeDoc(tree);
        return status;
    }
    *out = tree;
    return VX_OK;
}

// MARK: The flat tables

static vx_status own(vx_document *document, char *text) {
    if (text == NULL) return VX_NO_MEMORY;
    if (document->owned_count == document->owned_capacity) {
        int32_t capacity = document->owned_capacity == 0 ? 16 : document->owned_capacity * 2;
        char **grown = realloc(document->owned, (size_t)capacity * sizeof(char *));
        if (grown == NULL) {
            free(text);
            return VX_NO_MEMORY;
        }
        document->owned = grown;
        document->owned_capacity = capacity;
    }
    document->owned[document->owned_count++] = text;
    return VX_OK;
}

/// Text of a chain of nodes, joined where there are several; an entity reference refuses.
static vx_status join_text(vx_document *document, xmlNodePtr first, const char **text, int32_t *count) {
    size_t total = 0;
    int parts = 0;
    xmlNodePtr only = NULL;
    for (xmlNodePtr node = first; node != NULL; node = node->next) {
        if (node->type == XML_ENTITY_REF_NODE) return VX_ENTITY_REFERENCE;
        if (node->type != XML_TEXT_NODE && node->type != XML_CDATA_SECTION_NODE) continue;
        if (node->content == NULL) continue;
        total += strlen((const char *)node->content);
        parts++;
        only = node;
    }
    *count = (int32_t)total;
    if (parts == 0) {
        *text = "";
        return VX_OK;
    }
    if (parts == 1) {
        *text = (const char *)only->content;
        return VX_OK;
    }
    char *joined = malloc(total + 1);
    if (joined == NULL) return VX_NO_MEMORY;
    size_t at = 0;
    for (xmlNodePtr node = first; node != NULL; node = node->next) {
        if ((node->type != XML_TEXT_NODE && node->type != XML_CDATA_SECTION_NODE) || node->content == NULL) continue;
        size_t length = strlen((const char *)node->content);
        memcpy(joined + at, node->content, length);
        at += length;
    }
    joined[total] = 0;
    *text = joined;
    return own(document, joined);
}

static int is_blank(const xmlChar *text) {
    for (; text != NULL && *text != 0; text++) {
        if (*text != ' ' && *text != '\t' && *text != '\r' && *text != '\n') return 0;
    }
    return 1;
}

/// A namespace name is an absolute URI or empty: canonicalisation fails on others, and what it leaves then is void.
static int is_absolute(const xmlChar *uri) {
    if (uri == NULL || uri[0] == 0) return 1;
    if (!((uri[0] >= 'a' && uri[0] <= 'z') || (uri[0] >= 'A' && uri[0] <= 'Z'))) return 0;
    for (const xmlChar *at = uri + 1; *at != 0; at++) {
        if (*at == ':') return 1;
        if (!((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') || *at == '+'
              || *at == '-' || *at == '.'))
            return 0;
    }
    return 0;
}

/// The longest namespace name. Exclusive canonicalisation writes one again wherever its prefix comes into use, so that a
/// long one multiplies a message before its signature is looked at.
enum { LONGEST_NAMESPACE = 512 };

static vx_status check_namespaces(const xmlNode *node) {
    for (const xmlNs *declared = node->nsDef; declared != NULL; declared = declared->next) {
        if (!is_absolute(declared->href)) return VX_RELATIVE_NAMESPACE;
        if (declared->href != NULL && xmlStrlen(declared->href) > LONGEST_NAMESPACE) return VX_LONG_NAMESPACE;
    }
    return VX_OK;
}

static vx_status note_attributes(vx_document *document, xmlNodePtr node, vx_element *element, int32_t capacity) {
    element->first_attribute = document->attribute_count;
    for (xmlAttrPtr attribute = node->properties; attribute != NULL; attribute = attribute->next) {
        if (document->attribute_count >= capacity) return VX_TOO_MANY_ATTRIBUTES;
        vx_attribute *entry = &document->attributes[document->attribute_count++];
        entry->namespace_uri = attribute->ns == NULL ? NULL : (const char *)attribute->ns->href;
        if (entry->namespace_uri != NULL) document->namespace_octets += strlen(entry->namespace_uri);
        entry->name = (const char *)attribute->name;
        vx_status status = join_text(document, attribute->children, &entry->value, &entry->value_count);
        if (status != VX_OK) return status;
    }
    element->attribute_count = document->attribute_count - element->first_attribute;
    return VX_OK;
}

static const char *const known_namespaces[] = {
    [VX_NS_SAML] = "urn:oasis:names:tc:SAML:2.0:assertion",
    [VX_NS_SAMLP] = "urn:oasis:names:tc:SAML:2.0:protocol",
    [VX_NS_MD] = "urn:oasis:names:tc:SAML:2.0:metadata",
    [VX_NS_DSIG] = "http://www.w3.org/2000/09/xmldsig#",
    [VX_NS_XENC] = "http://www.w3.org/2001/04/xmlenc#",
    [VX_NS_XENC11] = "http://www.w3.org/2009/xmlenc11#",
    [VX_NS_EXC_C14N] = "http://www.w3.org/2001/10/xml-exc-c14n#",
};

/// The number of a namespace; elements that share a declaration are answered from the last one asked.
static int32_t number_of(vx_document *document, xmlNsPtr declared) {
    if (declared == NULL || declared->href == NULL || declared->href[0] == 0) return VX_NS_NONE;
    if (declared == document->last_namespace) {
        document->namespace_octets += document->last_length;
        return document->last_number;
    }
    int32_t number = VX_NS_OTHER;
    for (int32_t at = VX_NS_SAML; at <= VX_NS_EXC_C14N; at++) {
        if (strcmp((const char *)declared->href, known_namespaces[at]) == 0) number = at;
    }
    document->last_namespace = declared;
    document->last_number = number;
    document->last_length = strlen((const char *)declared->href);
    document->namespace_octets += document->last_length;
    return number;
}

static vx_status note_element(
    vx_document *document, xmlNodePtr node, int32_t parent, int32_t position, int32_t attribute_capacity) {
    vx_element *element = &document->elements[position];
    document->nodes[position] = node;
    element->namespace_uri = node->ns == NULL ? "" : (const char *)node->ns->href;
    element->namespace_number = number_of(document, node->ns);
    element->name = (const char *)node->name;
    element->text = NULL;
    element->text_count = 0;
    element->parent = parent;
    element->first_child = -1;
    element->next_sibling = -1;
    element->flags = 0;
    if (strcmp(element->namespace_uri, "http://www.w3.org/2001/XInclude") == 0) return VX_XINCLUDE;
    vx_status status = check_namespaces(node);
    if (status != VX_OK) return status;
    for (xmlNodePtr child = node->children; child != NULL; child = child->next) {
        switch (child->type) {
        case XML_ELEMENT_NODE: element->flags |= VX_HAS_ELEMENTS; break;
        case XML_TEXT_NODE:
        case XML_CDATA_SECTION_NODE:
            if (!is_blank(child->content)) element->flags |= VX_HAS_TEXT;
            break;
        case XML_COMMENT_NODE:
        case XML_PI_NODE: element->flags |= VX_HAS_REMARKS; break;
        default: return VX_ENTITY_REFERENCE;
        }
    }
    if (!(element->flags & VX_HAS_ELEMENTS)) {
        status = join_text(document, node->children, &element->text, &element->text_count);
    }
    return status != VX_OK ? status : note_attributes(document, node, element, attribute_capacity);
}

/// Counts elements and attributes and refuses what is too many or too deep, without recursion.
static vx_status measure(xmlNodePtr root, const vx_limits *limits, int32_t *elements, int32_t *attributes) {
    int32_t depth = 1;
    *elements = 0;
    *attributes = 0;
    for (xmlNodePtr node = root; node != NULL;) {
        if (node->type == XML_ELEMENT_NODE) {
            if (++*elements > limits->elements) return VX_TOO_MANY_ELEMENTS;
            if (depth > limits->depth) return VX_TOO_DEEP;
            for (xmlAttrPtr at = node->properties; at != NULL; at = at->next) ++*attributes;
            if (node->children != NULL) {
                node = node->children;
                depth++;
                continue;
            }
        }
        while (node != root && node->next == NULL) {
            node = node->parent;
            depth--;
        }
        node = node == root ? NULL : node->next;
    }
    return VX_OK;
}

static vx_status fill(vx_document *document, xmlNodePtr root, int32_t attribute_capacity) {
    int32_t parent = -1;
    int32_t last = -1;
    for (xmlNodePtr node = root; node != NULL;) {
        if (node->type == XML_ELEMENT_NODE) {
            int32_t position = document->element_count++;
            vx_status status = note_element(document, node, parent, position, attribute_capacity);
            if (status != VX_OK) return status;
            if (last >= 0) {
                document->elements[last].next_sibling = position;
            } else if (parent >= 0) {
                document->elements[parent].first_child = position;
            }
            last = position;
            if (node->children != NULL) {
                parent = position;
                last = -1;
                node = node->children;
                continue;
            }
        }
        while (node != root && node->next == NULL) {
            node = node->parent;
            last = parent;
            parent = document->elements[parent].parent;
        }
        node = node == root ? NULL : node->next;
    }
    return VX_OK;
}

static vx_status build(vx_document *document, const vx_limits *limits) {
    xmlNodePtr root = xmlDocGetRootElement(document->tree);
    if (root == NULL) return VX_NOT_WELL_FORMED;
    for (xmlNodePtr node = document->tree->children; node != NULL; node = node->next) {
        if (node->type == XML_COMMENT_NODE || node->type == XML_PI_NODE) document->has_outer_remarks = 1;
    }
    int32_t elements = 0;
    int32_t attributes = 0;
    vx_status status = measure(root, limits, &elements, &attributes);
    if (status != VX_OK) return status;
    document->elements = calloc((size_t)elements, sizeof(vx_element));
    document->nodes = calloc((size_t)elements, sizeof(xmlNodePtr));
    document->attributes = calloc((size_t)attributes + 1, sizeof(vx_attribute));
    if (document->elements == NULL || document->nodes == NULL || document->attributes == NULL) return VX_NO_MEMORY;
    status = fill(document, root, attributes);
    // Exclusive canonicalisation writes a name again wherever it is used next. What would not fit the limit then is refused
    // before anybody has it hashed.
    return status == VX_OK && document->namespace_octets > limits->bytes ? VX_LONG_NAMESPACE : status;
}

// MARK: Calls

vx_status vx_document_parse(const uint8_t *bytes, size_t count, const vx_limits *limits, vx_document **out) {
    if (!vx_is_initialized) return VX_NOT_INITIALIZED;
    if (count == 0) return VX_NOT_WELL_FORMED;
    if (count > limits->bytes || count > INT32_MAX) return VX_TOO_LARGE;
    if (!is_utf8(bytes, count)) return VX_NOT_UTF8;
    if (has_dtd(bytes, count)) return VX_DTD;
    if (has_torn_comment(bytes, count) || has_control(bytes, count)) return VX_NOT_WELL_FORMED;
    vx_status status = survey(bytes, count, limits);
    if (status != VX_OK) return status;
    vx_document *document = calloc(1, sizeof(vx_document));
    if (document == NULL) return VX_NO_MEMORY;
    status = parse_tree(bytes, count, &document->tree);
    if (status == VX_OK) status = build(document, limits);
    if (status != VX_OK) {
        vx_document_free(document);
        return status;
    }
    *out = document;
    return VX_OK;
}

void vx_document_free(vx_document *document) {
    if (document == NULL) return;
    for (int32_t at = 0; at < document->owned_count; at++) free(document->owned[at]);
    free(document->owned);
    free(document->elements);
    free(document->nodes);
    free(document->attributes);
    if (document->tree != NULL) xmlFreeDoc(document->tree);
    free(document);
}

const vx_element *vx_document_elements(const vx_document *document, int32_t *count) {
    *count = document->element_count;
    return document->elements;
}

const vx_attribute *vx_document_attributes(const vx_document *document, int32_t *count) {
    *count = document->attribute_count;
    return document->attributes;
}

int vx_document_has_outer_remarks(const vx_document *document) { return document->has_outer_remarks; }

/// Whether a node stands inside the element; attributes and namespaces ask with their parent.
static int is_inside(void *element, xmlNodePtr node, xmlNodePtr parent) {
    if (node == NULL) return 0;
    if (node->type == XML_NAMESPACE_DECL || node->type == XML_ATTRIBUTE_NODE) node = parent;
    for (; node != NULL; node = node->parent) {
        if (node == (xmlNodePtr)element) return 1;
    }
    return 0;
}

vx_status vx_canonicalize(xmlDocPtr tree, xmlNodePtr element, xmlChar **prefixes, vx_bytes *out) {
    xmlOutputBufferPtr buffer = xmlAllocOutputBuffer(NULL);
    if (buffer == NULL) return VX_NO_MEMORY;
    int written = xmlC14NExecute(tree, is_inside, element, XML_C14N_EXCLUSIVE_1_0, prefixes, 0, buffer);
    vx_status status = VX_CANONICALIZATION_EMPTY;
    // What is written stays in the buffer, which has nowhere to flush it to: the answer is negative or nought.
    if (written >= 0 && xmlOutputBufferGetSize(buffer) > 0) {
        status = vx_bytes_copy(xmlOutputBufferGetContent(buffer), xmlOutputBufferGetSize(buffer), out);
    }
    xmlOutputBufferClose(buffer);
    return status;
}

vx_status vx_document_canonical(vx_document *document, int32_t element, vx_bytes *out) {
    if (element < 0 || element >= document->element_count) return VX_CANONICALIZATION_EMPTY;
    return vx_canonicalize(document->tree, document->nodes[element], NULL, out);
}
