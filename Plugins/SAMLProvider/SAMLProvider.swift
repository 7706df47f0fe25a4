// SAMLProvider is the kind `saml`: any SAML 2.0 IdP. It is the SP toward one IdP.
//
// - `SAMLProvider`             the connection; no I/O when it is made
// - `SAMLProvider+Settings`, `+Form`     what an operator configures
// - `SAMLProvider+Login`       AuthnRequest out, Response in
// - `SAMLProvider+Identity`    from a checked assertion to the identity
// - `SAMLProvider+Logout`      Single Logout both ways
// - `SAMLProvider+Unsolicited` logins that the IdP starts
// - `SAMLProvider+Metadata`    our SP metadata, what we trust of theirs
// - `SAMLProvider+Lint`        what is wrong before a customer finds it

public import Broker
import Foundation
import SAML
import XMLSecurity

/// A connection to a SAML 2.0 IdP.
public struct SAMLProvider: IdentityProvider {
    /// `saml`.
    public static let kind: ProviderKind = "saml"
    /// The first version.
    public static let settingsVersion = 1

    /// The connection's name.
    public let id: ConnectionID
    /// What the operator configured.
    public let settings: Settings
    let context: ProviderContext
    let trust: IdentityProviderTrust
    let weak: WeakAlgorithms

    /// How far the IdP's clock may be from ours, both ways (SAML deployment profile G01).
    package static let skew = Duration.seconds(180)

    /// Makes a connection; does no I/O.
    public init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        let problems = settings.problems
        guard problems.isEmpty else { throw SettingsError(problems) }
        self.id = id
        self.settings = settings
        self.context = context
        weak = settings.weakAlgorithms
        trust = IdentityProviderTrust(
            entityID: settings.entityID, policy: try settings.trustPolicy(context), context: context)
    }

    // MARK: Who we are

    /// Where Responses are posted (SAML Bindings 3.5).
    var acsURL: String { context.callbackURL.absoluteString }
    /// Where logout messages arrive.
    var logoutURL: String { acsURL + "/logout" }
    /// Our name at the IdP; the address of our metadata unless the operator says otherwise.
    package var entityID: String { settings.spEntityID ?? acsURL + "/metadata" }

    /// Our private keys, current one first.
    func ownKeys() throws(LoginError) -> [PrivateKey] {
        do throws(XMLSecurityError) {
            var keys: [PrivateKey] = []
            for handle in context.keys { keys.append(try OwnKeys.key(for: handle)) }
            return keys
        } catch {
            throw LoginError(
                .configurationInvalid, detail: "a key of this connection cannot be read", underlying: error)
        }
    }

    /// Signs our messages with the current key.
    func signer() throws(LoginError) -> MessageSigner {
        guard let key = try ownKeys().first else {
            throw LoginError(.configurationInvalid, detail: "the connection has no key yet")
        }
        return MessageSigner(key: key)
    }
}
