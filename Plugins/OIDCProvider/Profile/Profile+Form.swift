package import Broker
import OpenIDConnect

extension OIDCProvider.Profile {
    private typealias Settings = OIDCProvider.Settings

    /// Every key of a profile; another one is refused.
    package static let form = SettingsForm([
        SettingsField("name", .text, label: "Name", help: "A short name.", example: "acme", isRequired: true),
        SettingsField("title", .text, label: "Title", help: "The vendor's name for people.", isRequired: true),
        SettingsField(
            "version", .integer(1...1_000_000), label: "Version", help: "Raised when the profile changes.",
            isRequired: true),
        SettingsField(
            "issuer", .text, label: "Issuer", help: "Template of the issuer, octet for octet.",
            example: "https://{domain}/", isRequired: true),
        SettingsField(
            "discovery", .text, label: "Discovery document",
            help: "Template of its address at the issuer's host, where it is not the standard one."),
        SettingsField(
            "variables", .map(.form(variableForm)), label: "Variables", help: "What the operator fills in, by name."),
        SettingsField("scopes", .list(.text), label: "Scopes", help: "Scopes that are always asked for."),
        SettingsField(
            "refusedScopes", .list(.text), label: "Refused scopes", help: "Scopes that the vendor does not take."),
        SettingsField(
            "authorizationParameters", .map(.text), label: "Authorization parameters",
            help: "Templates of further parameters; the protocol's own cannot be replaced."),
        SettingsField(
            "responseMode", .choice(ResponseMode.allCases.map(\.rawValue)), label: "Response mode",
            help: "How the browser comes back."),
        SettingsField(
            "signingAlgorithms", .list(.choice(RelyingParty.algorithms)), label: "Signature algorithms",
            help: "What the vendor signs with."),
        SettingsField(
            "tokenEndpointAuthMethods", .list(.choice(Settings.TokenEndpointAuthMethod.allCases.map(\.rawValue))),
            label: "Client authentication", help: "What the token endpoint takes, the usual one first."),
        SettingsField("claims", .form(claimForm), label: "Claim names", help: "Templates of claim names."),
        SettingsField(
            "attributes", .list(.text), label: "Attributes",
            help: "Further claims that mappings need; UserInfo is asked where they are missing."),
        SettingsField(
            "emailEvidence", .list(.choice(Settings.EmailEvidence.allCases.map(\.rawValue))), label: "E-mail evidence",
            help: "What may speak for an address; the operator chooses among several."),
        SettingsField(
            "requiredClaims", .map(.text), label: "Required claims",
            help: "Claims of the ID token with the one value that each must have, as templates."),
        SettingsField(
            "soleAudience", .flag, label: "Sole audience",
            help: "Refuse an ID token that names another audience beside our client id.", standard: "false"),
        SettingsField(
            "userInfo", .choice(Settings.UserInfoUse.allCases.map(\.rawValue)), label: "UserInfo",
            help: "When to ask the UserInfo endpoint."),
        SettingsField("logout", .form(logoutForm), label: "Sign-out", help: "How the browser signs out there."),
        SettingsField("notes", .list(.text), label: "Notes", help: "What to check at the vendor."),
        SettingsField("help", .list(.text), label: "Help", help: "What to do at the vendor, step by step."),
    ])

    private static let variableForm = SettingsForm([
        SettingsField(
            "help", .text, label: "Help", help: "What it is and where the vendor shows it.", isRequired: true),
        SettingsField("example", .text, label: "Example", help: "A value as it would be typed.", isRequired: true),
        SettingsField(
            "pattern", .choice(Variable.Pattern.allCases.map(\.rawValue)), label: "Pattern",
            help: "The form of its values.", standard: "word"),
        SettingsField("oneOf", .list(.text), label: "One of", help: "Its values, where they are few."),
        SettingsField("standard", .text, label: "Standard", help: "The value that holds when none is given."),
        SettingsField("optional", .flag, label: "Optional", help: "Whether it may be left out.", standard: "false"),
    ])

    private static let claimForm = SettingsForm([
        SettingsField("email", .text, label: "E-mail", help: "Claim of the address.", standard: "email"),
        SettingsField(
            "emailVerified", .text, label: "E-mail verified",
            help: "Claim that says whether the address was verified.", standard: "email_verified"),
        SettingsField("name", .text, label: "Name", help: "Claim of the name.", standard: "name"),
        SettingsField("groups", .text, label: "Groups", help: "Claim that lists every group of the person."),
    ])

    private static let logoutForm = SettingsForm([
        SettingsField(
            "supported", .flag, label: "Supported", help: "Whether there is a way at all.", standard: "true"),
        SettingsField(
            "method", .choice(Settings.EndSessionMethod.allCases.map(\.rawValue)), label: "Method",
            help: "How end_session_endpoint is asked."),
        SettingsField(
            "metadata", .text, label: "Metadata member",
            help: "Where the metadata has the endpoint if not in end_session_endpoint."),
        SettingsField(
            "link", .text, label: "Link",
            help: "Template of a link at the issuer's host, used where the metadata has no endpoint."),
    ])
}
