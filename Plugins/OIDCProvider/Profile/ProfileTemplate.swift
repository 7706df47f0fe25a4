/// A text with places for variables: `https://{domain}/`.
struct ProfileTemplate: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case text(String)
        case variable(String)
    }

    private let parts: [Part]

    /// Reads a template; nil where braces do not pair or hold no name.
    init?(_ text: String) {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else { return nil }
            let name = String(rest[rest.index(after: open)..<close])
            guard Self.isName(name) else { return nil }
            parts += [.text(String(rest[..<open])), .variable(name)]
            rest = rest[rest.index(after: close)...]
        }
        self.parts = parts + [.text(String(rest))]
    }

    /// The variables in the order in which they stand.
    var names: [String] {
        parts.compactMap { if case .variable(let name) = $0 { name } else { nil } }
    }

    /// The text with values filled in; nil where one is not given.
    func filled(with values: [String: String]) -> String? {
        var text = ""
        for part in parts {
            switch part {
            case .text(let literal): text += literal
            case .variable(let name):
                guard let value = values[name] else { return nil }
                text += value
            }
        }
        return text
    }

    /// What a variable may be called.
    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (97...122).contains(first), name.utf8.count <= 40 else { return false }
        return name.utf8.allSatisfy { octet in
            (48...57).contains(octet) || (65...90).contains(octet) || (97...122).contains(octet)
        }
    }
}
