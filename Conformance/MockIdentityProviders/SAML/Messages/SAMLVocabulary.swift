// SPDX-License-Identifier: Apache-2.0

import XMLSecurity

/// How one IdP writes names: its prefixes, an empty one for the default namespace.
package struct SAMLVocabulary: Sendable, Hashable {
    /// Prefix of `urn:oasis:names:tc:SAML:2.0:protocol`.
    package var protocolPrefix: String
    /// Prefix of `urn:oasis:names:tc:SAML:2.0:assertion`.
    package var assertionPrefix: String
    /// Prefix of XML Signature.
    package var signaturePrefix: String

    /// Prefixes as the standard's own examples have them, unless told otherwise.
    package init(protocol: String = "samlp", assertion: String = "saml", signature: String = "ds") {
        protocolPrefix = `protocol`
        assertionPrefix = assertion
        signaturePrefix = signature
    }

    static let assertionNamespace = "urn:oasis:names:tc:SAML:2.0:assertion"
    static let protocolNamespace = "urn:oasis:names:tc:SAML:2.0:protocol"
    static let signatureNamespace = "http://www.w3.org/2000/09/xmldsig#"
    static let schemaNamespace = "http://www.w3.org/2001/XMLSchema"
    static let instanceNamespace = "http://www.w3.org/2001/XMLSchema-instance"

    func samlp(_ name: String) -> String { Self.name(protocolPrefix, name) }
    func saml(_ name: String) -> String { Self.name(assertionPrefix, name) }
    func ds(_ name: String) -> String { Self.name(signaturePrefix, name) }

    var declaresProtocol: (String, String?) { Self.declaration(protocolPrefix, Self.protocolNamespace) }
    var declaresAssertion: (String, String?) { Self.declaration(assertionPrefix, Self.assertionNamespace) }
    var declaresSignature: (String, String?) { Self.declaration(signaturePrefix, Self.signatureNamespace) }

    private static func name(_ prefix: String, _ name: String) -> String {
        prefix.isEmpty ? name : "\(prefix):\(name)"
    }

    private static func declaration(_ prefix: String, _ namespace: String) -> (String, String?) {
        (prefix.isEmpty ? "xmlns" : "xmlns:\(prefix)", namespace)
    }
}
