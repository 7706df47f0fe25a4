import Broker
import BrokerModel
import Foundation

extension SQLReading {
    func testLogin(stateHash: Data) throws -> TestLogin? {
        try sql.row("SELECT * FROM test_logins WHERE state_hash = :hash", ["hash": stateHash], TestLogin.init(row:))
    }

    func testLogin(_ reference: Reference) throws -> TestLogin? {
        try sql.row(
            "SELECT * FROM test_logins WHERE reference = :reference", ["reference": reference.rawValue],
            TestLogin.init(row:))
    }
}

extension SQLiteWriter {
    func insert(_ test: TestLogin) throws {
        try sql.run(
            """
            INSERT INTO test_logins (reference, phase, connection, connection_revision, operator, ticket_hash,
                binding_hash, state_hash, round, round_started_at, sealed, result, created_at, expires_at)
            VALUES (:reference, :phase, :connection, :connection_revision, :operator, :ticket_hash,
                :binding_hash, :state_hash, :round, :round_started_at, :sealed, :result, :created_at, :expires_at)
            """, test.columns)
    }

    /// One statement: of many browsers with one ticket, SQL lets one in.
    func openTestLogin(ticketHash: Data, bindingHash: Data, at now: Timestamp) throws -> TestLogin? {
        try sql.row(
            """
            UPDATE test_logins SET phase = 'opened', binding_hash = :binding
            WHERE ticket_hash = :ticket AND phase = 'waiting' AND expires_at > :now
            RETURNING *
            """, ["ticket": ticketHash, "binding": bindingHash, "now": now.microseconds], TestLogin.init(row:))
    }

    func advance(_ test: TestLogin, from phase: TestLogin.Phase) throws -> Bool {
        try sql.any(
            """
            UPDATE test_logins SET phase = 'awaiting', state_hash = :state_hash, round = :round,
                round_started_at = :round_started_at, sealed = :sealed
            WHERE reference = :reference AND phase = :from_phase
            RETURNING reference
            """,
            [
                "reference": test.reference.rawValue, "from_phase": phase.rawValue, "state_hash": test.stateHash,
                "round": test.round, "round_started_at": test.roundStartedAt?.microseconds, "sealed": test.sealed,
            ])
    }

    func consumeTestLogin(stateHash: Data, at now: Timestamp) throws -> TestLogin? {
        try sql.row(
            """
            UPDATE test_logins SET phase = 'answered'
            WHERE state_hash = :hash AND phase = 'awaiting' AND expires_at > :now
            RETURNING *
            """, ["hash": stateHash, "now": now.microseconds], TestLogin.init(row:))
    }

    /// The sealed one-time values go when the result comes.
    func finishTestLogin(_ reference: Reference, result: Data) throws {
        try sql.run(
            """
            UPDATE test_logins SET phase = 'finished', result = :result, sealed = :empty
            WHERE reference = :reference AND phase <> 'finished'
            """, ["reference": reference.rawValue, "result": result, "empty": Data()])
    }

    func takeTestResult(_ reference: Reference, at now: Timestamp) throws -> Data? {
        try sql.row(
            """
            DELETE FROM test_logins WHERE reference = :reference AND phase = 'finished' AND expires_at > :now
            RETURNING result
            """, ["reference": reference.rawValue, "now": now.microseconds]
        ) { try $0.blob("result") }
    }

    func deleteTestLogin(_ reference: Reference) throws {
        try sql.run("DELETE FROM test_logins WHERE reference = :reference", ["reference": reference.rawValue])
    }

    func deleteTestLogins(expiredBefore moment: Timestamp) throws -> Int {
        try sql.run("DELETE FROM test_logins WHERE expires_at <= :moment", ["moment": moment.microseconds])
    }
}

extension TestLogin {
    fileprivate var columns: SQLConnection.Arguments {
        [
            "reference": reference.rawValue, "phase": phase.rawValue, "connection": connection.rawValue,
            "connection_revision": connectionRevision, "operator": operatorName, "ticket_hash": ticketHash,
            "binding_hash": bindingHash, "state_hash": stateHash, "round": round,
            "round_started_at": roundStartedAt?.microseconds, "sealed": sealed, "result": result,
            "created_at": createdAt.microseconds, "expires_at": expiresAt.microseconds,
        ]
    }

    fileprivate init(row: SQLRow) throws {
        self.init(
            reference: try row.name("reference"), phase: try row.choice("phase"),
            connection: try row.name("connection"), connectionRevision: try row.integer("connection_revision"),
            operatorName: try row.text("operator"), ticketHash: try row.blob("ticket_hash"),
            bindingHash: try row.optionalBlob("binding_hash"), stateHash: try row.optionalBlob("state_hash"),
            round: Int(try row.integer("round")), roundStartedAt: try row.optionalTime("round_started_at"),
            sealed: try row.blob("sealed"), result: try row.optionalBlob("result"),
            createdAt: try row.time("created_at"), expiresAt: try row.time("expires_at"))
    }
}
