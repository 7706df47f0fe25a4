import Broker
import BrokerModel
import Foundation
import JOSE

/// Counts what may be done only so often, in the store.
struct Throttling: Sendable {
    /// One thing that is counted: what, and whose.
    struct Use: Sendable {
        var throttle: Throttle
        /// Whose bucket it is, such as an address; only its hash is stored.
        var subject: String

        /// The bucket's key: a subject of one throttle never meets one of another.
        var bucket: Data { Data(Digests.sha256("throttle\n\(throttle.name)\n\(subject)")) }
    }

    private struct Empty: Error {
        var throttle: Throttle
    }

    let store: any Store
    let time: TimeSource

    /// Takes a token for each use, or none at all.
    ///
    /// - Returns: The first throttle whose bucket is empty; nil where all had one.
    func take(_ uses: [Use]) async throws -> Throttle? {
        let now = time.now
        do {
            try await store.write { writer in
                for use in uses where try !writer.takeToken(use.throttle, bucket: use.bucket, at: now) {
                    // Undoes those before: who is refused pays nothing, and drains nobody else's bucket.
                    throw Empty(throttle: use.throttle)
                }
            }
            return nil
        } catch let error as Empty {
            return error.throttle
        }
    }
}
