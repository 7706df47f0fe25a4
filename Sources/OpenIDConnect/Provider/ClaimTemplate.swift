/// Text with a person's values in it, as in `${given_name} ${family_name}`.
package struct ClaimTemplate: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case text(String)
        case variable(String)
    }

    private let parts: [Part]

    /// The variables besides `attribute.NAME`.
    package static let variables = [
        "name", "given_name", "family_name", "email", "portal_name", "customer", "organization",
    ]

    /// Reads a template; nil where it has an unknown variable, or one that does not end.
    package init?(_ text: String, variables: [String] = Self.variables, hasAttributes: Bool = true) {
        var (parts, rest) = ([Part](), text[...])
        while let start = rest.firstRange(of: "${") {
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else { return nil }
            let name = String(rest[start.upperBound..<end])
            let isAttribute = hasAttributes && name.hasPrefix("attribute.") && name.utf8.count > "attribute.".utf8.count
            guard isAttribute || variables.contains(name) else { return nil }
            if start.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<start.lowerBound]))) }
            parts.append(.variable(name))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    /// The text with a person's values; nil where one is not known, so that nothing is said by half.
    ///
    /// Several values are no text. A template that is nothing but one variable gives them all.
    package func values(_ known: [String: [String]]) -> [String]? {
        if case .variable(let name)? = parts.first, parts.count == 1 {
            return known[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        var text = ""
        for part in parts {
            switch part {
            case .text(let literal): text += literal
            case .variable(let name):
                guard let values = known[name], values.count == 1 else { return nil }
                text += values[0]
            }
        }
        return text.isEmpty ? nil : [text]
    }
}

/// A display name in two, for those who insist.
package enum NameParts {
    /// The last word is the family name, what stands before it the given name; a name of one word is neither.
    package static func split(_ name: String) -> (given: String, family: String)? {
        let words = name.split(separator: " ")
        guard words.count > 1, let family = words.last else { return nil }
        return (words.dropLast().joined(separator: " "), String(family))
    }
}
