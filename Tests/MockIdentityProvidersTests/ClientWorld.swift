// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import JOSE
import MockIdentityProviders

/// A plain tenant, and a clients of every method.
struct ClientWorld {
    static let secret = "a-client-secret-of-more-than-32-octets"
    private static let redirectURI = "https://desk.test/vestibule/cb/x"

    let op: MockOpenIDProvider
    let key: SigningKey
    let browser: Browser

    static func with(
        _ pushed: OPPushedRequests = .offered, _ test: (ClientWorld) async throws -> Void
    ) async throws {
        let key = try SigningKey.generate(.es256)
        let clients = [
            OPClient(
                clientID: "keyed", clientSecret: nil, redirectURIs: [redirectURI],
                method: .registeredKeys(JWKSet(keys: [key.publicKey]))),
            OPClient(clientID: "shared", clientSecret: secret, redirectURIs: [redirectURI], method: .secretJWT),
            OPClient(clientID: "plain", clientSecret: secret, redirectURIs: [redirectURI]),
        ]
        let op = try await MockOpenIDProvider.start(
            .init(tenants: [OPTenant(name: "t", title: "T", clients: clients, pushedRequests: pushed)]))
        var result: Result<Void, any Error> = .success(())
        do {
            let port = op.port
            try await test(ClientWorld(op: op, key: key, browser: Browser(transport: ReroutingTransport { _ in port })))
        } catch { result = .failure(error) }
        await op.stop()
        try result.get()
    }

    var tenant: OPTenantState {
        get throws {
            guard let tenant = op.tenant("t") else { throw Browser.Problem.unexpected("no tenant") }
            return tenant
        }
    }

    func claims(_ client: String, wrong: String? = nil) -> JSONObject {
        let now = Int64(Date().timeIntervalSince1970)
        var claims: JSONObject = [
            "iss": .string(client), "sub": .string(client), "aud": .string(op.issuer("t")),
            "exp": .integer(now + 60), "jti": .string(Randomness.system.token()),
        ]
        switch wrong {
        case "iss", "sub", "aud": claims[wrong ?? ""] = "other"
        case "exp": claims["exp"] = .integer(now - 1)
        case "jti": claims["jti"] = nil
        default: break
        }
        return claims
    }

    /// An assertion of the published key, unless the key is what is wrong.
    func assertion(_ client: String = "keyed", wrong: String? = nil) throws -> String {
        let signer =
            switch wrong {
            case "kid": try SigningKey.generate(.es256)
            case "key": try SigningKey.generate(.es256, kid: key.kid)
            default: key
            }
        return try signer.issue(claims: claims(client, wrong: wrong))
    }

    func request(_ client: String) -> [(String, String)] {
        [
            ("client_id", client), ("response_type", "code"), ("redirect_uri", Self.redirectURI), ("scope", "openid"),
            ("state", "s"), ("nonce", "n"), ("code_challenge", String(repeating: "a", count: 43)),
            ("code_challenge_method", "S256"),
        ]
    }

    func push(
        client: String = "keyed", assertion: String? = nil, secret: String? = nil, wrong: String? = nil
    ) async throws -> OutboundResponse {
        var fields = request(client)
        let type = wrong == "type" ? "other" : "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        if let assertion { fields += [("client_assertion_type", type), ("client_assertion", assertion)] }
        if let secret = secret ?? (wrong == "secret" ? Self.secret : nil) { fields.append(("client_secret", secret)) }
        return try await browser.post(try url("par"), fields)
    }

    func authorize(_ fields: [(String, String)]) async throws -> OutboundResponse {
        try await browser.transport.send(OutboundRequest(url: try url("authorize?" + Browser.form(fields))))
    }

    private func url(_ path: String) throws -> URL {
        guard let url = URL(string: op.issuer("t") + "/" + path) else { throw Browser.Problem.unexpected(path) }
        return url
    }
}
