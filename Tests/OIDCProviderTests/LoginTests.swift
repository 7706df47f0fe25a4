import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE
import OIDCProvider
import OpenIDConnect
import Testing

@Suite struct LoginTests {
    let world: World
    init() throws { world = try World() }

    @Test func `sends the browser to the OP with everything that a code flow needs`() async throws {
        let provider = try world.provider {
            $0.scopes = ["openid", "email"]
            $0.prompt = "select_account"
            $0.maxAge = 3600
            $0.authorizationParameters = ["audience": "acme"]
        }
        let step = try await provider.beginLogin(world.request())
        guard case .redirect(let url) = step.action else { throw KitFailure("another outcome") }
        let sent = try CallbackParameters(formEncoded: Data((url.query() ?? "").utf8))
        #expect(url.path() == "/t1/authorize")
        #expect(sent["client_id"] == World.clientID)
        #expect(sent["scope"] == "openid email")
        #expect(sent["state"] == world.secrets.state)
        #expect(sent["nonce"] == world.secrets.nonce)
        #expect(sent["prompt"] == "select_account")
        #expect(sent["max_age"] == "3600")
        #expect(sent["audience"] == "acme")
        #expect(sent["code_challenge_method"] == "S256")
        #expect(!url.absoluteString.contains(world.secrets.codeVerifier))
        #expect(step.state == .empty)
    }

    @Test func `a login proves an identity`() async throws {
        let token = try world.grant(refreshToken: World.refreshToken) {
            $0["acr"] = "mfa"
            $0["amr"] = ["otp"]
            $0["auth_time"] = .integer(world.clock.now.seconds - 5)
            $0["groups"] = ["staff"]
        }
        let identity = try await world.login(try world.provider())
        #expect(identity.subject == SubjectKey(connection: "acme", issuer: World.issuer, subject: "u1"))
        #expect(identity.email?.address.description == "alice@acme.example")
        #expect(identity.email?.evidence == .idpVerified)
        #expect(identity.displayName == "Alice")
        #expect(identity.groups == GroupSet(["staff"], completeness: .complete))
        #expect(identity.authentication.acr == "mfa")
        #expect(identity.authentication.amr == ["otp"])
        #expect(identity.authentication.authTime == world.clock.now - .seconds(5))
        #expect(identity.upstream?.sessionID == "sid1")
        #expect(identity.oneTime == [OneTimeIdentifier("id_token.jti:j-1", until: world.clock.now + .seconds(360))])
        #expect(identity.claims.contains(Claim("name", values: ["Alice"], from: .idToken)))
        let handle = String(decoding: identity.upstream?.handle ?? Data(), as: UTF8.self)
        #expect(handle.contains(token) && handle.contains(World.refreshToken))
        #expect(world.transport.count("/t1/userinfo") == 0)
    }

    @Test func `the code goes to the token endpoint with its verifier`() async throws {
        try world.grant()
        _ = try await world.login(try world.provider())
        let request = try unwrap(world.transport.requests.first { $0.url.path() == "/t1/token" })
        let form = try CallbackParameters(formEncoded: request.body ?? Data())
        #expect(form["code"] == World.code)
        #expect(form["code_verifier"] == world.secrets.codeVerifier)
        #expect(form["redirect_uri"] == world.callbackURL.absoluteString)
        #expect(request.headerFields[.authorization]?.hasPrefix("Basic ") == true)
    }

    @Test func `hashes in the ID token are held against the code and the access token of this login`() async throws {
        try world.grant {
            $0["at_hash"] = .string(TokenHash.leftHalf(of: World.accessToken, algorithm: .es256))
            $0["c_hash"] = .string(TokenHash.leftHalf(of: World.code, algorithm: .es256))
        }
        #expect(try await world.login(try world.provider()).subject.subject == "u1")
    }

    @Test func `a public client sends its id and no secret`() async throws {
        try world.grant()
        let provider = try world.provider {
            $0.clientSecret = nil
            $0.tokenEndpointAuthMethod = .none
        }
        _ = try await world.login(provider)
        let request = try unwrap(world.transport.requests.first { $0.url.path() == "/t1/token" })
        #expect(request.headerFields[.authorization] == nil)
        #expect(try CallbackParameters(formEncoded: request.body ?? Data())["client_id"] == World.clientID)
    }

