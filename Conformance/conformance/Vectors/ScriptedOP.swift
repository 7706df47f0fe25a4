// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import JOSE
import Logging
import OIDCProvider
import Synchronization

/// An OpenID provider that says what a vector file says, and a connection that believes it: the module that runs in
/// production, from the callback to the identity, with only the network replaced.
struct ScriptedOP: Sendable {
    private static let standardSecret = "s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t"

    let issuer: String
    let clientID: String
    let nonce: String
    let code: String
    let accessToken: String
    let now: Timestamp
    private let jwks: JSONObject
    private let secret: String
    private let algorithms: [String]

    /// Reads the `config` of a file.
    init(_ config: JSONObject) throws {
        issuer = try unwrap(config.string("issuer"), "no issuer")
        clientID = try unwrap(config.string("client_id"), "no client_id")
        nonce = config.string("nonce") ?? "n-0001"
        code = config.string("code") ?? "code-123"
        accessToken = config.string("access_token") ?? "at-123"
        now = Timestamp(seconds: try unwrap(config.int64("now"), "no now"))
        jwks = try unwrap(config.object("jwks"), "no jwks")
        secret = config.string("client_secret") ?? Self.standardSecret
        algorithms = config.strings("allowed_algs") ?? ["RS256", "ES256"]
    }

    /// The connection, for a token endpoint that gives this ID token.
    func provider(idToken: String, userInfo: JSONObject? = nil, maxAge: Int64? = nil) throws -> OIDCProvider {
        var settings = OIDCProvider.Settings(
            issuer: issuer, clientID: clientID, clientSecret: SecretReference("env:VECTORS"))
        settings.signingAlgorithms = algorithms
        settings.userInfo = userInfo == nil ? .never : .always
        settings.maxAge = maxAge.map { Int($0) }
        return try OIDCProvider(id: "acme", settings: settings, context: context(answers(idToken, userInfo)))
    }

    /// The same as a Workspace's connection that admits these domains.
    func workspace(idToken: String, admitting domains: [String]) throws -> WorkspaceAtVectorOP {
        try WorkspaceAtVectorOP(
            provider(idToken: idToken), admitting: domains, context: context(answers(idToken, nil)))
    }

    /// What the browser brings back.
    func callback() throws -> LoginCallback {
        let query = "code=\(Browser.encoded(code))&state=state-0001&iss=\(Browser.encoded(issuer))"
        return try LoginCallback(method: .get, rawQuery: Data(query.utf8))
    }

    /// What the login was begun with.
    func pending() throws -> PendingLogin {
        let secrets = LoginSecrets(
            state: "state-0001", nonce: nonce, codeVerifier: String(repeating: "v", count: 43), requestID: "_1")
        return PendingLogin(
            sent: secrets, fresh: secrets, state: .empty, round: 1,
            callbackURL: try unwrap(URL(string: "https://broker.example/vestibule/cb/acme"), "no URL"),
            requirements: .none, startedAt: now)
    }

    // MARK: The network

    private func answers(_ idToken: String, _ userInfo: JSONObject?) -> [String: JSONObject] {
        let metadata: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string("\(issuer)/authorize"),
            "token_endpoint": .string("\(issuer)/token"), "jwks_uri": .string("\(issuer)/jwks"),
            "userinfo_endpoint": .string("\(issuer)/userinfo"),
            "id_token_signing_alg_values_supported": .array(algorithms.map { .string($0) }),
        ]
        return [
            "/.well-known/openid-configuration": metadata, "/jwks": jwks, "/userinfo": userInfo ?? [:],
            "/token": [
                "access_token": .string(accessToken), "token_type": "Bearer", "expires_in": 300,
                "id_token": .string(idToken),
            ],
        ]
    }

    private func context(_ answers: [String: JSONObject]) -> ProviderContext {
        let (moment, secret) = (now, secret)
        return ProviderContext(
            callbackURL: URL(filePath: "/cb"), transport: ScriptedTransport(issuer: issuer, answers: answers),
            time: TimeSource { moment },
            randomness: .system, memory: ScratchMemory(moment),
            secrets: SecretResolver { _ throws(SettingsError) in Secret(secret) },
            logger: Logger(label: "vectors") { _ in SwiftLogNoOpLogHandler() })
    }
}

/// Answers what stands below the issuer, and nothing else: a followed `jku` finds nobody.
private struct ScriptedTransport: HTTPTransport {
    let issuer: String
    let answers: [String: JSONObject]

    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        let url = request.url.absoluteString
        guard url.hasPrefix(issuer), let answer = answers[String(url.dropFirst(issuer.count))] else {
            throw TransportError(.unreachable, detail: "not part of the script")
        }
        return OutboundResponse(
            status: .ok, headerFields: [.contentType: "application/json"], body: Data(answer.serialized()))
    }
}

/// A connection's memory for as long as a case lasts.
final class ScratchMemory: ConnectionMemory {
    private let entries = Mutex<[String: MemoryEntry]>([:])
    private let now: Timestamp

    init(_ now: Timestamp) { self.now = now }

    func read(_ key: String) async throws(MemoryError) -> MemoryEntry? { entries.withLock { $0[key] } }

    func compareAndSet(_ key: String, expected: Int64?, bytes: Data) async throws(MemoryError) -> Bool {
        entries.withLock { entries in
            guard entries[key]?.version == expected else { return false }
            entries[key] = MemoryEntry(bytes: bytes, storedAt: now, version: (expected ?? 0) + 1)
            return true
        }
    }
}
