import Foundation
import Testing
import XMLSecurity

/// A document and the one cause that refuses it.
struct HostileDocument: Sendable, CustomStringConvertible {
    let description: String
    let octets: [UInt8]
    let code: XMLSecurityError.Code

    init(_ description: String, _ text: String, _ code: XMLSecurityError.Code) {
        self.init(description, Array(text.utf8), code)
    }

    init(_ description: String, _ octets: [UInt8], _ code: XMLSecurityError.Code) {
        self.description = description
        self.octets = octets
        self.code = code
    }
}

@Suite struct RefusalTests {
    static let documentTypes: [HostileDocument] = [
        .init("a plain DTD", "<!DOCTYPE a><a/>", .dtd),
        .init("a DTD behind a declaration", "<?xml version=\"1.0\"?>\n<!DOCTYPE a []><a/>", .dtd),
        .init("a DTD behind a comment", "<!-- x --><!DOCTYPE a><a/>", .dtd),
        .init("a DTD in lower case", "<!doctype a><a/>", .dtd),
        .init("an entity", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", .dtd),
        .init("a parameter entity", "<!DOCTYPE a [<!ENTITY % e SYSTEM 'file:///etc/passwd'> %e;]><a/>", .dtd),
        .init("an external subset", "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a/>", .dtd),
        .init("attribute declarations that make an ID", "<!DOCTYPE a [<!ATTLIST a x ID #IMPLIED>]><a x='y'/>", .dtd),
        .init("a DTD after the root", "<a/><!DOCTYPE a>", .dtd),
        .init("a DTD inside the root", "<a><!DOCTYPE a></a>", .dtd),
        .init("a DTD in text of a CDATA section", "<a><![CDATA[<!DOCTYPE a>]]></a>", .dtd),
        .init("a conditional section", "<a><![INCLUDE[x]]></a>", .dtd),
        .init("a CDATA section in lower case", "<a><![cdata[x]]></a>", .dtd),
        .init("white space before the keyword", "<! DOCTYPE a><a/>", .dtd),
        .init("a half comment", "<!-><a/>", .dtd),
        .init("an opening at the very end", "<a/><!", .dtd),
    ]

    static let encodings: [HostileDocument] = [
        .init("a zero octet in text", Array("<a>x\0y</a>".utf8), .notUTF8),
        .init("a zero octet behind the root", Array("<a/>\0".utf8), .notUTF8),
        .init("a slash in two octets", [0x3C, 0x61, 0x3E, 0xC0, 0xAF, 0x3C, 0x2F, 0x61, 0x3E], .notUTF8),
        .init("a letter in two octets", [0x3C, 0x61, 0x3E, 0xC1, 0x81, 0x3C, 0x2F, 0x61, 0x3E], .notUTF8),
        .init("a less-than in two octets", [0xC0, 0xBC, 0x61, 0x2F, 0x3E], .notUTF8),
        .init("a zero in two octets", [0x3C, 0x61, 0x3E, 0xC0, 0x80, 0x3C, 0x2F, 0x61, 0x3E], .notUTF8),
        .init("a slash in three octets", [0x3C, 0x61, 0x3E, 0xE0, 0x80, 0xAF, 0x3C, 0x2F, 0x61, 0x3E], .notUTF8),
        .init("a slash in four octets", [0x3C, 0x61, 0x3E, 0xF0, 0x80, 0x80, 0xAF, 0x3C, 0x2F, 0x61, 0x3E], .notUTF8),
        .init("a surrogate", [0x3C, 0x61, 0x3E, 0xED, 0xA0, 0x80, 0x3C, 0x2F, 0x61, 0x3E], .notUTF8),
        .init("a value beyond U+10FFFF", [0x3C, 0x61, 0x3E, 0xF4, 0x90, 0x80, 0x80, 0x3C, 0x2F, 0x61, 0x3E], .notUTF8),
        .init("a lead octet at the end", Array("<a/>".utf8) + [0xE2, 0x82], .notUTF8),
        .init("a stray continuation", [0x3C, 0x61, 0x3E, 0x80, 0x3C, 0x2F, 0x61, 0x3E], .notUTF8),
        .init(
            "Latin-1", Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>".utf8) + [0xE9] + Array("</a>".utf8),
            .notUTF8),
        .init("UTF-16 with a byte order mark", utf16("<a/>", mark: true, bigEndian: false), .notUTF8),
        .init("UTF-16 big-endian with a byte order mark", utf16("<a/>", mark: true, bigEndian: true), .notUTF8),
        .init(
            "UTF-16 without a byte order mark", utf16("<?xml version='1.0'?><a/>", mark: false, bigEndian: false),
            .notUTF8),
        .init("UTF-16 that hides a DTD", utf16("<!DOCTYPE a><a/>", mark: false, bigEndian: true), .notUTF8),
        .init("EBCDIC", [0x4C, 0x6F, 0xA7, 0x94, 0x93], .notUTF8),
    ]

    static let shapes: [HostileDocument] = [
        .init("nothing", "", .notWellFormed),
        .init("white space", "  \n", .notWellFormed),
        .init("text", "alice", .notWellFormed),
        .init("two roots", "<a/><a/>", .notWellFormed),
        .init("text behind the root", "<a/>x", .notWellFormed),
        .init("text before the root", "x<a/>", .notWellFormed),
        .init("a CDATA section behind the root", "<a/><![CDATA[x]]>", .notWellFormed),
        .init("a truncated root", "<a><b/>", .notWellFormed),
        .init("a truncated tag", "<a", .notWellFormed),
        .init("crossed tags", "<a><b></a></b>", .notWellFormed),
        .init("an attribute twice", "<a b='1' b='2'/>", .notWellFormed),
        .init(
            "an attribute twice through two prefixes", "<a xmlns:p='u:a' xmlns:q='u:a' p:b='1' q:b='2'/>",
            .notWellFormed),
        .init("a less-than in an attribute", "<a b='<'/>", .notWellFormed),
        .init("an attribute without quotes", "<a b=1/>", .notWellFormed),
        .init("a control character", "<a>\u{1}</a>", .notWellFormed),
        .init("a control character by reference", "<a>&#1;</a>", .notWellFormed),
        .init("a zero by reference", "<a>&#0;</a>", .notWellFormed),
        .init("U+FFFF", "<a>\u{FFFF}</a>", .notWellFormed),
        .init("a surrogate by reference", "<a>&#xD800;</a>", .notWellFormed),
        .init("an entity that nobody declared", "<a>&e;</a>", .notWellFormed),
        .init("an entity of HTML", "<a>&nbsp;</a>", .notWellFormed),
        .init("an entity in an attribute that nobody declared", "<a b='&e;'/>", .notWellFormed),
        .init("an end of CDATA in text", "<a>]]></a>", .notWellFormed),
        .init("a declaration that is not first", " <?xml version='1.0'?><a/>", .notWellFormed),
        .init("a prefix that nobody declared", "<p:a/>", .notWellFormed),
        .init("an attribute prefix that nobody declared", "<a p:b='1'/>", .notWellFormed),
        .init("a prefix that is undeclared again", "<a xmlns:p='u:a'><b xmlns:p=''/></a>", .notWellFormed),
        .init("the prefix xmlns declared", "<a xmlns:xmlns='u:a'/>", .notWellFormed),
        .init("the prefix xml for another namespace", "<a xmlns:xml='u:a'/>", .notWellFormed),
        .init("a name with two colons", "<a xmlns:p='u:a'><p:b:c/></a>", .notWellFormed),
        .init("XML 1.1", "<?xml version='1.1'?><a/>", .version),
        .init("XML 1.5", "<?xml version='1.5'?><a/>", .version),
        .init("a relative namespace", "<a xmlns='v'/>", .relativeNamespace),
        .init("a relative namespace on a prefix", "<a xmlns:v='1'/>", .relativeNamespace),
        .init("a namespace that is a path", "<a><b xmlns:v='/x:y'/></a>", .relativeNamespace),
        .init("a namespace that is a fragment", "<a xmlns:v='#x'/>", .relativeNamespace),
        .init(
            "XInclude", "<a><x:include xmlns:x='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/></a>",
            .xinclude),
        .init(
            "XInclude by default namespace", "<include xmlns='http://www.w3.org/2001/XInclude' href='a'/>",
            .xinclude),
    ]

    @Test(arguments: documentTypes + encodings + shapes)
    func `refuses a hostile document with its own cause under both limits`(_ hostile: HostileDocument) {
        for limits in [XMLLimits.message, .metadata] {
            let error = refusal { _ = try XMLDocument(parsing: hostile.octets, limits: limits) }
            #expect(error?.code == hostile.code)
        }
    }

    @Test(arguments: ["ISO-8859-1", "UTF-16", "UTF-16LE", "UTF-7", "EBCDIC-CP-US", "SHIFT_JIS", "nonsense", "US-ASCII"])
    func `reads UTF-8 whatever encoding the declaration claims`(encoding: String) throws {
        let document = try parse("<?xml version='1.0' encoding='\(encoding)'?><a>é+ADw-b/+AD4-</a>")
        #expect(document.root.text == "é+ADw-b/+AD4-")
        #expect(!document.root.hasChildren)
    }

    @Test func `reads UTF-8 with a byte order mark`() throws {
        let document = try XMLDocument(parsing: [0xEF, 0xBB, 0xBF] + Array("<a>x</a>".utf8), limits: .message)
        #expect(document.root.text == "x")
    }

    @Test func `tells the code of a refusal and nothing of the message`() throws {
        let error = try #require(refusal { _ = try parse("<secret") })
        #expect("\(error)" == "xml_not_well_formed")
        #expect(!error.detail.contains("secret"))
    }

    private static func utf16(_ text: String, mark: Bool, bigEndian: Bool) -> [UInt8] {
        let units = (mark ? [0xFEFF] : []) + Array(text.utf16)
        return units.flatMap { unit in
            let pair = [UInt8(truncatingIfNeeded: unit >> 8), UInt8(truncatingIfNeeded: unit)]
            return bigEndian ? pair : pair.reversed()
        }
    }
}
