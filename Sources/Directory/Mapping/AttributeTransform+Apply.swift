package import BrokerModel
import Foundation

extension AttributeTransform {
    /// The values after this step, or nil where the step's pattern is no regular expression.
    package func apply(to values: [String]) -> [String]? {
        switch self {
        case .lower: values.map { $0.lowercased() }
        case .trim: values.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
        case .capture(let pattern): capture(pattern, in: values)
        case .lookup(let table, let otherwise): values.compactMap { look(up: $0, in: table, otherwise) }
        case .standard(let value): values.isEmpty ? [value] : values
        }
    }

    private func look(up value: String, in table: [String: String], _ otherwise: LookupMiss) -> String? {
        if let found = table[value] { return found }
        return switch otherwise {
        case .keep: value
        case .drop: nil
        case .use(let standard): standard
        }
    }

    private func capture(_ pattern: String, in values: [String]) -> [String]? {
        guard let expression = try? NSRegularExpression(pattern: pattern) else { return nil }
        let group = expression.numberOfCaptureGroups > 0 ? 1 : 0
        return values.compactMap { value in
            let whole = NSRange(value.startIndex..., in: value)
            guard let match = expression.firstMatch(in: value, range: whole) else { return nil }
            return Range(match.range(at: group), in: value).map { String(value[$0]) }
        }
    }
}
