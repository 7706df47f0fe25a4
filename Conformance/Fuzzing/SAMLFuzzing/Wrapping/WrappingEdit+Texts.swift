// MARK: Text

extension WrappingEdit {
    /// What can stand in a text and make two readers see two texts.
    private static let splits = [
        "<!---->", "<!-- x -->", "<?x y?>", "<![CDATA[]]>", "&#0;", "&#x200b;", " ", "\n", "<x/>", "&amp;", "\u{FEFF}",
    ]

    static let writing: [WrappingEdit] = [
        WrappingEdit("split") { draft in
            guard let (path, at, text) = draft.anyText() else { return }
            let split = draft.random.pick(splits) ?? " "
            let middle = text.index(text.startIndex, offsetBy: Int.random(in: 0...text.count, using: &draft.random))
            draft.root.edit(path) { $0.children[at] = .raw(String(text[..<middle]) + split + String(text[middle...])) }
        },
        WrappingEdit("split-name") { draft in
            guard let path = draft.any("NameID", "AttributeValue") else { return }
            let text = draft.random.pick([
                "\(Draft.forged)<!---->.evil", "<!--\(SignedPerson.alice)-->\(Draft.forged)",
                "\(SignedPerson.alice)<x>\(Draft.forged)</x>", "<![CDATA[\(Draft.forged)]]>",
                "\(Draft.forged)<?\(SignedPerson.alice)?>", "<saml:NameID>\(Draft.forged)</saml:NameID>",
            ])
            draft.root.edit(path) { $0.children = [.raw(text ?? "")] }
        },
        WrappingEdit("remark") { draft in
            let remark = draft.random.pick(["<!-- x -->", "<?x y?>", "<!--<saml:Assertion>-->"]) ?? ""
            let path = draft.any()
            draft.root.insert(.raw(remark), in: path, at: Int.random(in: 0...4, using: &draft.random))
        },
        WrappingEdit("attribute") { draft in
            let owners = draft.root.paths.filter { !(draft.root[$0]?.attributes.isEmpty ?? true) }
            guard let path = draft.random.pick(owners) else { return }
            let value = draft.random.pick(["", "x", SignedPerson.alice, Draft.forged, "2.0", "urn:x", "true"])
            let at = Int.random(in: 0..<64, using: &draft.random)
            draft.root.edit(path) { $0.attributes[at % $0.attributes.count].value = value ?? "" }
        },
    ]

    /// What an unsigned part, or another spelling of a signed one, may be changed to: these are accepted, and show that
    /// the fuzzer would see an acceptance.
    static let harmless: [WrappingEdit] = [
        WrappingEdit("spelling") { draft in
            guard let (path, at, text) = draft.anyText(), let first = text.unicodeScalars.first, first != "&" else {
                return
            }
            let rest = String(text.unicodeScalars.dropFirst())
            draft.root.edit(path) { $0.children[at] = .raw("&#\(first.value);" + rest) }
        },
        WrappingEdit("cdata") { draft in
            guard let (path, at, text) = draft.anyText(), !text.contains("&") else { return }
            draft.root.edit(path) { $0.children[at] = .raw("<![CDATA[\(text)]]>") }
        },
        WrappingEdit("key-info") { draft in
            guard let path = draft.any("KeyInfo") else { return }
            let keyName = MarkupElement("ds:KeyInfo", Draft.declarations, [.element(MarkupElement("ds:KeyName"))])
            draft.root[path] = draft.chance(2) ? nil : keyName
        },
        WrappingEdit("message") { draft in
            guard let path = draft.any("Status") else { return }
            let message = MarkupElement("samlp:StatusMessage", Draft.declarations, [.raw("Hello")])
            draft.root.edit(path) { $0.children.append(.element(message)) }
        },
        WrappingEdit("extension") { draft in
            let any = MarkupElement("x:any", Draft.declarations, [.raw(Draft.forged)])
            let extensions = MarkupElement("samlp:Extensions", Draft.declarations, [.element(any)])
            let at = (draft.root.children.firstIndex { $0.element?.localName == "Status" }) ?? 1
            draft.root.insert(.element(extensions), in: [], at: at)
        },
        WrappingEdit("declaration") { draft in
            let path = draft.any()
            draft.root.edit(path) { $0["xmlns:unused"] = "urn:example:unused" }
        },
    ]
}

extension Draft {
    /// Any text that is not only white space, with its place.
    mutating func anyText() -> (MarkupPath, Int, String)? {
        var found: [(MarkupPath, Int, String)] = []
        for path in root.paths {
            for (at, child) in (root[path]?.children ?? []).enumerated() {
                if case .raw(let text) = child, !text.hasPrefix("<"), !text.allSatisfy(\.isWhitespace) {
                    found.append((path, at, text))
                }
            }
        }
        return random.pick(found)
    }
}
