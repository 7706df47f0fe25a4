public import Broker
import OpenIDConnect

extension OIDCProvider {
    /// Every setting.
    public static let form = SettingsForm([
        SettingsField(
            "profile", .form(Profile.form), label: "Profile",
            help:
                "What is peculiar to the vendor: the name of a profile that comes with the broker (auth0), a file beside "
                + "this one (./acme.yaml), or the profile itself. It builds the issuer.",
            documents: Profile.shipped),
        SettingsField(
            "variables", .map(.text), label: "Variables", help: "What the profile asks for, by name.",
            example: "{domain: acme.eu.auth0.com}"),
        SettingsField(
            "issuer", .url, label: "Issuer",
            help:
                "The issuer exactly as the provider writes it, with or without a final slash. Its metadata must be at "
                + "/.well-known/openid-configuration behind it. Required unless a profile builds it.",
            example: "https://login.acme.example"),
        SettingsField(
            "clientID", .text, label: "Client ID", help: "The id of the client registered for the broker.",
            example: "vestibule", isRequired: true),
        SettingsField(
            "clientSecret", .secret, label: "Client secret", help: "Where the secret of that client is kept.",
            example: "env:ACME_CLIENT_SECRET",
            showWhen: .init("tokenEndpointAuthMethod", isOneOf: Settings.TokenEndpointAuthMethod.withSecret)),
        clientSecretExpiresField,
        SettingsField(
            "tokenEndpointAuthMethod", .choice(Settings.TokenEndpointAuthMethod.allCases.map(\.rawValue)),
            label: "Client authentication", help: "How the broker authenticates at the token endpoint.",
            standard: "client_secret_basic"),
        clientAssertionAlgorithmField,
        SettingsField(
            "clientAssertionAudience", .choice(Settings.ClientAssertionAudience.allCases.map(\.rawValue)),
            label: "Assertion audience",
            help: "Whom an assertion names: the issuer, or the endpoint that is asked where the provider wants that.",
            standard: "issuer",
            showWhen: .init("tokenEndpointAuthMethod", isOneOf: ["private_key_jwt", "client_secret_jwt"])),
        SettingsField(
            "pushedAuthorization", .choice(Settings.PushedAuthorization.allCases.map(\.rawValue)),
            label: "Pushed requests",
            help: "When the request is sent to the provider before the browser goes there (PAR).",
            standard: "whenOffered"),
        SettingsField(
            "scopes", .list(.text), label: "Scopes",
            help: "Scopes to ask for. Add offline_access to have sessions checked again at the provider.",
            example: "[openid, profile, email]", standard: "[openid, profile, email]"),
        SettingsField(
            "responseMode", .choice(ResponseMode.allCases.map(\.rawValue)), label: "Response mode",
            help: "How the browser comes back: in the query or by a posted form.", standard: "query"),
        SettingsField(
            "signingAlgorithms", .list(.choice(RelyingParty.algorithms)), label: "Signature algorithms",
            help: "Algorithms that the provider's tokens may be signed with.", standard: "[RS256, ES256]"),
        SettingsField(
            "userInfo", .choice(Settings.UserInfoUse.allCases.map(\.rawValue)), label: "UserInfo",
            help: "When to ask the UserInfo endpoint for claims.", standard: "whenMissing"),
        SettingsField(
            "emailEvidence", .choice(Settings.EmailEvidence.allCases.map(\.rawValue)), label: "E-mail evidence",
            help: "What speaks for an address: the claim email_verified, or that the provider's operator alone decides "
                + "who has an address of the domain. The latter believes the provider even where it says unverified.",
            standard: "verifiedClaim"),
        SettingsField(
            "claims",
            .form(
                SettingsForm([
                    SettingsField("email", .text, label: "E-mail", help: "Claim of the address.", standard: "email"),
                    SettingsField(
                        "emailVerified", .text, label: "E-mail verified",
                        help: "Claim that says whether the address was verified.", standard: "email_verified"),
                    SettingsField("name", .text, label: "Name", help: "Claim of the name.", standard: "name"),
                    SettingsField(
                        "groups", .text, label: "Groups", help: "Claim that lists every group of the person.",
                        standard: "groups"),
                ])), label: "Claim names", help: "Where the provider uses other names than the standard ones."),
        SettingsField(
            "maxAge", .integer(0...31_536_000), label: "Maximum age",
            help: "The longest time in seconds since the person signed in at the provider.", example: "3600"),
        SettingsField(
            "prompt", .choice(["login", "consent", "select_account"]), label: "Prompt",
            help: "What the provider asks the person at every login."),
        SettingsField(
            "authorizationParameters", .map(.text), label: "Authorization parameters",
            help: "Further parameters that the provider's documentation asks for.", example: "{audience: acme}"),
        SettingsField(
            "untypedLogoutTokens", .flag, label: "Untyped logout tokens",
            help: "Accept back-channel logout tokens whose type is JWT or absent, as older providers send them.",
            standard: "false"),
        frontChannelLogoutField,
        SettingsField(
            "endSession", .choice(Settings.EndSessionMethod.allCases.map(\.rawValue)), label: "Sign-out request",
            help: "Post the sign-out request, or send it as a link if the provider does not see its session otherwise.",
            standard: "form_post"),
    ])

    // MARK: Fields that vendor kinds have too

    /// The last day of a client secret.
    package static let clientSecretExpiresField = SettingsField(
        "clientSecretExpires", .text, label: "Secret's last day",
        help: "The last day on which the client secret counts, so that the lint warns before it is over.",
        example: "2027-06-30",
        showWhen: .init("tokenEndpointAuthMethod", isOneOf: Settings.TokenEndpointAuthMethod.withSecret))

    /// What the connection's own key signs with.
    package static let clientAssertionAlgorithmField = SettingsField(
        "clientAssertionAlgorithm", .choice(Settings.ClientAssertionAlgorithm.allCases.map(\.rawValue)),
        label: "Assertion algorithm", help: "What the connection's own key signs assertions with.", standard: "ES256",
        showWhen: .init("tokenEndpointAuthMethod", isOneOf: ["private_key_jwt"]))

    /// Whether the provider's page may end the session that it names.
    package static let frontChannelLogoutField = SettingsField(
        "frontChannelLogout", .flag, label: "Front-channel logout",
        help: "End a session when the provider's page loads the logout address in a frame with its issuer and sid.",
        standard: "false")
}
