import Broker

/// What a document must look like.
///
/// Checks, JSON Schema and environment overrides all come from one shape, so that they cannot disagree.
indirect enum Shape: Sendable {
    /// Text of a form.
    case text(TextForm)
    /// Yes or no.
    case flag
    /// A whole number within bounds; from the environment as text.
    case integer(ClosedRange<Int64>)
    /// One of these words.
    case choice([String])
    /// Where a secret is, never the secret.
    case secret
    /// A list.
    case list(Shape)
    /// A list of one at least; to leave it out means something else.
    case some(Shape)
    /// A mapping from free keys.
    case map(Shape)
    /// A mapping with these members and no others.
    case object([Member])
    /// A mapping with exactly one of these members.
    case oneOf([Member])
    /// A mapping with the first members, and exactly one of the second.
    case variant([Member], oneOf: [Member])
    /// A scalar of the first shape, or a mapping of the second.
    case either(Shape, Shape)
    /// The settings of a connection, which its kind describes.
    case settings
    /// A mapping from facade kinds to their settings, which the kinds describe.
    case facades
    /// A shape under a name, which may hold itself.
    case named(String, @Sendable () -> Shape)

    /// One member of a mapping.
    struct Member: Sendable {
        var key: String
        var shape: Shape
        var help: String
        /// What holds where the key is absent, as it would be typed.
        var standard: String?
        var isRequired: Bool

        init(_ key: String, _ shape: Shape, _ help: String, standard: String? = nil, isRequired: Bool = false) {
            self.key = key
            self.shape = shape
            self.help = help
            self.standard = standard
            self.isRequired = isRequired
        }
    }
}

// MARK: Checking

extension Shape {
    /// Every way in which a value does not fit.
    func problems(in value: SettingsValue, at path: [String] = []) -> [SettingsError.Problem] {
        switch (self, value) {
        case (.text(let form), .string(let text)):
            form.accepts(text) ? [] : [.init(path: path, text: "must be \(form.name)")]
        case (.text(let form), .integer), (.text(let form), .number), (.text(let form), .bool):
            [.init(path: path, text: "must be \(form.name); put it in quotes")]
        case (.text(let form), _): [.init(path: path, text: "must be \(form.name)")]
        case (.integer(let range), .integer(let number)) where range.contains(number): []
        case (.integer(let range), .string(let text)) where Int64(text).map(range.contains) == true: []
        case (.integer(let range), _):
            [.init(path: path, text: "must be a whole number from \(range.lowerBound) to \(range.upperBound)")]
        case (.flag, .bool): []
        case (.flag, _): [.init(path: path, text: "must be true or false")]
        case (.choice(let words), .string(let word)) where words.contains(word): []
        case (.choice(let words), _): [.init(path: path, text: "must be one of \(words.joined(separator: ", "))")]
        case (.secret, .string(let text)) where SecretReference(text) != nil: []
        case (.secret, _):
            [.init(path: path, text: "must say where the secret is, env:NAME or file:PATH, and never be the secret")]
        case (.some, .array(let values)) where values.isEmpty:
            [.init(path: path, text: "must name one at least")]
        case (.list(let element), .array(let values)), (.some(let element), .array(let values)):
            values.enumerated().flatMap { element.problems(in: $1, at: path + [String($0)]) }
        case (.list, _), (.some, _): [.init(path: path, text: "must be a list")]
        case (.map(let element), .object(let object)):
            object.sorted { $0.key < $1.key }.flatMap { element.problems(in: $1, at: path + [$0]) }
        case (.object(let members), .object(let object)): Self.problems(in: object, members, at: path)
        case (.oneOf(let members), .object(let object)): Self.problems(in: object, oneOf: members, at: path)
        case (.variant(let members, let choices), .object(let object)):
            Self.problems(in: object, members, oneOf: choices, at: path)
        case (.either(_, let mapping), .object): mapping.problems(in: value, at: path)
        case (.either(let scalar, _), _): scalar.problems(in: value, at: path)
        case (.settings, .object): []
        case (.facades, .object): Shape.map(.settings).problems(in: value, at: path)
        case (.named(_, let shape), _): shape().problems(in: value, at: path)
        case (.map, _), (.object, _), (.oneOf, _), (.variant, _), (.settings, _), (.facades, _):
            [.init(path: path, text: "must be a mapping")]
        }
    }

    private static func problems(
        in object: [String: SettingsValue], _ members: [Member], at path: [String]
    ) -> [SettingsError.Problem] {
        unknown(object, members, at: path)
            + members.flatMap { member -> [SettingsError.Problem] in
                if let value = object[member.key] { return member.shape.problems(in: value, at: path + [member.key]) }
                return member.isRequired ? [.init(path: path + [member.key], text: "is required")] : []
            }
    }

    private static func problems(
        in object: [String: SettingsValue], _ members: [Member] = [], oneOf choices: [Member], at path: [String]
    ) -> [SettingsError.Problem] {
        let known = choices.filter { object[$0.key] != nil }
        let names = choices.map(\.key).joined(separator: ", ")
        return problems(in: object, members + choices, at: path)
            + (known.count == 1 ? [] : [.init(path: path, text: "must have exactly one of \(names)")])
    }

    /// A misspelt key would otherwise silently mean the standard.
    private static func unknown(
        _ object: [String: SettingsValue], _ members: [Member], at path: [String]
    ) -> [SettingsError.Problem] {
        let known = Set(members.map(\.key))
        return object.keys.filter { !known.contains($0) }.sorted().map { key in
            .init(path: path + [key], text: "is not a key here; known: \(known.sorted().joined(separator: ", "))")
        }
    }
}

// MARK: Walking

extension Shape {
    /// Every scalar below mappings, by its path: what the environment can override.
    func scalars(at path: [String] = []) -> [(path: [String], shape: Shape)] {
        switch self {
        case .object(let members): members.flatMap { $0.shape.scalars(at: path + [$0.key]) }
        case .text, .flag, .integer, .choice, .secret: [(path, self)]
        case .list, .some, .map, .oneOf, .variant, .either, .settings, .facades, .named: []
        }
    }

    /// Every shape below that has a name, each once.
    var named: [String: Shape] {
        var found: [String: Shape] = [:]
        collect(into: &found)
        return found
    }

    private func collect(into found: inout [String: Shape]) {
        if case .named(let name, let shape) = self {
            guard found[name] == nil else { return }
            found[name] = shape()
            shape().collect(into: &found)
        }
        for part in parts { part.collect(into: &found) }
    }

    /// The shapes that this one is made of, but for a named one's own.
    private var parts: [Shape] {
        switch self {
        case .list(let element), .some(let element), .map(let element): [element]
        case .object(let members), .oneOf(let members): members.map(\.shape)
        case .variant(let members, let choices): (members + choices).map(\.shape)
        case .either(let scalar, let mapping): [scalar, mapping]
        case .text, .flag, .integer, .choice, .secret, .settings, .facades, .named: []
        }
    }
}
