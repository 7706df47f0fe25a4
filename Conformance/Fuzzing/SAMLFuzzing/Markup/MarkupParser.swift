/// Takes well-formed text apart; it is made for good messages and is no judge of others.
package struct MarkupParser {
    /// What the text is not.
    package struct Malformed: Error, Sendable {}

    private var rest: Substring

    /// The root element of a text; what stands around it is left out.
    package static func parse(_ octets: [UInt8]) throws(Malformed) -> MarkupElement {
        var parser = MarkupParser(rest: String(decoding: octets, as: UTF8.self)[...])
        while let next = try parser.next() {
            if case .element(let element) = next { return element }
        }
        throw Malformed()
    }

    /// The next node; nil at an end tag and at the end of the text.
    private mutating func next() throws(Malformed) -> Markup? {
        if rest.isEmpty || rest.hasPrefix("</") { return nil }
        if rest.hasPrefix("<!--") { return .raw(try take(through: "-->")) }
        if rest.hasPrefix("<![CDATA[") { return .raw(try take(through: "]]>")) }
        if rest.hasPrefix("<?") { return .raw(try take(through: "?>")) }
        if rest.hasPrefix("<") { return .element(try element()) }
        let text = rest.prefix { $0 != "<" }
        rest = rest[text.endIndex...]
        return .raw(String(text))
    }

    private mutating func element() throws(Malformed) -> MarkupElement {
        rest.removeFirst()
        var element = MarkupElement(takeName())
        while true {
            skipSpace()
            if rest.hasPrefix("/>") {
                rest.removeFirst(2)
                return element
            }
            if rest.hasPrefix(">") { break }
            let name = takeName()
            guard !name.isEmpty else { throw Malformed() }
            element.attributes.append(MarkupElement.Attribute(name, try takeValue()))
        }
        rest.removeFirst()
        while let child = try next() { element.children.append(child) }
        let end = try take(through: ">")
        guard end.dropFirst(2).dropLast().trimmingSuffix(while: \.isWhitespace) == element.name else {
            throw Malformed()
        }
        return element
    }

    private mutating func takeName() -> String {
        let name = rest.prefix { !$0.isWhitespace && !"=/><".contains($0) }
        rest = rest[name.endIndex...]
        return String(name)
    }

    private mutating func takeValue() throws(Malformed) -> String {
        skipSpace()
        guard rest.popFirst() == "=" else { throw Malformed() }
        skipSpace()
        guard let quote = rest.popFirst(), quote == "\"" || quote == "'" else { throw Malformed() }
        let value = rest.prefix { $0 != quote }
        rest = rest[value.endIndex...]
        guard rest.popFirst() == quote else { throw Malformed() }
        return String(value).replacing("\"", with: "&quot;")
    }

    private mutating func take(through end: String) throws(Malformed) -> String {
        guard let range = rest.firstRange(of: end) else { throw Malformed() }
        let taken = rest[..<range.upperBound]
        rest = rest[range.upperBound...]
        return String(taken)
    }

    private mutating func skipSpace() { rest = rest.drop(while: \.isWhitespace) }
}

extension Substring {
    /// The text without the characters at its end that match.
    fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> Substring {
        var text = self
        while let last = text.last, matches(last) { text.removeLast() }
        return text
    }
}
