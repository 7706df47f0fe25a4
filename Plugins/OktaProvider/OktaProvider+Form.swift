public import Broker
import OIDCProvider

extension OktaProvider {
    /// Every setting.
    public static let form = SettingsForm([
        SettingsField(
            "domain", .text, label: "Okta domain",
            help:
                "The org's host without https, as the admin console shows it below your name; or the custom domain, if "
                + "the authorization server's issuer is of that.",
            example: "acme.okta.com", isRequired: true),
        SettingsField(
            "authorizationServer", .text, label: "Authorization server",
            help: "Security, API, Authorization Servers: default or the id of a custom one. Absent means the org's own "
                + "server, which every Okta org has.", example: "default"),
        SettingsField(
            "clientID", .text, label: "Client ID", help: "The application's General tab.",
            example: "0oa1b2c3d4e5f6g7h8i9", isRequired: true),
        SettingsField(
            "clientSecret", .secret, label: "Client secret", help: "Where the application's secret is kept.",
            example: "env:OKTA_CLIENT_SECRET",
            showWhen: .init(
                "tokenEndpointAuthMethod", isOneOf: OIDCProvider.Settings.TokenEndpointAuthMethod.withSecret)),
        OIDCProvider.clientSecretExpiresField,
        SettingsField(
            "tokenEndpointAuthMethod",
            .choice(OIDCProvider.Settings.TokenEndpointAuthMethod.allCases.map(\.rawValue).filter { $0 != "none" }),
            label: "Client authentication",
            help: "How the broker authenticates: private_key_jwt where the application has Public key / Private key.",
            standard: "client_secret_basic"),
        OIDCProvider.clientAssertionAlgorithmField,
        SettingsField(
            "groups", .form(groupsForm), label: "Groups",
            help: "Where groups are in tokens. Okta sends none unless a groups claim is configured there.",
            example: "{claim: groups}"),
        SettingsField(
            "emailEvidence", .choice(Settings.EmailEvidence.allCases.map(\.rawValue)), label: "E-mail evidence",
            help: "What speaks for an address: that Okta says it is verified, or that the org's administrators alone "
                + "decide who has an address of the domain. The latter only where people cannot change theirs.",
            standard: "verifiedClaim"),
        SettingsField(
            "offlineAccess", .flag, label: "Ask again",
            help:
                "Ask Okta again about live sessions, so that a deactivated person loses access. The application needs "
                + "the grant type Refresh Token.", standard: "false"),
        SettingsField(
            "endSession", .choice(OIDCProvider.Settings.EndSessionMethod.allCases.map(\.rawValue)),
            label: "Sign-out request",
            help: "Post the sign-out request, or send it as a link, which shows the ID token in the address.",
            standard: "form_post"),
        SettingsField(
            "endpoint", .url, label: "Endpoint", help: "A stand-in for the org on this machine, for tests.",
            example: "http://okta.localhost:9000"),
    ])

    private static let groupsForm = SettingsForm([
        SettingsField(
            "claim", .text, label: "Claim", help: "The name of the groups claim.", standard: "groups"),
        SettingsField(
            "scope", .text, label: "Scope",
            help: "The scope that brings the claim. Unless said, groups at the org's own server, and none at a custom "
                + "one.", example: "groups"),
    ])
}
