import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE
import OIDCProvider
import OpenIDConnect
import Testing

@Suite struct AbilitiesTests {
    let world: World
    init() throws { world = try World() }

    private let subject = SubjectKey(connection: "acme", issuer: World.issuer, subject: "u1")

    // MARK: Logout

    private func logout(_ provider: OIDCProvider, _ session: UpstreamSession) async throws -> LogoutStep {
        let url = try unwrap(URL(string: "https://portal.example/out"))
        return try await provider.beginLogout(
            LogoutRequest(subject: subject, session: session, returnURL: url, state: "s1", requestID: "_r1"))
    }

    @Test func `signs out at the OP by a form, so that the ID token stands in no URL`() async throws {
        let token = try world.grant()
        let provider = try world.provider()
        let session = try unwrap(try await world.login(provider).upstream)
        guard case .formPost(let url, let fields) = try await logout(provider, session) else {
            throw KitFailure("another outcome")
        }
        #expect(url.absoluteString == World.issuer + "/logout")
        #expect(
            fields == [
                FormParameter("id_token_hint", token), FormParameter("client_id", World.clientID),
                FormParameter("post_logout_redirect_uri", "https://portal.example/out"), FormParameter("state", "s1"),
            ])
    }

    @Test func `signs out by a link where the operator says so, and without a hint where there is none`() async throws {
        let provider = try world.provider { $0.endSession = .query }
        guard case .redirect(let url) = try await logout(provider, UpstreamSession(sessionID: nil)) else {
            throw KitFailure("another outcome")
        }
        let sent = try CallbackParameters(formEncoded: Data((url.query() ?? "").utf8))
        #expect(sent.names == ["client_id", "post_logout_redirect_uri", "state"])
    }

    @Test func `an OP without an end-session endpoint is not configured for it`() async throws {
        world.publishDocument { $0["end_session_endpoint"] = nil }
        guard case .notConfigured = try await logout(try world.provider(), UpstreamSession(sessionID: nil)) else {
            throw KitFailure("another outcome")
        }
    }

    @Test func `an ID token too long for the handle is left out, the refresh token stays`() async throws {
        try world.grant(refreshToken: World.refreshToken) { $0["blob"] = .string(String(repeating: "x", count: 9000)) }
        let session = try unwrap(try await world.login(try world.provider()).upstream)
        #expect(session.handle.count < 8192)
        #expect(String(decoding: session.handle, as: UTF8.self).contains(World.refreshToken))
    }

    @Test func `a refresh token too long for the handle is left out, the ID token stays, and the log says so`()
        async throws
    {
        let token = try world.grant(refreshToken: String(repeating: "r", count: 8193))
        let session = try unwrap(try await world.login(try world.provider()).upstream)
        #expect(try JSONObject.parse(session.handle).keys == ["idToken"])
        #expect(try JSONObject.parse(session.handle).string("idToken") == token)
        #expect(world.log.text.contains("the refresh token") && !world.log.text.contains("rrr"))
    }

    private func logoutToken(_ change: (inout JSONObject) -> Void = { _ in }) throws -> String {
        var claims: JSONObject = [
            "iss": .string(World.issuer), "aud": .string(World.clientID), "iat": .integer(world.clock.now.seconds),
            "exp": .integer(world.clock.now.seconds + 120), "jti": "lj-1", "sub": "u1", "sid": "sid1",
            "events": ["http://schemas.openid.net/event/backchannel-logout": [:]],
        ]
        change(&claims)
        return try world.key.issue(claims: claims, typ: "logout+jwt")
    }

    private func receive(_ token: String) async throws -> LogoutNotice {
        try await world.provider().receiveLogout(
            try world.callback("logout_token=\(token)", method: .post, endpoint: .logout))
    }

    @Test func `a back-channel logout ends a session, or all of a person, once`() async throws {
        let one = try await receive(try logoutToken())
        #expect(one.target == .session(issuer: World.issuer, sessionID: "sid1"))
        #expect(
            one.oneTime == [OneTimeIdentifier("logout_token:lj-1", until: world.clock.now + .seconds(180))])
        let all = try await receive(try logoutToken { $0["sid"] = nil })
        #expect(all.target == .subject(subject))
    }

    @Test func `a logout that is forged, misaddressed, or not posted to its endpoint is refused`() async throws {
        let provider = try world.provider()
        let good = try logoutToken()
        let foreign = try logoutToken { $0["aud"] = "x" }
        let idToken = try world.grant()
        for (callback, code) in [
            (try world.callback("logout_token=\(foreign)", method: .post, endpoint: .logout), .audienceMismatch),
            (try world.callback("logout_token=\(idToken)", method: .post, endpoint: .logout), .upstreamInvalid),
            (
                try world.callback("logout_token=\(good.dropLast(4))AAAA", method: .post, endpoint: .logout),
                .signatureInvalid
            ),
            (try world.callback("logout_token=\(good)", endpoint: .logout), .malformedRequest),
            (try world.callback("logout_token=\(good)", method: .post), .malformedRequest),
            (try world.callback("", method: .post, endpoint: .logout), LoginError.Code.malformedRequest),
        ] {
            let error = await refusal { () async throws(LoginError) in try await provider.receiveLogout(callback) }
            #expect(error?.code == code)
        }
    }

    // MARK: Refresh

    private func session(_ provider: OIDCProvider) async throws -> UpstreamSession {
        try world.grant(refreshToken: World.refreshToken)
        return try unwrap(try await world.login(provider).upstream)
    }

    @Test func `a refresh brings the person's claims now and the new refresh token`() async throws {
        let provider = try world.provider()
        let session = try await session(provider)
        try world.grant(refreshToken: "R3FR3SH-next") {
            $0["nonce"] = nil
            $0["groups"] = ["new"]
        }
        guard case .updated(let identity) = try await provider.refresh(session, of: subject) else {
            throw KitFailure("another outcome")
        }
        #expect(identity.groups.values == ["new"])
        #expect(identity.oneTime.isEmpty)
        let handle = try JSONObject.parse(try unwrap(identity.upstream).handle)
        #expect(handle.string("refreshToken") == "R3FR3SH-next")
        let sent = try unwrap(world.transport.requests.last { $0.url.path() == "/t1/token" })
        #expect(try CallbackParameters(formEncoded: sent.body ?? Data())["refresh_token"] == World.refreshToken)
    }

    @Test func `a refresh without an ID token keeps the session and its hint`() async throws {
        let provider = try world.provider()
        let before = try await session(provider)
        world.transport.on("/t1/token", json: #"{"access_token":"a","token_type":"Bearer"}"#)
        guard case .same(let after) = try await provider.refresh(before, of: subject) else {
            throw KitFailure("another outcome")
        }
        let handles = try [before, after].map { try JSONObject.parse($0.handle) }
        #expect(handles[0].string("idToken") == handles[1].string("idToken"))
        #expect(handles[1].string("refreshToken") == World.refreshToken)
        #expect(after.sessionID == "sid1")
    }

    @Test func `a refresh for another person is refused`() async throws {
        let provider = try world.provider()
        let session = try await session(provider)
        try world.grant { $0["sub"] = "u2" }
        let subject = subject
        let error = await refusal { () async throws(LoginError) in try await provider.refresh(session, of: subject) }
        #expect(error?.code == .subjectInvalid)
    }

    @Test func `a grant that is gone ends the session, an OP that is away does not`() async throws {
        let provider = try world.provider()
        let session = try await session(provider)
        world.transport.on("/t1/token") { _ throws(TransportError) in
            .json(#"{"error":"invalid_grant"}"#, status: .badRequest)
        }
        guard case .revoked = try await provider.refresh(session, of: subject) else {
            throw KitFailure("another outcome")
        }
        world.transport.fail("/t1/token")
        guard case .retryLater = try await provider.refresh(session, of: subject) else {
            throw KitFailure("another outcome")
        }
        world.transport.on("/t1/token") { _ throws(TransportError) in OutboundResponse(status: .badGateway) }
        guard case .retryLater = try await provider.refresh(session, of: subject) else {
            throw KitFailure("another outcome")
        }
        guard case .notConfigured = try await provider.refresh(UpstreamSession(sessionID: nil), of: subject) else {
            throw KitFailure("another outcome")
        }
    }

    // MARK: A vendor

    @Test func `a vendor's hooks add parameters, refuse tokens, and complete identities`() async throws {
        let vendor = try Vendor(id: "acme", settings: try world.provider().settings, context: world.context)
        guard case .redirect(let url) = try await vendor.beginLogin(world.request()).action else {
            throw KitFailure("another outcome")
        }
        #expect(url.query()?.contains("hd=acme.example") == true)
        try world.grant { $0["tid"] = "t1" }
        #expect(try await world.login(vendor).subject.tenant == "t1")
        try world.grant { $0["tid"] = "t2" }
        let outcome = try await vendor.completeLogin(try world.callback(), resuming: world.pending())
        guard case .denied(let denial) = outcome else { throw KitFailure("another outcome") }
        #expect(denial.reason == .notAdmitted)
        #expect(await vendor.refreshTrust().keys.count == 1)
        let ability: any IdentityProvider = vendor
        #expect(ability is any UpstreamLogout && ability is any LogoutReceiver && ability is any SessionRefresher)
    }

    @Test func `says what it trusts`() async throws {
        let status = try await world.provider().refreshTrust()
        #expect(status.keys.map(\.id) == ["k1"])
        #expect(status.lastGood == world.clock.now)
    }
}

/// A vendor as another package would write it: public names only.
private struct Vendor: OIDCVendor {
    typealias Settings = OIDCProvider.Settings
    static let kind: ProviderKind = "vendor"
    static let form = OIDCProvider.form
    static let settingsVersion = 1
    let oidc: OIDCProvider

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        oidc = try OIDCProvider(id: id, settings: settings, context: context)
    }

    func authorizationParameters(for request: LoginRequest) -> [String: String] { ["hd": "acme.example"] }

    func checkIDToken(_ token: IDToken) throws(LoginError) -> Denial? {
        token.claims.string("tid") == "t1" ? nil : Denial(.notAdmitted)
    }

    func identity(_ identity: VerifiedIdentity, from tokens: VerifiedTokens) async throws(LoginError) -> LoginOutcome {
        var identity = identity
        identity.subject.tenant = tokens.idToken.claims.string("tid")
        return .identity(identity)
    }
}
