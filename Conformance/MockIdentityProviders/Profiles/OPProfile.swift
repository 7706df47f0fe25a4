// SPDX-License-Identifier: Apache-2.0

package import JOSE

/// How one vendor's provider speaks: under which addresses, with which documents, claims, keys, errors and habits.
///
/// Where each shape comes from stands in Documentation/mock-providers.md.
package struct OPProfile: Sendable {
    /// Its name, as in `google`; also the name of its tenant.
    package var name: String
    /// The broker's provider kind that is made for it.
    package var kind: String
    /// What its sign-in page is headed with.
    package var title: String
    /// The domain of its people's addresses.
    package var emailDomain: String
    /// The issuer, octet for octet; for OAuth alone, the one that an authorization response names.
    package var issuer: String
    /// What a broker is configured with, beside the client secret, which is `env:` and `secretName`.
    package var settings: JSONObject
    /// The people of its one organization.
    package var people: [OPUser]
    var clientID: String
    var routes: [OPRoute]
    var keyStyle = OPKeyStyle()
    /// It gives ID tokens.
    var isOpenID = true
    /// Its authorization responses carry `iss` (RFC 9207).
    var sendsIssuer = false
    /// Its token endpoint answers with a form, unless JSON is asked for: GitHub's way.
    var answersInForms = false
    var refresh = OPRefresh.never
    var errors = OPErrorStyle()
    var logout = OPLogoutStyle.standard
    var idToken: @Sendable (IssuedLogin) -> JSONObject
    /// nil where the vendor has no such endpoint, or an API in its place.
    var userInfo: (@Sendable (IssuedLogin) -> JSONObject)?
    /// nil where access tokens are opaque.
    var accessToken: (@Sendable (IssuedLogin) -> JSONObject)?
    /// What the authorization response carries besides.
    var callback: @Sendable (IssuedLogin) -> [Parameter] = { _ in [] }
    /// What the token endpoint's answer carries besides, or otherwise.
    var tokenAnswer: @Sendable (inout JSONObject, IssuedLogin) -> Void = { _, _ in }
    /// The vendor's other APIs.
    var api: (@Sendable (APIVisit) -> APIAnswer)?
    /// An account of ours at the vendor that no person signs in with.
    var serviceAccount: ServiceAccountStyle?

    /// The hosts that it listens on, as brokers know them.
    package var publicHosts: [String] {
        routes.reduce(into: []) { hosts, route in if !hosts.contains(route.host) { hosts.append(route.host) } }
    }

    /// The variable that holds the client secret in sample settings.
    package var secretName: String { "MOCK_\(Self.variable(name))_SECRET" }

    /// The variable that holds the service account's key file in sample settings.
    package var keyFileName: String { "MOCK_\(Self.variable(name))_KEY_FILE" }

    private static func variable(_ name: String) -> String { name.uppercased().replacing("-", with: "_") }
}

/// When a vendor gives refresh tokens, and whether a used one is replaced.
struct OPRefresh: Sendable {
    enum When: Sendable {
        case never
        case always
        /// The scope `offline_access` was asked for.
        case offlineScope
        /// Google's: `access_type=offline`, and `prompt=consent` unless it is the first time.
        case offlineAccessType
    }

    let when: When
    let replaces: Bool

    static let never = OPRefresh(when: .never, replaces: false)

    func gives(for request: AuthorizationRequest) -> Bool {
        switch when {
        case .never: false
        case .always: true
        case .offlineScope: request.scopes.contains("offline_access")
        case .offlineAccessType: request.isOffline
        }
    }
}

/// What an end-session address wants.
enum OPLogoutStyle: Sendable {
    /// RP-Initiated Logout 1.0.
    case standard
    /// The same, refused without `id_token_hint`.
    case needsHint
    /// `client_id` and another name for the address to return to, as in Cognito's `logout_uri`; GET alone.
    case parameter(String)

    /// `state` comes back.
    var takesState: Bool { if case .parameter = self { false } else { true } }
}

/// How a vendor says that something is wrong.
struct OPErrorStyle: Sendable {
    /// The token endpoint's answer for a code of RFC 6749 5.2.
    var token: @Sendable (_ code: String) -> APIAnswer = { code in
        APIAnswer(code == "invalid_client" ? 401 : 400, ["error": .string(code)])
    }
    /// UserInfo's answer to a token that is not one.
    var userInfo: @Sendable () -> APIAnswer = {
        APIAnswer(401, ["error": "invalid_token"], headers: [("WWW-Authenticate", "Bearer error=\"invalid_token\"")])
    }
}

/// Which account of ours may ask for tokens by RFC 7523.
struct ServiceAccountStyle: Sendable {
    let email: String
    let audience: String
    let scopes: Set<String>
    let administrator: String
}
