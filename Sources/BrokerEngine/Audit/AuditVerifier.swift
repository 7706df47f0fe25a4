import Broker
import BrokerModel
import Foundation
import JOSE

/// What `audit verify` found.
package enum AuditVerdict: Sendable, Hashable {
    /// Every record and every head holds.
    case intact(records: Int64, signedUpTo: Int64)
    /// The first thing that does not hold.
    case broken(AuditBreak)
}

/// How a chain can be broken.
package enum AuditBreak: Sendable, Hashable, CustomStringConvertible {
    /// A position is missing, twice, or out of order.
    case positionMissing(Int64)
    /// The record does not follow from the one before.
    case linkBroken(Int64)
    /// The record's body is not what was hashed.
    case edited(Int64)
    /// A column beside the body says something else than the body.
    case columnEdited(Int64)
    /// A head's signature is not by one of this installation's audit keys.
    case headForged(Int64)
    /// The chain was recomputed: a signed head remembers another hash.
    case headDiffers(Int64)
    /// The chain ends before a signed head: its tail was cut.
    case tailCut(signed: Int64, present: Int64)
    /// There are records, but no signed head.
    case headMissing
    /// An audit key does not open: another key-encryption key sealed it, or its row was tampered with.
    case keyUnreadable(String)

    package var description: String {
        switch self {
        case .positionMissing(let at): "record \(at) is missing or out of order"
        case .linkBroken(let at): "record \(at) does not follow from the record before it"
        case .edited(let at): "record \(at) was edited"
        case .columnEdited(let at): "record \(at): a column was edited and no longer says what the record says"
        case .headForged(let at): "the signed head at \(at) was not signed by this installation's audit key"
        case .headDiffers(let at): "the chain was rewritten: the head signed at \(at) remembers another record"
        case .tailCut(let signed, let present):
            "the tail was cut: a head was signed at \(signed), the log ends at \(present)"
        case .headMissing: "the log has records but no signed head"
        case .keyUnreadable(let id):
            "audit key \(id) does not open: a key-encryption key is missing from keys.previousKeks, or the key was edited"
        }
    }
}

/// Proves the log against itself, against its signed heads, and against heads kept elsewhere.
package struct AuditVerifier: Sendable {
    private let environment: EngineEnvironment
    private static let pageSize = 1000

    package init(_ environment: EngineEnvironment) { self.environment = environment }

    /// Verifies the whole log.
    ///
    /// - Parameter kept: Heads from the log stream, as compact JWS: what an intruder in the store could not reach.
    package func verify(against kept: [String] = []) async throws -> AuditVerdict {
        let (keys, heads) = try await environment.store.read { (try $0.keys(.audit), try $0.auditHeads()) }
        // The public half comes from the sealed private key: a forged row in the key table verifies nothing.
        var publicKeys: [VerificationKey] = []
        for key in keys {
            guard let opened = try? key.open(with: environment.keyring) else { return .broken(.keyUnreadable(key.id)) }
            publicKeys.append(opened.publicKey)
        }
        var expected: [Int64: Data] = [:]
        for signature in heads.map(\.signature) + kept {
            switch Self.open(signature, keys: publicKeys) {
            case .none: return .broken(.headForged(0))
            case .some(let head):
                if let known = expected[head.sequence], known != head.hash {
                    return .broken(.headDiffers(head.sequence))
                }
                expected[head.sequence] = head.hash
            }
        }
        for head in heads where expected[head.sequence] != head.hash { return .broken(.headForged(head.sequence)) }
        return try await walk(expected)
    }

    private func walk(_ heads: [Int64: Data]) async throws -> AuditVerdict {
        var (position, previous) = (Int64(0), AuditChain.genesis)
        while true {
            let after = position
            let page = try await environment.store.read {
                try $0.auditRecords(AuditFilter(after: after), limit: Self.pageSize)
            }
            for record in page {
                if let broken = Self.check(record, position: position + 1, previous: previous) {
                    return .broken(broken)
                }
                if let signed = heads[record.sequence], signed != record.hash {
                    return .broken(.headDiffers(record.sequence))
                }
                (position, previous) = (record.sequence, record.hash)
            }
            if page.count < Self.pageSize { break }
        }
        let signed = heads.keys.max() ?? 0
        if signed > position { return .broken(.tailCut(signed: signed, present: position)) }
        if signed == 0, position > 0 { return .broken(.headMissing) }
        return .intact(records: position, signedUpTo: signed)
    }

    /// One record against its place.
    static func check(_ record: AuditRecord, position: Int64, previous: Data) -> AuditBreak? {
        if record.sequence != position { return .positionMissing(position) }
        if record.previousHash != previous { return .linkBroken(position) }
        if AuditChain.hash(sequence: position, previous: previous, body: record.body) != record.hash {
            return .edited(position)
        }
        return columnsAgree(record) ? nil : .columnEdited(position)
    }

    private static func columnsAgree(_ record: AuditRecord) -> Bool {
        guard let body = try? JSONObject.parse(Array(record.body.utf8)) else { return false }
        return body.string("kind") == record.kind.rawValue && body.string("at") == record.at.rfc3339
            && body.string("reference") == record.reference?.rawValue
            && body.string("customer") == record.customer?.rawValue
            && body.string("organization") == record.organization?.rawValue
            && body.string("connection") == record.connection?.rawValue
    }

    private static func open(_ signature: String, keys: [VerificationKey]) -> (sequence: Int64, hash: Data)? {
        let verifier = JWSVerifier(keys: keys, algorithms: [.es256], kidPolicy: .required)
        guard let token = try? JWT.verify(signature, with: verifier, types: AllowedTypes([AuditChain.headType])),
            token.claims.string("token_use") == "audit-head", let sequence = token.claims.int64("seq"),
            let hash = token.claims.string("hash").flatMap({ try? Base64URL.decode($0) })
        else { return nil }
        return (sequence, Data(hash))
    }
}
