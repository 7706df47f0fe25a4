import Broker
import ConformanceKit
import EntraProvider
import Foundation
import JOSE

/// Entra ID as a connection sees it: three tenants, one key set.
struct World {
    static let tenantA = "aaaaaaaa-0000-4000-8000-000000000001"
    static let tenantB = "bbbbbbbb-0000-4000-8000-000000000002"
    static let foreign = "ffffffff-0000-4000-8000-00000000000f"
    static let consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"
    static let person = "11111111-0000-4000-8000-000000000011"
    static let clientID = "cccccccc-0000-4000-8000-00000000000c"
    static let login = "https://login.microsoftonline.com"
    static let template = login + "/{tenantid}/v2.0"

    static let now = Timestamp(seconds: 1_768_478_400)
    /// Made once: RSA keys take their time.
    private static let sharedKey = Result { try SigningKey.generate(.rs256, kid: "k1") }

    let bench = KitBench()
    let key: SigningKey

    /// Metadata changes within a test, so no connection remembers what another one read.
    var context: ProviderContext { bench.freshContext }

    init() throws {
        key = try Self.sharedKey.get()
        for tenant in [Self.tenantA, Self.consumers] { publish(tenant, issuer: Self.issuer(tenant)) }
        for authority in ["organizations", "common"] { publish(authority, issuer: Self.template) }
    }

    static func issuer(_ tenant: String) -> String { "\(login)/\(tenant)/v2.0" }

    func publish(_ authority: String, issuer: String, keyIssuer: String? = nil) {
        var key = key.publicKey.publicJWK
        key["issuer"] = keyIssuer.map { .string($0) }
        let base = "\(Self.login)/\(authority)/oauth2/v2.0"
        bench.transport.publishMetadata(
            at: Self.issuer(authority) + "/.well-known/openid-configuration", issuer: issuer, base: base)
        let keys: JSONObject = ["keys": [.object(key)]]
        bench.transport.on(base + "/keys", json: keys.text)
    }

    func provider(
        _ tenants: [String] = [tenantA], _ change: (inout EntraProvider.Settings) -> Void = { _ in }
    ) throws -> EntraProvider {
        var settings = EntraProvider.Settings(
            tenants: tenants, clientID: Self.clientID, clientSecret: try unwrap(SecretReference("env:E")))
        change(&settings)
        return try EntraProvider(id: "acme", settings: settings, context: context)
    }

    /// Makes every token endpoint give an ID token with these claims.
    func grant(_ tenant: String = tenantA, _ change: (inout JSONObject) -> Void = { _ in }) throws {
        var claims: JSONObject = [
            "iss": .string(Self.issuer(tenant)), "tid": .string(tenant), "oid": .string(Self.person),
            "aud": .string(Self.clientID), "sub": "pairwise", "nonce": .string(LoginSecrets.kit.nonce), "ver": "2.0",
            "exp": .integer(Self.now.seconds + 300), "iat": .integer(Self.now.seconds), "name": "Alice",
            "email": "alice@acme.example", "preferred_username": "alice.upn@acme.example",
        ]
        change(&claims)
        let token = try key.issue(claims: claims, typ: "JWT")
        for authority in [Self.tenantA, Self.consumers, "organizations", "common"] {
            bench.transport.grant(
                at: "\(Self.login)/\(authority)/oauth2/v2.0/token", idToken: token, accessToken: "graph-token",
                refreshToken: "rt")
        }
    }
}
