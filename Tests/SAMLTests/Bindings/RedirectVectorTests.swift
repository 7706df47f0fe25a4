import Broker
import Foundation
import Testing
import XMLSecurity

@testable import SAML

/// The published queries with verdicts, read as LogoutRequests of the IdP that they are from.
struct RedirectVectors: Decodable {
    struct Case: Decodable, Sendable, CustomStringConvertible {
        let id: String
        let query: String
        let verdict: String
        var description: String { id }
    }

    let destination: String
    let signing_cert: String
    let now: String
    let max_inflated_bytes: Int
    let cases: [Case]

    static let shared: RedirectVectors? = OwnDevVectors.folder.flatMap {
        let file = $0.deletingLastPathComponent().appendingPathComponent("redirect-binding-cases.json")
        return try? JSONDecoder().decode(RedirectVectors.self, from: Data(contentsOf: file))
    }

    /// The rule that refuses each.
    static let rules = [
        "no-signature": "logout_unsigned", "sigalg-only": "redirect_signature_incomplete",
        "relaystate-changed": "signature_invalid", "relaystate-added": "signature_invalid",
        "relaystate-removed": "signature_invalid", "dup-param-evil-first": "redirect_parameter_repeated",
        "dup-param-evil-last": "redirect_parameter_repeated", "both-request-and-response": "message_ambiguous",
        "sha1": "signature_algorithm_not_allowed", "other-key": "signature_invalid",
        "deflate-bomb-64mb": "logout_unsigned",
    ]
}

@Suite(
    .enabled(
        if: RedirectVectors.shared != nil, "VESTIBULE_VECTORS names no folder with own-dev/redirect-binding-cases.json")
)
struct RedirectVectorTests {
    @Test(arguments: RedirectVectors.shared?.cases ?? [])
    func `reads a query as its verdict says`(vector: RedirectVectors.Case) throws {
        let file = try unwrap(RedirectVectors.shared)
        let reader = LogoutReader(
            keys: [try Certificate(text: OwnDevVectors.text(file.signing_cert)).key], policy: .standard)
        let expected = LogoutExpectations(
            issuer: try OwnDevVectors.tenant("acme").idp_entity_id, endpoint: file.destination,
            now: try unwrap(SAMLTime.parse(file.now)))
        var received: LogoutReader.ReceivedRequest?
        let rule = try refusal {
            received = try reader.request(
                .redirect(RedirectMessage(rawQuery: Array(vector.query.utf8))), expecting: expected)
        }
        #expect(rule == RedirectVectors.rules[vector.id])
        #expect((rule == nil) == (vector.verdict == "accept"))
        #expect((received?.message.nameID.value == "alice@acme.example") == (vector.verdict == "accept"))
    }

    @Test func `stops inflating the bomb at its limit`() throws {
        let file = try unwrap(RedirectVectors.shared)
        #expect(RedirectMessage.maximumInflatedBytes == file.max_inflated_bytes)
        let bomb = try unwrap(file.cases.first { $0.id == "deflate-bomb-64mb" })
        let message = try RedirectMessage(rawQuery: Array(bomb.query.utf8))
        let start = ContinuousClock.now
        #expect(try refusal { _ = try message.withoutVerifying() } == "deflate_too_large")
        let time = ContinuousClock.now - start
        #expect(time < .seconds(1))
    }
}
