import CXMLSec

/// A namespace that elements are asked for by.
package struct XMLNamespace: Sendable, Hashable {
    let number: Int32

    private init(_ number: Int) { self.number = Int32(number) }

    /// `urn:oasis:names:tc:SAML:2.0:assertion`.
    package static let saml = XMLNamespace(VX_NS_SAML)
    /// `urn:oasis:names:tc:SAML:2.0:protocol`.
    package static let samlp = XMLNamespace(VX_NS_SAMLP)
    /// `urn:oasis:names:tc:SAML:2.0:metadata`.
    package static let md = XMLNamespace(VX_NS_MD)
    /// XML Signature Syntax and Processing.
    package static let dsig = XMLNamespace(VX_NS_DSIG)
    /// XML Encryption Syntax and Processing.
    package static let xenc = XMLNamespace(VX_NS_XENC)
    /// XML Encryption 1.1.
    package static let xenc11 = XMLNamespace(VX_NS_XENC11)
    /// Exclusive canonicalization.
    package static let excC14N = XMLNamespace(VX_NS_EXC_C14N)
}

/// The name of an element: namespace and local part, never a prefix.
package struct XMLName: Sendable, CustomStringConvertible {
    package let namespace: XMLNamespace
    package let local: StaticString

    /// A name.
    package init(_ namespace: XMLNamespace, _ local: StaticString) {
        self.namespace = namespace
        self.local = local
    }

    /// The local part.
    package var description: String { "\(local)" }
}

extension XMLName {
    /// `ds:Signature`.
    package static let signature = XMLName(.dsig, "Signature")
}
