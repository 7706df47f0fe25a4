public import Broker

extension OAuth2Provider {
    /// Every setting.
    public static let form = SettingsForm([
        SettingsField(
            "profile", .choice(Settings.Profile.allCases.map(\.rawValue)), label: "Profile",
            help: "Whose API tells who signed in: GitHub, or a custom address that answers with claims.",
            example: "github", isRequired: true),
        SettingsField(
            "clientID", .text, label: "Client ID", help: "The id of the OAuth application registered for the broker.",
            example: "Ov23liAcmeExample", isRequired: true),
        SettingsField(
            "clientSecret", .secret, label: "Client secret", help: "Where the secret of that application is kept.",
            example: "env:ACME_CLIENT_SECRET", isRequired: true),
        SettingsField(
            "authorizationEndpoint", .url, label: "Authorization endpoint",
            help: "Where the browser asks for a code. Profile github needs it for GitHub Enterprise Server only.",
            example: "https://login.acme.example/oauth/authorize"),
        SettingsField(
            "tokenEndpoint", .url, label: "Token endpoint", help: "Where the code is redeemed.",
            example: "https://login.acme.example/oauth/token"),
        SettingsField(
            "userInfoURL", .url, label: "UserInfo address",
            help: "Where the server says who signed in, as JSON, to the bearer of the access token.",
            example: "https://api.acme.example/me"),
        SettingsField(
            "issuer", .url, label: "Issuer",
            help: "The server's issuer identifier, if it sends iss with every answer; an answer without it is refused.",
            example: "https://login.acme.example"),
        SettingsField(
            "authentication", .choice(Settings.Authentication.allCases.map(\.rawValue)),
            label: "Client authentication",
            help: "How the broker authenticates at the token endpoint; profile github uses post unless said.",
            standard: "basic"),
        SettingsField(
            "scopes", .list(.text), label: "Scopes",
            help: "Scopes to ask for. Profile github asks for what its other settings need.",
            example: "[profile, email]"),
        SettingsField(
            "claims", .form(claimsForm), label: "Claim names", help: "Which claims of the UserInfo answer are read.",
            example: "{subject: id}", showWhen: .init("profile", isOneOf: ["custom"])),
        SettingsField(
            "emailEvidence", .choice(Settings.EmailEvidence.allCases.map(\.rawValue)), label: "E-mail evidence",
            help:
                "What speaks for an address: the claim that says it was verified, or that the server's operator alone "
                + "decides who has an address of the domain.",
            standard: "verifiedClaim", showWhen: .init("profile", isOneOf: ["custom"])),
        SettingsField(
            "emailDomain", .text, label: "E-mail domain",
            help: "Take the verified address of this domain instead of the primary one.",
            example: "acme.example", showWhen: .init("profile", isOneOf: ["github"])),
        SettingsField(
            "requiredOrganizations", .list(.text), label: "Required organizations",
            help: "Only active members of every one of these organizations get in.",
            example: "[acme]", showWhen: .init("profile", isOneOf: ["github"])),
        SettingsField(
            "teams", .flag, label: "Teams as groups", help: "Read the person's teams; a group is organization/team.",
            standard: "false", showWhen: .init("profile", isOneOf: ["github"])),
    ])

    private static let claimsForm = SettingsForm([
        SettingsField(
            "subject", .text, label: "Subject",
            help: "The claim that tells one person from another and never changes or passes to somebody else: an id, "
                + "not a login name and not an address.",
            example: "id", isRequired: true),
        SettingsField("email", .text, label: "E-mail", help: "Claim of the address.", standard: "email"),
        SettingsField(
            "emailVerified", .text, label: "E-mail verified", help: "Claim that says whether the address was verified.",
            standard: "email_verified"),
        SettingsField("name", .text, label: "Name", help: "Claim of the name.", standard: "name"),
        SettingsField(
            "groups", .text, label: "Groups", help: "Claim that lists every group of the person; not read unless said."),
    ])
}
