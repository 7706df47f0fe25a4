import Broker
import BrokerModel
import Foundation

extension SQLReading {
    func lastAuditRecord() throws -> AuditRecord? {
        try sql.row("SELECT * FROM audit_records ORDER BY sequence DESC LIMIT 1", [:], AuditRecord.init(row:))
    }

    func auditRecords(_ filter: AuditFilter, limit: Int) throws -> [AuditRecord] {
        let (condition, arguments) = filter.condition
        return try sql.rows(
            "SELECT * FROM audit_records WHERE \(condition) ORDER BY sequence LIMIT :limit",
            arguments.merging(["limit": limit]) { _, new in new }, AuditRecord.init(row:))
    }

    func lastAuditHead() throws -> AuditHead? {
        try sql.row(
            "SELECT * FROM audit_heads ORDER BY sequence DESC, signed_at DESC LIMIT 1", [:], AuditHead.init(row:))
    }

    func auditHeads() throws -> [AuditHead] {
        try sql.rows("SELECT * FROM audit_heads ORDER BY sequence, signed_at", [:], AuditHead.init(row:))
    }

    func personalKey(_ owner: String) throws -> Data? {
        try sql.row("SELECT sealed FROM personal_keys WHERE owner = :owner", ["owner": owner]) {
            try $0.blob("sealed")
        }
    }
}

extension SQLiteWriter {
    func insert(_ record: AuditRecord) throws {
        try sql.run(
            """
            INSERT INTO audit_records (sequence, recorded_at, kind, body, previous_hash, hash, reference, customer,
                organization, connection)
            VALUES (:sequence, :recorded_at, :kind, :body, :previous_hash, :hash, :reference, :customer,
                :organization, :connection)
            """,
            [
                "sequence": record.sequence, "recorded_at": record.at.microseconds, "kind": record.kind.rawValue,
                "body": record.body, "previous_hash": record.previousHash, "hash": record.hash,
                "reference": record.reference?.rawValue, "customer": record.customer?.rawValue,
                "organization": record.organization?.rawValue, "connection": record.connection?.rawValue,
            ])
    }

    func insert(_ head: AuditHead) throws {
        try sql.run(
            """
            INSERT INTO audit_heads (sequence, hash, signed_at, signature)
            VALUES (:sequence, :hash, :signed_at, :signature)
            """,
            [
                "sequence": head.sequence, "hash": head.hash, "signed_at": head.signedAt.microseconds,
                "signature": head.signature,
            ])
    }

    func insertPersonalKey(_ owner: String, sealed: Data) throws {
        try sql.run(
            "INSERT INTO personal_keys (owner, sealed) VALUES (:owner, :sealed)", ["owner": owner, "sealed": sealed])
    }

    func deletePersonalKey(_ owner: String) throws {
        try sql.run("DELETE FROM personal_keys WHERE owner = :owner", ["owner": owner])
        afterCommit.mustTruncateLog = true
    }
}

extension AuditRecord {
    fileprivate init(row: SQLRow) throws {
        self.init(
            sequence: try row.integer("sequence"), at: try row.time("recorded_at"), kind: try row.choice("kind"),
            body: try row.text("body"), previousHash: try row.blob("previous_hash"), hash: try row.blob("hash"),
            reference: try row.optionalName("reference"), customer: try row.optionalName("customer"),
            organization: try row.optionalName("organization"), connection: try row.optionalName("connection"))
    }
}

extension AuditHead {
    fileprivate init(row: SQLRow) throws {
        self.init(
            sequence: try row.integer("sequence"), hash: try row.blob("hash"), signedAt: try row.time("signed_at"),
            signature: try row.text("signature"))
    }
}
