import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE
import Logging
import OpenIDConnect

@testable import OIDCProvider

/// A vendor's OP by a profile: the scripted transport speaks with its issuer, metadata and claims.
struct VendorWorld {
    static let key = Result { try SigningKey.generate(.rs256, kid: "k1") }
    static let otherKey = Result { try SigningKey.generate(.rs256, kid: "k1") }
    static let clientID = World.clientID

    let issuer: String
    let world: World
    private let settings: [String: SettingsValue]

    /// A vendor's OP and the settings with which a customer connects to it.
    init(
        _ profile: SettingsValue, issuer: String, variables: [String: String] = [:],
        settings: [String: SettingsValue] = [:], metadata: JSONObject = [:]
    ) throws {
        self.issuer = issuer
        world = try World()
        var all: [String: SettingsValue] = [
            "profile": profile, "variables": .object(variables.mapValues { .string($0) }),
            "clientID": .string(Self.clientID), "clientSecret": .string("env:ACME"),
        ]
        all.merge(settings) { $1 }
        self.settings = all.filter { $0.value != .null }
        try publish(metadata)
    }

    /// A shipped profile.
    init(
        shipped name: String, issuer: String, variables: [String: String] = [:],
        settings: [String: SettingsValue] = [:], metadata: JSONObject = [:]
    ) throws {
        try self.init(
            unwrap(OIDCProvider.Profile.shipped[name]), issuer: issuer, variables: variables, settings: settings,
            metadata: metadata)
    }

    private var base: String { issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer }

    private func path(_ end: String) -> String { (URL(string: base)?.path() ?? "") + end }

    /// Publishes metadata with these members on top of the usual ones; null takes one away.
    func publish(_ members: JSONObject = [:]) throws {
        var document: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string(base + "/authorize"),
            "token_endpoint": .string(base + "/token"), "jwks_uri": .string(base + "/keys"),
            "userinfo_endpoint": .string(base + "/userinfo"), "id_token_signing_alg_values_supported": ["RS256"],
        ]
        for name in members.keys { document[name] = members[name] }
        world.transport.on(path("/.well-known/openid-configuration"), json: document.text)
        world.transport.publish([try Self.key.get()], at: path("/keys"))
    }

    /// The connection as the registry makes it of stored settings.
    func provider() throws -> OIDCProvider {
        let any = try ProviderRegistry([OIDCProvider.self]).makeProvider(
            "oidc", id: "acme", settings: .object(settings), version: 1, context: world.context)
        return try unwrap(any as? OIDCProvider)
    }

    /// Why the settings are refused: path and text of each problem.
    func refusals() throws -> [String] {
        do {
            _ = try provider()
            return []
        } catch let error as SettingsError {
            return error.problems.map { "\($0.path.joined(separator: ".")): \($0.text)" }
        }
    }

    /// Makes the token endpoint give an ID token with these claims; null takes one away.
    func grant(_ claims: JSONObject, signedBy key: Result<SigningKey, any Error> = Self.key) throws {
        var all: JSONObject = [
            "iss": .string(issuer), "aud": .string(Self.clientID), "sub": "u1",
            "nonce": .string(world.secrets.nonce), "exp": .integer(world.clock.now.seconds + 300),
            "iat": .integer(world.clock.now.seconds),
        ]
        for name in claims.keys { all[name] = claims[name] }
        world.transport.grant(at: path("/token"), idToken: try key.get().issue(claims: all, typ: "JWT"))
    }

    func userInfo(_ claims: JSONObject) {
        var all: JSONObject = ["sub": "u1"]
        for name in claims.keys { all[name] = claims[name] }
        world.transport.on(path("/userinfo"), json: all.text)
    }

    private func callback(_ provider: OIDCProvider) throws -> LoginCallback {
        try world.callback(
            "code=C0DE-value&state=STAT3-value",
            method: provider.settings.responseMode == .formPost ? .post : .get)
    }

    /// A whole login, the browser's way included.
    func login() async throws -> LoginOutcome {
        let provider = try provider()
        _ = try await provider.beginLogin(world.request())
        return try await provider.completeLogin(callback(provider), resuming: world.pending())
    }

    func identity() async throws -> VerifiedIdentity {
        guard case .identity(let identity) = try await login() else { throw KitFailure("another outcome") }
        return identity
    }

    /// The code or reason by which a login is refused.
    func refused() async -> String? {
        do {
            guard case .denied(let denial) = try await login() else { return nil }
            return denial.reason.rawValue
        } catch let error as LoginError {
            return error.code.rawValue
        } catch {
            return "\(error)"
        }
    }

    /// The parameters of the authorization request.
    func asked() async throws -> [String: String] {
        guard case .redirect(let url) = try await provider().beginLogin(world.request()).action else {
            throw KitFailure("another outcome")
        }
        let items = URLComponents(url: url, resolvingAgainstBaseURL: false)?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { $1 }
    }

    func logout() async throws -> LogoutStep {
        try await provider().beginLogout(
            LogoutRequest(
                subject: SubjectKey(connection: "acme", issuer: issuer, subject: "u1"),
                session: UpstreamHandle(idToken: Secret("ID-T0KEN"), refreshToken: nil).session(id: nil),
                returnURL: unwrap(URL(string: "https://b.example/vestibule/cb/acme/logout")), state: "L0GOUT",
                requestID: "_2"))
    }
}
