import Broker
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

    let stage: Stage
    let key: SigningKey

    init() throws {
        stage = try Stage()
        key = try Keys.shared.get()
        for tenant in [Self.tenantA, Self.consumers] { publish(tenant, issuer: Self.issuer(tenant)) }
        for authority in ["organizations", "common"] { publish(authority, issuer: Self.template) }
    }

    static func issuer(_ tenant: String) -> String { "\(login)/\(tenant)/v2.0" }

    func publish(_ authority: String, issuer: String, keyIssuer: String? = nil) {
        var key = key.publicKey.publicJWK
        key["issuer"] = keyIssuer.map { .string($0) }
        stage.publish(
            metadata: Self.issuer(authority) + "/.well-known/openid-configuration", issuer: issuer,
            base: "\(Self.login)/\(authority)/oauth2/v2.0", keys: ["keys": [.object(key)]])
    }

    func provider(
        _ tenants: [String] = [tenantA], _ change: (inout EntraProvider.Settings) -> Void = { _ in }
    ) throws -> EntraProvider {
        var settings = EntraProvider.Settings(
            tenants: tenants, clientID: Self.clientID, clientSecret: try unwrap(SecretReference("env:E")))
        change(&settings)
        return try EntraProvider(id: "acme", settings: settings, context: stage.context)
    }

    /// Makes every token endpoint give an ID token with these claims.
    func grant(_ tenant: String = tenantA, _ change: (inout JSONObject) -> Void = { _ in }) throws {
        var claims: JSONObject = [
            "iss": .string(Self.issuer(tenant)), "tid": .string(tenant), "oid": .string(Self.person),
            "aud": .string(Self.clientID), "sub": "pairwise", "nonce": "nonce-1", "ver": "2.0",
            "exp": .integer(present.seconds + 300), "iat": .integer(present.seconds), "name": "Alice",
            "email": "alice@acme.example", "preferred_username": "alice.upn@acme.example",
        ]
        change(&claims)
        let answer: JSONObject = [
            "access_token": "graph-token", "token_type": "Bearer", "refresh_token": "rt",
            "id_token": .string(try key.issue(claims: claims, typ: "JWT")),
        ]
        for authority in [Self.tenantA, Self.consumers, "organizations", "common"] {
            stage.transport.on("\(Self.login)/\(authority)/oauth2/v2.0/token", json: answer.text)
        }
    }

    func login(_ provider: EntraProvider) async throws -> VerifiedIdentity {
        guard case .identity(let identity) = try await stage.complete(provider) else { throw Absent() }
        return identity
    }

    func refused(_ provider: EntraProvider) async -> LoginError? {
        await refusal { () async throws(LoginError) in try await stage.complete(provider) }
    }
}
