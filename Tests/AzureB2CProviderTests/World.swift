import AzureB2CProvider
import Broker
import Foundation
import JOSE

/// Azure AD B2C as a connection sees it: one tenant with two policies.
struct World {
    static let tenantID = "aaaaaaaa-0000-4000-8000-000000000001"
    static let foreign = "ffffffff-0000-4000-8000-00000000000f"
    static let clientID = "cccccccc-0000-4000-8000-00000000000c"
    static let host = "https://contoso.b2clogin.com"
    static let issuer = "\(host)/\(tenantID)/v2.0/"

    let stage: Stage
    let key: SigningKey

    init() throws {
        stage = try Stage()
        key = try Keys.shared.get()
        publish()
    }

    func publish(
        host: String = host, policy: String = "B2C_1_signin", issuer: String = issuer
    ) {
        let base = "\(host)/contoso.onmicrosoft.com/\(policy)"
        stage.publish(
            metadata: base + "/v2.0/.well-known/openid-configuration", issuer: issuer, base: base + "/oauth2/v2.0",
            keys: ["keys": [.object(key.publicKey.publicJWK)]])
    }

    func provider(_ change: (inout AzureB2CProvider.Settings) -> Void = { _ in }) throws -> AzureB2CProvider {
        var settings = AzureB2CProvider.Settings(
            tenant: "contoso", tenantID: Self.tenantID, policies: ["B2C_1_signin"], clientID: Self.clientID,
            clientSecret: try unwrap(SecretReference("env:B")))
        change(&settings)
        return try AzureB2CProvider(id: "acme", settings: settings, context: stage.context)
    }

    /// Makes a policy's token endpoint give an ID token with these claims.
    func grant(
        host: String = host, policy: String = "B2C_1_signin", _ change: (inout JSONObject) -> Void = { _ in }
    ) throws {
        var claims: JSONObject = [
            "iss": .string(Self.issuer), "aud": .string(Self.clientID), "sub": "11111111-0000-4000-8000-000000000011",
            "nonce": "nonce-1", "exp": .integer(present.seconds + 300), "iat": .integer(present.seconds),
            "tfp": "B2C_1_signin", "name": "Alice", "emails": ["alice@acme.example"],
        ]
        change(&claims)
        let answer: JSONObject = [
            "access_token": "at", "token_type": "Bearer",
            "id_token": .string(try key.issue(claims: claims, typ: "JWT")),
        ]
        stage.transport.on("\(host)/contoso.onmicrosoft.com/\(policy)/oauth2/v2.0/token", json: answer.text)
    }

    func login(_ provider: AzureB2CProvider) async throws -> VerifiedIdentity {
        guard case .identity(let identity) = try await stage.complete(provider) else { throw Absent() }
        return identity
    }

    func refused(_ provider: AzureB2CProvider) async -> LoginError? {
        await refusal { () async throws(LoginError) in try await stage.complete(provider) }
    }
}
