import Broker
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
        do throws(SettingsError) {
            _ = try ProviderRegistry([OktaProvider.self]).makeProvider(
                "okta", id: "acme", settings: .object(all.filter { $0.value != .null }), version: 1,
                context: world.context)
            return nil
        } catch {
            return error.problems.first?.path.joined(separator: ".")
        }
    }

    @Test func `three keys are enough, and every key of the form is read`() {
        #expect(path([:]) == nil)
        let full: [String: SettingsValue] = [
            "authorizationServer": .string("aus9s3ami4MQHlvXq0h7"), "offlineAccess": .bool(true),
            "groups": .object(["claim": .string("teams"), "scope": .string("teams")]),
            "emailEvidence": .string("tenantOwnsDomain"), "endSession": .string("query"),
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
        let session = try unwrap(try await world.login(try world.provider()).upstream)
        guard case .formPost(let url, let fields) = try await logout(try world.provider(), session) else {
            throw Absent()
        }
        #expect(url.absoluteString == World.org + "/oauth2/v1/logout")
        #expect(fields.contains(FormParameter("id_token_hint", token)))
        #expect(fields.contains(FormParameter("post_logout_redirect_uri", "https://portal.example/out")))
        guard case .redirect(let link) = try await logout(try world.provider { $0.endSession = .query }, session) else {
            throw Absent()
        }
        #expect(link.query()?.contains("id_token_hint=" + token) == true)
    }

    @Test func `a refresh asks for offline access, and a deactivated person loses access`() async throws {
        let provider = try world.provider { $0.offlineAccess = true }
        #expect(try await world.scope(provider) == "openid profile email offline_access")
        try world.grant(refreshToken: "r1") { $0["groups"] = ["a"] }
        let identity = try await world.login(provider)
        let session = try unwrap(identity.upstream)
        try world.grant(refreshToken: "r2") {
            $0["nonce"] = nil
            $0["groups"] = .array((0..<100).map { .string("g\($0)") })
        }
        guard case .updated(let later) = try await provider.refresh(session, of: identity.subject) else {
            throw Absent()
        }
        #expect(later.groups.completeness == .overage)
        world.transport.on(
            World.org + "/oauth2/v1/token", json: #"{"error":"invalid_grant"}"#, status: .badRequest)
        guard case .revoked = try await provider.refresh(session, of: identity.subject) else { throw Absent() }
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
