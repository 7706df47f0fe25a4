package import XMLSecurity

/// What may stand where: a content model for each element of a message, as an allow-list (SAML Core schema).
///
/// Elements of SAML, XML Signature and XML Encryption stand only in their one legal place. Wherever the schema says "any",
/// elements of other namespaces may stand and these may not: an assertion that nobody verified has no place to hide
/// (XSW 1 to 13; Somorovsky 2012, CVE-2024-45409).
package struct MessageStructure: Sendable {
    /// What an element may hold.
    indirect enum Content: Sendable {
        /// Text alone.
        case text
        /// Nothing.
        case nothing
        /// These children in this order, and no text.
        case sequence([Particle])
        /// Elements of other namespaces, or text.
        case foreign
        /// Text, a NameID, or elements of other namespaces (`saml:AttributeValue`).
        case value
        /// Elements of XML Signature, XML Encryption and other namespaces, but none of SAML.
        case cryptographic
    }

    /// One place in a sequence.
    struct Particle: Sendable {
        let choices: [(name: XMLName, content: Content)]
        let occurs: ClosedRange<Int>
    }

    let name: XMLName
    let content: Content

    /// Holds a document against the model of its root.
    ///
    /// - Throws: `unexpected_element`, `element_missing`, `assertion_not_single`, `text_unexpected`.
    package func check(_ root: XMLElement) throws(SAMLError) {
        guard root.isNamed(name) else {
            throw SAMLError("unexpected_element", "the message is not a \(name)")
        }
        try Self.check(root, content, depth: 0)
    }

    // MARK: Walking

    private static func check(_ element: XMLElement, _ content: Content, depth: Int) throws(SAMLError) {
        switch content {
        case .text:
            guard !element.hasChildren, element.text != nil else {
                throw SAMLError("unexpected_element", "an element stands inside the text of \(element.localName)")
            }
        case .nothing:
            guard !element.hasChildren, element.isBlank else {
                throw SAMLError("text_unexpected", "\(element.localName) is not empty")
            }
        case .sequence(let particles): try check(element, particles, depth: depth)
        case .foreign: try refuse(below: element) { isProtected($0) }
        case .value:
            for child in element.children where child.isNamed(.nameID) { try check(child, .text, depth: depth + 1) }
            try refuse(below: element, exceptChildren: .nameID) { isProtected($0) }
        case .cryptographic:
            try refuse(below: element) { $0.isInNamespace(.saml) || $0.isInNamespace(.samlp) }
        }
    }

    private static func check(
        _ element: XMLElement, _ particles: [Particle], depth: Int
    ) throws(SAMLError) {
        guard !element.isMixed, element.hasChildren || element.isBlank else {
            throw SAMLError("text_unexpected", "text stands beside the elements of \(element.localName)")
        }
        var rest = particles[...]
        var count = 0
        for child in element.children {
            while let particle = rest.first, particle.content(of: child) == nil || count == particle.occurs.upperBound {
                try leave(particle, after: count, in: element, before: child)
                rest.removeFirst()
                count = 0
            }
            guard let content = rest.first?.content(of: child) else {
                throw unexpected(child, in: element)
            }
            count += 1
            try check(child, content, depth: depth + 1)
        }
        while let particle = rest.popFirst() {
            try leave(particle, after: count, in: element, before: nil)
            count = 0
        }
    }

    private static func leave(
        _ particle: Particle, after count: Int, in element: XMLElement, before child: XMLElement?
    ) throws(SAMLError) {
        guard count < particle.occurs.lowerBound else { return }
        if let child { throw unexpected(child, in: element) }
        let missing = particle.choices.map { "\($0.name)" }.joined(separator: " or ")
        throw SAMLError("element_missing", "\(element.localName) holds no \(missing)")
    }

    private static func unexpected(_ child: XMLElement, in element: XMLElement) -> SAMLError {
        if child.isNamed(.assertion) || child.isNamed(.encryptedAssertion) {
            return SAMLError("assertion_not_single", "an assertion stands where none may, or there are two")
        }
        // The name is a stranger's text: only one that we know is repeated.
        return SAMLError(
            "unexpected_element",
            "\(isProtected(child) ? child.localName : "a foreign element") may not stand there in \(element.localName)")
    }

    // MARK: Any

    private static let protectedNamespaces: [XMLNamespace] = [.saml, .samlp, .dsig, .xenc, .xenc11]

    /// Elements that have one legal place each.
    private static func isProtected(_ element: XMLElement) -> Bool {
        protectedNamespaces.contains { element.isInNamespace($0) }
    }

    /// Refuses a kind of element at any depth below one; the document's own depth is bounded.
    private static func refuse(
        below element: XMLElement, exceptChildren except: XMLName? = nil, where isRefused: (XMLElement) -> Bool
    ) throws(SAMLError) {
        for child in element.children {
            if let except, child.isNamed(except) { continue }
            guard !isRefused(child) else { throw unexpected(child, in: element) }
            try refuse(below: child, where: isRefused)
        }
    }
}

extension MessageStructure.Particle {
    func content(of element: XMLElement) -> MessageStructure.Content? {
        choices.first { element.isNamed($0.name) }?.content
    }

    static func one(_ name: XMLName, _ content: MessageStructure.Content) -> Self {
        Self(choices: [(name, content)], occurs: 1...1)
    }

    static func optional(_ name: XMLName, _ content: MessageStructure.Content) -> Self {
        Self(choices: [(name, content)], occurs: 0...1)
    }

    static func many(_ name: XMLName, _ content: MessageStructure.Content) -> Self {
        Self(choices: [(name, content)], occurs: 0...Int(Int32.max))
    }
}

extension XMLElement {
    /// Whether there is no text but white space.
    var isBlank: Bool {
        text.map { $0.utf8.allSatisfy { $0 == 0x20 || (0x9...0xA).contains($0) || $0 == 0xD } } ?? true
    }
}
