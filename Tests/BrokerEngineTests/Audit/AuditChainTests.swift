import Broker
import BrokerModel
import Foundation
import JOSE
import Testing

@testable import BrokerEngine

/// What an intruder in the store can do to the log, and what `audit verify` says.
@Suite struct AuditChainTests {
    /// A log with some records and a signed head at its end.
    private func installation() async throws -> TestInstallation {
        let here = try await TestInstallation()
        try await here.signIn("ann@globex.example")
        try await here.engine.audit.signHead()
        return here
    }

    /// What the verifier says of a log that was changed.
    private func verdict(
        _ here: TestInstallation, kept: [String] = [], _ change: (inout TamperedStore.Log) throws -> Void = { _ in }
    ) async throws -> AuditVerdict {
        var log = try await here.store.read { reader in
            TamperedStore.Log(
                records: try reader.auditRecords(AuditFilter(), limit: .max), heads: try reader.auditHeads())
        }
        try change(&log)
        var environment = here.engine.environment
        environment.store = TamperedStore(log: log, keys: try await here.engine.keys.list(.audit))
        return try await AuditVerifier(environment).verify(against: kept)
    }

    /// Links records anew from a position on, as an intruder who knows the code would.
    private func relink(_ records: inout [AuditRecord], from index: Int) {
        for position in index..<records.count {
            let previous = position == 0 ? AuditChain.genesis : records[position - 1].hash
            records[position].sequence = Int64(position + 1)
            records[position].previousHash = previous
            records[position].hash = AuditChain.hash(
                sequence: Int64(position + 1), previous: previous, body: records[position].body)
        }
    }

    @Test func `an untouched log is intact, in the store and in a copy`() async throws {
        let here = try await installation()
        let count = Int64(try await here.records().count)
        let intact = AuditVerdict.intact(records: count, signedUpTo: count)
        #expect(try await AuditVerifier(here.engine.environment).verify() == intact)
        #expect(try await verdict(here) == intact)
    }

    @Test func `records after the last head are chained and not yet signed`() async throws {
        let here = try await installation()
        let signed = Int64(try await here.records().count)
        try await here.signIn("ann@globex.example")
        let count = Int64(try await here.records().count)
        #expect(try await verdict(here) == .intact(records: count, signedUpTo: signed))
    }

    @Test func `one octet of a body`() async throws {
        let here = try await installation()
        let verdict = try await verdict(here) { log in
            log.records[4].body = log.records[4].body.replacingOccurrences(of: "system", with: "systen")
            #expect(log.records[4].body.contains("systen"))
        }
        #expect(verdict == .broken(.edited(5)))
    }

    @Test func `a column that says something else than the body`() async throws {
        let here = try await installation()
        let changes: [@Sendable (inout AuditRecord) -> Void] = [
            { $0.kind = .logout }, { $0.customer = "c_eve" }, { $0.at = $0.at + .seconds(1) },
            { $0.organization = nil }, { $0.connection = "acme-ext" }, { $0.reference = "0" },
        ]
        for change in changes {
            let verdict = try await verdict(here) { change(&$0.records[$0.records.count - 1]) }
            guard case .broken(.columnEdited) = verdict else { throw Unexpected("an edited column, got \(verdict)") }
        }
    }

    @Test func `a missing, repeated or reordered record`() async throws {
        let here = try await installation()
        #expect(try await verdict(here) { $0.records.remove(at: 2) } == .broken(.positionMissing(3)))
        #expect(try await verdict(here) { $0.records.remove(at: 0) } == .broken(.positionMissing(1)))
        #expect(try await verdict(here) { $0.records.insert($0.records[2], at: 2) } == .broken(.positionMissing(4)))
        let swapped = try await verdict(here) { log in
            log.records.swapAt(2, 3)
            (log.records[2].sequence, log.records[3].sequence) = (3, 4)
        }
        #expect(swapped == .broken(.linkBroken(3)))
    }

    @Test func `a chain that was computed anew`() async throws {
        let here = try await installation()
        let count = Int64(try await here.records().count)
        let edited = try await verdict(here) { log in
            log.records[2].body = log.records[2].body.replacingOccurrences(of: "system", with: "nobody")
            relink(&log.records, from: 2)
        }
        #expect(edited == .broken(.headDiffers(count)))
        let removed = try await verdict(here) { log in
            log.records.remove(at: 2)
            relink(&log.records, from: 2)
        }
        #expect(removed == .broken(.tailCut(signed: count, present: count - 1)))
    }

