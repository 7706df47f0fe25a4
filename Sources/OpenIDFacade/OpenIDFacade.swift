// OpenIDFacade makes the broker the OpenID provider of a site's JSM: code flow, RS256 ID tokens, UserInfo, sign-out.
//
// The protocol's rules are in OpenIDConnect/Provider, each a check of its own; who the person is, what counts once and
// what is written down is the engine's, through `FacadeHost`. Here the two meet.
//
// - `+Authorize`   a request for a code, and the way back from a login
// - `+Token`       a code becomes tokens
// - `+UserInfo`    an access token becomes claims
// - `+SignOut`     sign-outs that the site asks for, and those that it hears of
// - `+Documents`   discovery and keys
package import Broker
public import BrokerEngine
package import BrokerModel
import Foundation
import JOSE
import OpenIDConnect

extension FacadeModule {
    /// An OpenID provider for sites whose JSM is an OpenID client.
    public static var openID: FacadeModule { FacadeModule(OpenIDFacade.self) }
}

/// The OpenID provider of one site, with the one client that the site's JSM is.
///
/// The issuer is the facade's root URL, so that every site is an audience with keys of its own kind: no ID token can
/// pass for a session token, and none for another site's (M64).
package struct OpenIDFacade: Facade {
    package static let kind: FacadeKind = "openid"
    package static let settingsVersion = 1

    let host: FacadeHost
    let settings: Settings
    let client: RegisteredClient
    let personalClaims: PersonalClaims

    package init(settings: Settings, host: FacadeHost) throws(SettingsError) {
        let problems = settings.problems
        guard problems.isEmpty else { throw SettingsError(problems) }
        self.host = host
        self.settings = settings
        client = settings.client
        personalClaims = settings.personalClaims
    }

    /// The issuer, byte for byte as discovery says it.
    var issuer: String { host.rootURL }

    /// How long an ID token counts.
    static let idTokenLifetime = Duration.seconds(300)
    /// How long an access token counts.
    static let accessTokenLifetime = Duration.seconds(600)
    /// How long a code counts (M51).
    static let codeLifetime = Duration.seconds(60)
    /// How long a request waits for a login.
    static let requestLifetime = Duration.seconds(900)

    package func respond(to request: FacadeRequest) async throws(FacadeError) -> FacadeResponse? {
        switch (request.route, request.method) {
        case (".well-known/openid-configuration", .get): discovery()
        case ("jwks", .get): try keySet()
        case ("authorize", _): try await authorize(request)
        case ("resume", .get): try await resume(request)
        case ("token", _): await token(request)
        case ("userinfo", _): await userInfo(request)
        case ("logout", _): try await signOut(request)
        default: nil
        }
    }

    /// An RP takes part in sign-outs by its server or not at all.
    package var signsOutByBrowser: Bool { false }

    package func beginSignOut(
        _ session: FacadeSession, state: String
    ) async throws(FacadeError) -> FacadeStep? { nil }
}
