import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE
import OIDCProvider
import OpenIDConnect
import Testing

/// A client that says by a key of its own who it is.
@Suite struct ClientKeyTests {
    private let world: World
    private let handles: [PrivateKeyHandle]

    init() throws {
        world = try World()
        handles = try ["k-now", "k-next", "k-old"].map { try PrivateKeyHandle.made($0) }
        world.publishDocument {
            $0["token_endpoint_auth_methods_supported"] = ["private_key_jwt", "client_secret_jwt"]
        }
    }

    private func provider(
        _ keys: [PrivateKeyHandle]? = nil, _ change: (inout OIDCProvider.Settings) -> Void = { _ in }
    ) throws -> OIDCProvider {
        var settings = OIDCProvider.Settings(issuer: World.issuer, clientID: World.clientID, clientSecret: nil)
        settings.tokenEndpointAuthMethod = .privateKeyJWT
        change(&settings)
        var context = world.context
        context.keys = keys ?? handles
        return try OIDCProvider(id: "acme", settings: settings, context: context)
    }

    private func forms() throws -> [CallbackParameters] {
        try world.transport.requests.filter { $0.url.path() == "/t1/token" }
            .map { try CallbackParameters(formEncoded: $0.body ?? Data()) }
    }

    private func claims(_ form: CallbackParameters) throws -> JSONObject {
        let parts = try unwrap(form["client_assertion"]).split(separator: ".")
        return try JSONObject.parse(Base64URL.decode(String(parts[1])))
    }

    // MARK: Assertions

    @Test func `a code and a refresh each come with an assertion of their own, and no secret`() async throws {
        let provider = try provider()
        try world.grant(refreshToken: World.refreshToken)
        let identity = try await world.login(provider)
        try world.grant { $0["nonce"] = nil }
        _ = try await provider.refresh(try unwrap(identity.upstream), of: identity.subject)
        let forms = try forms()
        #expect(forms.count == 2)
        for form in forms {
            #expect(form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            #expect(form["client_id"] == World.clientID && form["client_secret"] == nil)
            let claims = try claims(form)
            #expect(claims.string("aud") == World.issuer)
            #expect(claims.int64("exp") == world.clock.now.seconds + 60)
        }
        let header = try Base64URL.decode(String(try unwrap(forms[0]["client_assertion"]).split(separator: ".")[0]))
        #expect(try JSONObject.parse(header).string("kid") == "k-now")
        #expect(!world.log.text.contains("client_assertion"))
    }

    @Test func `an assertion names the endpoint that is asked where the operator says so`() async throws {
        try world.grant()
        _ = try await world.login(try provider { $0.clientAssertionAudience = .endpoint })
        #expect(try claims(try forms()[0]).string("aud") == World.issuer + "/token")
    }

    @Test func `a secret signs an assertion and is not sent`() async throws {
        try world.grant()
        let provider = try provider {
            $0.tokenEndpointAuthMethod = .clientSecretJWT
            $0.clientSecret = SecretReference("env:ACME")
        }
        // The world's secret is shorter than RFC 7518 3.2 wants.
        let (callback, pending) = (try world.callback(), world.pending())
        let error = await refusal { () async throws(LoginError) in
            try await provider.completeLogin(callback, resuming: pending)
        }
        #expect(error?.code == .configurationInvalid)
        #expect(error?.detail.contains(World.secret) == false)
        #expect(world.transport.count("/t1/token") == 0)
    }

