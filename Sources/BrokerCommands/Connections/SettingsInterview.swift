import Broker

/// Collects a connection's settings: what `--set` gives, and at a terminal what else the kind's form needs.
///
/// It asks for required fields, and for those that follow from answers; the rest keeps its standard.
struct SettingsInterview {
    let kind: ProviderKind
    let form: SettingsForm
    /// From `--set`, by key; keys of nested forms and mappings with a dot between.
    var given: [String: String]
    let questions: Questions
    /// Fields to ask for again, at the top of the form.
    var again: Set<String> = []
    /// Earlier answers.
    var known: [String: SettingsValue] = [:]

    private var used: Set<String> = []
    /// Fields that were asked for and left empty.
    private var skipped: Set<String> = []
    private var missing: [String] = []

    init(kind: ProviderKind, form: SettingsForm, given: [String: String], questions: Questions) {
        (self.kind, self.form, self.given, self.questions) = (kind, form, given, questions)
    }

    /// The settings, checked against the form field by field.
    ///
    /// - Throws: `CommandFailure` that names what is missing, unknown or does not fit; never a value.
    mutating func run() throws -> SettingsValue {
        (used, missing) = ([], [])
        let object = try fill(form, under: "", known: known)
        let unknown = Set(given.keys).subtracting(used).sorted()
        guard unknown.isEmpty else {
            let keys = form.fields.map(\.key).sorted().joined(separator: ", ")
            throw CommandFailure(
                "kind \(kind) has no setting \(unknown.joined(separator: ", ")); known: \(keys)", .usage)
        }
        guard missing.isEmpty else { throw CommandFailure(missingText, .usage) }
        (known, again) = (object, [])
        return .object(object)
    }

    private var missingText: String {
        "these settings are needed: \(missing.joined(separator: ", ")); give each as --set KEY=VALUE, or run this at a "
            + "terminal to be asked"
    }

    private mutating func fill(
        _ form: SettingsForm, under prefix: String, known: [String: SettingsValue]
    ) throws -> [String: SettingsValue] {
        var object: [String: SettingsValue] = [:]
        for field in form.fields {
            if let value = try value(of: field, named: prefix + field.key, in: form, object, known) {
                object[field.key] = value
            }
        }
        return object
    }

    private mutating func value(
        of field: SettingsField, named name: String, in form: SettingsForm, _ object: [String: SettingsValue],
        _ known: [String: SettingsValue]
    ) throws -> SettingsValue? {
        if !again.contains(name), let value = known[field.key] {
            used.formUnion(given.keys.filter { $0 == name || $0.hasPrefix(name + ".") })
            return value
        }
        if let text = given[name], !again.contains(name) {
            used.insert(name)
            return try checked(SettingText.value(text, as: field.value), of: field, named: name)
        }
        switch field.value {
        case .form(let inner) where field.isRequired || isGiven(below: name):
            return .object(try fill(inner, under: name + ".", known: [:]))
        case .map(let element) where isGiven(below: name):
            return try checked(entries(below: name, as: element), of: field, named: name)
        default: break
        }
        guard again.contains(name) || (!skipped.contains(name) && isNeeded(field, name, in: form, object)) else {
            return nil
        }
        guard questions.canAsk else {
            if field.isRequired { missing.append(name) }
            return nil
        }
        let answer = try questions.answer(for: field, named: name)
        if answer == nil { skipped.insert(name) }
        return answer
    }

    private func isGiven(below name: String) -> Bool { given.keys.contains { $0.hasPrefix(name + ".") } }

    private mutating func entries(below name: String, as element: SettingsField.Value) -> SettingsValue {
        let mine = given.filter { $0.key.hasPrefix(name + ".") }
        used.formUnion(mine.keys)
        return .object(
            Dictionary(
                uniqueKeysWithValues: mine.map { key, text in
                    (String(key.dropFirst(name.count + 1)), SettingText.value(text, as: element))
                }))
    }

    private func checked(_ value: SettingsValue, of field: SettingsField, named name: String) throws -> SettingsValue {
        let problems = SettingText.problems(in: value, of: field)
        guard problems.isEmpty else {
            throw CommandFailure("--set \(name): \(problems.joined(separator: "; "))", .usage)
        }
        return value
    }

    /// A field that another one governs is needed where that one has the value, by answer or as its standard.
    private func isNeeded(
        _ field: SettingsField, _ name: String, in form: SettingsForm, _ object: [String: SettingsValue]
    ) -> Bool {
        guard let condition = field.showWhen else { return field.isRequired }
        let prefix = String(name.dropLast(field.key.count))
        let present =
            object[condition.key].map(Self.text) ?? given[prefix + condition.key]
            ?? form.fields.first { $0.key == condition.key }?.standard
        return present.map { condition.values.contains($0) } ?? false
    }

    private static func text(_ value: SettingsValue) -> String {
        switch value {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        default: ""
        }
    }
}
