package import Broker

/// Whether what is refused is really refused.
package enum Enforcement: Sendable, Hashable, Codable {
    /// It is.
    case enforce
    /// It passes, and is counted: `gate report` tells who would have been refused, and why.
    case observe
    /// It is counted until then, and refused from then on.
    case enforceFrom(Timestamp)

    /// Whether a refusal refuses at a moment.
    package func isEnforced(at now: Timestamp) -> Bool {
        switch self {
        case .enforce: true
        case .observe: false
        case .enforceFrom(let start): now >= start
        }
    }
}
