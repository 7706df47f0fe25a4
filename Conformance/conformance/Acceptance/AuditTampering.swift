// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE

/// Breaks an audit log in every way that leaves a trace, and sees whether the verifier finds it.
struct AuditTampering: Sendable {
    private let broker: TestBroker
    private let verifier: AuditVerifier

    init(_ broker: TestBroker) {
        self.broker = broker
        verifier = AuditVerifier(broker.engine.environment)
    }

    func run() async throws -> String {
        try await broker.apply(
            organizations: [Organization(id: "acme", name: "Acme", domains: [])], connections: [])
        let head = try unwrap(try await broker.engine.audit.signHead(), "no head was signed")
        let intact = try await verifier.verify(against: [head.signature])
        try require(
            intact == .intact(records: head.sequence, signedUpTo: head.sequence), "the honest log is \(intact)")
        try await expect("a head that somebody else signed", [try HostileTokens(head.signature).tampered()]) {
            if case .headForged = $0 { true } else { false }
        }
        // What a head kept elsewhere says after the log was recomputed, or cut, behind it.
        try await expect(
            "a recomputed log", [try head.altered { $0["hash"] = .string(Self.otherHash) }.signed(by: broker)]
        ) {
            if case .headDiffers = $0 { true } else { false }
        }
        let longer = try head.altered { $0["seq"] = .integer(head.sequence + 3) }.signed(by: broker)
        try await expect("a cut tail", [longer]) { if case .tailCut = $0 { true } else { false } }
        try await appendEdited()
        try await expect("an edited record", []) { if case .edited = $0 { true } else { false } }
        return "\(head.sequence) records intact; forged, recomputed, cut and edited found"
    }

    private static let otherHash = Base64URL.encode([UInt8](repeating: 7, count: 32))

    private func expect(
        _ what: String, _ heads: [String], _ isFound: (AuditBreak) -> Bool
    ) async throws {
        let verdict = try await verifier.verify(against: heads)
        guard case .broken(let seen) = verdict, isFound(seen) else { throw Unmet("\(what) is \(verdict)") }
    }

    /// A record in its place, with a body that is not what was hashed.
    private func appendEdited() async throws {
        let now = broker.clock.now
        try await broker.store.write { writer in
            let last = try unwrap(try writer.lastAuditRecord(), "the log is empty")
            let body = #"{"v":1,"kind":"server.started","at":"\#(now.rfc3339)","actor":"system"}"#
            try writer.insert(
                AuditRecord(
                    sequence: last.sequence + 1, at: now, kind: .serverStarted, body: body, previousHash: last.hash,
                    hash: AuditChain.hash(sequence: last.sequence + 1, previous: last.hash, body: body + " "),
                    reference: nil, customer: nil, organization: nil, connection: nil))
        }
    }
}

/// A head's header and claims, to be signed again.
private struct HeadDraft {
    var header: JSONObject
    var claims: JSONObject

    /// Signed by the installation's own audit key, as an honest head is.
    func signed(by broker: TestBroker) throws -> String {
        try unwrap(broker.engine.live.keys.signingKey(.audit), "no audit key")
            .issue(header: header, payload: claims.serialized())
    }
}

extension AuditHead {
    fileprivate func altered(_ change: (inout JSONObject) -> Void) throws -> HeadDraft {
        let parsed = try CompactJWS.parse(signature)
        var claims = try JSONObject.parse(parsed.unverifiedPayload)
        change(&claims)
        return HeadDraft(header: parsed.header.parameters, claims: claims)
    }
}
