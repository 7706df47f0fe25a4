import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import OAuth2Provider
import Testing

@Suite struct TokenTests {
    let world: World
    init() throws { world = try World() }

    private func answer(_ body: String, type: String?, status: HTTPResponse.Status = .ok) {
        world.transport.on("/token") { _ throws(TransportError) in
            var fields: HTTPFields = [:]
            fields[.contentType] = type
            return OutboundResponse(status: status, headerFields: fields, body: Data(body.utf8))
        }
    }

    private static let form = "application/x-www-form-urlencoded"

    @Test(arguments: [
        ("access_token=ACC3SS-value&token_type=bearer&scope=user%3Aemail", "application/x-www-form-urlencoded"),
        ("access_token=ACC3SS-value&scope=&token_type=Bearer", "application/x-www-form-urlencoded; charset=utf-8"),
        (#"{"access_token":"ACC3SS-value","token_type":"BEARER"}"#, "application/json; charset=utf-8"),
        (#"{"access_token":"ACC3SS-value","token_type":"bearer","id_token":"ignored"}"#, "application/json"),
    ])
    func `an answer in JSON or as a form gives the access token`(body: String, type: String) async throws {
        answer(body, type: type)
        _ = try await world.login(try world.custom())
        #expect(try world.sent("/me").headerFields[.authorization] == "Bearer ACC3SS-value")
    }

    @Test(
        arguments: [
            ("access_token=a&access_token=b&token_type=bearer", form), ("access_token=a", form),
            ("token_type=bearer", form),
            ("access_token=a&token_type=mac", form), ("access_token=&token_type=bearer", form),
            ("access_token=a+b&token_type=bearer", form), ("access_token=a%0d%0aX%3A+b&token_type=bearer", form),
            ("access_token=%ZZ&token_type=bearer", form),
            ("access_token=" + String(repeating: "a", count: 65_537) + "&token_type=bearer", form),
            (#"{"access_token":"a"}"#, "application/json"),
            (#"{"access_token":7,"token_type":"bearer"}"#, "application/json"),
            (#"{"access_token":null,"token_type":"bearer"}"#, "application/json"),
            (#"{"access_token":"a","access_token":"b","token_type":"bearer"}"#, "application/json"),
            (#"{"access_token":"a\u0000","token_type":"bearer"}"#, "application/json"),
            (#"[{"access_token":"a","token_type":"bearer"}]"#, "application/json"), ("{", "application/json"),
            ("access_token=a&token_type=bearer", "text/plain"),
            (#"{"access_token":"a","token_type":"bearer"}"#, "text/html"),
            ("access_token=a&token_type=bearer", nil),
        ] as [(String, String?)])
    func `an answer that is not clearly one bearer token is none`(body: String, type: String?) async throws {
        answer(body, type: type)
        #expect(try await world.refusal(try world.custom())?.code == .upstreamInvalid)
        #expect(world.transport.count("/me") == 0)
    }

    @Test(arguments: [
        ("error=bad_verification_code&error_description=x", form, HTTPResponse.Status.ok, "bad_verification_code"),
        (#"{"error":"bad_verification_code"}"#, "application/json", .ok, "bad_verification_code"),
        (#"{"error":"invalid_grant"}"#, "application/json", .badRequest, "invalid_grant"),
        ("error=invalid_client", form, .unauthorized, "invalid_client"),
        (#"{"error":"x","access_token":"a","token_type":"bearer"}"#, "application/json", .ok, "x"),
    ])
    func `an error is one, even with status 200`(
        body: String, type: String, status: HTTPResponse.Status, said: String
    ) async throws {
        answer(body, type: type, status: status)
        let error = try await world.refusal(try world.custom())
        #expect(error?.code == .upstreamError && error?.detail.hasSuffix(said) == true)
    }

    @Test func `a server that is away, or that sends us elsewhere, gives nothing`() async throws {
        for status in [HTTPResponse.Status.badGateway, .tooManyRequests] {
            answer("", type: Self.form, status: status)
            #expect(try await world.refusal(try world.custom())?.code == .upstreamUnavailable)
        }
        answer("access_token=a&token_type=bearer", type: Self.form, status: .found)
        #expect(try await world.refusal(try world.custom())?.code == .upstreamInvalid)
        for path in ["/token", "/me"] {
            let world = try World()
            world.transport.fail(path)
            #expect(try await world.refusal(try world.custom())?.code == .upstreamUnavailable)
        }
    }

    @Test func `no error, description or log carries a token, a code or a secret`() async throws {
        var seen: [String] = []
        let marks = [
            World.secret, World.code, World.accessToken, world.secrets.state, world.secrets.codeVerifier, "s3cr3t_echo",
        ]
        let echo = marks.joined(separator: " ")
        for status in [HTTPResponse.Status.ok, .badRequest, .unauthorized, .badGateway, .found] {
            for (body, type) in [
                (echo, "text/plain"), (echo, "application/json"), ("error=\(World.accessToken)", Self.form),
                (#"{"error":"s3cr3t_echo","error_description":"\#(echo)"}"#, "application/json"),
            ] {
                answer(body, type: type, status: status)
                seen.append(Self.words(try unwrap(try await world.refusal(try world.custom()))))
            }
        }
        let fresh = try World()
        for body in [echo, "{\"id\":null,\"x\":\"\(echo)\"}"] {
            fresh.transport.on("/me", json: body)
            seen.append(Self.words(try unwrap(try await fresh.refusal(try fresh.custom()))))
        }
        for path in ["/user/emails", "/user/teams"] {
            fresh.transport.on(path, json: echo)
            let provider = try fresh.gitHub { $0.teams = true }
            if let error = try await fresh.refusal(provider) { seen.append(Self.words(error)) }
        }
        #expect(seen.count == 24)
        let text = seen.joined(separator: "\n") + world.log.text + fresh.log.text
        for mark in marks { #expect(!text.contains(mark), "\(mark)") }
    }

    private static func words(_ error: any Error) -> String {
        guard let error = error as? LoginError else { return "\(error)" }
        return "\(error) \(error.detail) \(error.underlying.map(words) ?? "")"
    }
}
