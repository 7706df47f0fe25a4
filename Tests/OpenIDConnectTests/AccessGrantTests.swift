import Broker
import Foundation
import HTTPTypes
import OpenIDConnect
import Testing

/// Access tokens that a directory gives to us rather than to a person.
@Suite struct AccessGrantTests {
    private static let path = "/t1/token"
    private let world: World
    private let endpoint: URL

    init() throws {
        world = try World()
        endpoint = try unwrap(URL(string: World.issuer + "/token"))
    }

    private func ask(scope: String? = nil) async throws(LoginError) -> AccessGrant {
        try await AccessGrant.clientCredentials(
            at: endpoint, clientID: World.clientID, authentication: .post(Secret("cl1ent-s3cret")), scope: scope,
            context: world.context)
    }

    private func answer(_ json: String, _ status: HTTPResponse.Status = .ok) {
        world.transport.on(Self.path) { _ throws(TransportError) in .json(json, status: status) }
    }

    private func tokens(_ lifetime: String) -> String {
        #"{"access_token":"at-1","token_type":"Bearer"\#(lifetime)}"#
    }

    // MARK: Asking

    @Test(arguments: [nil, "https://graph.example/.default"])
    func `asks as the client itself, for a scope where there is one`(scope: String?) async throws {
        answer(tokens(#","expires_in":3600"#))
        #expect(try await ask(scope: scope).accessToken.reveal() == "at-1")
        let request = try unwrap(world.transport.requests.last)
        let form = try CallbackParameters(formEncoded: request.body ?? Data())
        #expect(form["grant_type"] == "client_credentials" && form["scope"] == scope)
        #expect(form["client_id"] == World.clientID && form["client_secret"] == "cl1ent-s3cret")
    }

    @Test(
        arguments: [
            (#","expires_in":300"#, 240), (#","expires_in":3600"#, 3540), (#","expires_in":86400"#, 3540),
            (#","expires_in":60"#, 0), (#","expires_in":1"#, -59), (#","expires_in":-5"#, -60), ("", -60),
            (#","expires_in":"3600""#, -60), (#","expires_in":null"#, -60),
        ] as [(String, Int64)])
    func `a token counts until a minute before its end, an hour at most`(lifetime: String, seconds: Int64) async throws
    {
        answer(tokens(lifetime))
        #expect(try await ask().until == world.clock.now + .seconds(seconds))
    }

    @Test(arguments: [
        (#"{"error":"invalid_grant"}"#, HTTPResponse.Status.badRequest, LoginError.Code.upstreamError),
        (#"{"error":"invalid_client"}"#, .unauthorized, .upstreamError), ("{}", .ok, .upstreamInvalid),
        (#"{"access_token":"at-1"}"#, .ok, .upstreamInvalid), ("<html>", .ok, .upstreamInvalid),
        ("", .badGateway, .upstreamUnavailable), ("", .found, .upstreamInvalid),
    ])
    func `an endpoint that gives no token gives none`(
        body: String, status: HTTPResponse.Status, code: LoginError.Code
    ) async throws {
        answer(body, status)
        let error = await refusal { () async throws(LoginError) in try await ask() }
        #expect(error?.code == code && error?.detail.contains("cl1ent-s3cret") == false)
    }

    // MARK: Keeping

    private func grant(_ token: String, for seconds: Int64) async throws(LoginError) -> AccessGrant {
        answer(#"{"access_token":"\#(token)","token_type":"Bearer","expires_in":\#(seconds)}"#)
        return try await ask()
    }

    @Test func `a token serves until its time, not a moment longer, and no other purpose`() async throws {
        let cache = AccessTokenCache()
        let start = world.clock.now
        let first = try await grant("one", for: 120), second = try await grant("two", for: 120)
        func token(_ purpose: String, _ seconds: Int64) async throws(LoginError) -> String {
            let asked = seconds == 0 && purpose == "users" ? first : second
            return try await cache.token(for: purpose, now: start + .seconds(seconds)) { () throws(LoginError) in asked
            }
            .reveal()
        }
        #expect(try await token("users", 0) == "one")
        #expect(try await token("users", 59) == "one")
        #expect(try await token("groups", 59) == "two")
        #expect(try await token("users", 60) == "two")
    }

    @Test func `a token that was refused is asked for again, and a failure is not kept`() async throws {
        let cache = AccessTokenCache()
        let now = world.clock.now
        let first = try await grant("one", for: 600), second = try await grant("two", for: 600)
        _ = try await cache.token(for: "users", now: now) { () throws(LoginError) in first }
        cache.forget("groups")
        #expect(try await cache.token(for: "users", now: now) { () throws(LoginError) in second }.reveal() == "one")
        cache.forget("users")
        let error = await refusal { () async throws(LoginError) in
            try await cache.token(for: "users", now: now) { () throws(LoginError) in
                throw LoginError(.upstreamUnavailable, detail: "away")
            }
        }
        #expect(error?.code == .upstreamUnavailable)
        #expect(try await cache.token(for: "users", now: now) { () throws(LoginError) in second }.reveal() == "two")
    }
}
