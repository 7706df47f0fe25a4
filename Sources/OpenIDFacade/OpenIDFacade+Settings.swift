package import Broker
import JOSE
package import OpenIDConnect

extension OpenIDFacade {
    /// The settings of a site's OpenID provider.
    package struct Settings: Codable, Sendable {
        /// How groups are told.
        package struct Groups: Codable, Sendable {
            /// The claim.
            package var claim: String?
            /// What every group begins with.
            package var prefix: String?
        }

        /// The id of JSM's client.
        package var clientID: String
        /// Where its secret is.
        package var clientSecret: SecretReference?
        /// How it proves who it is.
        package var clientAuthentication: ClientAuthenticationMethod?
        /// Its keys, as a JWK set.
        package var clientJWKS: String?
        /// Where codes may go.
        package var redirectURIs: [String]
        /// Where a browser may go after a sign-out.
        package var postLogoutRedirectURIs: [String]?
        /// Where JSM's server hears that a session ended.
        package var backchannelLogoutURL: String?
        /// Whether every request needs PKCE.
        package var requirePKCE: Bool?
        /// How groups are told; not at all where absent.
        package var groups: Groups?
        /// Further claims, each with its template.
        package var claims: [String: String]?
    }

    /// What every group begins with unless the settings say otherwise.
    static let standardPrefix = "vestibule-${organization}:"
    /// The claim of groups unless the settings say otherwise.
    static let standardGroupsClaim = "groups"

    /// Every setting.
    package static let form = SettingsForm(client + addresses + claims)

    private static let client = [
        SettingsField(
            "clientID", .text, label: "Client ID",
            help: "The id that JSM sends. In Jira: Authentication methods, OpenID Connect, Client ID.",
            example: "jira", isRequired: true),
        SettingsField(
            "clientAuthentication", .choice(ClientAuthenticationMethod.allCases.map(\.rawValue)),
            label: "Client authentication",
            help:
                "How JSM's server proves who it is when it redeems a code. Jira uses client_secret_basic. `none` is "
                + "for a client that cannot keep a secret; it has to use PKCE.", standard: "client_secret_basic"),
        SettingsField(
            "clientSecret", .secret, label: "Client secret",
            help: "Where the secret is kept that is typed into JSM, too. Make a long random one.",
            example: "env:JIRA_CLIENT_SECRET",
            showWhen: .init("clientAuthentication", isOneOf: ["client_secret_basic", "client_secret_post"])),
        SettingsField(
            "clientJWKS", .text, label: "Client keys",
            help: "The public keys of the client as a JWK set, for private_key_jwt.", example: #"{"keys":[...]}"#,
            showWhen: .init("clientAuthentication", isOneOf: ["private_key_jwt"])),
        SettingsField(
            "requirePKCE", .flag, label: "Require PKCE",
            help: "Refuse a request without an S256 code challenge. A client without a secret always needs one.",
            standard: "false"),
    ]

    private static let addresses = [
        SettingsField(
            "redirectURIs", .list(.url), label: "Redirect URIs",
            help:
                "Where sign-ins may go, exactly as JSM shows it; compared byte for byte. Jira shows it on the page of "
                + "the authentication method.", example: "[https://jira.example/plugins/servlet/oidc/callback]",
            isRequired: true),
        SettingsField(
            "postLogoutRedirectURIs", .list(.url), label: "Post-logout redirect URIs",
            help: "Where a sign-out that JSM asked for may send the browser; compared byte for byte.",
            example: "[https://jira.example/servicedesk/customer/user/login]", standard: "[]"),
        SettingsField(
            "backchannelLogoutURL", .url, label: "Back-channel logout URL",
            help: "Where JSM's server takes logout tokens (OpenID Connect Back-Channel Logout), if it does.",
            example: "https://jira.example/backchannel-logout"),
    ]

    private static let claims = [
        SettingsField(
            "groups",
            .form(
                SettingsForm([
                    SettingsField(
                        "claim", .text, label: "Claim", help: "The name of the claim.", standard: standardGroupsClaim),
                    SettingsField(
                        "prefix", .text, label: "Prefix",
                        help:
                            "What every group begins with, so that no IdP can name a group that gives rights in Jira. "
                            + "May hold ${organization}, but not begin with it.", standard: standardPrefix),
                ])), label: "Groups",
            help:
                "Tell a person's groups in the scope `groups`. Absent: never. Jira's JIT provisioning takes a person "
                + "out of every group that is not named, so the claim has all groups or is not there."),
        SettingsField(
            "claims", .map(.text), label: "Further claims",
            help:
                "Claims besides preferred_username, name, email and email_verified, each with its text. It may hold "
                + "${name}, ${given_name}, ${family_name}, ${email}, ${portal_name}, ${customer}, ${organization} and "
                + "${attribute.NAME}, a mapped attribute. A claim with a value that is not known is left out.",
            example: #"{department: "${attribute.department}"}"#),
    ]
}
