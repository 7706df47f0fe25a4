import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import OAuth2Provider
import Testing

@Suite struct LoginTests {
    let world: World
    init() throws { world = try World() }

    private func parameters(_ step: LoginStep) throws -> (URL, CallbackParameters) {
        guard case .redirect(let url) = step.action else { throw KitFailure("another outcome") }
        return (url, try CallbackParameters(formEncoded: Data((url.query() ?? "").utf8)))
    }

    @Test func `sends the browser off with state and PKCE, and with no nonce`() async throws {
        let step = try await world.custom { $0.scopes = ["profile", "email"] }
            .beginLogin(world.bench.request(hint: "alice@acme.example"))
        let (url, sent) = try parameters(step)
        #expect(url.absoluteString.hasPrefix("https://auth.example/authorize?tenant=t1&"))
        #expect(sent["response_type"] == "code")
        #expect(sent["client_id"] == World.clientID)
        #expect(sent["redirect_uri"] == world.callbackURL.absoluteString)
        #expect(sent["scope"] == "profile email")
        #expect(sent["state"] == world.secrets.state)
        #expect(sent["code_challenge_method"] == "S256")
        #expect(sent["code_challenge"]?.utf8.count == 43)
        #expect(sent["login_hint"] == "alice@acme.example")
        #expect(sent["nonce"] == nil)
        #expect(!url.absoluteString.contains(world.secrets.codeVerifier))
        #expect(step.state == .empty)
    }

    @Test func `GitHub is asked for the scopes that the settings need, and for no empty one`() async throws {
        func scope(_ provider: OAuth2Provider) async throws -> String? {
            try parameters(try await provider.beginLogin(world.bench.request(hint: "a@b.example"))).1["scope"]
        }
        #expect(try await scope(world.gitHub()) == "user:email")
        #expect(try await scope(world.gitHub { $0.teams = true }) == "user:email read:org")
        #expect(try await scope(world.gitHub { $0.requiredOrganizations = ["acme"] }) == "user:email read:org")
        #expect(try await scope(world.gitHub { $0.scopes = ["user"] }) == "user")
        #expect(try await scope(world.custom()) == nil)
        let (url, sent) = try parameters(try await world.gitHub().beginLogin(world.bench.request(hint: "a@b.example")))
        #expect(url.absoluteString.hasPrefix("https://github.com/login/oauth/authorize?"))
        #expect(sent["login_hint"] == nil && sent["login"] == nil)
    }

    @Test(arguments: [
        AuthenticationRequirements(isFresh: true), .init(maximumAge: .seconds(60)), .init(acrValues: ["mfa"]),
    ])
    func `promises no strength or age that nothing would prove`(requirements: AuthenticationRequirements) async throws {
        let (provider, request) = (try world.custom(), world.bench.request(requirements))
        let error = await refusal { () async throws(LoginError) in try await provider.beginLogin(request) }
        #expect(error?.code == .requirementsNotMet)
    }

