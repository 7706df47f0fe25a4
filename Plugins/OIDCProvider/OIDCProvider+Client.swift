package import Broker
package import Foundation
package import OpenIDConnect

extension OIDCProvider {
    /// How we authenticate in the next request to one of the OP's endpoints.
    ///
    /// An assertion is made anew for each; a secret is read now, so that a rotated one needs no restart.
    package func authentication(at endpoint: URL) throws(LoginError) -> ClientAuthentication {
        switch settings.tokenEndpointAuthMethod {
        case .none: .none
        case .basic: .basic(try clientSecret())
        case .post: .post(try clientSecret())
        case .clientSecretJWT:
            .assertion(
                try assertion(
                    by: try ClientAssertionIssuer(clientID: settings.clientID, secret: try clientSecret()),
                    at: endpoint))
        case .privateKeyJWT: .assertion(try assertion(by: try keyedIssuer(), at: endpoint))
        }
    }

    /// How we authenticate in the next request to the token endpoint.
    func tokenAuthentication() async throws(LoginError) -> ClientAuthentication {
        try authentication(at: try await relyingParty.metadata().tokenEndpoint)
    }

    /// The connection's own keys, the one that signs first.
    package var clientKeys: [ClientKey] {
        ClientKey.keys(context.keys, algorithm: settings.clientAssertionAlgorithm.rawValue)
    }

    /// Names the key in assertions by its certificate too, for a vendor that knows nothing else of it.
    package mutating func nameKeyByCertificate() throws(LoginError) {
        guard assertionIssuer != nil, let key = clientKeys.first else { return }
        assertionIssuer = ClientAssertionIssuer(
            clientID: settings.clientID, key: key, certificate: try ClientCertificate(key))
        isKnownByCertificate = true
    }

    /// Reads the secret, and sees that it can sign where it has to.
    func requireClientSecret() throws(LoginError) {
        let secret = try clientSecret()
        guard settings.tokenEndpointAuthMethod == .clientSecretJWT else { return }
        _ = try ClientAssertionIssuer(clientID: settings.clientID, secret: secret)
    }

    private func keyedIssuer() throws(LoginError) -> ClientAssertionIssuer {
        guard let assertionIssuer else {
            throw LoginError(.configurationInvalid, detail: "private_key_jwt: the connection has no key yet")
        }
        return assertionIssuer
    }

    /// RFC 7523 3, RFC 9126 2: the OP, by the name that it takes.
    ///
    /// A template is nobody's name.
    private func assertion(
        by issuer: ClientAssertionIssuer, at endpoint: URL
    ) throws(LoginError) -> Secret<String> {
        let hasIssuer = settings.clientAssertionAudience == .issuer && relyingParty.configuration.tenantIssuers == nil
        return try issuer.issue(
            for: hasIssuer ? settings.issuer : endpoint.absoluteString, now: context.time.now,
            randomness: context.randomness)
    }

    private func clientSecret() throws(LoginError) -> Secret<String> {
        guard let reference = settings.clientSecret else {
            throw LoginError(.configurationInvalid, detail: "clientSecret is not configured")
        }
        do throws(SettingsError) {
            return try context.secrets.value(of: reference)
        } catch {
            // Names the place and never what was found there.
            throw LoginError(.configurationInvalid, detail: "clientSecret: \(error)", underlying: error)
        }
    }
}
