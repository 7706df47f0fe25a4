import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE
import OIDCProvider
import Testing

/// Runs every kind of failure with marked secrets and looks for the marks in all that an operator can read.
@Suite struct CanaryTests {
    let world: World
    init() throws { world = try World() }

    private func words(_ error: any Error) -> String {
        guard let error = error as? LoginError else { return "\(error)" }
        return "\(error) \(error.detail) \(error.underlying.map(words) ?? "")"
    }

    private func attempt(_ log: inout [String], _ callback: LoginCallback? = nil) async throws {
        do {
            let outcome = try await world.provider { $0.userInfo = .always }
                .completeLogin(try callback ?? world.callback(), resuming: world.pending())
            log.append("\(outcome)")
        } catch {
            log.append(words(error))
        }
    }

    @Test func `no error, description or log carries a token, a code or a secret`() async throws {
        var seen: [String] = []
        let token = try world.grant()
        let payload = try unwrap(token.split(separator: ".").dropFirst().first.map(String.init))
        let marks = [
            World.secret, World.code, World.accessToken, World.refreshToken, world.secrets.nonce, world.secrets.state,
            world.secrets.codeVerifier, payload, "s3cr3t_echo",
        ]
        let echo = marks.joined(separator: " ")
        for (name, value) in [
            ("iss", JSONValue.string("https://other.example")), ("aud", "x"), ("nonce", "x"), ("exp", 1), ("sub", 7),
            ("at_hash", "x"), ("c_hash", "x"), ("email", 7), ("auth_time", "x"),
        ] {
            try world.grant { $0[name] = value }
            try await attempt(&seen)
        }
        for status in [HTTPResponse.Status.ok, .badRequest, .unauthorized, .badGateway, .found] {
            for body in [echo, #"{"error":"s3cr3t_echo","error_description":"\#(echo)"}"#, "{}"] {
                world.transport.on("/t1/token") { _ throws(TransportError) in .json(body, status: status) }
                try await attempt(&seen)
            }
        }
        for code in TransportError.Code.allCases {
            world.transport.fail("/t1/token", code)
            try await attempt(&seen)
        }
        try world.grant()
        for body in [echo, #"{"sub":"u2"}"#, "{}"] {
            world.transport.on("/t1/userinfo", json: body)
            try await attempt(&seen)
        }
        world.transport.on("/t1/userinfo", json: #"{"sub":"u1"}"#)
        try await attempt(&seen)
        for query in [
            "code=\(World.code)&state=wrong", "code=\(World.code)&state=\(world.secrets.state)",
            "error=\(World.code)&state=\(world.secrets.state)&iss=https%3A%2F%2Fop.example%2Ft1",
        ] {
            try await attempt(&seen, try world.callback(query))
        }
        #expect(seen.count == 9 + 15 + TransportError.Code.allCases.count + 4 + 3)
        let text = seen.joined(separator: "\n") + world.log.text
        for mark in marks { #expect(!text.contains(mark), "\(mark)") }
    }
}