    @Test func `a posted form finishes a login that asked for one, and only that`() async throws {
        try world.grant()
        let provider = try world.provider { $0.responseMode = .formPost }
        let query = "code=C0DE-value&state=STAT3-value&iss=https%3A%2F%2Fop.example%2Ft1"
        let outcome = try await provider.completeLogin(
            try world.callback(query, method: .post), resuming: world.pending())
        guard case .identity = outcome else { throw KitFailure("another outcome") }
        #expect(await world.bench.refusal(provider, try world.callback(query))?.code == .malformedRequest)
    }

    @Test(arguments: [
        ("code=C0DE-value&state=STAT3-other&iss=https%3A%2F%2Fop.example%2Ft1", LoginError.Code.stateMismatch),
        ("code=C0DE-value&state=STAT3-value&iss=https%3A%2F%2Fevil.example", .issuerMismatch),
        ("code=C0DE-value&state=STAT3-value", .issuerMismatch),
        ("state=STAT3-value&iss=https%3A%2F%2Fop.example%2Ft1", .malformedRequest),
        ("error=invalid_scope&state=STAT3-value&iss=https%3A%2F%2Fop.example%2Ft1", .upstreamError),
    ])
    func `a response that is not for this login reaches no token endpoint`(
        query: String, code: LoginError.Code
    ) async throws {
        try world.grant()
        #expect(await world.bench.refusal(try world.provider(), try world.callback(query))?.code == code)
        #expect(world.transport.count("/t1/token") == 0)
    }

    @Test func `a no at the OP is a denial`() async throws {
        let query = "error=access_denied&state=STAT3-value&iss=https%3A%2F%2Fop.example%2Ft1"
        let outcome = try await world.provider().completeLogin(try world.callback(query), resuming: world.pending())
        guard case .denied(let denial) = outcome else { throw KitFailure("another outcome") }
        #expect(denial.reason == .refusedByIdP)
    }

    static let hostile: [(String, JSONValue?, LoginError.Code)] = [
        ("iss", "https://op.example/t2", .issuerMismatch), ("aud", "broker-globex", .audienceMismatch),
        ("azp", "evil", .audienceMismatch), ("exp", 1, .timeInvalid), ("iat", nil, .timeInvalid),
        ("nonce", "other", .nonceMismatch), ("sub", "", .subjectInvalid), ("at_hash", "x", .tokenHashMismatch),
        ("c_hash", "x", .tokenHashMismatch), ("email", ["a@acme.example"], .emailMalformed),
    ]

    @Test(arguments: hostile)
    func `an ID token with a defect logs nobody in`(
        claim: String, value: JSONValue?, code: LoginError.Code
    ) async throws {
        try world.grant { $0[claim] = value }
        #expect(await world.bench.refusal(try world.provider(), try world.callback())?.code == code)
    }

    @Test func `a login that ends elsewhere than at the callback is refused`() async throws {
        try world.grant()
        let callback = try world.callback(endpoint: .answer)
        #expect(await world.bench.refusal(try world.provider(), callback)?.code == .malformedRequest)
    }

    // MARK: Requirements

    @Test func `a sign-in that is too old or too weak is a denial`() async throws {
        let cases: [(AuthenticationRequirements, (inout JSONObject) -> Void)] = [
            (AuthenticationRequirements(isFresh: true), { $0["auth_time"] = .integer(1_768_470_000) }),
            (AuthenticationRequirements(isFresh: true), { _ in }),
            (AuthenticationRequirements(maximumAge: .seconds(60)), { $0["auth_time"] = .integer(1_768_470_000) }),
            (AuthenticationRequirements(acrValues: ["mfa"]), { $0["acr"] = "pwd" }),
        ]
        for (requirements, change) in cases {
            try world.grant(change)
            let outcome = try await world.provider()
                .completeLogin(try world.callback(), resuming: world.pending(requirements))
            guard case .denied(let denial) = outcome else { throw KitFailure("another outcome") }
            #expect(denial.reason == .requirementsNotMet)
        }
    }

    @Test func `the operator's own maximum age is checked too`() async throws {
        try world.grant { $0["auth_time"] = .integer(world.clock.now.seconds - 700) }
        let outcome = try await world.provider { $0.maxAge = 600 }
            .completeLogin(try world.callback(), resuming: world.pending())
        guard case .denied = outcome else { throw KitFailure("another outcome") }
    }

    // MARK: E-mail and UserInfo

