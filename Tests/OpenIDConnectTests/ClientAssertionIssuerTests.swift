import Broker
import Crypto
import Foundation
import JOSE
import OpenIDConnect
import Testing

@Suite struct ClientAssertionIssuerTests {
    static let now = Timestamp(seconds: 1_768_478_400)
    static let audience = "https://op.example/t1"

    private func handle(_ key: SigningKey, id: String) -> PrivateKeyHandle {
        PrivateKeyHandle(
            id: id, subjectPublicKeyInfo: Data(key.publicKey.spkiDER), pkcs8: Data(key.pkcs8DER))
    }

    private func payload(_ token: Secret<String>) throws -> JSONObject {
        let parts = token.reveal().split(separator: ".")
        return try JSONObject.parse(Base64URL.decode(String(parts[1])))
    }

    private func header(_ token: Secret<String>) throws -> JSONObject {
        let parts = token.reveal().split(separator: ".")
        return try JSONObject.parse(Base64URL.decode(String(parts[0])))
    }

    @Test(arguments: [JWAlgorithm.es256, .ps256])
    func `an assertion passes the checks that an OP makes of one`(algorithm: JWAlgorithm) throws {
        let key = try SigningKey.generate(algorithm == .es256 ? .es256 : .rs256)
        let own = try ClientKey(handle(key, id: "key-1"), algorithm: algorithm)
        let token = try ClientAssertionIssuer(clientID: "jira", key: own)
            .issue(for: Self.audience, now: Self.now, randomness: .system)
        let client = RegisteredClient(
            id: "jira", authentication: .privateKeyJWT, keys: try JWKSet.parse(ClientKeySet.document([own])),
            redirectURIs: ["https://b.example/cb"])
        let form = try CallbackParameters(
            formEncoded: Data(
                Wire.formEncoded([
                    ("client_assertion_type", ClientAssertion.type), ("client_assertion", token.reveal()),
                ]).utf8))
        let once = try ClientAssertion.verify(
            ClientCredentials(authorization: nil, parameters: RequestParameters(form)), of: client,
            audiences: [Self.audience], now: Self.now, skew: .zero)
        #expect(once.until == Self.now + .seconds(60))
        #expect(try header(token).string("kid") == "key-1")
    }

    @Test func `an assertion says who, to whom and until when, and each has an id of its own`() throws {
        let key = try SigningKey.generate(.es256)
        let issuer = ClientAssertionIssuer(
            clientID: "jira", key: try ClientKey(handle(key, id: "k"), algorithm: .es256))
        let tokens = try (0..<2).map { _ in
            try issuer.issue(for: Self.audience, now: Self.now, randomness: .system)
        }
        let claims = try tokens.map(payload)
        #expect(claims[0].keys.sorted() == ["aud", "exp", "iat", "iss", "jti", "sub"])
        #expect(claims[0].string("iss") == "jira" && claims[0].string("sub") == "jira")
        #expect(claims[0].string("aud") == Self.audience)
        #expect(claims[0].int64("iat") == Self.now.seconds && claims[0].int64("exp") == Self.now.seconds + 60)
        #expect(claims[0].string("jti") != claims[1].string("jti"))
        #expect("\(issuer)" == "<client assertion of jira>")
        #expect("\(try ClientKey(handle(key, id: "k"), algorithm: .es256))" == "k")
    }

    @Test func `a client secret signs with HS256, and a short one signs nothing`() throws {
        let secret = Secret(String(repeating: "s", count: 32))
        let token = try ClientAssertionIssuer(clientID: "jira", secret: secret)
            .issue(for: Self.audience, now: Self.now, randomness: .system)
        #expect(try header(token).string("alg") == "HS256")
        let parts = token.reveal().split(separator: ".")
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(parts[0]).\(parts[1])".utf8), using: SymmetricKey(data: Data(secret.reveal().utf8)))
        #expect(String(parts[2]) == Base64URL.encode(Array(code)))
        let error = #expect(throws: LoginError.self) {
            try ClientAssertionIssuer(clientID: "jira", secret: Secret(String(repeating: "s", count: 31)))
        }
        #expect(error?.code == .configurationInvalid && error?.detail.contains("sss") == false)
    }

    // MARK: What is published

    @Test func `the key that signs and the next one are published, and nothing private`() throws {
        let handles = try (1...3).map { handle(try SigningKey.generate(.es256), id: "k\($0)") }
        let document = ClientKeySet.document(ClientKey.keys(handles, algorithm: "ES256"))
        #expect(try JWKSet.parse(document).keys.map(\.kid) == ["k1", "k2"])
        #expect(!String(decoding: document, as: UTF8.self).contains("\"d\""))
    }

    @Test func `keys of another kind do not serve`() throws {
        let handles = [
            handle(try SigningKey.generate(.rs256), id: "rsa"), handle(try SigningKey.generate(.es256), id: "ec"),
            PrivateKeyHandle(id: "broken", subjectPublicKeyInfo: Data(), pkcs8: Data([1, 2, 3])),
        ]
        #expect(ClientKey.keys(handles, algorithm: "ES256").map(\.description) == ["ec"])
        #expect(ClientKey.keys(handles, algorithm: "PS256").map(\.description) == ["rsa"])
        #expect(ClientKey.keys(handles, algorithm: "HS256").isEmpty)
    }

    @Test func `a certificate is the same whenever it is made, and its key signed it`() throws {
        let key = try SigningKey.generate(.rs256)
        let own = try ClientKey(handle(key, id: String(repeating: "ab", count: 32)), algorithm: .ps256)
        let certificate = try ClientCertificate(own)
        #expect(try ClientCertificate(own).der == certificate.der)
        #expect(certificate.thumbprint == Base64URL.encode(Digests.sha256(certificate.der)))
        #expect(certificate.pem.hasPrefix("-----BEGIN CERTIFICATE-----\nMII"))
        // Outer and inner SEQUENCE have two octets of length each; the signature is the last 256 octets.
        let bodyLength = Int(certificate.der[6]) << 8 | Int(certificate.der[7])
        let body = Array(certificate.der[4..<(8 + bodyLength)])
        let verifying = try VerificationKey(spkiDER: key.publicKey.spkiDER, kid: nil)
        #expect(verifying.isValid(signature: certificate.der.suffix(256), for: body, algorithm: .rs256))
        #expect(throws: LoginError.self) {
            try ClientCertificate(try ClientKey(handle(try SigningKey.generate(.es256), id: "k"), algorithm: .es256))
        }
        let token = try ClientAssertionIssuer(clientID: "jira", key: own, certificate: certificate)
            .issue(for: Self.audience, now: Self.now, randomness: .system)
        let header = try header(token)
        #expect(header.string("x5t#S256") == certificate.thumbprint)
        #expect(header.string("alg") == "PS256" && header.string("typ") == "JWT")
    }
}
