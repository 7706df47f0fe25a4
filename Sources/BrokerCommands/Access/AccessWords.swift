import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// Verdicts in words.
extension PortalVerdict {
    /// `allowed`, `refused` or `step-up`.
    var word: String {
        switch outcome {
        case .allowed: "allowed"
        case .refused: "refused"
        case .needs: "step-up"
        }
    }

    /// What decides.
    var text: String {
        switch (reason, outcome) {
        case (.rule(let name), .allowed): "rule \(name) lets in"
        case (.rule(let name), .refused): "rule \(name) keeps out"
        case (.rule(let name), .needs(let requirements)): "rule \(name) asks for a sign-in\(requirements.text)"
        case (.mode(let mode), .refused): "no rule lets in, and the portal's mode is \(mode.rawValue)"
        case (.mode(let mode), _): "no rule keeps out, and the portal's mode is \(mode.rawValue)"
        case (.policy, .refused): "no rule says anything, and access.policy is deny"
        case (.policy, _): "no rule says anything, and access.policy is allow"
        case (.staff, _): "the connection is of the site's staff"
        case (.unknownPlace, _): "the site lists no such portal or request type"
        }
    }

    /// The rule that decides.
    var rule: String? { if case .rule(let name) = reason { name } else { nil } }
}

extension AuthenticationRequirements {
    fileprivate var text: String {
        let age = maximumAge.map { " no older than \(DurationText.write($0))" } ?? (isFresh ? " anew" : "")
        return age + (acrValues.isEmpty ? "" : " with acr \(acrValues.joined(separator: " or "))")
    }
}

extension AccessBarrier {
    /// What keeps out before any rule is asked.
    var text: String {
        switch self {
        case .customer(let status): "the customer is \(status.rawValue)"
        case .organization(let id): "organization \(id) is disabled or not there"
        case .connection(let id): "connection \(id) is disabled or not there"
        case .notAdmitted(let id): "the site does not admit organization \(id)"
        }
    }
}

extension Enforcement {
    var text: String {
        switch self {
        case .enforce: "enforce"
        case .observe: "observe"
        case .enforceFrom(let start): "enforce from \(start.rfc3339)"
        }
    }
}

extension AccessAnswer {
    /// What decides.
    var text: String {
        switch self {
        case .barred(let barrier): barrier.text
        case .verdict(let verdict): verdict.text
        }
    }
}
