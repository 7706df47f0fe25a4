import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE
import OIDCProvider
import Testing

@testable import OktaProvider

@Suite struct ConnectionTests {
    let world: World
    init() throws { world = try World() }

    // MARK: Settings

    private func path(_ settings: [String: SettingsValue]) -> String? {
        var all: [String: SettingsValue] = [
            "domain": .string(World.domain), "clientID": .string(World.clientID), "clientSecret": .string("env:OKTA"),
        ]
        all.merge(settings) { $1 }
        return settingsProblems(OktaProvider.self, all, world.context).first
    }

    @Test func `three keys are enough, and every key of the form is read`() {
        #expect(path([:]) == nil)
        let full: [String: SettingsValue] = [
            "authorizationServer": .string("aus9s3ami4MQHlvXq0h7"), "offlineAccess": .bool(true),
            "groups": .object(["claim": .string("teams"), "scope": .string("teams")]),
            "emailEvidence": .string("tenantOwnsDomain"), "endSession": .string("query"),
            "tokenEndpointAuthMethod": .string("client_secret_post"), "clientSecretExpires": .string("2027-06-30"),
            "clientAssertionAlgorithm": .string("RS256"),
            "endpoint": .string("http://okta.localhost:9000"),
        ]
        #expect(path(full) == nil)
        #expect(
            Set(OktaProvider.form.fields.map(\.key)) == Set(full.keys).union(["domain", "clientID", "clientSecret"]))
        #expect(OktaProvider.form.fields.allSatisfy { !$0.help.isEmpty })
    }

    @Test func `names the key that is wrong`() {
        for domain in [
            "https://acme.okta.com", "acme.okta.com/", "acme.okta.com:8443", "Acme.okta.com", "acme",
            "acme-admin.okta.com",
            "acme-admin.oktapreview.com", "acme.okta.com/oauth2/default", "user@acme.okta.com", "acme.okta.com?x=1",
        ] {
            #expect(path(["domain": .string(domain)]) == "domain", "\(domain)")
        }
        #expect(path(["domain": .string("login-admin.acme.example")]) == nil)
        for server in ["https://acme.okta.com/oauth2/default", "../x", "a/b", "a b", "", "dé"] {
            #expect(path(["authorizationServer": .string(server)]) == "authorizationServer", "\(server)")
        }
        for endpoint in [
            "https://okta.evil.example", "http://localhost:1/", "http://localhost:1/x", "http://localhost?x=1",
        ] {
            #expect(path(["endpoint": .string(endpoint)]) == "endpoint", "\(endpoint)")
        }
        #expect(path(["clientSecret": .null]) == "clientSecret")
        #expect(path(["clientSecret": .null, "tokenEndpointAuthMethod": .string("private_key_jwt")]) == nil)
        #expect(path(["tokenEndpointAuthMethod": .string("none")]) == "tokenEndpointAuthMethod")
        #expect(path(["clientSecretExpires": .string("soon")]) == "clientSecretExpires")
        #expect(path(["clientSecret": .string("hunter2")]) == "clientSecret")
        #expect(path(["issuer": .string(World.org)]) == "issuer")
        #expect(path(["emailEvidence": .string("none")]) == "emailEvidence")
        #expect(path(["groups": .string("groups")]) == "groups")
    }

    @Test func `settings survive being written and read again`() throws {
        let settings = try world.provider { $0.groups = .init(claim: "teams") }.settings
        let again = try JSONDecoder().decode(OktaProvider.Settings.self, from: JSONEncoder().encode(settings))
        #expect(again == settings)
    }

    @Test func `a stand-in on this machine is the issuer`() throws {
        let provider = try world.provider {
            $0.endpoint = "http://okta.localhost:9000"
            $0.authorizationServer = "default"
        }
        #expect(provider.oidc.settings.issuer == "http://okta.localhost:9000/oauth2/default")
    }

    // MARK: Abilities

    private func logout(_ provider: OktaProvider, _ session: UpstreamSession) async throws -> LogoutStep {
        let url = try unwrap(URL(string: "https://portal.example/out"))
        let subject = SubjectKey(connection: "acme", issuer: World.org, subject: "00u1")
        return try await provider.beginLogout(
            LogoutRequest(subject: subject, session: session, returnURL: url, state: "s1", requestID: "r"))
    }

    @Test func `signs out with the ID token as a hint, which Okta wants`() async throws {
        let token = try world.grant()
        let session = try unwrap(try await world.bench.login(try world.provider()).upstream)
        guard case .formPost(let url, let fields) = try await logout(try world.provider(), session) else {
            throw KitFailure("another outcome")
        }
        #expect(url.absoluteString == World.org + "/oauth2/v1/logout")
        #expect(fields.contains(FormParameter("id_token_hint", token)))
        #expect(fields.contains(FormParameter("post_logout_redirect_uri", "https://portal.example/out")))
        guard case .redirect(let link) = try await logout(try world.provider { $0.endSession = .query }, session) else {
            throw KitFailure("another outcome")
        }
        #expect(link.query()?.contains("id_token_hint=" + token) == true)
    }

    @Test func `without an ID token people are not sent to an error page of Okta`() async throws {
        try world.grant(refreshToken: "r1") { $0["blob"] = .string(String(repeating: "x", count: 9000)) }
        let session = try unwrap(try await world.bench.login(try world.provider { $0.offlineAccess = true }).upstream)
        for session in [session, UpstreamSession(sessionID: nil)] {
            guard case .notConfigured = try await logout(try world.provider(), session) else {
                throw KitFailure("another outcome")
            }
        }
    }

    @Test func `a key of its own signs for the address that is asked, and is published`() async throws {
        var settings = OktaProvider.Settings(domain: World.domain, clientID: World.clientID, clientSecret: nil)
        settings.tokenEndpointAuthMethod = .privateKeyJWT
        #expect(OktaProvider.keyAlgorithms(for: settings) == [.p256])
        let key = try SigningKey.generate(.es256)
        var context = world.context
        context.keys = [
            PrivateKeyHandle(
                id: "own", subjectPublicKeyInfo: Data(key.publicKey.spkiDER), pkcs8: Data(key.pkcs8DER))
        ]
        let provider = try OktaProvider(id: "acme", settings: settings, context: context)
        try world.grant()
        _ = try await world.bench.login(provider)
        let sent = try unwrap(world.transport.requests.last { $0.url.path().hasSuffix("/v1/token") })
        let assertion = try unwrap(try CallbackParameters(formEncoded: sent.body ?? Data())["client_assertion"])
        let claims = try JSONObject.parse(Base64URL.decode(String(assertion.split(separator: ".")[1])))
        #expect(claims.string("aud") == World.org + "/oauth2/v1/token" && claims.string("sub") == World.clientID)
        let document = try await provider.metadata(callbackURL: world.callbackURL)
        #expect(try JWKSet.parse(document.body).keys.map(\.kid) == ["own"])
    }

    @Test func `a refresh asks for offline access, and a deactivated person loses access`() async throws {
        let provider = try world.provider { $0.offlineAccess = true }
        #expect(try await world.scope(provider) == "openid profile email offline_access")
        try world.grant(refreshToken: "r1") { $0["groups"] = ["a"] }
        let identity = try await world.bench.login(provider)
        let session = try unwrap(identity.upstream)
        try world.grant(refreshToken: "r2") {
            $0["nonce"] = nil
            $0["groups"] = .array((0..<100).map { .string("g\($0)") })
        }
        guard case .updated(let later) = try await provider.refresh(session, of: identity.subject) else {
            throw KitFailure("another outcome")
        }
        #expect(later.groups.completeness == .overage)
        world.transport.on(
            World.org + "/oauth2/v1/token", json: #"{"error":"invalid_grant"}"#, status: .badRequest)
        guard case .revoked = try await provider.refresh(session, of: identity.subject) else {
            throw KitFailure("another outcome")
        }
    }

    @Test func `has the abilities of an OpenID Provider`() async throws {
        let ability: any IdentityProvider = try world.provider()
        #expect(ability is any UpstreamLogout && ability is any LogoutReceiver && ability is any SessionRefresher)
        #expect(await (try world.provider()).refreshTrust().keys.map(\.id) == ["a+b/c="])
    }

    // MARK: Lint

    @Test func `a sound connection has no findings`() async throws {
        #expect(try await world.provider { $0.groups = .init() }.lint().isEmpty)
        let custom = try world.provider {
            $0.authorizationServer = "default"
            $0.groups = .init()
        }
        #expect(await custom.lint().isEmpty)
    }

    @Test func `lint says which issuer is in use where it is not the server's`() async throws {
        world.publish(World.org) { $0["issuer"] = "https://login.acme.example" }
        let findings = try await world.provider().lint()
        #expect(findings.map(\.path) == [["domain"], ["authorizationServer"]])
        #expect(findings.map(\.severity) == [.error, .note])
        #expect(findings.last?.text.contains("https://acme.okta.com.") == true)
    }

    @Test func `lint finds scopes that the server does not have, and an address that people may change`() async throws {
        world.publish(World.org) { $0["scopes_supported"] = ["openid", "email", "profile"] }
        #expect(try await world.provider { $0.groups = .init() }.lint().map(\.path) == [["groups", "scope"]])
        #expect(try await world.provider { $0.offlineAccess = true }.lint().map(\.path) == [["offlineAccess"]])
        let owned = try await world.provider { $0.emailEvidence = .tenantOwnsDomain }.lint()
        #expect(owned.map(\.path) == [["emailEvidence"]] && owned.map(\.severity) == [.note])
    }
}
