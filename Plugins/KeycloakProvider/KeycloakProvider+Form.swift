public import Broker
import OIDCProvider
import OpenIDConnect

extension KeycloakProvider {
    /// Every setting.
    public static let form = SettingsForm([
        SettingsField(
            "baseURL", .url, label: "Server",
            help: "Where Keycloak is, as browsers see it, without /realms and what follows.",
            example: "https://sso.acme.example", isRequired: true),
        SettingsField(
            "realm", .text, label: "Realm", help: "The realm's name as it stands in its addresses.", example: "acme",
            isRequired: true),
        SettingsField(
            "legacyPath", .flag, label: "Legacy path",
            help: "Whether /auth stands before /realms, as before Keycloak 17 or with --http-relative-path=/auth.",
            standard: "false"),
        SettingsField(
            "clientID", .text, label: "Client ID",
            help: "The client ID of the client that was made for the broker: Clients in the admin console.",
            example: "vestibule", isRequired: true),
        SettingsField(
            "clientSecret", .secret, label: "Client secret",
            help: "Where the client's secret is kept. The admin console shows it under Credentials.",
            example: "env:KEYCLOAK_CLIENT_SECRET",
            showWhen: .init(
                "tokenEndpointAuthMethod", isOneOf: OIDCProvider.Settings.TokenEndpointAuthMethod.withSecret)),
        OIDCProvider.clientSecretExpiresField,
        SettingsField(
            "tokenEndpointAuthMethod",
            .choice(OIDCProvider.Settings.TokenEndpointAuthMethod.allCases.map(\.rawValue)),
            label: "Client authentication",
            help:
                "How the broker authenticates: private_key_jwt where the client has Signed JWT, none for a public one.",
            standard: "client_secret_basic"),
        OIDCProvider.clientAssertionAlgorithmField,
        SettingsField(
            "roles", .choice(Settings.Roles.allCases.map(\.rawValue)), label: "Roles",
            help: "Roles of the access token that become groups: realm:NAME and client:CLIENT:NAME.",
            standard: "realm"),
        SettingsField(
            "groupsClaim", .text, label: "Groups claim",
            help: "The claim of the client's Group Membership mapper. Name it only if there is one: groups of a login "
                + "without it count as unknown.", example: "groups"),
        SettingsField(
            "emailEvidence", .choice(OIDCProvider.Settings.EmailEvidence.allCases.map(\.rawValue)),
            label: "E-mail evidence",
            help: "What speaks for an address: email_verified, or that the realm's administrators alone decide who has "
                + "an address of the domain.", standard: "verifiedClaim"),
        SettingsField(
            "scopes", .list(.text), label: "Scopes", help: "Scopes to ask for.", example: "[openid, profile, email]",
            standard: "[openid, profile, email]"),
        SettingsField(
            "signingAlgorithms", .list(.choice(RelyingParty.algorithms)), label: "Signature algorithms",
            help: "Algorithms that the realm's tokens may be signed with.", standard: "[RS256, ES256]"),
        SettingsField(
            "idpHint", .text, label: "Identity provider",
            help: "Alias of an identity provider of the realm that people are sent to without Keycloak's own page.",
            example: "acme-saml"),
        SettingsField(
            "untypedLogoutTokens", .flag, label: "Untyped logout tokens",
            help: "Accept back-channel logout tokens of type JWT, as Keycloak before 25 sends them.",
            standard: "false"),
        SettingsField(
            "directory", .form(directoryForm), label: "Directory",
            help: "Whether the realm's people are listed, so that who leaves is noticed without a sign-in."),
    ])
}
