import AzureB2CProvider
import Broker
import ConformanceKit
import Foundation
import JOSE

/// Azure AD B2C as a connection sees it: one tenant with two policies.
struct World {
    static let tenantID = "aaaaaaaa-0000-4000-8000-000000000001"
    static let foreign = "ffffffff-0000-4000-8000-00000000000f"
    static let clientID = "cccccccc-0000-4000-8000-00000000000c"
    static let host = "https://contoso.b2clogin.com"
    static let issuer = "\(host)/\(tenantID)/v2.0/"

    static let now = Timestamp(seconds: 1_768_478_400)
    /// Made once: RSA keys take their time.
    private static let sharedKey = Result { try SigningKey.generate(.rs256, kid: "k1") }

    let bench = KitBench()
    let key: SigningKey

    /// Metadata changes within a test, so no connection remembers what another one read.
    var context: ProviderContext { bench.freshContext }

    init() throws {
        key = try Self.sharedKey.get()
        publish()
    }

    func publish(
        host: String = host, policy: String = "B2C_1_signin", issuer: String = issuer
    ) {
        let base = "\(host)/contoso.onmicrosoft.com/\(policy)"
        bench.transport.publishMetadata(
            at: base + "/v2.0/.well-known/openid-configuration", issuer: issuer, base: base + "/oauth2/v2.0")
        bench.transport.publish([key], at: base + "/oauth2/v2.0/keys")
    }

    func provider(_ change: (inout AzureB2CProvider.Settings) -> Void = { _ in }) throws -> AzureB2CProvider {
        var settings = AzureB2CProvider.Settings(
            tenant: "contoso", tenantID: Self.tenantID, policies: ["B2C_1_signin"], clientID: Self.clientID,
            clientSecret: try unwrap(SecretReference("env:B")))
        change(&settings)
        return try AzureB2CProvider(id: "acme", settings: settings, context: context)
    }

    /// Makes a policy's token endpoint give an ID token with these claims.
    func grant(
        host: String = host, policy: String = "B2C_1_signin", _ change: (inout JSONObject) -> Void = { _ in }
    ) throws {
        var claims: JSONObject = [
            "iss": .string(Self.issuer), "aud": .string(Self.clientID), "sub": "11111111-0000-4000-8000-000000000011",
            "nonce": .string(LoginSecrets.kit.nonce), "exp": .integer(Self.now.seconds + 300),
            "iat": .integer(Self.now.seconds),
            "tfp": "B2C_1_signin", "name": "Alice", "emails": ["alice@acme.example"],
        ]
        change(&claims)
        bench.transport.grant(
            at: "\(host)/contoso.onmicrosoft.com/\(policy)/oauth2/v2.0/token",
            idToken: try key.issue(claims: claims, typ: "JWT"))
    }
}
