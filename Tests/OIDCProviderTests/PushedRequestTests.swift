import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE
import OIDCProvider
import Testing

/// Requests that are pushed before the browser goes (RFC 9126).
@Suite struct PushedRequestTests {
    private let world: World

    init() throws { world = try World() }

    private func offer(isRequired: Bool = false, hasEndpoint: Bool = true) {
        world.publishDocument {
            if hasEndpoint { $0["pushed_authorization_request_endpoint"] = .string(World.issuer + "/par") }
            if isRequired { $0["require_pushed_authorization_requests"] = true }
        }
    }

    private func answer(_ text: String = #"{"request_uri":"urn:r:1","expires_in":60}"#, _ code: Int = 201) {
        world.transport.on("/t1/par") { _ throws(TransportError) in .json(text, status: .init(code: code)) }
    }

    private func begin(_ use: OIDCProvider.Settings.PushedAuthorization) async throws -> CallbackParameters {
        let provider = try world.provider { $0.pushedAuthorization = use }
        guard case .redirect(let url) = try await provider.beginLogin(world.request()).action else {
            throw KitFailure("another outcome")
        }
        #expect(url.absoluteString.hasPrefix(World.issuer + "/authorize?"))
        return try CallbackParameters(formEncoded: Data((url.query() ?? "").utf8))
    }

    private func refused(_ use: OIDCProvider.Settings.PushedAuthorization) async throws -> LoginError.Code? {
        let provider = try world.provider { $0.pushedAuthorization = use }
        let request = world.request()
        return await refusal { () async throws(LoginError) in try await provider.beginLogin(request) }?.code
    }

    @Test(arguments: [OIDCProvider.Settings.PushedAuthorization.whenOffered, .always])
    func `the browser carries the name only, and the request went ahead with the secret`(
        use: OIDCProvider.Settings.PushedAuthorization
    ) async throws {
        offer()
        answer()
        let browser = try await begin(use)
        #expect(browser.names == ["client_id", "request_uri"] && browser["request_uri"] == "urn:r:1")
        let pushed = try unwrap(world.transport.requests.last { $0.url.path() == "/t1/par" })
        #expect(pushed.method == .post && pushed.headerFields[.authorization]?.hasPrefix("Basic ") == true)
        let form = try CallbackParameters(formEncoded: pushed.body ?? Data())
        #expect(form["state"] == "STAT3-value" && form["nonce"] == "N0NCE-value")
        #expect(form["code_challenge_method"] == "S256" && form["redirect_uri"] == world.callbackURL.absoluteString)
        #expect(form["request_uri"] == nil)
    }

    @Test func `nothing is pushed where the OP does not offer it, or the operator wants none`() async throws {
        answer()
        #expect(try await begin(.whenOffered)["state"] == "STAT3-value")
        offer()
        #expect(try await begin(.never)["state"] == "STAT3-value")
        #expect(world.transport.count("/t1/par") == 0)
    }

    @Test func `a push that fails is followed by an ordinary request, and the log says so`() async throws {
        offer()
        answer(#"{"error":"invalid_request"}"#, 400)
        #expect(try await begin(.whenOffered)["state"] == "STAT3-value")
        #expect(world.log.text.contains("invalid_request") && !world.log.text.contains("STAT3"))
    }

    @Test(arguments: [(400, LoginError.Code.upstreamError), (503, .upstreamUnavailable), (404, .upstreamInvalid)])
    func `where a push is wanted, one that fails is no login`(status: Int, code: LoginError.Code) async throws {
        offer()
        answer(#"{"error":"invalid_request"}"#, status)
        #expect(try await refused(.always) == code)
        // Another world, for metadata is remembered.
        let other = try PushedRequestTests()
        other.offer(isRequired: true)
        other.answer(#"{"error":"invalid_request"}"#, status)
        #expect(try await other.refused(.whenOffered) == code)
    }

    @Test func `a push that cannot be is no login`() async throws {
        #expect(try await refused(.always) == .configurationInvalid)
        let other = try PushedRequestTests()
        other.offer(isRequired: true)
        #expect(try await other.refused(.never) == .configurationInvalid)
    }

    @Test func `an OP that wants a push and takes none is refused`() async throws {
        offer(isRequired: true, hasEndpoint: false)
        #expect(try await refused(.whenOffered) == .upstreamInvalid)
        for (use, path) in [
            (OIDCProvider.Settings.PushedAuthorization.whenOffered, ["pushedAuthorization"]),
            (.never, ["pushedAuthorization"]), (.always, ["pushedAuthorization"]),
        ] {
            let findings = try await world.provider { $0.pushedAuthorization = use }.lint()
            #expect(findings.map(\.path) == [path] && findings.map(\.severity) == [.error])
        }
    }

    @Test func `an endpoint that is no https address spoils the metadata`() async throws {
        world.publishDocument { $0["pushed_authorization_request_endpoint"] = "javascript:alert(1)" }
        #expect(try await refused(.whenOffered) == .upstreamInvalid)
    }
}