    @Test(arguments: [JSONValue.bool(false), "true", "false", 1, nil])
    func `an address that is not verified by JSON true has no evidence`(_ value: JSONValue) async throws {
        try world.grant { $0["email_verified"] = value }
        let identity = try await world.login(try world.provider())
        #expect(identity.email?.evidence == Email.Evidence.none)
    }

    @Test func `evidence follows the settings`() async throws {
        try world.grant { $0["email_verified"] = false }
        let owned = try await world.login(try world.provider { $0.emailEvidence = .tenantOwnsDomain })
        #expect(owned.email?.evidence == .tenantOwnsDomain)
        try world.grant()
        let none = try await world.login(try world.provider { $0.emailEvidence = .none })
        #expect(none.email?.evidence == Email.Evidence.none)
    }

    @Test func `asks UserInfo for what the ID token lacks`() async throws {
        try world.grant {
            $0["email"] = nil
            $0["email_verified"] = nil
        }
        world.transport.on(
            "/t1/userinfo", json: #"{"sub":"u1","email":"alice@acme.example","email_verified":true,"groups":["g"]}"#)
        let identity = try await world.login(try world.provider())
        #expect(identity.email?.evidence == .idpVerified)
        #expect(identity.groups.values == ["g"])
        #expect(identity.claims.contains(Claim("groups", values: ["g"], from: .userInfo)))
        let never = try await world.login(try world.provider { $0.userInfo = .never })
        #expect(never.email == nil)
        #expect(world.transport.count("/t1/userinfo") == 1)
    }

    @Test func `UserInfo of another person, or none at all, ends the login`() async throws {
        try world.grant()
        let provider = try world.provider { $0.userInfo = .always }
        world.transport.on("/t1/userinfo", json: #"{"sub":"u2"}"#)
        #expect(await world.bench.refusal(provider, try world.callback())?.code == .subjectInvalid)
        world.transport.fail("/t1/userinfo")
        #expect(await world.bench.refusal(provider, try world.callback())?.code == .upstreamUnavailable)
    }

    @Test func `claims have the names that the operator gives them`() async throws {
        try world.grant {
            $0["mail"] = "a@acme.example"
            $0["mail_ok"] = true
            $0["display"] = "A"
            $0["https://acme.example/roles"] = ["r"]
        }
        let identity = try await world.login(
            try world.provider {
                $0.claims = .init(
                    email: "mail", emailVerified: "mail_ok", name: "display", groups: "https://acme.example/roles")
            })
        #expect(identity.email?.address.description == "a@acme.example")
        #expect(identity.email?.evidence == .idpVerified)
        #expect(identity.displayName == "A")
        #expect(identity.groups.values == ["r"])
    }

    // MARK: An OP that is away

    @Test func `a connection loads and fails plainly while its OP is down, and works once it is up`() async throws {
        world.transport.fail("/t1/.well-known/openid-configuration", .unreachable)
        let provider = try world.provider()
        #expect(world.transport.requests.isEmpty)
        let request = world.request()
        let error = await refusal { () async throws(LoginError) in
            try await provider.beginLogin(request)
        }
        #expect(error?.code == .upstreamUnavailable)
        world.publishDocument()
        try world.grant()
        _ = try await world.login(provider)
    }

    @Test(arguments: [TransportError.Code.timedOut, .tooLarge, .tlsFailed, .addressRefused])
    func `a token endpoint without an answer is unavailable`(_ code: TransportError.Code) async throws {
        world.transport.fail("/t1/token", code)
        #expect(await world.bench.refusal(try world.provider(), try world.callback())?.code == .upstreamUnavailable)
    }

    @Test func `garbage from any endpoint is invalid and logs nobody in`() async throws {
        for garbage in ["", "<html>", "{", #"{"a":1,"a":2}"#, "[[[[", "\u{0}"] {
            world.transport.on("/t1/token", json: garbage)
            #expect(await world.bench.refusal(try world.provider(), try world.callback())?.code == .upstreamInvalid)
        }
    }

    @Test func `a secret that cannot be read is a matter of configuration`() async throws {
        var context = world.context
        context.secrets = SecretResolver { _ throws(SettingsError) in throw SettingsError(at: [], "no such variable") }
        let provider = try OIDCProvider(id: "acme", settings: try world.provider().settings, context: context)
        #expect(await world.bench.refusal(provider, try world.callback())?.code == .configurationInvalid)
    }
}
