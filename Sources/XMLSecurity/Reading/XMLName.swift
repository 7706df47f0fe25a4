/// The name of an element: namespace and local part, never a prefix.
package struct XMLName: Sendable, CustomStringConvertible {
    package let namespace: StaticString
    package let local: StaticString

    /// A name.
    package init(_ namespace: StaticString, _ local: StaticString) {
        self.namespace = namespace
        self.local = local
    }

    /// The local part.
    package var description: String { "\(local)" }
}

extension XMLName {
    /// XML Signature Syntax and Processing.
    package static let dsig: StaticString = "http://www.w3.org/2000/09/xmldsig#"
    /// XML Encryption Syntax and Processing.
    package static let xenc: StaticString = "http://www.w3.org/2001/04/xmlenc#"
    /// XML Encryption 1.1.
    package static let xenc11: StaticString = "http://www.w3.org/2009/xmlenc11#"
    /// Exclusive canonicalization.
    package static let excC14N: StaticString = "http://www.w3.org/2001/10/xml-exc-c14n#"
    /// `ds:Signature`.
    package static let signature = XMLName(dsig, "Signature")
}
