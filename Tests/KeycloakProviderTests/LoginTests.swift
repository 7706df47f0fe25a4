import Broker
import ConformanceKit
import Foundation
import JOSE
import KeycloakProvider
import OIDCProvider
import Testing

@Suite struct LoginTests {
    let world: World
    init() throws { world = try World() }

    private let subject = SubjectKey(connection: "acme", issuer: World.issuer, subject: World.subject)

    private func refusal() async throws -> LoginError.Code? { await world.bench.refusal(try world.provider())?.code }

    @Test func `signs in a person of the realm`() async throws {
        try world.grant(accessToken: try world.accessToken())
        let identity = try await world.bench.login(try world.provider())
        #expect(identity.subject == subject)
        #expect(identity.email?.evidence == .idpVerified)
        #expect(identity.upstream?.sessionID == "s-1")
    }

    @Test func `an access token with our audience and nonce is no ID token`() async throws {
        let accessToken = world.accessClaims
        try world.grant(accessToken: "x") { claims in
            claims = accessToken
            claims["aud"] = .string(World.clientID)
            claims["nonce"] = .string(LoginSecrets.kit.nonce)
        }
        #expect(try await refusal() == .upstreamInvalid)
    }

    @Test(arguments: [JSONValue.string("Bearer"), "Logout", "id", nil])
    func `a token whose payload is of another kind is refused`(_ value: JSONValue?) async throws {
        try world.grant(accessToken: try world.accessToken()) { $0["typ"] = value }
        #expect(try await refusal() == .upstreamInvalid)
    }

    @Test(arguments: ["/realms/other", "/auth/realms/acme", "/realms/acme/", "/realms/ACME"])
    func `a token of another realm is refused`(_ path: String) async throws {
        try world.grant(accessToken: try world.accessToken()) { $0["iss"] = .string(World.base + path) }
        #expect(try await refusal() == .issuerMismatch)
    }

    @Test func `the issuer has the path of old versions where the settings say so`() async throws {
        let issuer = World.base + "/auth/realms/acme"
        world.publish(issuer: issuer)
        for change in [
            { (settings: inout KeycloakProvider.Settings) in settings.legacyPath = true },
            { $0.baseURL = World.base + "/auth/" },
        ] {
            let provider = try world.provider(change)
            #expect(provider.oidc.settings.issuer == issuer)
            guard case .redirect(let url) = try await provider.beginLogin(world.bench.request()).action else {
                throw KitFailure("another outcome")
            }
            #expect(url.absoluteString.hasPrefix(issuer + "/protocol/openid-connect/auth?"))
        }
        let world = self.world
        world.publish { $0["issuer"] = .string(issuer) }
        let provider = try world.provider()
        let error = await #expect(throws: LoginError.self) { _ = try await provider.beginLogin(world.bench.request()) }
        #expect(error?.code == .issuerMismatch)
    }

    @Test func `sends people to the identity provider that is configured`() async throws {
        let step = try await world.provider { $0.idpHint = "acme-saml" }.beginLogin(world.bench.request())
        guard case .redirect(let url) = step.action else { throw KitFailure("another outcome") }
        #expect(try CallbackParameters(formEncoded: Data((url.query() ?? "").utf8))["kc_idp_hint"] == "acme-saml")
    }

    @Test(arguments: [JSONValue.bool(false), "true", nil])
    func `an address is verified by JSON true alone`(_ value: JSONValue?) async throws {
        try world.grant(accessToken: try world.accessToken()) { $0["email_verified"] = value }
        let identity = try await world.bench.login(try world.provider())
        #expect(identity.email?.evidence == Email.Evidence.none)
        let owned = try await world.bench.login(try world.provider { $0.emailEvidence = .tenantOwnsDomain })
        #expect(owned.email?.evidence == .tenantOwnsDomain)
    }

    @Test func `a refresh brings the roles of now`() async throws {
        try world.grant(accessToken: try world.accessToken())
        let provider = try world.provider()
        let session = try unwrap(try await world.bench.login(provider).upstream)
        try world.grant(accessToken: try world.accessToken { $0["realm_access"] = ["roles": ["guest"]] }) {
            $0["nonce"] = nil
        }
        guard case .updated(let identity) = try await provider.refresh(session, of: subject) else {
            throw KitFailure("another outcome")
        }
        #expect(identity.groups == GroupSet(["realm:guest"], completeness: .complete))
    }

    // MARK: Sign-out

    private func logoutToken(typ: String?, _ change: (inout JSONObject) -> Void = { _ in }) throws -> LoginCallback {
        var claims: JSONObject = [
            "iat": .integer(world.bench.clock.now.seconds), "exp": .integer(world.bench.clock.now.seconds + 120),
            "jti": "l-1", "iss": .string(World.issuer), "aud": .string(World.clientID), "sub": .string(World.subject),
            "typ": "Logout", "sid": "s-1",
            "events": [
                "http://schemas.openid.net/event/backchannel-logout": [:], "revoke_offline_access": true,
            ],
        ]
        change(&claims)
        let token = try world.key.issue(claims: claims, typ: typ)
        return try world.bench.callback("logout_token=\(token)", method: .post, endpoint: .logout)
    }

    @Test func `a back-channel logout ends the session that it names`() async throws {
        let notice = try await world.provider().receiveLogout(try logoutToken(typ: "logout+jwt"))
        #expect(notice.target == .session(issuer: World.issuer, sessionID: "s-1"))
        let old = try await world.provider { $0.untypedLogoutTokens = true }
            .receiveLogout(try logoutToken(typ: "JWT"))
        #expect(old.target == .session(issuer: World.issuer, sessionID: "s-1"))
    }

    @Test func `a logout token of another realm, or of an old version unasked, is refused`() async throws {
        let provider = try world.provider()
        for (callback, code) in [
            (try logoutToken(typ: "JWT"), LoginError.Code.upstreamInvalid),
            (try logoutToken(typ: "logout+jwt") { $0["exp"] = nil }, .timeInvalid),
            (try logoutToken(typ: "logout+jwt") { $0["iss"] = .string(World.base + "/realms/x") }, .issuerMismatch),
        ] {
            let error = await #expect(throws: LoginError.self) { _ = try await provider.receiveLogout(callback) }
            #expect(error?.code == code)
        }
    }

    @Test func `signs out at the realm with the ID token as a hint`() async throws {
        try world.grant(accessToken: try world.accessToken())
        let provider = try world.provider()
        let session = try unwrap(try await world.bench.login(provider).upstream)
        let url = try unwrap(URL(string: "https://b.example/vestibule/cb/acme/logout"))
        let step = try await provider.beginLogout(
            LogoutRequest(subject: subject, session: session, returnURL: url, state: "s1", requestID: "_r1"))
        guard case .formPost(let endpoint, let fields) = step else { throw KitFailure("another outcome") }
        #expect(endpoint.absoluteString == World.issuer + "/protocol/openid-connect/logout")
        #expect(fields.map(\.name) == ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"])
    }
}
