// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import Logging
import Outbound

extension MockPortal.Configuration {
    /// What browsers know the portal as; the listener itself where that is asked for, or where nothing is configured.
    func url(port: Int, isListener: Bool = false) -> String {
        if let baseURL, !isListener { return baseURL }
        return "\(tls == nil ? "http" : "https")://\(hostName):\(port)\(contextPath)"
    }

    /// The way to the IdP, which may be on this machine; nil where there is no IdP.
    func transport() throws -> GuardedTransport? {
        let address: String?
        switch signIn {
        case .trustedHeader:
            guard flavour == .dataCenter else { throw MockPortalError.signInNotOffered }
            return nil
        case .openID(let issuer, _, _, _, _, _): address = issuer
        case .saml(.metadataURL(let url), _, _, _): address = url
        case .saml: address = nil
        }
        let host = address.flatMap { URL(string: $0)?.host() }
        let openings = host.map { [(host: $0, cidr: "127.0.0.0/8"), (host: $0, cidr: "::1/128")] } ?? []
        return try GuardedTransport(
            policy: try OutboundPolicy(allow: openings, trustRoots: trustRoots),
            limits: OutboundLimits(deadline: .seconds(20)))
    }

    /// The way to sign in.
    ///
    /// - Throws: `MockPortalError`, and what a key of the portal's own can fail with.
    func method(_ transport: GuardedTransport) throws -> (any SignInMethod)? {
        let context = ProviderContext(
            callbackURL: try PortalAddresses.url(url(port: port)), transport: transport, time: time,
            randomness: randomness, memory: ProcessMemory(time: time),
            secrets: SecretResolver { _ throws(SettingsError) in
                throw SettingsError(at: [], "the portal keeps its secrets in memory")
            }, logger: Logger(label: "mock", factory: { _ in SwiftLogNoOpLogHandler() }))
        switch signIn {
        case .trustedHeader: return nil
        case .openID(let issuer, let clientID, let clientSecret, let usernameClaim, let groupsClaim, let scopes):
            guard flavour == .dataCenter else { throw MockPortalError.signInNotOffered }
            let settings = OpenIDSignIn.Settings(
                clientID: clientID, clientSecret: Secret(clientSecret), username: ClaimTemplate(text: usernameClaim),
                groupsClaim: groupsClaim, additionalScopes: scopes)
            guard let method = OpenIDSignIn(issuer: issuer, settings: settings, context: context) else {
                throw MockPortalError.issuerInvalid
            }
            return method
        case .saml(let identityProvider, let entityID, let signsRequests, let groupsAttribute):
            return try SAMLSignIn(
                .init(
                    flavour: flavour, entityID: entityID, signsRequests: signsRequests,
                    groupsAttribute: groupsAttribute),
                identityProvider: KnownIdentityProvider(identityProvider, context: context), context: context)
        }
    }
}
