import Broker
package import BrokerModel
import Foundation
import JOSE
import Logging

/// Chains events into the log, inside the transaction that makes them true, and signs how far the chain goes.
package struct AuditLog: AuditSink {
    private let environment: EngineEnvironment

    init(_ environment: EngineEnvironment) { self.environment = environment }

    /// Appends one event: seals its personal data, encodes it, and hashes it onto the last record.
    package func append(_ event: AuditEvent, in writer: any StoreWriter) throws {
        let last = try writer.lastAuditRecord()
        let sequence = (last?.sequence ?? 0) + 1
        let sealed = try PersonalData(environment).seal(event, sequence: sequence, in: writer)
        let body = AuditEncoding.body(event, sealedPersonal: sealed)
        let previous = last?.hash ?? AuditChain.genesis
        try writer.insert(
            AuditRecord(
                sequence: sequence, at: event.at, kind: event.kind, body: body, previousHash: previous,
                hash: AuditChain.hash(sequence: sequence, previous: previous, body: body), reference: event.reference,
                customer: event.customer, organization: event.organization, connection: event.connection))
    }

    /// Appends events in a transaction of their own, for what changes nothing else.
    package func record(_ events: AuditEvent...) async throws {
        try await environment.store.write { writer in
            for event in events { try append(event, in: writer) }
        }
    }

    /// Signs the chain's present end, keeps the statement, and writes it to the log stream, which an intruder in the
    /// store cannot reach.
    ///
    /// Does nothing while the chain has not grown.
    @discardableResult
    package func signHead() async throws -> AuditHead? {
        let now = environment.time.now
        let head: AuditHead? = try await environment.store.write { writer in
            guard let last = try writer.lastAuditRecord(), try writer.lastAuditHead()?.sequence != last.sequence,
                let key = try writer.keys(.audit).first(where: { $0.state == .active })
            else { return nil }
            let signer = try key.open(with: environment.keyring)
            let signature = try signer.issue(claims: AuditChain.claims(of: last, at: now), typ: AuditChain.headType)
            let head = AuditHead(sequence: last.sequence, hash: last.hash, signedAt: now, signature: signature)
            try writer.insert(head)
            return head
        }
        if let head {
            environment.headLogger?.notice(
                "audit head", metadata: ["sequence": "\(head.sequence)", "audit_head": "\(head.signature)"])
        }
        return head
    }

    /// The personal data of a record, or nil where there is none or its key was destroyed.
    package func personal(of record: AuditRecord, in reader: any StoreReader) throws -> [String: String]? {
        try PersonalData(environment).open(record, in: reader)
    }
}
