import Broker
import Foundation

extension ProviderRule {
    /// What an operator writes.
    public static let settingsRules: [ProviderRule] = [
        ProviderRule(
            "settings.words", "every field has a name, a label and help", clause: "SPI, SettingsField",
            fix: "give the field a label and one sentence of help"
        ) { row in
            try FormWalk.each(row.type.form) { path, field in
                try require(!field.key.isEmpty, "a field has no key at \(path)")
                try require(!field.label.isEmpty, "\(path) has no label")
                try require(field.help.count >= 10, "\(path) has no help")
            }
        },
        ProviderRule(
            "settings.keys", "no form has a key twice", clause: "SPI, SettingsForm", fix: "rename one of the fields"
        ) { row in try FormWalk.requireUnique(row.type.form) },
        ProviderRule(
            "settings.secrets", "a field for a secret takes a reference and never the secret",
            clause: "SPI, SettingsField.Value.secret",
            fix: "make the field .secret and read it by ProviderContext.secrets"
        ) { row in
            try FormWalk.each(row.type.form) { path, field in
                let name = field.key.lowercased()
                let soundsSecret = ["secret", "password", "privatekey", "apikey", "token"].contains {
                    name.hasSuffix($0)
                }
                try require(!soundsSecret || field.value != .text, "\(path) is text")
            }
        },
        ProviderRule(
            "settings.examples", "every example and every standard value is one that the field takes",
            clause: "SPI, SettingsField.example", fix: "write the example as it would stand in the configuration file"
        ) { row in
            try FormWalk.each(row.type.form) { path, field in
                for text in [field.example, field.standard].compactMap({ $0 }) where text != "" {
                    let value = FlowText(text).value(of: field.value)
                    let problems = SettingsForm([field]).problems(in: .object([field.key: value]))
                    try require(problems.isEmpty, "\(path): \(text) - \(problems.first?.text ?? "")")
                }
            }
        },
        ProviderRule(
            "settings.unknown", "an unknown setting is refused by its path", clause: "SPI, ProviderRegistry",
            fix: "let the registry read the settings; do not read them yourself"
        ) { row in
            try refuses(row, at: "noSuchSetting") { $0["noSuchSetting"] = "x" }
        },
        ProviderRule(
            "settings.missing", "a required setting that is missing is refused by its path",
            clause: "SPI, SettingsField.isRequired", fix: "mark the field as required, and decode it as such"
        ) { row in
            for field in row.type.form.fields where field.isRequired {
                try refuses(row, at: field.key) { $0[field.key] = nil }
            }
        },
        ProviderRule(
            "settings.mistyped", "a setting of another type is refused by its path", clause: "SPI, SettingsField.Value",
            fix: "give the field its type in the form"
        ) { row in
            for field in row.type.form.fields {
                try refuses(row, at: field.key) { $0[field.key] = FormWalk.wrong(for: field.value) }
            }
        },
        ProviderRule(
            "settings.plain-http", "an address without TLS beyond this machine is refused",
            clause: "RFC 9700 section 2.6", fix: "make the field .url",
            notApplicable: { $0.type.form.fields.contains { $0.value == .url } ? nil : "no setting is an address" }
        ) { row in
            for field in row.type.form.fields where field.value == .url {
                try refuses(row, at: field.key) { $0[field.key] = "http://plain.example" }
                try refuses(row, at: field.key) { $0[field.key] = "https://user:word@idp.example" }
            }
        },
        ProviderRule(
            "settings.codable", "settings that were written are read the same",
            clause: "SPI, IdentityProvider.Settings",
            fix: "encode and decode the same keys"
        ) { row in try roundTrip(row.type, row.settings) },
        ProviderRule(
            "settings.version", "settings of a newer module are refused, of an older one migrated or refused in words",
            clause: "SPI, IdentityProvider.migrate", fix: "migrate every version that was ever written"
        ) { row in
            let bench = LoginDriver.bench(row)
            let newer = row.type.settingsVersion + 1
            try require(problem(row, row.settings, version: newer, bench) != nil, "version \(newer) was taken")
            for older in row.olderSettings {
                let problem = problem(row, older.settings, version: older.version, bench)
                try require(problem == nil, "version \(older.version): \(problem ?? "")")
            }
            guard row.olderSettings.isEmpty else { return }
            try require(problem(row, [:], version: 0, bench) != nil, "version 0, which never was, is taken")
        },
    ]

    private static func problem(
        _ row: ProviderUnderTest, _ settings: Claims, version: Int, _ bench: KitBench
    ) -> String? {
        do throws(SettingsError) {
            _ = try LoginDriver.make(row, settings, version: version, bench: bench)
            return nil
        } catch {
            return error.description.isEmpty ? nil : error.description
        }
    }

    private static func refuses(
        _ row: ProviderUnderTest, at key: String, _ change: (inout Claims) -> Void
    ) throws(KitFailure) {
        var settings = row.settings
        change(&settings)
        do throws(SettingsError) {
            _ = try LoginDriver.make(row, settings, bench: LoginDriver.bench(row))
        } catch {
            let paths = error.problems.map(\.path)
            try require(
                paths.contains { $0.first == key },
                "\(key) is refused without its path: \(paths.map { $0.joined(separator: ".") })")
            return
        }
        throw KitFailure("\(key) as \(settings[key]?.jsonText ?? "absent") was taken")
    }

    private static func roundTrip<Provider: IdentityProvider>(
        _ type: Provider.Type, _ settings: Claims
    ) throws {
        let first = try JSONDecoder().decode(Provider.Settings.self, from: Data(settings.jsonText.utf8))
        let written = try JSONEncoder().encode(first)
        let second = try JSONDecoder().decode(Provider.Settings.self, from: written)
        let again = try JSONEncoder().encode(second)
        let (left, right) = (
            try JSONDecoder().decode(JSON.self, from: written), try JSONDecoder().decode(JSON.self, from: again)
        )
        try require(left == right, "written: \(left.jsonText), read and written again: \(right.jsonText)")
        let problems = type.form.problems(in: left)
        try require(problems.isEmpty, "what the module writes does not fit its form: \(problems)")
        for (key, value) in settings {
            try require(left[key] == value || left[key] != nil, "\(key) is lost")
        }
    }
}
