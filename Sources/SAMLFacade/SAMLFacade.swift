// SAMLFacade is the facade `saml`: the one SAML IdP that a site's JSM knows.
//
// - `SAMLFacade`             the facade of one site, and its routes
// - `SAMLFacade+Settings`, `+Form`       what an operator configures
// - `ServiceProvider`        the site's side, parsed once: names, addresses, keys
// - `SAMLFacade+SignOn`      AuthnRequest in, a sign-in where one is needed, Response out
// - `SAMLFacade+Answer`      what a Response says
// - `SignOnCheck`            what an AuthnRequest is held against, one check after the other
// - `SignOnVerdict`          whether a session is what a request wants
// - `SAMLFacade+Logout`      LogoutRequest of the site
// - `SAMLFacade+SignOut`     LogoutRequest of ours
// - `SAMLFacade+Metadata`    our IdP metadata
// - `Person/`                from a customer to attributes
//
// Who a person is and whether the site may be told is said by `FacadeHost` alone; the messages are `SAML`'s.

package import Broker
public import BrokerEngine
package import BrokerModel
import SAML

/// We are a SAML 2.0 IdP toward one site.
package struct SAMLFacade: Facade {
    /// `saml`.
    package static let kind: FacadeKind = "saml"
    /// The first version.
    package static let settingsVersion = 1

    let settings: Settings
    let host: FacadeHost
    let site: ServiceProvider
    let document = MetadataCache()

    /// How far the site's clock may be from ours, at least, both ways (SAML deployment profile G01).
    static let leastSkew = Duration.seconds(180)

    /// A facade; does no I/O.
    package init(settings: Settings, host: FacadeHost) throws(SettingsError) {
        self.settings = settings
        self.host = host
        site = try ServiceProvider(settings)
    }

    // MARK: Who we are

    /// Our name, which is the address of our metadata.
    var entityID: String { "\(host.rootURL)/metadata" }
    /// Where AuthnRequests come.
    var signOnURL: String { "\(host.rootURL)/sso" }
    /// Where logout messages come.
    var logoutURL: String { "\(host.rootURL)/slo" }
    /// How far the site's clock may be from ours, both ways.
    var skew: Duration { max(host.clockSkew, Self.leastSkew) }

    // MARK: Routes

    /// Answers a request below the root.
    package func respond(to request: FacadeRequest) async throws(FacadeError) -> FacadeResponse? {
        switch (request.method, request.route) {
        case (.get, "metadata"): .document(try metadata())
        case (.get, "certificates"): .document(try certificates())
        case (_, "sso"): try await signOn(request)
        case (.get, "resume"): try await resume(request)
        case (_, "slo"): try await singleLogout(request)
        default: nil
        }
    }
}

extension FacadeModule {
    /// A SAML 2.0 IdP toward a site's JSM.
    public static var saml: FacadeModule { FacadeModule(SAMLFacade.self) }
}
