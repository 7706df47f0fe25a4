// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import SAML
import XMLSecurity

/// The portal as a SAML SP: asks by redirect, wants a signed Response by POST, takes the NameID as username.
struct SAMLSignIn: SignInMethod {
    /// What an administrator types in.
    struct Settings: Sendable {
        let flavour: MockPortal.Configuration.Flavour
        let entityID: String?
        let signsRequests: Bool
        let groupsAttribute: String?
    }

    let settings: Settings
    let identityProvider: KnownIdentityProvider
    let signer: MessageSigner
    let context: ProviderContext
    private let certificate: [UInt8]

    let paths: SignInPaths
    let handleParameter = "RelayState"
    /// A form of another site brings no cookie; the handle and InResponseTo must do.
    let comesWithCookie = false

    /// An SP with a new RSA key of its own.
    init(_ settings: Settings, identityProvider: KnownIdentityProvider, context: ProviderContext) throws {
        let key = try PrivateKey(pkcs8: PrivateKey.generateRSA())
        certificate = try Certificate.selfSigned(for: key, commonName: "Mock portal")
        signer = MessageSigner(key: key, certificate: certificate)
        self.settings = settings
        self.identityProvider = identityProvider
        self.context = context
        paths = .saml(settings.flavour)
    }

    /// The portal's name at the IdP.
    func entityID(_ addresses: PortalAddresses) -> String { settings.entityID ?? addresses.entityID }

    func begin(_ secrets: LoginSecrets, at addresses: PortalAddresses) async throws(LoginError) -> URL {
        let idp = try await identityProvider.description()
        guard let endpoint = idp.singleSignOn.first(where: { $0.binding == .redirect }) else {
            throw LoginError(.configurationInvalid, detail: "the IdP takes no AuthnRequest by redirect")
        }
        let message = AuthnRequest(
            id: secrets.requestID, issueInstant: context.time.now, destination: endpoint.location,
            acsURL: addresses.callback, issuer: entityID(addresses), nameIDFormat: SAMLURI.emailFormat)
        let isSigned = settings.signsRequests || idp.wantsSignedRequests
        let delivery = try refused { () throws(SAMLError) in
            try message.message(relayState: RelayState(secrets.state))
                .delivery(by: .redirect, to: endpoint.location, signedBy: isSigned ? signer : nil)
        }
        guard case .redirect(let url) = delivery else {
            throw LoginError(.configurationInvalid, detail: "the redirect binding gave no redirect")
        }
        return url
    }

    /// SP metadata, for the IdP's administrator to import.
    func metadata(at addresses: PortalAddresses) throws(LoginError) -> String? {
        var document = ServiceProviderMetadata(
            entityID: entityID(addresses), acsURL: addresses.callback, logoutURL: addresses.logoutMessages,
            signingCertificates: [certificate], nameIDFormat: SAMLURI.emailFormat)
        document.signsRequests = settings.signsRequests
        document.wantsSignedAssertions = false
        return String(decoding: document.document(), as: UTF8.self)
    }
}
