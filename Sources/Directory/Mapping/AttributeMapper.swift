package import Broker
package import BrokerModel

/// What a mapping made of an identity's claims.
package struct MappedAttributes: Sendable, Hashable {
    /// The attributes that have a value.
    package var values: [String: [String]]
    /// Attributes that were left out, each with the reason.
    package var problems: [String: MappingProblem]

    package init(values: [String: [String]] = [:], problems: [String: MappingProblem] = [:]) {
        self.values = values
        self.problems = problems
    }
}

/// Why an attribute was left out.
package enum MappingProblem: String, Sendable, Hashable, Codable {
    /// Several values where the rule expects one.
    case severalValues = "several_values"
    /// Longer than an attribute may be.
    case tooLong = "too_long"
    /// The rule's pattern is not a regular expression.
    case patternInvalid = "pattern_invalid"
}

/// Turns the claims of one identity into attributes, by the connection's rules and nothing else.
package struct AttributeMapper: Sendable {
    /// The longest value that is taken, in UTF-8 octets; bounds the work of a pattern too.
    package static let maximumOctets = 1024

    private let mapping: AttributeMapping

    package init(_ mapping: AttributeMapping) { self.mapping = mapping }

    /// Applies every rule to the claims.
    package func map(_ claims: [Claim]) -> MappedAttributes {
        var result = MappedAttributes()
        for rule in mapping.rules {
            switch outcome(of: rule, on: claims) {
            case .success([]): continue
            case .success(let values): result.values[rule.attribute] = values
            case .failure(let failure): result.problems[rule.attribute] = failure.problem
            }
        }
        return result
    }

    private struct Failure: Error { let problem: MappingProblem }

    private func outcome(of rule: AttributeRule, on claims: [Claim]) -> Result<[String], Failure> {
        let raw =
            claims.first { claim in
                claim.name == rule.claim && (rule.nameFormat == nil || claim.nameFormat == rule.nameFormat)
            }?.values ?? []
        guard raw.allSatisfy({ $0.utf8.count <= Self.maximumOctets }) else {
            return .failure(Failure(problem: .tooLong))
        }
        var values = raw
        for transform in rule.transforms {
            guard let next = transform.apply(to: values) else { return .failure(Failure(problem: .patternInvalid)) }
            values = next
        }
        return collapse(values, by: rule.values)
    }

    private func collapse(_ values: [String], by rule: ValueRule) -> Result<[String], Failure> {
        switch rule {
        case .all: .success(values)
        case .first: .success(Array(values.prefix(1)))
        case .join(let separator): .success(values.isEmpty ? [] : [values.joined(separator: separator)])
        case .single: values.count > 1 ? .failure(Failure(problem: .severalValues)) : .success(values)
        }
    }
}
