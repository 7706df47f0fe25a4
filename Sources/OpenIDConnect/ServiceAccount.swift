package import Broker
package import Foundation
import HTTPTypes
import JOSE
import TrustDocuments

/// An account of ours at a vendor that no person signs in with, and the key that speaks for it (RFC 7523).
package struct ServiceAccount: Sendable, CustomStringConvertible {
    /// The account's name at the vendor.
    package let email: String
    private let key: SigningKey

    /// How long an assertion counts; it is sent at once.
    static let lifetime = Duration.seconds(300)

    /// Reads the JSON key file that Google's console makes.
    ///
    /// Where it says that tokens are asked for is not read: that is the connection's to say.
    package init(keyFile: Secret<String>) throws(LoginError) {
        let file: ClaimSet
        do throws(JOSEError) {
            file = ClaimSet(try JSONObject.parse(Data(keyFile.reveal().utf8)))
        } catch {
            throw Self.unreadable("is not a JSON object")
        }
        guard file.string("type") == "service_account" else {
            throw Self.unreadable("is not of type service_account")
        }
        guard let email = file.string("client_email"), let id = file.string("private_key_id"),
            let pem = file.string("private_key"), Wire.isVisible(email, maximum: 254), Wire.isVisible(id, maximum: 200)
        else { throw Self.unreadable("lacks client_email, private_key_id or private_key") }
        do throws(JOSEError) {
            key = try SigningKey(pkcs8PEM: pem, algorithm: .rs256, kid: id)
        } catch {
            throw Self.unreadable("has a private_key that is no RSA key: \(error.code.rawValue)")
        }
        self.email = email
    }

    /// The account, never its key.
    package var description: String { email }

    private static func unreadable(_ problem: String) -> LoginError {
        LoginError(.configurationInvalid, detail: "the service account's key file \(problem)")
    }
}

// MARK: The JWT-bearer grant

extension ServiceAccount {
    /// Asks for an access token that acts for a person (RFC 7523 2.1).
    package func grant(
        actingFor subject: String, scope: String, at endpoint: URL, context: ProviderContext
    ) async throws(LoginError) -> AccessGrant {
        let assertion = try assertion(for: subject, scope: scope, audience: endpoint, now: context.time.now)
        let response = try await context.transport.exchange(
            Self.request(at: endpoint, assertion: assertion), "service account")
        return try AccessGrant.process(response, now: context.time.now)
    }

    /// RFC 7523 3, and the scope as Google reads it: among the claims.
    func assertion(
        for subject: String, scope: String, audience: URL, now: Timestamp
    ) throws(LoginError) -> Secret<String> {
        let claims: JSONObject = [
            "iss": .string(email), "sub": .string(subject), "scope": .string(scope),
            "aud": .string(audience.absoluteString), "iat": .integer(now.seconds),
            "exp": .integer((now + Self.lifetime).seconds),
        ]
        do throws(JOSEError) {
            return Secret(try key.issue(claims: claims))
        } catch {
            throw Self.unreadable("has a key that does not sign: \(error.code.rawValue)")
        }
    }

    static func request(at endpoint: URL, assertion: Secret<String>) -> OutboundRequest {
        let form = Wire.formEncoded([
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion.reveal()),
        ])
        return OutboundRequest(
            method: .post, url: endpoint,
            headerFields: [.accept: "application/json", .contentType: "application/x-www-form-urlencoded"],
            body: Data(form.utf8))
    }
}
