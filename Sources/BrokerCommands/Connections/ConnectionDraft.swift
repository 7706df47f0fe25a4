import Broker
import BrokerEngine
import BrokerModel

/// Finds out whose connection is made, of which kind and under which name.
struct ConnectionDraft {
    let registry: ProviderRegistry
    let stored: WantedResources
    let questions: Questions

    init(registry: ProviderRegistry, stored: WantedResources, questions: Questions) throws {
        guard !stored.organizations.isEmpty else {
            throw CommandFailure("there is no organization yet; apply one first")
        }
        (self.registry, self.stored, self.questions) = (registry, stored, questions)
    }

    /// The connection without its settings.
    func connection(
        kind: String?, organization: String?, id: String?, name: String?, isEnabled: Bool
    ) throws -> Connection {
        let kind = ProviderKind(
            rawValue: try word(
                kind, "--kind", "Kind of identity provider (\(kinds))", standard: nil, check: kindProblem))
        let organization = OrganizationID(
            rawValue: try word(
                organization ?? (stored.organizations.count == 1 ? stored.organizations[0].id.rawValue : nil),
                "--organization", "Organization (\(organizations))", standard: nil, check: organizationProblem))
        let id = try word(
            id ?? (questions.canAsk ? nil : "\(organization)-\(kind)"), "--id", "Id of the connection",
            standard: "\(organization)-\(kind)", check: idProblem)
        let owner = stored.organizations.first { $0.id == organization }?.name ?? organization.rawValue
        let name = try word(
            name ?? (questions.canAsk ? nil : owner), "--name", "Name on the picker", standard: owner,
            check: { $0.isEmpty ? "must not be empty" : nil })
        return Connection(
            id: ConnectionID(rawValue: id), organization: organization, kind: kind, name: name, isEnabled: isEnabled,
            settings: .object([:]), settingsVersion: registry.type(of: kind)?.settingsVersion ?? 1)
    }

    private func word(
        _ given: String?, _ option: String, _ question: String, standard: String?, check: (String) -> String?
    ) throws -> String {
        if let given {
            if let problem = check(given) { throw CommandFailure("\(option): \(problem)", .usage) }
            return given
        }
        guard questions.canAsk else { throw CommandFailure("\(option) is needed: \(question)", .usage) }
        return try questions.word(question, standard: standard, check: check)
    }

    private var kinds: String { registry.kinds.map(\.rawValue).joined(separator: ", ") }
    private var organizations: String { stored.organizations.map(\.id.rawValue).joined(separator: ", ") }

    private func kindProblem(_ text: String) -> String? {
        registry.type(of: ProviderKind(rawValue: text)) == nil ? "is not a provider kind here; known: \(kinds)" : nil
    }

    private func organizationProblem(_ text: String) -> String? {
        stored.organizations.contains { $0.id.rawValue == text }
            ? nil : "there is no such organization; known: \(organizations)"
    }

    private func idProblem(_ text: String) -> String? {
        let id = ConnectionID(rawValue: text)
        guard id.isWellFormed else { return "must be 1 to 64 of a-z, 0-9, '-', '_', '.', not starting with a dot" }
        return stored.connections.contains { $0.id == id } ? "connection \(id) exists; change it with apply" : nil
    }
}
