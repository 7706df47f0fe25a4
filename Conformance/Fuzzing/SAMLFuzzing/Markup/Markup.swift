/// XML as an editor sees it: elements, and everything else as it was written.
///
/// Nothing is resolved, so that every edit is possible, also one that no parser will take.
package enum Markup: Hashable, Sendable {
    /// An element.
    case element(MarkupElement)
    /// Text, a comment, a CDATA section or a processing instruction, with its own escapes.
    case raw(String)

    var element: MarkupElement? { if case .element(let element) = self { element } else { nil } }
}

/// An element with qualified names as written.
package struct MarkupElement: Hashable, Sendable {
    /// One attribute or declaration; the value has its own escapes.
    package struct Attribute: Hashable, Sendable {
        /// The qualified name.
        package var name: String
        /// The value as written.
        package var value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The qualified name.
    package var name: String
    /// Attributes and declarations in order.
    package var attributes: [Attribute]
    /// Everything inside, in order.
    package var children: [Markup]

    /// An element.
    package init(_ name: String, _ attributes: [(String, String)] = [], _ children: [Markup] = []) {
        self.name = name
        self.attributes = attributes.map(Attribute.init)
        self.children = children
    }

    /// The value of an attribute by its qualified name; a new one goes last, nil takes it away.
    package subscript(attribute: String) -> String? {
        get { attributes.first { $0.name == attribute }?.value }
        set {
            guard let at = attributes.firstIndex(where: { $0.name == attribute }) else {
                if let newValue { attributes.append(Attribute(attribute, newValue)) }
                return
            }
            if let newValue { attributes[at].value = newValue } else { attributes.remove(at: at) }
        }
    }

    /// The local part of the name.
    var localName: String { name.split(separator: ":").last.map(String.init) ?? name }
    /// The prefix of the name; empty for none.
    var prefix: String {
        let parts = name.split(separator: ":")
        return parts.count > 1 ? String(parts[0]) : ""
    }

    // MARK: Writing

    /// The element as text.
    package var text: String {
        var text = ""
        write(into: &text)
        return text
    }

    /// The element as octets.
    package var octets: [UInt8] { Array(text.utf8) }

    private func write(into text: inout String) {
        text += "<\(name)"
        for attribute in attributes { text += " \(attribute.name)=\"\(attribute.value)\"" }
        guard !children.isEmpty else {
            text += "/>"
            return
        }
        text += ">"
        for child in children {
            switch child {
            case .element(let element): element.write(into: &text)
            case .raw(let raw): text += raw
            }
        }
        text += "</\(name)>"
    }
}
