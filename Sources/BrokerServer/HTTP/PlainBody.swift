import Broker
import HTTPTypes

/// Decides whether a body is what it looks like: no coding that JSM might undo, and no character set in which the same octets
/// say something else.
enum PlainBody {
    /// Whether the fields of a request say so; two types, or two character sets, say nothing.
    static func isAnnounced(by fields: HTTPFields) -> Bool {
        let codings = fields[values: .contentEncoding]
        let types = fields[values: .contentType]
        guard codings.allSatisfy({ $0.lowercased() == "identity" }), types.count <= 1 else { return false }
        let type = (types.first ?? "").lowercased()
        let sets = type.split(separator: ";").map { $0.trimmingBlanks }.filter { $0.contains("charset") }
        return sets.count <= 1 && sets.allSatisfy { $0 == "charset=utf-8" || $0 == "charset=\"utf-8\"" }
    }
}
