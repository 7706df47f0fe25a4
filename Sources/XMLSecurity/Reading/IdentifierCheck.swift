import CXMLSec
import Foundation

/// Every identifier that a reference could mean is there once and under its one name (M3).
///
/// `ID` on SAML's elements and `Id` on those of XML Signature and Encryption are identifiers. Any other attribute that a
/// lenient reader could take for one refuses: `xml:id`, `saml:ID`, `id` (attribute pollution, "The Fragile Lock").
package enum IdentifierCheck {
    /// Looks at every element of a document.
    package static func run(_ document: XMLDocument) throws(XMLSecurityError) {
        var seen: Set<String> = []
        for entry in document.elements {
            for at in entry.first_attribute..<entry.first_attribute + entry.attribute_count {
                let attribute = document.attributes[Int(at)]
                guard isIdentifierLike(attribute.name) else { continue }
                guard attribute.namespace_uri == nil, isIdentifier(attribute.name, of: entry) else {
                    throw XMLSecurityError(.idAliased, "an attribute other than ID could be taken for an identifier")
                }
                let value = XMLAttribute(document: document, position: at).value
                guard isNCName(value) else {
                    throw XMLSecurityError(.idMalformed, "an identifier is empty, too long, or no NCName")
                }
                guard seen.insert(value).inserted else {
                    throw XMLSecurityError(.idDuplicate, "two elements have the same identifier")
                }
            }
        }
    }

    private static func isIdentifierLike(_ name: UnsafePointer<CChar>) -> Bool { strcasecmp(name, "id") == 0 }

    private static func isIdentifier(_ name: UnsafePointer<CChar>, of element: vx_element) -> Bool {
        let isXMLSecurity = [XMLNamespace.dsig, .xenc, .xenc11].contains { $0.number == element.namespace_number }
        return strcmp(name, isXMLSecurity ? "Id" : "ID") == 0
    }

    /// An NCName as far as ASCII goes: what may stand behind "#" without a second reading.
    static func isNCName(_ value: String) -> Bool {
        let octets = value.utf8
        guard (1...256).contains(octets.count), let first = octets.first else { return false }
        let isStart = { (octet: UInt8) in
            octet == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet | 0x20)
        }
        return isStart(first)
            && octets.allSatisfy {
                isStart($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".")
            }
    }
}
