import BrokerModel
import JOSE

/// An audit record's body, read again.
struct RecordedBody {
    let code: String?
    let facts: [String: String]

    init(_ record: AuditRecord) throws {
        let object = try JSONObject.parse(Array(record.body.utf8))
        code = object.string("code")
        let pairs = (object.object("facts") ?? JSONObject()).compactMap { member in
            member.value.string.map { (member.key, $0) }
        }
        facts = Dictionary(uniqueKeysWithValues: pairs)
    }
}
