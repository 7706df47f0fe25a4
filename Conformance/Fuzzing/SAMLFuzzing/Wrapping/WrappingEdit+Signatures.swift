// MARK: Identifiers

extension WrappingEdit {
    static let identifying: [WrappingEdit] = [
        WrappingEdit("id") { draft in
            let ids = draft.root.paths.compactMap { draft.root[$0]?["ID"] } + ["_evil", "", "#", "x y", "_assert-1"]
            let (path, id) = (draft.any(), draft.random.pick(ids))
            draft.root.edit(path) { $0["ID"] = id }
        },
        WrappingEdit("id-alias") { draft in
            let ids = draft.root.paths.compactMap { draft.root[$0]?["ID"] } + ["_evil"]
            let name = draft.random.pick(["Id", "id", "xml:id", "saml:ID", "iD", "AssertionID", "wsu:Id"]) ?? "Id"
            let (path, id) = (draft.any(), draft.random.pick(ids))
            draft.root.edit(path) { $0[name] = id }
        },
        WrappingEdit("id-swap") { draft in
            let owners = draft.root.paths.filter { draft.root[$0]?["ID"] != nil }
            guard let one = draft.random.pick(owners), let other = draft.random.pick(owners) else { return }
            let (first, second) = (draft.root[one]?["ID"], draft.root[other]?["ID"])
            draft.root.edit(one) { $0["ID"] = second }
            draft.root.edit(other) { $0["ID"] = first }
        },
        WrappingEdit("reference") { draft in
            guard let path = draft.any("Reference") else { return }
            let ids = draft.root.paths.compactMap { draft.root[$0]?["ID"] } + ["_evil"]
            let id = draft.random.pick(ids) ?? "_evil"
            let uri = draft.random.pick([
                "#\(id)", "#\(id)", "", "#xpointer(/)", "#xpointer(id('\(id)'))", id, "##\(id)", "#\(id) ",
                "file:///etc/passwd",
                "https://evil.example/", "#",
            ])
            let value = draft.chance(10) ? nil : uri
            draft.root.edit(path) { $0["URI"] = value }
        },
    ]
}

// MARK: Signatures

extension WrappingEdit {
    private static let algorithms = [
        "http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/TR/1999/REC-xpath-19991116", "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2000/09/xmldsig#sha1", "http://www.w3.org/2000/09/xmldsig#base64",
    ]

    static let signing: [WrappingEdit] = [
        WrappingEdit("signature-move") { draft in
            guard let path = draft.any("Signature"), let signature = draft.root[path] else { return }
            draft.root[path] = nil
            draft.place(signature)
        },
        WrappingEdit("signature-copy") { draft in
            guard let signature = draft.any("Signature").flatMap({ draft.root[$0] }) else { return }
            let target = draft.any("Assertion", "Response", "Issuer", "Subject", "Signature", "Extensions") ?? []
            draft.place(signature, in: target)
        },
        WrappingEdit("signature-drop") { draft in
            guard let path = draft.any("Signature") else { return }
            draft.root[path] = nil
        },
        WrappingEdit("signature-double") { draft in
            guard let path = draft.any("SignedInfo", "Reference", "SignatureValue", "DigestValue", "Transforms"),
                let element = draft.root[path]
            else { return }
            let twin = element.replacing("_assert-1", with: "_evil")
            draft.place(twin, in: Array(path.dropLast()))
        },
        WrappingEdit("algorithm") { draft in
            let names = draft.root.paths.filter { draft.root[$0]?["Algorithm"] != nil }
            guard let path = draft.random.pick(names) else { return }
            let uri = draft.random.pick(algorithms)
            draft.root.edit(path) { $0["Algorithm"] = uri }
        },
        WrappingEdit("transform") { draft in
            guard let path = draft.any("Transforms", "Transform", "CanonicalizationMethod") else { return }
            let xpath = MarkupElement("ds:XPath", [], [.raw("not(ancestor-or-self::saml:NameID)")])
            let prefixes = MarkupElement(
                "ec:InclusiveNamespaces",
                [("xmlns:ec", "http://www.w3.org/2001/10/xml-exc-c14n#"), ("PrefixList", "saml ds #default")])
            let step = MarkupElement("ds:Transform", [("Algorithm", draft.random.pick(algorithms) ?? "")], [])
            draft.place(draft.random.pick([xpath, prefixes, step]) ?? step, in: path)
        },
        WrappingEdit("digest") { draft in
            guard let path = draft.any("DigestValue", "SignatureValue") else { return }
            let text = draft.random.pick(["", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "AAAA", " "]) ?? ""
            draft.root.edit(path) { $0.children = [.raw(text)] }
        },
    ]
}
