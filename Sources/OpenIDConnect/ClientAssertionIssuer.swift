package import Broker
import Foundation
import JOSE

/// Issues the JWT by which we authenticate as a client (RFC 7523 2.2, OpenID Connect Core 9); the OP's side of it is
/// `ClientAssertion`.
package struct ClientAssertionIssuer: Sendable, CustomStringConvertible {
    private enum Signer: Sendable {
        case key(ClientKey, certificate: ClientCertificate?)
        case secret(Secret<String>)
    }

    private let clientID: String
    private let signer: Signer

    /// How long an assertion counts: it is sent at once.
    package static let lifetime = Duration.seconds(60)

    /// `private_key_jwt`; the certificate is named where the OP knows the key by one (RFC 7515 4.1.8 `x5t#S256`).
    package init(clientID: String, key: ClientKey, certificate: ClientCertificate? = nil) {
        self.clientID = clientID
        signer = .key(key, certificate: certificate)
    }

    /// `client_secret_jwt`.
    ///
    /// - Throws: `configuration_invalid` where the secret is too short to be a key.
    package init(clientID: String, secret: Secret<String>) throws(LoginError) {
        guard secret.reveal().utf8.count >= SharedSecretToken.minimumSecretBytes else {
            throw LoginError(
                .configurationInvalid,
                detail: "clientSecret: RFC 7518 3.2: client_secret_jwt needs a secret of at least "
                    + "\(SharedSecretToken.minimumSecretBytes) octets")
        }
        self.clientID = clientID
        signer = .secret(secret)
    }

    /// Never the key.
    package var description: String { "<client assertion of \(clientID)>" }

    /// An assertion for one request; every request has its own, because an OP takes each `jti` once.
    package func issue(
        for audience: String, now: Timestamp, randomness: Randomness
    ) throws(LoginError) -> Secret<String> {
        let claims: JSONObject = [
            "iss": .string(clientID), "sub": .string(clientID), "aud": .string(audience),
            "jti": .string(randomness.token(bytes: 24)), "iat": .integer(now.seconds),
            "exp": .integer((now + Self.lifetime).seconds),
        ]
        do throws(JOSEError) {
            return Secret(try sign(claims))
        } catch {
            throw LoginError(
                .configurationInvalid, detail: "the client assertion cannot be signed: \(error.code.rawValue)",
                underlying: error)
        }
    }

    private func sign(_ claims: JSONObject) throws(JOSEError) -> String {
        switch signer {
        case .secret(let secret):
            return try SharedSecretToken.issue(claims: claims, secret: Array(secret.reveal().utf8))
        case .key(let key, nil): return try key.signing.issue(claims: claims)
        case .key(let key, let certificate?):
            let header: JSONObject = [
                "alg": .string(key.signing.algorithm.rawValue), "typ": "JWT", "kid": .string(key.signing.kid),
                "x5t#S256": .string(certificate.thumbprint),
            ]
            return try key.signing.issue(header: header, payload: claims.serialized())
        }
    }
}
