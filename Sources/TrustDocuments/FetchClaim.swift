import Broker
import Foundation

/// The right to fetch once in a while, which one process of all takes by compare-and-set before it fetches.
///
/// Messages from outside can cause a fetch: without this, every process more would be one more fetch a minute for
/// whoever posts forged messages (S26, M52).
struct FetchClaim {
    /// What taking the right came to.
    enum Outcome: Equatable {
        /// It is ours: fetch.
        case taken
        /// Another process has it until then.
        case held(until: Timestamp)
        /// The store is away; nobody knows.
        case unknown
    }

    /// The last attempt, as remembered.
    struct Attempt: Equatable {
        var until: Timestamp
        var isUnderWay: Bool

        var bytes: Data { Data("\(until.microseconds) \(isUnderWay ? "open" : "done")".utf8) }

        init(until: Timestamp, isUnderWay: Bool) {
            self.until = until
            self.isUnderWay = isUnderWay
        }

        init?(_ bytes: Data) {
            let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
            guard words.count == 2, let microseconds = Int64(words[0]) else { return nil }
            self.init(until: Timestamp(microseconds: microseconds), isUnderWay: words[1] == "open")
        }
    }

    let memory: any ConnectionMemory
    let key: String
    /// An attempt that claims to last longer comes from a clock that is wrong, and does not count.
    let longest: Duration

    /// Takes the right unless somebody else holds it.
    func take(until: Timestamp, now: Timestamp) async -> Outcome {
        // A second look, because whoever wins in between is to be followed and not overruled.
        for _ in 0..<2 {
            do throws(MemoryError) {
                let entry = try await memory.read(key)
                if let other = entry.flatMap({ attempt($0, now) }) { return .held(until: other.until) }
                let mine = Attempt(until: until, isUnderWay: true)
                if try await memory.compareAndSet(key, expected: entry?.version, bytes: mine.bytes) { return .taken }
            } catch {
                return .unknown
            }
        }
        return .held(until: until)
    }

    /// Says that our attempt has ended, well or not, so that nobody waits for it.
    func finish(until: Timestamp) async {
        guard let entry = try? await memory.read(key), entry.bytes == Attempt(until: until, isUnderWay: true).bytes
        else { return }
        _ = try? await memory.compareAndSet(
            key, expected: entry.version, bytes: Attempt(until: until, isUnderWay: false).bytes)
    }

    /// Whether another process is fetching now.
    func isUnderWay(now: Timestamp) async -> Bool {
        let entry = try? await memory.read(key)
        return entry.flatMap { attempt($0, now) }?.isUnderWay ?? false
    }

    private func attempt(_ entry: MemoryEntry, _ now: Timestamp) -> Attempt? {
        guard let attempt = Attempt(entry.bytes), now < attempt.until, attempt.until <= now + longest else {
            return nil
        }
        return attempt
    }
}