    @Test func `a login proves an identity`() async throws {
        world.transport.on("/me", json: World.person(more: #""roles":["staff","it"],"level":7"#))
        let identity = try await world.login(try world.custom { $0.claims?.groups = "roles" })
        #expect(
            identity.subject == SubjectKey(connection: "acme", issuer: "https://api.example/me", subject: "u1"))
        #expect(identity.previousSubjects.isEmpty)
        #expect(identity.email?.address.description == "alice@acme.example")
        #expect(identity.email?.evidence == .idpVerified)
        #expect(identity.displayName == "Alice")
        #expect(identity.groups == GroupSet(["it", "staff"], completeness: .complete))
        #expect(identity.authentication == AuthenticationContext())
        #expect(identity.upstream == nil)
        #expect(identity.claims.contains(Claim("level", values: ["7"], from: .userInfo)))
    }

    @Test func `a configured issuer names the person, and whoever was known before stays known`() async throws {
        let identity = try await world.bench.outcome(
            try world.custom { $0.issuer = "https://auth.example" },
            try world.bench.callback("code=C0DE-value&state=STAT3-value&iss=https%3A%2F%2Fauth.example"))
        guard case .identity(let identity) = identity else { throw KitFailure("another outcome") }
        #expect(identity.subject.issuer == "https://auth.example")
        #expect(identity.previousSubjects == [try await world.login(try world.custom()).subject])
    }

    @Test func `the code goes to the token endpoint with its verifier and the exact redirect URI`() async throws {
        _ = try await world.login(try world.custom())
        let request = try world.sent("/token")
        let form = try CallbackParameters(formEncoded: request.body ?? Data())
        #expect(form["grant_type"] == "authorization_code")
        #expect(form["code"] == World.code)
        #expect(form["code_verifier"] == world.secrets.codeVerifier)
        #expect(form["redirect_uri"] == world.callbackURL.absoluteString)
        #expect(form["client_secret"] == nil)
        #expect(request.headerFields[.authorization]?.hasPrefix("Basic ") == true)
        #expect(request.headerFields[.accept] == "application/json")
        let userInfo = try world.sent("/me")
        #expect(userInfo.headerFields[.authorization] == "Bearer \(World.accessToken)")
        #expect(userInfo.headerFields[.userAgent] == "vestibule")
    }

    @Test func `GitHub gets the secret in the form`() async throws {
        _ = try await world.login(try world.gitHub())
        let request = try world.sent("/login/oauth/access_token")
        let form = try CallbackParameters(formEncoded: request.body ?? Data())
        #expect(form["client_secret"] == World.secret && form["client_id"] == World.clientID)
        #expect(request.headerFields[.authorization] == nil)
    }

    @Test func `the code signs in once, whatever token it gave`() async throws {
        let provider = try world.custom()
        let first = try await world.login(provider).oneTime
        let again = try await world.login(provider).oneTime
        #expect(first.count == 1 && first == again)
        #expect(first.first?.until == world.clock.now + .seconds(3600))
        #expect(first.first?.identifier.contains(World.code) == false)
        let other = try await world.bench.outcome(provider, try world.bench.callback("code=other&state=STAT3-value"))
        guard case .identity(let identity) = other else { throw KitFailure("another outcome") }
        #expect(identity.oneTime != first)
    }

    // MARK: The browser's answer

    @Test(arguments: [
        ("code=C0DE-value&state=STAT3-other", LoginError.Code.stateMismatch),
        ("code=C0DE-value", .stateMismatch), ("state=STAT3-value", .malformedRequest),
        ("code=C0DE-value&error=access_denied&state=STAT3-value", .malformedRequest),
        ("code=&state=STAT3-value", .malformedRequest), ("error=invalid_scope&state=STAT3-value", .upstreamError),
        ("error=server_error&state=STAT3-value", .upstreamUnavailable),
        ("code=C0DE-value&state=STAT3-value&iss=https%3A%2F%2Fauth.example", .issuerMismatch),
        ("code=C0DE-value&state=STAT3-value&iss=", .issuerMismatch),
    ])
    func `an answer that is not for this login reaches no token endpoint`(
        query: String, code: LoginError.Code
    ) async throws {
        #expect(try await world.refusal(try world.custom(), try world.bench.callback(query))?.code == code)
        #expect(world.transport.requests.isEmpty)
    }

    @Test(arguments: [
        "", "&iss=", "&iss=https%3A%2F%2Fevil.example", "&iss=https%3A%2F%2Fauth.example%2F",
        "&iss=https%3A%2F%2FAUTH.example",
    ])
    func `with an issuer configured, iss must be there and be it, octet for octet`(iss: String) async throws {
        let provider = try world.custom { $0.issuer = "https://auth.example" }
        let callback = try world.bench.callback("code=C0DE-value&state=STAT3-value\(iss)")
        #expect(try await world.refusal(provider, callback)?.code == .issuerMismatch)
        #expect(world.transport.requests.isEmpty)
    }

    @Test func `GitHub may send its issuer, and no other one`() async throws {
        let good = try world.bench.callback(
            "code=C0DE-value&state=STAT3-value&iss=https%3A%2F%2Fgithub.com%2Flogin%2Foauth")
        guard case .identity = try await world.bench.outcome(try world.gitHub(), good) else {
            throw KitFailure("another outcome")
        }
        let other = try world.bench.callback("code=C0DE-value&state=STAT3-value&iss=https%3A%2F%2Fauth.example")
        #expect(try await world.refusal(try world.gitHub(), other)?.code == .issuerMismatch)
    }

    @Test func `a no at the server is a denial`() async throws {
        let callback = try world.bench.callback("error=access_denied&state=STAT3-value")
        #expect(try await world.bench.denial(try world.custom(), callback)?.reason == .refusedByIdP)
    }

    @Test func `a login ends at its own endpoint, by a GET`() async throws {
        let provider = try world.custom()
        #expect(
            try await world.refusal(provider, try world.bench.callback(endpoint: .answer))?.code == .malformedRequest)
        #expect(try await world.refusal(provider, try world.bench.callback(method: .post))?.code == .malformedRequest)
    }

    @Test func `a secret that cannot be read is named by its place`() async throws {
        let provider = try world.custom { $0.clientSecret = SecretReference("env:GONE") ?? $0.clientSecret }
        let error = try await world.refusal(provider)
        #expect(error?.code == .configurationInvalid && error?.detail.contains("env:GONE") == true)
        #expect(await provider.lint().map(\.path) == [["clientSecret"]])
        #expect(await (try world.custom()).lint().isEmpty)
    }
}
