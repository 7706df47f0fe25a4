public import Broker
import Synchronization

/// Randomness that is the same in every run.
///
/// Two draws differ, so that nothing that must be unique is not.
public final class KitRandomness: Sendable {
    private let state: Mutex<UInt64>
    private let octets: Mutex<(values: [UInt8], next: Int)>

    /// A sequence that follows from the seed.
    public init(seed: UInt64 = 1) {
        state = Mutex(seed)
        octets = Mutex(([], 0))
    }

    /// Octets that repeat, each call going on where the last ended.
    public init(repeating values: [UInt8]) {
        state = Mutex(1)
        octets = Mutex((values, 0))
    }

    /// The randomness as a module gets it.
    public var source: Randomness { Randomness { self.bytes($0) } }

    /// The next octets.
    public func bytes(_ count: Int) -> [UInt8] {
        if let scripted = scripted(count) { return scripted }
        // SplitMix64: short, and good enough to make values differ.
        return state.withLock { state in
            (0..<count).map { _ in
                state &+= 0x9E37_79B9_7F4A_7C15
                var word = state
                word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
                word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
                return UInt8(truncatingIfNeeded: word ^ (word >> 31))
            }
        }
    }

    private func scripted(_ count: Int) -> [UInt8]? {
        octets.withLock { octets in
            guard !octets.values.isEmpty else { return nil }
            return (0..<count).map { _ in
                defer { octets.next += 1 }
                return octets.values[octets.next % octets.values.count]
            }
        }
    }
}