    @Test func `a tail that was cut`() async throws {
        let here = try await installation()
        let count = Int64(try await here.records().count)
        #expect(
            try await verdict(here) { $0.records.removeLast(2) }
                == .broken(.tailCut(signed: count, present: count - 2)))
    }

    @Test func `a tail that was cut together with its heads is told by a head that was kept elsewhere`() async throws {
        let here = try await installation()
        let early = Int64(try await here.records().count)
        try await here.signIn("ann@globex.example")
        let late = try #require(try await here.engine.audit.signHead())
        let cut: (inout TamperedStore.Log) -> Void = { log in
            log.records.removeLast(log.records.count - Int(early))
            log.heads.removeLast()
        }
        #expect(try await verdict(here, cut) == .intact(records: early, signedUpTo: early))
        #expect(
            try await verdict(here, kept: [late.signature], cut)
                == .broken(.tailCut(signed: late.sequence, present: early)))
        guard case .intact = try await verdict(here, kept: [late.signature]) else { throw Unexpected("an intact log") }
    }

    @Test func `a head that nobody of ours signed`() async throws {
        let here = try await installation()
        let count = Int64(try await here.records().count)
        let stranger = try SigningKey.generate(.es256)
        let forged = try await verdict(here) { log in
            log.records[2].body = log.records[2].body.replacingOccurrences(of: "system", with: "nobody")
            relink(&log.records, from: 2)
            let last = log.records[log.records.count - 1]
            log.heads[0].hash = last.hash
            log.heads[0].signature = try stranger.issue(
                claims: AuditChain.claims(of: last, at: here.clock.now), typ: AuditChain.headType)
        }
        #expect(forged == .broken(.headForged(0)))
        let columns = try await verdict(here) { $0.heads[0].hash = Data(repeating: 1, count: 32) }
        #expect(columns == .broken(.headForged(count)))
        #expect(try await verdict(here, kept: ["not a head"]) == .broken(.headForged(0)))
    }

    @Test func `another token of ours is no head`() async throws {
        let here = try await installation()
        let last = try #require(try await here.records().last)
        let audit = try #require(here.engine.live.keys.signingKey(.audit))
        let claims = AuditChain.claims(of: last, at: here.clock.now)
        let wrongType = try audit.issue(claims: claims, typ: "JWT")
        let session = try #require(here.engine.live.keys.signingKey(.session))
        let wrongKey = try session.issue(claims: claims, typ: AuditChain.headType)
        for token in [wrongType, wrongKey] {
            #expect(try await verdict(here, kept: [token]) == .broken(.headForged(0)))
        }
    }

    @Test func `records without any head`() async throws {
        let here = try await installation()
        #expect(try await verdict(here) { $0.heads = [] } == .broken(.headMissing))
        #expect(try await verdict(here) { ($0.records, $0.heads) = ([], []) } == .intact(records: 0, signedUpTo: 0))
    }

    @Test func `a long log is verified page by page`() async throws {
        let here = try await installation()
        let now = here.clock.now
        try await here.store.write { writer in
            for number in 0..<2100 {
                try here.engine.audit.append(
                    AuditEvent(.gateRefused, at: now, actor: .anonymous, facts: ["count": "\(number)"]), in: writer)
            }
        }
        try await here.engine.audit.signHead()
        let count = Int64(try await here.records().count)
        #expect(try await verdict(here) == .intact(records: count, signedUpTo: count))
        #expect(try await verdict(here) { $0.records.remove(at: 1500) } == .broken(.positionMissing(1501)))
    }

    @Test func `a head is signed once for each end of the chain and written to the log stream`() async throws {
        let here = try await TestInstallation()
        let head = try #require(try await here.engine.audit.signHead())
        #expect(try await here.engine.audit.signHead() == nil)
        #expect(here.log.lines.contains { $0.contains(head.signature) })
        try await here.signIn("ann@globex.example")
        #expect(try await here.engine.audit.signHead()?.sequence ?? 0 > head.sequence)
    }
}
