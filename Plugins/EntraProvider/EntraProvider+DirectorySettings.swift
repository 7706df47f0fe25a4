import Broker

extension EntraProvider.Settings {
    /// Whether and how the tenants' people are listed.
    public struct Directory: Codable, Sendable, Hashable {
        /// Whether they are.
        public var enabled: Bool
        /// Whether each one's groups are asked for too; not unless said.
        public var groups: Bool?

        /// A directory.
        public init(enabled: Bool, groups: Bool? = nil) {
            self.enabled = enabled
            self.groups = groups
        }
    }

    /// The tenants whose people can be listed; personal accounts are in nobody's directory.
    var directoryTenants: [String] { canonicalTenants.filter { $0 != Self.consumers } }

    /// What the form cannot see of the directory.
    var directoryProblems: [SettingsError.Problem] {
        guard directory?.enabled == true, directoryTenants.isEmpty else { return [] }
        return [.init(path: ["directory", "enabled"], text: "cannot be: personal accounts are in no directory")]
    }
}

extension EntraProvider {
    static let directoryForm = SettingsForm([
        SettingsField(
            "enabled", .flag, label: "List people",
            help: "Ask Microsoft Graph as the application itself. Needs the application permission User.Read.All with "
                + "an administrator's consent in every tenant.",
            example: "true", isRequired: true),
        SettingsField(
            "groups", .flag, label: "With groups",
            help: "Ask for each person's groups too. Needs the application permission GroupMember.Read.All.",
            standard: "false", showWhen: .init("enabled", isOneOf: ["true"])),
    ])
}
