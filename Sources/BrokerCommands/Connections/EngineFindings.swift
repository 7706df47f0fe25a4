import Broker
import BrokerEngine
import BrokerModel

/// What the broker itself finds wrong with a connection, whatever its module says.
struct EngineFindings {
    let connection: Connection
    let organization: Organization?
    let form: SettingsForm?
    let secrets: SecretResolver
    let replacement: ConnectionReplacement?

    var all: [LintFinding] { closed + addresses + evidence + unreadableSecrets + beingReplaced }

    private var closed: [LintFinding] {
        guard let organization else {
            return [LintFinding(.error, path: ["organization"], text: "The organization does not exist.")]
        }
        var findings: [LintFinding] = []
        if !connection.isEnabled {
            findings.append(
                LintFinding(.note, path: ["enabled"], text: "It is disabled: nobody signs in through it."))
        }
        if !organization.isEnabled {
            findings.append(
                LintFinding(
                    .warning, path: ["organization"],
                    text: "Organization \(organization.id) is disabled: nobody signs in.")
            )
        }
        return findings
    }

    /// An e-mail outside the organization's own addresses is refused, so without any everybody is.
    private var addresses: [LintFinding] {
        guard let organization else { return [] }
        guard !(organization.domains.isEmpty && organization.addresses.isEmpty) else {
            return [
                LintFinding(
                    .error, path: ["organization"],
                    text: "Organization \(organization.id) owns no domain and no address, so every e-mail is refused.")
            ]
        }
        let spoken = connection.domains ?? organization.domains
        guard !(spoken.isEmpty && organization.addresses.isEmpty) else {
            return [
                LintFinding(.error, path: ["domains"], text: "It may speak for no domain, so every e-mail is refused.")
            ]
        }
        guard let pattern = connection.addressPattern, let domain = Self.literalDomain(of: pattern),
            !spoken.contains(where: { $0.ascii == domain }),
            !organization.addresses.contains(where: { $0.domain.ascii == domain })
        else { return [] }
        return [
            LintFinding(
                .error, path: ["addressPattern"],
                text: "The pattern admits addresses of \(domain) only, for which the connection may not speak.")
        ]
    }

    private static func literalDomain(of pattern: String) -> String? {
        guard let at = pattern.lastIndex(of: "@") else { return nil }
        let domain = String(pattern[pattern.index(after: at)...])
        return domain.isEmpty || domain.contains("*") ? nil : domain
    }

    /// Evidence is required of every login, so a connection that is told to have none lets nobody in.
    private var evidence: [LintFinding] {
        let field = form?.fields.first { $0.key == "emailEvidence" }
        guard (connection.settings["emailEvidence"]?.text ?? field?.standard) == Email.Evidence.none.rawValue else {
            return []
        }
        return [
            LintFinding(
                .error, path: ["settings", "emailEvidence"],
                text: "Nothing speaks for an e-mail here, so every login ends with email_unverified.")
        ]
    }

    private var unreadableSecrets: [LintFinding] {
        guard let form else { return [] }
        return Self.references(in: connection.settings, form, at: ["settings"]).compactMap { path, reference in
            do throws(SettingsError) {
                guard try secrets.value(of: reference).reveal().isEmpty else { return nil }
                return LintFinding(.error, path: path, text: "The secret is empty.")
            } catch {
                let cause = error.problems.map(\.text).joined(separator: "; ")
                return LintFinding(.error, path: path, text: "The secret cannot be read: \(cause).")
            }
        }
    }

    private static func references(
        in value: SettingsValue, _ form: SettingsForm, at path: [String]
    ) -> [(path: [String], reference: SecretReference)] {
        form.fields.flatMap { field -> [(path: [String], reference: SecretReference)] in
            guard let held = value[field.key] else { return [] }
            switch field.value {
            case .secret:
                return held.text.flatMap { SecretReference($0) }.map { [(path + [field.key], $0)] } ?? []
            case .form(let inner): return references(in: held, inner, at: path + [field.key])
            default: return []
            }
        }
    }

    private var beingReplaced: [LintFinding] {
        guard let replacement else { return [] }
        return [
            LintFinding(
                .note, path: [],
                text: "\(replacement.new) takes its place until \(replacement.endsAt.day): nobody is sent here.")
        ]
    }
}
