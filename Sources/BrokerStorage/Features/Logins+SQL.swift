import Broker
import BrokerModel
import Foundation

extension SQLReading {
    func login(handleHash: Data) throws -> LoginTransaction? {
        try sql.row("SELECT * FROM logins WHERE handle_hash = :hash", ["hash": handleHash], LoginTransaction.init(row:))
    }

    func login(ticketHash: Data) throws -> LoginTransaction? {
        try sql.row("SELECT * FROM logins WHERE ticket_hash = :hash", ["hash": ticketHash], LoginTransaction.init(row:))
    }

    func login(_ reference: Reference) throws -> LoginTransaction? {
        try sql.row(
            "SELECT * FROM logins WHERE reference = :reference", ["reference": reference.rawValue],
            LoginTransaction.init(row:))
    }

    func login(stateHash: Data) throws -> LoginTransaction? {
        try sql.row("SELECT * FROM logins WHERE state_hash = :hash", ["hash": stateHash], LoginTransaction.init(row:))
    }
}

extension SQLiteWriter {
    func insert(_ login: LoginTransaction) throws {
        try sql.run(
            """
            INSERT INTO logins (reference, phase, site, return_target, binding_hash, handle_hash, created_at,
                expires_at, connection, connection_revision, round, state_hash, round_started_at, sealed, requirements,
                ticket_hash, ticket_expires_at, arrival_binding_hash)
            VALUES (:reference, :phase, :site, :return_target, :binding_hash, :handle_hash, :created_at,
                :expires_at, :connection, :connection_revision, :round, :state_hash, :round_started_at, :sealed,
                :requirements, :ticket_hash, :ticket_expires_at, :arrival_binding_hash)
            """,
            login.roundColumns.merging(
                [
                    "site": login.site.rawValue, "return_target": login.returnTarget,
                    "binding_hash": login.bindingHash, "handle_hash": login.handleHash,
                    "created_at": login.createdAt.microseconds, "expires_at": login.expiresAt.microseconds,
                    "requirements": try JSONColumn.encode(login.requirements),
                    "ticket_hash": login.departure?.ticketHash,
                    "ticket_expires_at": login.departure?.expiresAt.microseconds,
                    "arrival_binding_hash": login.departure?.bindingHash,
                ]) { _, new in new })
    }

    func advance(_ login: LoginTransaction, from phase: LoginTransaction.Phase, round: Int) throws -> Bool {
        try sql.any(
            """
            UPDATE logins SET phase = :phase, connection = :connection, connection_revision = :connection_revision,
                round = :round, state_hash = :state_hash, round_started_at = :round_started_at, sealed = :sealed
            WHERE reference = :reference AND phase = :from_phase AND round = :from_round
            RETURNING reference
            """,
            login.roundColumns.merging(["from_phase": phase.rawValue, "from_round": round]) { _, new in new })
    }

    /// One statement: SQL decides which of many callers changes the phase, and only that one gets the row.
    func consumeLogin(stateHash: Data, at now: Timestamp) throws -> LoginTransaction? {
        let consumed = try sql.row(
            """
            UPDATE logins SET phase = 'finished'
            WHERE state_hash = :hash AND phase = 'awaiting' AND expires_at > :now
            RETURNING *
            """,
            ["hash": stateHash, "now": now.microseconds], LoginTransaction.init(row:))
        guard var consumed else { return nil }
        consumed.phase = .awaiting
        return consumed
    }

    /// One statement: of many browsers with one ticket, SQL lets one in.
    func arriveLogin(
        ticketHash: Data, bindingHash: Data, handleHash: Data, at now: Timestamp
    ) throws -> LoginTransaction? {
        try sql.row(
            """
            UPDATE logins SET phase = 'choosing', arrival_binding_hash = :binding, handle_hash = :handle
            WHERE ticket_hash = :ticket AND phase = 'departing' AND ticket_expires_at > :now AND expires_at > :now
            RETURNING *
            """,
            [
                "ticket": ticketHash, "binding": bindingHash, "handle": handleHash, "now": now.microseconds,
            ], LoginTransaction.init(row:))
    }

    func finish(_ reference: Reference) throws {
        try sql.run(
            "UPDATE logins SET phase = 'finished' WHERE reference = :reference", ["reference": reference.rawValue])
    }

    func deleteLogins(expiredBefore moment: Timestamp) throws -> Int {
        try sql.run("DELETE FROM logins WHERE expires_at < :moment", ["moment": moment.microseconds])
    }

    func take(_ identifier: OneTimeIdentifier, scope: String) throws -> Bool {
        try sql.any(
            """
            INSERT INTO one_time_identifiers (scope, identifier, expires_at) VALUES (:scope, :identifier, :expires_at)
            ON CONFLICT (scope, identifier) DO NOTHING RETURNING scope
            """,
            [
                "scope": scope, "identifier": identifier.identifier, "expires_at": identifier.until.microseconds,
            ])
    }

    func deleteOneTimeIdentifiers(expiredBefore moment: Timestamp) throws -> Int {
        try sql.run("DELETE FROM one_time_identifiers WHERE expires_at < :moment", ["moment": moment.microseconds])
    }
}

extension LoginTransaction {
    /// What a round changes, and the login it belongs to.
    fileprivate var roundColumns: SQLConnection.Arguments {
        [
            "reference": reference.rawValue, "phase": phase.rawValue, "connection": connection?.rawValue,
            "connection_revision": connectionRevision, "round": round, "state_hash": stateHash,
            "round_started_at": roundStartedAt?.microseconds, "sealed": sealed,
        ]
    }

    fileprivate init(row: SQLRow) throws {
        self.init(
            reference: try row.name("reference"), phase: try row.choice("phase"), site: try row.name("site"),
            returnTarget: try row.text("return_target"), bindingHash: try row.blob("binding_hash"),
            handleHash: try row.blob("handle_hash"), createdAt: try row.time("created_at"),
            expiresAt: try row.time("expires_at"), connection: try row.optionalName("connection"),
            connectionRevision: try row.integer("connection_revision"), round: Int(try row.integer("round")),
            stateHash: try row.optionalBlob("state_hash"), roundStartedAt: try row.optionalTime("round_started_at"),
            sealed: try row.blob("sealed"), requirements: try row.json("requirements"),
            departure: try Departure(row: row))
    }
}

extension LoginTransaction.Departure {
    /// Nil where the login began at the host where it ends.
    fileprivate init?(row: SQLRow) throws {
        guard let ticketHash = try row.optionalBlob("ticket_hash"),
            let expiresAt = try row.optionalTime("ticket_expires_at")
        else { return nil }
        self.init(
            ticketHash: ticketHash, expiresAt: expiresAt, bindingHash: try row.optionalBlob("arrival_binding_hash"))
    }
}
