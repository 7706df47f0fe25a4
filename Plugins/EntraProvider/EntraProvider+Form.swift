public import Broker
import OIDCProvider

extension EntraProvider {
    /// Every setting.
    public static let form = SettingsForm([
        SettingsField(
            "tenants", .list(.text), label: "Tenants",
            help:
                "The ids (GUIDs) of the tenants whose people may sign in; everybody else is refused. Entra admin center, "
                + "Overview, Tenant ID.",
            example: "[8d2f6c5e-3b6a-4c55-9c0e-1f2a3b4c5d6e]", isRequired: true),
        SettingsField(
            "clientID", .text, label: "Application (client) ID",
            help: "Shown on the app registration's overview.", example: "5f3c1e0a-7b1d-4e8f-9a2b-3c4d5e6f7a8b",
            isRequired: true),
        SettingsField(
            "clientSecret", .secret, label: "Client secret",
            help:
                "Where the secret's value is kept. App registration, Certificates & secrets: the value, not the "
                + "secret's id; note when it expires.",
            example: "env:ENTRA_CLIENT_SECRET",
            showWhen: .init(
                "tokenEndpointAuthMethod", isOneOf: OIDCProvider.Settings.TokenEndpointAuthMethod.withSecret)),
        OIDCProvider.clientSecretExpiresField,
        SettingsField(
            "tokenEndpointAuthMethod", .choice(Settings.Credential.allCases.map(\.rawValue)),
            label: "Client authentication",
            help: "A client secret, or private_key_jwt: a key of the connection's own, whose certificates are at its "
                + "metadata address and are uploaded under Certificates & secrets.",
            standard: "client_secret_post"),
        OIDCProvider.frontChannelLogoutField,
        SettingsField(
            "emailEvidence", .choice(Settings.EmailEvidence.allCases.map(\.rawValue)), label: "E-mail evidence",
            help:
                "What speaks for an address: the optional claim xms_edov alone, or, for one tenant, also that its "
                + "administrators alone decide who has an address of the domain.",
            standard: "verifiedClaim"),
        SettingsField(
            "graphGroups", .flag, label: "Groups from Graph",
            help:
                "Ask Microsoft Graph where a token carries no groups or has left out too many. Needs the delegated "
                + "permission GroupMember.Read.All with an administrator's consent.",
            standard: "false"),
        SettingsField(
            "offlineAccess", .flag, label: "Check sessions again",
            help: "Ask for a refresh token, so that access lost at Entra ID ends the session here.",
            standard: "false"),
        SettingsField(
            "cloud", .choice(Settings.Cloud.allCases.map(\.rawValue)), label: "Cloud",
            help: "Which of Microsoft's clouds the tenants are in.", standard: "global"),
        SettingsField(
            "endSession", .choice(OIDCProvider.Settings.EndSessionMethod.allCases.map(\.rawValue)),
            label: "Sign-out request",
            help: "Post the sign-out request, or send it as a link if Entra ID does not see its session otherwise.",
            standard: "form_post"),
        SettingsField(
            "directory", .form(directoryForm), label: "Directory",
            help: "Whether the tenants' people are listed, so that who leaves is noticed without a sign-in."),
        SettingsField(
            "endpoint", .url, label: "Endpoint for tests",
            help: "Stands in for Microsoft's hosts, login and Graph; only on this machine.",
            example: "http://entra.localhost:8090"),
    ])
}
