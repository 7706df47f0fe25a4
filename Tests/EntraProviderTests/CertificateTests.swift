import Broker
import ConformanceKit
import EntraProvider
import Foundation
import JOSE
import OIDCProvider
import OpenIDConnect
import Testing

/// A certificate in place of the client secret, the front channel, and the issuer of a response.
@Suite struct CertificateTests {
    private static let key = Result { try SigningKey.generate(.rs256) }
    private let world: World

    init() throws { world = try World() }

    private func provider(_ tenants: [String] = [World.tenantA], hasKey: Bool = true) throws -> EntraProvider {
        var settings = EntraProvider.Settings(tenants: tenants, clientID: World.clientID, clientSecret: nil)
        settings.tokenEndpointAuthMethod = .certificate
        #expect(EntraProvider.keyAlgorithms(for: settings) == [.rsa2048])
        let key = try Self.key.get()
        var context = world.context
        if hasKey {
            context.keys = [
                PrivateKeyHandle(
                    id: "own", subjectPublicKeyInfo: Data(key.publicKey.spkiDER), pkcs8: Data(key.pkcs8DER))
            ]
        }
        return try EntraProvider(id: "acme", settings: settings, context: context)
    }

    @Test(arguments: [[World.tenantA], [World.tenantA, World.tenantB]])
    func `an assertion is PS256, names the certificate, and is for the token endpoint`(tenants: [String]) async throws {
        let provider = try provider(tenants)
        try world.grant()
        _ = try await world.bench.login(provider)
        let sent = try unwrap(world.bench.transport.requests.last { $0.url.path().hasSuffix("/token") })
        let form = try CallbackParameters(formEncoded: sent.body ?? Data())
        #expect(form["client_id"] == World.clientID && form["client_secret"] == nil)
        let parts = try unwrap(form["client_assertion"]).split(separator: ".").map(String.init)
        let header = try JSONObject.parse(Base64URL.decode(parts[0]))
        let claims = try JSONObject.parse(Base64URL.decode(parts[1]))
        #expect(header.string("alg") == "PS256")
        #expect(claims.string("aud") == sent.url.absoluteString)
        let document = try await provider.metadata(callbackURL: world.bench.callbackURL)
        #expect(document.contentType == "application/pem-certificate-chain")
        let pem = String(decoding: document.body, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("-") }
        let der = [UInt8](try unwrap(Data(base64Encoded: pem.joined())))
        #expect(header.string("x5t#S256") == Base64URL.encode(Digests.sha256(der)))
    }

    @Test func `without a key nothing is published, and with a secret there is nothing to publish`() async throws {
        let callbackURL = world.bench.callbackURL
        let (keyless, plain) = (try provider(hasKey: false), try world.provider())
        let first = await refusal { () async throws(LoginError) in
            try await keyless.metadata(callbackURL: callbackURL)
        }
        #expect(first?.code == .configurationInvalid)
        let second = await refusal { () async throws(LoginError) in try await plain.metadata(callbackURL: callbackURL) }
        #expect(second?.code == .notConfigured)
        #expect(EntraProvider.keyAlgorithms(for: plain.settings).isEmpty)
    }

    @Test func `lint says where the certificates are`() async throws {
        let findings = await (try provider()).lint().filter { $0.severity == .note }
        #expect(findings.map(\.path) == [["tokenEndpointAuthMethod"]])
        #expect(findings.first?.text.contains("certificates") == true)
    }

    // MARK: Several tenants

    private func complete(_ provider: EntraProvider, iss: String) async throws -> LoginError? {
        await world.bench.refusal(provider, try world.bench.callback("code=c1&state=STAT3-value&iss=\(iss)"))
    }

    @Test func `a response that names its issuer is that tenant's, and so is its token`() async throws {
        let provider = try world.provider([World.tenantA, World.tenantB])
        try world.grant()
        #expect(try await complete(provider, iss: World.issuer(World.tenantA)) == nil)
        #expect(try await complete(provider, iss: World.issuer(World.tenantB))?.code == .notAdmitted)
        #expect(try await complete(provider, iss: World.issuer(World.foreign))?.code == .issuerMismatch)
        #expect(try await complete(provider, iss: World.template)?.code == .issuerMismatch)
    }

    @Test func `the front channel ends a session of a listed tenant`() async throws {
        let provider = try world.provider([World.tenantA, World.tenantB]) { $0.frontChannelLogout = true }
        func message(_ issuer: String) throws -> LoginCallback {
            try LoginCallback(method: .get, endpoint: .logout, rawQuery: Data("iss=\(issuer)&sid=s1".utf8))
        }
        let notice = try await provider.receiveLogout(try message(World.issuer(World.tenantB)))
        #expect(notice.target == .session(issuer: World.issuer(World.tenantB), sessionID: "s1"))
        for issuer in [World.issuer(World.foreign), World.template] {
            let callback = try message(issuer)
            let error = await refusal { () async throws(LoginError) in try await provider.receiveLogout(callback) }
            #expect(error?.code == .issuerMismatch)
        }
    }
}
