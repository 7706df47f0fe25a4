public import Broker
import Foundation
import OIDCProvider
import OpenIDConnect

extension KeycloakProvider.Settings {
    /// Whether and how the realm's people are listed.
    public struct Directory: Codable, Sendable, Hashable {
        /// How the client's Group Membership mapper writes groups.
        public enum GroupForm: String, Codable, Sendable, CaseIterable {
            /// With all groups above, such as `/staff/support`.
            case path
            /// The name alone.
            case name
        }

        /// Whether they are.
        public var enabled: Bool
        /// The client that has the service account; the one of the logins unless said.
        public var clientID: String?
        /// Where that client's secret is.
        public var clientSecret: SecretReference?
        /// Where the administration is, if not where people sign in.
        public var adminURL: String?
        /// How groups are written; by their path unless said.
        public var groupForm: GroupForm?

        /// A directory.
        public init(enabled: Bool) { self.enabled = enabled }
    }

    /// Where the realm's administration is.
    var adminRealmURL: String { "\(serverURL(at: directory?.adminURL ?? baseURL))/admin/realms/\(realm)" }

    /// What the form cannot see of the directory.
    var directoryProblems: [SettingsError.Problem] {
        guard let directory, directory.enabled else { return [] }
        var problems: [SettingsError.Problem] = []
        if (directory.clientID == nil) != (directory.clientSecret == nil) {
            problems.append(
                .init(path: ["directory", "clientSecret"], text: "goes with clientID: both or neither of the two"))
        }
        if directory.clientID == nil, tokenEndpointAuthMethod == .none {
            problems.append(
                .init(
                    path: ["directory", "clientID"], text: "is required where the client of the logins is a public one")
            )
        }
        if let text = directory.adminURL, let url = URL(string: text),
            url.query() != nil || url.path().contains("/admin")
        {
            problems.append(
                .init(path: ["directory", "adminURL"], text: "is what stands before /admin, without a query"))
        }
        return problems
    }
}

extension KeycloakProvider {
    static let directoryForm: SettingsForm = {
        let isOn = SettingsField.Condition("enabled", isOneOf: ["true"])
        return SettingsForm([
            SettingsField(
                "enabled", .flag, label: "List people",
                help:
                    "Ask the realm's administration as a client's service account. Needs the client role view-users of "
                    + "realm-management.",
                example: "true", isRequired: true),
            SettingsField(
                "clientID", .text, label: "Client ID",
                help: "The client that has the service account; left out, the client of the logins.",
                example: "vestibule-directory", showWhen: isOn),
            SettingsField(
                "clientSecret", .secret, label: "Client secret", help: "Where that client's secret is kept.",
                example: "env:KEYCLOAK_DIRECTORY_SECRET", showWhen: isOn),
            SettingsField(
                "adminURL", .url, label: "Administration",
                help:
                    "Where the administration is, without /admin and what follows, if people sign in at another host.",
                example: "https://sso-admin.acme.example", showWhen: isOn),
            SettingsField(
                "groupForm", .choice(Settings.Directory.GroupForm.allCases.map(\.rawValue)), label: "Group form",
                help: "How the Group Membership mapper of groupsClaim writes groups: path with Full group path, else "
                    + "name.",
                standard: "path", showWhen: isOn),
        ])
    }()
}
