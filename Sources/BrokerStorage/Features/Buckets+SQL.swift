import Broker
import BrokerModel
import Foundation

extension SQLiteWriter {
    func takeToken(_ throttle: Throttle, bucket: Data, at now: Timestamp) throws -> Bool {
        // While it is full no later than `limit`, at least one token is there.
        let spare = throttle.refill * (throttle.capacity - 1)
        return try sql.any(
            Self.takeToken,
            [
                "bucket": bucket, "now": now.microseconds, "first": (now + throttle.refill).microseconds,
                "limit": (now + spare).microseconds, "refill": throttle.refill.wholeMicroseconds,
            ])
    }

    /// One statement: of many callers each gets a token of its own, or none.
    private static let takeToken = """
        INSERT INTO buckets (bucket, full_at) VALUES (:bucket, :first)
        ON CONFLICT (bucket) DO UPDATE SET full_at =
            CASE WHEN buckets.full_at < :now THEN :now ELSE buckets.full_at END + :refill
        WHERE buckets.full_at <= :limit
        RETURNING full_at
        """

    func deleteBuckets(fullBefore moment: Timestamp) throws -> Int {
        try sql.run("DELETE FROM buckets WHERE full_at < :moment", ["moment": moment.microseconds])
    }
}
