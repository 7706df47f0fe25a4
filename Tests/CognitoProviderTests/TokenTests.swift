import Broker
import CognitoProvider
import ConformanceKit
import Foundation
import JOSE
import Testing

@Suite struct TokenTests {
    let world: World
    init() throws { world = try World() }

    private func refusal(_ provider: CognitoProvider? = nil) async throws -> LoginError.Code? {
        await world.bench.refusal(try provider ?? world.provider())?.code
    }

    @Test func `signs in with a token whose key id has plus, slash and equals signs`() async throws {
        try world.grant()
        let identity = try await world.bench.login(try world.provider())
        #expect(
            identity.subject
                == SubjectKey(
                    connection: "acme", issuer: World.issuer, subject: World.subject))
        #expect(identity.email?.evidence == .idpVerified)
        #expect(identity.displayName == "Alice")
    }

    @Test(arguments: ["vyVQH7UMjwYboVvyFf-zd4KHZfgc-RtmU_A2vHhgITI=", "vyVQH7UMjwYboVvyFf zd4KHZfgc RtmU/A2vHhgITI="])
    func `a key id that only decodes to the same is another key`(_ keyID: String) async throws {
        let key = try SigningKey(pkcs8DER: world.key.pkcs8DER, algorithm: .rs256, kid: keyID)
        try world.grant(signedBy: key)
        #expect(try await refusal() == .unknownKey)
    }

    @Test func `the access token of the same login is no ID token`() async throws {
        let accessToken: JSONObject = [
            "iss": .string(World.issuer), "client_id": .string(World.clientID), "token_use": "access",
            "sub": .string(World.subject), "scope": "openid",
            "exp": .integer(world.bench.clock.now.seconds + 3600), "iat": .integer(world.bench.clock.now.seconds),
            "auth_time": .integer(world.bench.clock.now.seconds), "jti": "j-2", "username": "alice",
        ]
        try world.grant { $0 = accessToken }
        #expect(try await refusal() == .audienceMismatch)
    }

    @Test(arguments: [JSONValue.string("access"), "ID", "", ["id"], nil])
    func `a token with everything but token_use id is refused`(_ value: JSONValue?) async throws {
        try world.grant { $0["token_use"] = value }
        #expect(try await refusal() == .upstreamInvalid)
    }

    @Test(arguments: [JSONValue.string("another-client"), .string(World.clientID + " "), nil])
    func `a token for another app client is refused`(_ value: JSONValue?) async throws {
        try world.grant { $0["aud"] = value }
        #expect(try await refusal() == .audienceMismatch)
    }

    @Test(arguments: [
        "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ZzZzZzZzZ",
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-central-1_AbCdEfGhI",
        "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI/",
    ])
    func `a token of another pool is refused, though one key signs for both`(_ issuer: String) async throws {
        try world.grant { $0["iss"] = .string(issuer) }
        #expect(try await refusal() == .issuerMismatch)
    }

    @Test func `a token that another pool's key signed is refused`() async throws {
        try world.grant(signedBy: try SigningKey.generate(.rs256, kid: "other="))
        #expect(try await refusal() == .unknownKey)
        try world.grant(signedBy: try SigningKey.generate(.rs256, kid: World.keyID))
        #expect(try await refusal() == .signatureInvalid)
    }

    @Test(arguments: [JWAlgorithm.rs512, .es256])
    func `nothing but RS256 counts, though the pool publishes the key`(_ algorithm: JWAlgorithm) async throws {
        let key = try SigningKey.generate(algorithm, kid: "k2")
        world.bench.transport.publish([world.key, key], at: World.issuer + "/.well-known/jwks.json")
        try world.grant(signedBy: key)
        #expect(try await refusal() == .algorithmNotAllowed)
    }

    @Test func `a login without its nonce is refused`() async throws {
        try world.grant { $0["nonce"] = nil }
        #expect(try await refusal() == .nonceMismatch)
    }

    // MARK: The pool's own endpoints

    @Test func `asks at the pool's domain, and for the identity provider that is configured`() async throws {
        let step = try await world.provider { $0.identityProvider = "AcmeSAML" }.beginLogin(world.bench.request())
        guard case .redirect(let url) = step.action else { throw KitFailure("another outcome") }
        #expect(url.absoluteString.hasPrefix(World.host + "/oauth2/authorize?"))
        #expect(try CallbackParameters(formEncoded: Data((url.query() ?? "").utf8))["identity_provider"] == "AcmeSAML")
    }

    @Test(arguments: ["authorization_endpoint", "token_endpoint", "userinfo_endpoint"])
    func `no login begins where an endpoint is not at the pool's domain`(_ name: String) async throws {
        let strays = ["https://evil.example/x", World.host + ":8443/x", World.host + ".evil.example/x"]
        for stray in strays {
            let world = try World()
            world.publish { $0[name] = .string(stray) }
            let provider = try world.provider()
            let error = await #expect(throws: LoginError.self) {
                _ = try await provider.beginLogin(world.bench.request())
            }
            #expect(error?.code == .configurationInvalid)
            #expect(await provider.lint().contains { $0.path == ["domain"] && $0.severity == .error })
        }
    }

    @Test func `a custom domain is a host name, and without a domain the pool is believed`() async throws {
        world.publish {
            for name in ["authorization_endpoint", "token_endpoint", "userinfo_endpoint"] {
                $0[name] = .string("https://login.acme.example/x")
            }
        }
        for domain in ["Login.acme.example", nil] {
            _ = try await world.provider { $0.domain = domain }.beginLogin(world.bench.request())
        }
    }

    @Test func `a test server stands for the pool's address and for nothing else`() async throws {
        let local = "http://127.0.0.1:5000/\(World.pool)"
        world.bench.transport.silence(World.issuer + "/.well-known/openid-configuration")
        world.bench.transport.silence(World.issuer + "/.well-known/jwks.json")
        world.publish(at: local)
        world.bench.transport.publish([world.key], at: local + "/.well-known/jwks.json")
        try world.grant()
        let provider = try world.provider { $0.endpoint = "http://127.0.0.1:5000" }
        #expect(try await world.bench.login(provider).subject.issuer == World.issuer)
        #expect(world.bench.transport.requests.contains { $0.url.absoluteString == World.host + "/oauth2/token" })
        #expect(!world.bench.transport.requests.contains { $0.url.host() == "cognito-idp.eu-central-1.amazonaws.com" })
        #expect(await provider.lint().contains { $0.path == ["endpoint"] && $0.severity == .warning })
    }
}
