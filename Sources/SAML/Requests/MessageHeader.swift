import Broker
import XMLSecurity

/// What every protocol message begins with (SAML Core 3.2.1, 3.2.2).
struct MessageHeader: Sendable {
    let id: String
    let issueInstant: Timestamp
    let destination: String?
    let issuer: String

    /// Reads the root of a message.
    ///
    /// - Throws: `version_not_supported`, `id_malformed`, `issue_instant_missing`, `time_malformed`, `issuer_missing`.
    init(_ root: XMLElement) throws(SAMLError) {
        guard root.attribute("Version", is: "2.0") else {
            throw SAMLError("version_not_supported", "\(root.localName) is not SAML 2.0")
        }
        // That it is an NCName has been checked for every identifier of the document.
        guard let id = root.attribute("ID") else { throw SAMLError("id_malformed", "\(root.localName) has no ID") }
        guard let instant = try root.time("IssueInstant") else {
            throw SAMLError("issue_instant_missing", "\(root.localName) has no IssueInstant")
        }
        guard let issuer = root.only(.issuer)?.entityID else {
            throw SAMLError("issuer_missing", "\(root.localName) has no Issuer that is an entityID")
        }
        self.id = id
        issueInstant = instant
        destination = root.attribute("Destination")
        self.issuer = issuer
    }
}

extension XMLElement {
    /// The text of an Issuer that names an entity (SAML Core 8.3.6); qualifiers would make another name of it.
    var entityID: String? {
        guard attribute("Format").map({ $0 == SAMLURI.entityFormat }) ?? true, attribute("NameQualifier") == nil,
            attribute("SPNameQualifier") == nil, let text, (1...1024).contains(text.utf8.count)
        else { return nil }
        return text
    }
}
