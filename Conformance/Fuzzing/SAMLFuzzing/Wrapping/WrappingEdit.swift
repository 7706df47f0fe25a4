/// One kind of random edit.
struct WrappingEdit: Sendable {
    let name: String
    let apply: @Sendable (inout Draft) -> Void

    init(_ name: String, _ apply: @escaping @Sendable (inout Draft) -> Void) {
        self.name = name
        self.apply = apply
    }

    /// Every kind.
    static let all: [WrappingEdit] = moving + naming + identifying + signing + writing + attacking + harmless
}

// MARK: Whole subtrees

extension WrappingEdit {
    static let moving: [WrappingEdit] = [
        WrappingEdit("move") { draft in
            guard let path = draft.anyInner(), let element = draft.root[path] else { return }
            draft.root[path] = nil
            draft.place(element)
        },
        WrappingEdit("copy") { draft in
            guard let path = draft.anyInner(), let element = draft.root[path] else { return }
            draft.place(element)
        },
        WrappingEdit("wrap") { draft in
            let path = draft.any()
            guard let element = draft.root[path] else { return }
            draft.root[path] = draft.container(element)
        },
        WrappingEdit("unwrap") { draft in
            guard let path = draft.anyInner(), let element = draft.root[path], let last = path.last else { return }
            draft.root.edit(path.dropLast()) { $0.children.replaceSubrange(last...last, with: element.children) }
        },
        WrappingEdit("swap") { draft in
            guard let one = draft.anyInner(), let other = draft.anyInner(), !one.starts(with: other),
                !other.starts(with: one), let first = draft.root[one], let second = draft.root[other]
            else { return }
            draft.root[one] = second
            draft.root[other] = first
        },
        WrappingEdit("remove") { draft in
            guard let path = draft.anyInner() else { return }
            draft.root[path] = nil
        },
        WrappingEdit("splice") { draft in
            guard let foreign = draft.random.pick(draft.material),
                let part = draft.random.pick(foreign.paths).flatMap({ foreign.standalone($0) })
            else { return }
            draft.place(part)
        },
    ]
}

// MARK: Names and namespaces

extension WrappingEdit {
    private static let locals = [
        "Assertion", "Response", "EncryptedAssertion", "Signature", "Object", "Issuer", "NameID", "Subject",
        "Extensions",
        "AttributeValue", "Advice", "assertion", "SignedInfo", "KeyInfo",
    ]
    private static let namespaces = [
        "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol", "urn:example:any", "",
        "http://www.w3.org/2000/09/xmldsig#", "urn:oasis:names:tc:SAML:2.0:assertion ", "relative",
        "urn:oasis:names:tc:SAML:1.0:assertion", "http://www.w3.org/2001/XInclude",
    ]

    static let naming: [WrappingEdit] = [
        WrappingEdit("rename") { draft in
            let (path, local) = (draft.any(), draft.random.pick(locals) ?? "Assertion")
            draft.root.edit(path) { $0.name = $0.prefix.isEmpty ? local : "\($0.prefix):\(local)" }
        },
        WrappingEdit("prefix") { draft in
            let prefix = draft.random.pick(["saml", "samlp", "ds", "x", "evil", ""]) ?? ""
            let (path, namespace) = (draft.any(), draft.random.pick(namespaces) ?? "")
            let declares = draft.chance(2)
            draft.root.edit(path) {
                $0.name = prefix.isEmpty ? $0.localName : "\(prefix):\($0.localName)"
                if declares { $0[prefix.isEmpty ? "xmlns" : "xmlns:\(prefix)"] = namespace }
            }
        },
        WrappingEdit("redeclare") { draft in
            let name = draft.random.pick(["xmlns", "xmlns:saml", "xmlns:samlp", "xmlns:ds", "xmlns:evil"]) ?? "xmlns"
            let (path, namespace) = (draft.any(), draft.random.pick(namespaces) ?? "")
            draft.root.edit(path) { $0[name] = namespace }
        },
        WrappingEdit("undeclare") { draft in
            let path = draft.any()
            draft.root.edit(path) { element in element.attributes.removeAll { $0.name.hasPrefix("xmlns") } }
        },
    ]
}
