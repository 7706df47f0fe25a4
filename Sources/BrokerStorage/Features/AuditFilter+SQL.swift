import Broker
import BrokerModel

extension AuditFilter {
    /// The filter as a condition with its values; without `after`, all positions.
    var condition: (sql: String, arguments: SQLConnection.Arguments) {
        var terms = ["sequence > :after"]
        var arguments: SQLConnection.Arguments = ["after": after ?? 0]
        let equalities: [(String, String?)] = [
            ("reference", reference?.rawValue), ("customer", customer?.rawValue),
            ("organization", organization?.rawValue), ("connection", connection?.rawValue),
        ]
        for case (let column, let value?) in equalities {
            terms.append("\(column) = :\(column)")
            arguments[column] = value
        }
        if let from {
            terms.append("recorded_at >= :from_time")
            arguments["from_time"] = from.microseconds
        }
        if let to {
            terms.append("recorded_at < :to_time")
            arguments["to_time"] = to.microseconds
        }
        if let kinds { terms.append(Self.condition(kinds, &arguments)) }
        return (terms.joined(separator: " AND "), arguments)
    }

    private static func condition(_ kinds: Set<AuditKind>, _ arguments: inout SQLConnection.Arguments) -> String {
        guard !kinds.isEmpty else { return "1 = 0" }
        let names = kinds.map(\.rawValue).sorted().enumerated().map { index, kind in
            arguments["kind_\(index)"] = kind
            return ":kind_\(index)"
        }
        return "kind IN (\(names.joined(separator: ", ")))"
    }
}
