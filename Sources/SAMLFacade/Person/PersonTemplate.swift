/// Text with variables of a person in it, such as `${given_name} (${organization})`.
struct PersonTemplate: Sendable, Hashable {
    /// What a variable stands for.
    enum Variable: Sendable, Hashable {
        case email, portalName, name, givenName, familyName, customer, organization
        /// A mapped attribute.
        case attribute(String)
    }

    private enum Part: Sendable, Hashable {
        case text(String)
        case variable(Variable)
    }

    /// Why a text is no template.
    struct Malformed: Error, Sendable, Hashable {
        let text: String
    }

    private let parts: [Part]

    /// The variables as they are written.
    static let variables = named.map { "${\($0.name)}" } + ["${attribute.NAME}"]

    private static let named: [(name: String, variable: Variable)] = [
        ("email", .email), ("portal_name", .portalName), ("name", .name), ("given_name", .givenName),
        ("family_name", .familyName), ("customer", .customer), ("organization", .organization),
    ]

    /// Reads a template; a dollar sign that no brace follows is one.
    init(_ text: String) throws(Malformed) {
        var parts: [Part] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            if start.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<start.lowerBound]))) }
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw Malformed(text: "a brace is not closed")
            }
            parts.append(.variable(try Self.variable(rest[start.upperBound..<end])))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    private static func variable(_ name: Substring) throws(Malformed) -> Variable {
        if let known = named.first(where: { $0.name == name }) { return known.variable }
        guard name.hasPrefix("attribute."), name.utf8.count > 10 else {
            throw Malformed(text: "no variable is named so; known: \(variables.joined(separator: ", "))")
        }
        return .attribute(String(name.dropFirst(10)))
    }

    /// Whether no variable but this one stands in it.
    func holdsOnly(_ variable: Variable) -> Bool {
        parts.allSatisfy { part in
            switch part {
            case .text: true
            case .variable(let found): found == variable
            }
        }
    }

    /// The template's values for a person.
    ///
    /// None where a variable has none: half a text is a wrong one. A variable that stands alone gives all its values, one
    /// among others must have exactly one.
    func values(of person: Person) -> [String] {
        if case .variable(let variable)? = parts.first, parts.count == 1 { return person.values(of: variable) }
        var text = ""
        for part in parts {
            switch part {
            case .text(let literal): text += literal
            case .variable(let variable):
                let values = person.values(of: variable)
                guard values.count == 1 else { return [] }
                text += values[0]
            }
        }
        return text.isEmpty ? [] : [text]
    }
}

extension Person {
    fileprivate func values(of variable: PersonTemplate.Variable) -> [String] {
        let values: [String?] =
            switch variable {
            case .email: [email]
            case .portalName: [portalName]
            case .name: [displayName]
            case .givenName: [givenName]
            case .familyName: [familyName]
            case .customer: [customer]
            case .organization: [organization]
            case .attribute(let name): attributes[name] ?? []
            }
        return values.compactMap { $0 }.filter { !$0.isEmpty }
    }
}
