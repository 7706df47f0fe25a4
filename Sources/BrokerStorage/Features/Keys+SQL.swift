import Broker
import BrokerModel

extension SQLReading {
    func keys(_ use: StoredKey.Use) throws -> [StoredKey] {
        try sql.rows(
            "SELECT * FROM signing_keys WHERE purpose = :purpose ORDER BY published_at, id",
            ["purpose": use.rawValue], StoredKey.init(row:))
    }
}

extension SQLiteWriter {
    func insert(_ key: StoredKey) throws {
        try sql.run(
            """
            INSERT INTO signing_keys (id, purpose, algorithm, state, slot, sealed_private_key, public_jwk,
                published_at, activated_at, retired_at)
            VALUES (:id, :purpose, :algorithm, :state, :slot, :sealed_private_key, :public_jwk,
                :published_at, :activated_at, :retired_at)
            """, key.columns)
    }

    func update(_ key: StoredKey, from state: StoredKey.State) throws -> Bool {
        try sql.any(
            """
            UPDATE signing_keys SET algorithm = :algorithm, state = :state, slot = :slot,
                sealed_private_key = :sealed_private_key, public_jwk = :public_jwk, published_at = :published_at,
                activated_at = :activated_at, retired_at = :retired_at
            WHERE id = :id AND purpose = :purpose AND state = :from_state RETURNING id
            """, key.columns.merging(["from_state": state.rawValue]) { _, new in new })
    }

    func delete(key id: String) throws { try sql.run("DELETE FROM signing_keys WHERE id = :id", ["id": id]) }
}

extension StoredKey {
    fileprivate var columns: SQLConnection.Arguments {
        [
            "id": id, "purpose": use.rawValue, "algorithm": algorithm, "state": state.rawValue,
            "slot": state == .retired ? nil : state.rawValue, "sealed_private_key": sealedPrivateKey,
            "public_jwk": publicJWK, "published_at": publishedAt.microseconds,
            "activated_at": activatedAt?.microseconds, "retired_at": retiredAt?.microseconds,
        ]
    }

    fileprivate init(row: SQLRow) throws {
        self.init(
            id: try row.text("id"), use: try row.choice("purpose"), algorithm: try row.text("algorithm"),
            state: try row.choice("state"), sealedPrivateKey: try row.blob("sealed_private_key"),
            publicJWK: try row.text("public_jwk"), publishedAt: try row.time("published_at"),
            activatedAt: try row.optionalTime("activated_at"), retiredAt: try row.optionalTime("retired_at"))
    }
}
