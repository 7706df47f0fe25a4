/// A message under edit, with the numbers that choose.
struct Draft {
    var root: MarkupElement
    var random: SeededGenerator
    /// Elements of other messages: of another IdP, of logout, of metadata.
    let material: [MarkupElement]

    /// The person whom nobody signed.
    static let forged = "ceo@acme.example"

    // MARK: Choosing

    /// Any element but the root.
    mutating func anyInner() -> MarkupPath? { random.pick(root.paths.dropFirst()) }

    /// Any element.
    mutating func any() -> MarkupPath { random.pick(root.paths) ?? [] }

    /// Any element of one of these names.
    mutating func any(_ names: String...) -> MarkupPath? {
        random.pick(root.paths.filter { path in root[path].map { names.contains($0.localName) } ?? false })
    }

    /// What a signature covers here: an assertion or the Response, and mostly what a reader would look for.
    mutating func anySigned() -> MarkupPath {
        random.isOne(in: 3) ? [] : any("Assertion", "EncryptedAssertion") ?? []
    }

    mutating func chance(_ count: Int) -> Bool { random.isOne(in: count) }

    // MARK: Placing

    /// Puts an element anywhere.
    mutating func place(_ element: MarkupElement) { place(element, in: any()) }

    /// Puts an element anywhere among the children of another.
    mutating func place(_ element: MarkupElement, in path: MarkupPath) {
        let count = root[path]?.children.count ?? 0
        root.insert(.element(element), in: path, at: Int.random(in: 0...count, using: &random))
    }

    /// An element with its identity changed, and sometimes its signature or identifier.
    mutating func evilTwin(of element: MarkupElement) -> MarkupElement {
        var twin = element.replacing(SignedPerson.alice, with: Self.forged)
        if chance(2) { twin.children.removeAll { $0.element?.localName == "Signature" } }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: twin["ID"] = "_evil"
        case 1: twin["ID"] = nil
        default: break
        }
        return twin
    }

    /// One of the places where a schema says "any", around an element.
    mutating func container(_ element: MarkupElement) -> MarkupElement {
        let name = random.pick(Self.containers) ?? "samlp:Extensions"
        var holder = MarkupElement(name, Self.declarations, [.element(element)])
        if name == "ds:Object", chance(2) {
            holder = MarkupElement("ds:Signature", Self.declarations, [.element(holder)])
        }
        return holder
    }

    private static let containers = [
        "samlp:Extensions", "ds:Object", "saml:Advice", "saml:AttributeValue", "samlp:StatusDetail", "saml:Condition",
        "saml:SubjectConfirmationData", "saml:AuthnContextDecl", "saml:EncryptedAssertion", "ds:KeyInfo",
        "samlp:Response",
        "saml:Assertion", "x:any",
    ]

    static let declarations = [
        ("xmlns:samlp", "urn:oasis:names:tc:SAML:2.0:protocol"),
        ("xmlns:saml", "urn:oasis:names:tc:SAML:2.0:assertion"),
        ("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#"), ("xmlns:x", "urn:example:any"),
    ]
}
