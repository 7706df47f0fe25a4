/// Every settings field of a provider kind.
///
/// Prompts, JSON Schema, pages and the check for unknown keys come from it.
public struct SettingsForm: Sendable, Hashable {
    /// The fields in the order in which a person fills them in.
    public let fields: [SettingsField]

    /// A form.
    public init(_ fields: [SettingsField]) { self.fields = fields }
}

/// One settings field.
public struct SettingsField: Sendable, Hashable {
    /// What the field holds.
    public indirect enum Value: Sendable, Hashable {
        /// Text.
        case text
        /// An absolute https URL.
        case url
        /// An integer within bounds.
        case integer(ClosedRange<Int>)
        /// Yes or no.
        case flag
        /// One of these words.
        case choice([String])
        /// A reference to a secret, `env:NAME` or `file:PATH`.
        case secret
        /// A list.
        case list(Value)
        /// A mapping from free keys.
        case map(Value)
        /// A nested form.
        case form(SettingsForm)
    }

    /// Shows a field only when another has a value.
    public struct Condition: Sendable, Hashable {
        /// The other field's key.
        public let key: String
        /// Its values for which the field is shown.
        public let values: [String]

        /// A condition.
        public init(_ key: String, isOneOf values: [String]) {
            self.key = key
            self.values = values
        }
    }

    /// The key in configuration, camelCase.
    public var key: String
    /// What the field holds.
    public var value: Value
    /// A short label.
    public var label: String
    /// One or two sentences: what it is and where the IdP's console shows it.
    public var help: String
    /// A value as it would be typed.
    public var example: String?
    /// The value that holds when the key is absent, as it would be typed.
    public var standard: String?
    /// Whether the key must be present.
    public var isRequired: Bool
    /// When to show the field.
    public var showWhen: Condition?
    /// Documents of which one may stand in a nested form by its name; nil where none may.
    ///
    /// Where it is not nil, `./FILE.yaml` may stand there too: a file beside the resources file. Either is stored written
    /// out, so that no node needs the file and a later version of a document changes no connection by itself.
    public var documents: [String: SettingsValue]?

    /// A field.
    public init(
        _ key: String, _ value: Value, label: String, help: String, example: String? = nil, standard: String? = nil,
        isRequired: Bool = false, showWhen: Condition? = nil, documents: [String: SettingsValue]? = nil
    ) {
        self.key = key
        self.value = value
        self.label = label
        self.help = help
        self.example = example
        self.standard = standard
        self.isRequired = isRequired
        self.showWhen = showWhen
        self.documents = documents
    }

    /// Whether the field refers to a secret.
    public var isSecret: Bool { value == .secret }
}
