// SPDX-License-Identifier: Apache-2.0

import XMLSecurity

/// A `samlp:Response` in the making: every part can still be spoilt.
struct ResponseDraft: Sendable {
    var vocabulary: SAMLVocabulary
    var id: String
    var version: String? = "2.0"
    var issueInstant: String?
    var destination: String?
    var inResponseTo: String?
    var issuer: String?
    var extensions: [XMLText] = []
    /// Status codes from the outermost to the innermost.
    var statusCodes = ["urn:oasis:names:tc:SAML:2.0:status:Success"]
    var statusDetail: [XMLText] = []
    /// Assertions, plain or encrypted, and what else stands at the end.
    var content: [XMLText] = []
    var pollution: [(String, String?)] = []
    /// The prefix of value types is declared here too, for a signature that keeps it.
    var declaresSchema = false

    /// The element, with its signature where there is one.
    func xml(signature: XMLText? = nil) -> XMLText {
        XMLText(
            vocabulary.samlp("Response"),
            [
                vocabulary.declaresProtocol, ("xmlns:xs", declaresSchema ? SAMLVocabulary.schemaNamespace : nil),
                ("Destination", destination), ("ID", id), ("InResponseTo", inResponseTo),
                ("IssueInstant", issueInstant), ("Version", version),
            ] + pollution,
            [
                issuer.map { XMLText(vocabulary.saml("Issuer"), [vocabulary.declaresAssertion], text: $0) },
                signature, extensions.isEmpty ? nil : XMLText(vocabulary.samlp("Extensions"), [], extensions), status,
            ] + content)
    }

    private var status: XMLText {
        let code = statusCodes.reversed().reduce(nil as XMLText?) { inner, value in
            XMLText(vocabulary.samlp("StatusCode"), [("Value", value)], [inner])
        }
        let detail = statusDetail.isEmpty ? nil : XMLText(vocabulary.samlp("StatusDetail"), [], statusDetail)
        return XMLText(vocabulary.samlp("Status"), [], [code, detail])
    }
}
