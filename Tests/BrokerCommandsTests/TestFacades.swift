import Broker
import BrokerEngine
import BrokerModel
import Foundation

/// A facade under the name of the OpenID provider, with the settings that commands know of.
struct OpenFacade: SilentFacade {
    struct Settings: Codable, Sendable {
        var clientID: String
        var redirectURIs: [String]
    }

    static let kind: FacadeKind = "openid"
    static let form = SettingsForm([
        SettingsField("clientID", .text, label: "Client ID", help: "The client.", isRequired: true),
        SettingsField("clientSecret", .secret, label: "Client secret", help: "Its secret."),
        SettingsField("redirectURIs", .list(.url), label: "Redirect URIs", help: "Where to.", isRequired: true),
    ])

    init(settings: Settings, host: FacadeHost) throws(SettingsError) {}

    func respond(to request: FacadeRequest) async throws(FacadeError) -> FacadeResponse? {
        guard request.route == ".well-known/openid-configuration" else { return nil }
        return .document(FacadeDocument(contentType: "application/json", body: Data("{}".utf8)))
    }
}

/// A facade under the name of the SAML IdP, which publishes its keys.
struct AssertingFacade: SilentFacade {
    struct Settings: Codable, Sendable {
        var entityID: String
        var acsURL: String?
        var publishesCertificates: Bool?
        /// A secret that is looked up when the facade is made.
        var secret: String?
    }

    static let kind: FacadeKind = "saml"
    static let form = SettingsForm([
        SettingsField("entityID", .text, label: "entityID", help: "The SP's.", isRequired: true),
        SettingsField("acsURL", .url, label: "ACS URL", help: "Where to."),
        SettingsField("publishesCertificates", .flag, label: "Certificates", help: "Whether it has that route."),
        SettingsField("secret", .secret, label: "Secret", help: "A secret."),
    ])

    private let settings: Settings
    private let host: FacadeHost

    init(settings: Settings, host: FacadeHost) throws(SettingsError) {
        if let secret = settings.secret.flatMap({ SecretReference($0) }) { _ = try host.secrets.value(of: secret) }
        (self.settings, self.host) = (settings, host)
    }

    func respond(to request: FacadeRequest) async throws(FacadeError) -> FacadeResponse? {
        let keys = try host.keys().map { "\($0.state.rawValue) \($0.key.id)" }
        switch request.route {
        case "metadata":
            return .document(
                FacadeDocument(
                    contentType: "application/samlmetadata+xml",
                    body: Data("<idp entityID=\"\(host.rootURL)/metadata\">\(keys.joined(separator: ","))</idp>".utf8)))
        case "certificates" where settings.publishesCertificates == true:
            return .document(
                FacadeDocument(
                    contentType: "application/x-pem-file",
                    body: Data(keys.map { "-----BEGIN CERTIFICATE-----\n\($0)\n" }.joined().utf8)))
        default: return nil
        }
    }
}

/// A facade that tells its site nothing.
protocol SilentFacade: Facade {}

extension SilentFacade {
    static var settingsVersion: Int { 1 }
    var signsOutByBrowser: Bool { false }

    func beginSignOut(_ session: FacadeSession, state: String) async throws(FacadeError) -> FacadeStep? { nil }

    func concludeSignOut(_ conclusion: Data, isComplete: Bool) async throws(FacadeError) -> FacadeStep {
        throw FacadeError(.notConfigured, detail: "nothing began here")
    }

    func endSession(_ session: FacadeSession) async throws(FacadeError) -> FacadeEnding { .noBackChannel }
}
