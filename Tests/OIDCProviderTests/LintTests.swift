import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE
import OIDCProvider
import Testing

/// What the lint says beyond a comparison of lists.
@Suite struct LintTests {
    private let world: World

    init() throws { world = try World() }

    // MARK: The issuer

    @Test(arguments: [
        ("https://op.example/t1/", "only the final slash differs"),
        ("https://op.example/T1", "only upper and lower case differ"),
        ("https://login.op.example/t1", "configure what the metadata says"),
    ])
    func `a foreign issuer is named as the metadata writes it`(said: String, hint: String) async throws {
        world.publishDocument { $0["issuer"] = .string(said) }
        let findings = try await world.provider().lint()
        #expect(findings.map(\.path) == [["issuer"]] && findings.map(\.severity) == [.error])
        let text = try unwrap(findings.first?.text)
        #expect(text.contains("\"\(said)\"") && text.contains("\"\(World.issuer)\"") && text.contains(hint))
        #expect(text.contains("https://op.example/t1/.well-known/openid-configuration"))
    }

    @Test func `a foreign issuer is found although the last good metadata still serves`() async throws {
        let provider = try world.provider()
        _ = try await provider.beginLogin(world.request())
        world.publishDocument { $0["issuer"] = "https://op.example/t1/" }
        #expect(await provider.lint().map(\.path) == [["issuer"]])
    }

    // MARK: Clocks

    /// The metadata with a `Date` of so many seconds from now.
    private func publish(dateAt seconds: Int) throws {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let date = formatter.string(from: (world.clock.now + .seconds(seconds)).date)
        let known = try unwrap(world.document)
        world.transport.on("/t1/.well-known/openid-configuration") { _ throws(TransportError) in
            var answer = OutboundResponse.json(known)
            answer.headerFields[.date] = date
            return answer
        }
    }

    @Test(arguments: [
        (0, nil), (-14, nil), (40, LintFinding.Severity.warning), (-40, .warning), (3600, .error), (-3600, .error),
    ])
    func `a clock that is off is found before tokens are refused for it`(
        seconds: Int, severity: LintFinding.Severity?
    ) async throws {
        try publish(dateAt: seconds)
        let findings = try await world.provider().lint()
        #expect(findings.map(\.severity) == [severity].compactMap { $0 })
        #expect(findings.allSatisfy { $0.text.contains(seconds < 0 ? "behind" : "ahead of") })
    }

    // MARK: Secrets

    @Test(arguments: [
        ("2026-02-28", nil), ("2026-02-13", LintFinding.Severity.warning), ("2026-01-15", .warning),
        ("2026-01-14", .error), ("2020-01-01", .error),
    ])
    func `a secret that ends is found a month before`(day: String, severity: LintFinding.Severity?) async throws {
        // It is 2026-01-15, noon.
        let findings = try await world.provider { $0.clientSecretExpires = day }.lint()
        #expect(findings.map(\.severity) == [severity].compactMap { $0 })
        #expect(findings.allSatisfy { $0.path == ["clientSecretExpires"] && $0.text.contains(day) })
    }

    @Test func `the day of a secret is a day, and means nothing where there is no secret`() async throws {
        #expect(throws: SettingsError.self) { try world.provider { $0.clientSecretExpires = "soon" } }
        world.publishDocument { $0["token_endpoint_auth_methods_supported"] = ["none"] }
        let findings = try await world.provider {
            $0.tokenEndpointAuthMethod = .none
            $0.clientSecretExpires = "2020-01-01"
        }.lint()
        #expect(findings.isEmpty)
    }

    // MARK: Algorithms

    @Test func `weak keys and unsigned tokens are named`() async throws {
        world.publishDocument { $0["id_token_signing_alg_values_supported"] = ["ES256", "none"] }
        let weak: JSONObject = [
            "kty": "RSA", "kid": "old", "e": "AQAB",
            "n": .string(Base64URL.encode([0xC1] + [UInt8](repeating: 0xFF, count: 127))),
        ]
        let keys: JSONObject = ["keys": [.object(world.key.publicKey.publicJWK), .object(weak)]]
        world.transport.on("/t1/jwks", json: keys.text)
        let findings = try await world.provider().lint()
        #expect(findings.map(\.severity) == [.note, .warning])
        #expect(findings.map(\.path) == [["signingAlgorithms"], ["issuer"]])
    }
}