    @Test func `a secret that is long enough signs a login and a refresh, each anew, and is sent with neither`()
        async throws
    {
        let secret = "an-octet-more-than-RFC-7518-wants"
        var settings = try world.provider().settings
        settings.tokenEndpointAuthMethod = .clientSecretJWT
        var bench = world.bench
        bench.clientSecret = secret
        bench.randomness = KitRandomness(seed: 7)
        let provider = try OIDCProvider(id: "acme", settings: settings, context: bench.context)
        try world.grant(refreshToken: World.refreshToken)
        let identity = try await world.login(provider)
        try world.grant { $0["nonce"] = nil }
        _ = try await provider.refresh(try unwrap(identity.upstream), of: identity.subject)
        let forms = try forms()
        #expect(try Set(forms.map { try claims($0).string("jti") }).count == 2)
        for form in forms {
            let parts = try unwrap(form["client_assertion"]).split(separator: ".").map(String.init)
            try #require(parts.count == 3)
            let header = try JSONObject.parse(Base64URL.decode(parts[0]))
            #expect(header.string("alg") == "HS256" && !header.contains("kid"))
            let code = Digests.hmacSHA256(key: [UInt8](secret.utf8), message: [UInt8]("\(parts[0]).\(parts[1])".utf8))
            #expect(parts[2] == Base64URL.encode(code))
            let claims = try claims(form)
            #expect(claims.string("iss") == World.clientID && claims.string("sub") == World.clientID)
            #expect(claims.string("aud") == World.issuer && claims.int64("exp") == world.clock.now.seconds + 60)
            #expect(form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            #expect(form["client_id"] == World.clientID && form["client_secret"] == nil)
        }
        let tokenRequests = world.transport.requests(to: "/t1/token")
        #expect(tokenRequests.allSatisfy { $0.headerFields[.authorization] == nil })
        #expect(!world.log.text.contains(secret))
        #expect(await provider.lint().isEmpty)
    }

    @Test func `without a key the connection loads, and a login is refused before anything is sent`() async throws {
        let provider = try provider([])
        let (callback, pending) = (try world.callback(), world.pending())
        let error = await refusal { () async throws(LoginError) in
            try await provider.completeLogin(callback, resuming: pending)
        }
        #expect(error?.code == .configurationInvalid)
        #expect(world.transport.count("/t1/token") == 0)
    }

    // MARK: What is published

    @Test func `the current and the next key are published`() async throws {
        let document = try await provider().metadata(callbackURL: world.callbackURL)
        #expect(document.contentType == "application/jwk-set+json")
        #expect(try JWKSet.parse(document.body).keys.map(\.kid) == ["k-now", "k-next"])
        #expect(!String(decoding: document.body, as: UTF8.self).contains("\"d\""))
    }

    @Test func `a client with a secret publishes nothing, and one without a key has nothing yet`() async throws {
        let callbackURL = world.callbackURL
        let (plain, keyless) = (try world.provider(), try provider([]))
        let first = await refusal { () async throws(LoginError) in try await plain.metadata(callbackURL: callbackURL) }
        #expect(first?.code == .notConfigured)
        let second = await refusal { () async throws(LoginError) in
            try await keyless.metadata(callbackURL: callbackURL)
        }
        #expect(second?.code == .configurationInvalid)
    }

    @Test func `keys are made for who authenticates by them, of the kind that the algorithm needs`() {
        var settings = OIDCProvider.Settings(issuer: World.issuer, clientID: "c", clientSecret: nil)
        #expect(OIDCProvider.keyAlgorithms(for: settings).isEmpty)
        settings.tokenEndpointAuthMethod = .privateKeyJWT
        #expect(OIDCProvider.keyAlgorithms(for: settings) == [.p256])
        settings.clientAssertionAlgorithm = .ps256
        #expect(OIDCProvider.keyAlgorithms(for: settings) == [.rsa2048])
    }

    // MARK: Lint

    @Test func `lint says where the keys are, or that there is none yet`() async throws {
        let findings = try await provider().lint()
        #expect(findings.map(\.severity) == [.note] && findings.map(\.path) == [["tokenEndpointAuthMethod"]])
        #expect(findings.first?.text.contains("https://b.example/vestibule/cb/acme/metadata") == true)
        let keyless = try await provider([]).lint()
        #expect(keyless.map(\.severity) == [.error] && keyless.map(\.path) == [["tokenEndpointAuthMethod"]])
    }

    @Test func `lint finds a secret that is too short to sign`() async throws {
        let findings = try await provider {
            $0.tokenEndpointAuthMethod = .clientSecretJWT
            $0.clientSecret = SecretReference("env:ACME")
        }.lint()
        #expect(findings.map(\.path) == [["clientSecret"]] && findings.map(\.severity) == [.error])
    }
}

extension PrivateKeyHandle {
    /// A key as the engine hands it over.
    static func made(_ id: String, _ algorithm: JWAlgorithm = .es256) throws -> PrivateKeyHandle {
        let key = try SigningKey.generate(algorithm)
        return PrivateKeyHandle(
            id: id, subjectPublicKeyInfo: Data(key.publicKey.spkiDER), pkcs8: Data(key.pkcs8DER))
    }
}
