import Broker
import BrokerModel

extension SQLReading {
    func connectionKeys(of connection: ConnectionID?) throws -> [ConnectionKey] {
        guard let connection else {
            return try sql.rows(
                "SELECT * FROM connection_keys ORDER BY connection, made_at, id", [:], ConnectionKey.init(row:))
        }
        return try sql.rows(
            "SELECT * FROM connection_keys WHERE connection = :connection ORDER BY made_at, id",
            ["connection": connection.rawValue], ConnectionKey.init(row:))
    }
}

extension SQLiteWriter {
    func place(_ key: ConnectionKey) throws -> Bool {
        try sql.any(
            """
            INSERT INTO connection_keys (id, connection, algorithm, state, slot, sealed_private_key, public_key, made_at,
                activated_at, retired_at)
            VALUES (:id, :connection, :algorithm, :state, :slot, :sealed_private_key, :public_key, :made_at,
                :activated_at, :retired_at)
            ON CONFLICT (connection, algorithm, slot) DO NOTHING RETURNING id
            """, key.columns)
    }

    func update(_ key: ConnectionKey, from state: StoredKey.State) throws -> Bool {
        try sql.any(
            """
            UPDATE connection_keys SET state = :state, slot = :slot, sealed_private_key = :sealed_private_key,
                public_key = :public_key, made_at = :made_at, activated_at = :activated_at, retired_at = :retired_at
            WHERE id = :id AND connection = :connection AND algorithm = :algorithm AND state = :from_state RETURNING id
            """, key.columns.merging(["from_state": state.rawValue]) { _, new in new })
    }

    func delete(connectionKey id: String) throws -> Bool {
        try sql.any("DELETE FROM connection_keys WHERE id = :id RETURNING id", ["id": id])
    }
}

extension ConnectionKey {
    fileprivate var columns: SQLConnection.Arguments {
        [
            "id": id, "connection": connection.rawValue, "algorithm": algorithm.rawValue, "state": state.rawValue,
            "slot": state == .retired ? nil : state.rawValue, "sealed_private_key": sealedPrivateKey,
            "public_key": publicKey, "made_at": madeAt.microseconds, "activated_at": activatedAt?.microseconds,
            "retired_at": retiredAt?.microseconds,
        ]
    }

    fileprivate init(row: SQLRow) throws {
        self.init(
            id: try row.text("id"), connection: ConnectionID(rawValue: try row.text("connection")),
            algorithm: try row.choice("algorithm"), state: try row.choice("state"),
            sealedPrivateKey: try row.blob("sealed_private_key"), publicKey: try row.blob("public_key"),
            madeAt: try row.time("made_at"), activatedAt: try row.optionalTime("activated_at"),
            retiredAt: try row.optionalTime("retired_at"))
    }
}
