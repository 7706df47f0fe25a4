import Broker
import OIDCProvider

extension NorthwindProvider {
    /// What an operator configures for one connection.
    public struct Settings: Codable, Sendable, Hashable {
        /// The customer's tenant at the vendor.
        public var tenant: String
        /// The id of the client that is registered for the broker.
        public var clientID: String
        /// Where the client's secret is.
        public var clientSecret: SecretReference
        /// The vendor's address; the public one unless said.
        public var issuer: String?
    }

    /// Every setting: the command line asks for them, and the JSON Schema and the checks are made from them.
    public static let form = SettingsForm([
        SettingsField(
            "tenant", .text, label: "Tenant", help: "The name of the company's tenant, as its sign-in page shows it.",
            example: "acme", isRequired: true),
        SettingsField(
            "clientID", .text, label: "Client ID", help: "The id of the client that was registered for the broker.",
            example: "vestibule", isRequired: true),
        SettingsField(
            "clientSecret", .secret, label: "Client secret", help: "Where the secret of that client is kept.",
            example: "env:NORTHWIND_CLIENT_SECRET", isRequired: true),
        SettingsField(
            "issuer", .url, label: "Issuer", help: "The vendor's address, where it is not the public one.",
            example: "https://login.northwind.example", standard: "https://login.northwind.example"),
    ])
}

extension NorthwindProvider.Settings {
    /// The settings of the connection below.
    var oidc: OIDCProvider.Settings {
        var settings = OIDCProvider.Settings(
            issuer: issuer ?? "https://login.northwind.example", clientID: clientID, clientSecret: clientSecret)
        settings.claims.groups = "teams"
        return settings
    }
}
