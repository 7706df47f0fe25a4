import Broker
import BrokerModel
import Foundation

/// One audit record as commands show it.
struct AuditEntry {
    let record: AuditRecord
    let personal: [String: String]?
    private let body: SettingsValue

    init(_ record: AuditRecord, personal: [String: String]?) {
        self.record = record
        self.personal = personal
        body = (try? JSONDecoder().decode(SettingsValue.self, from: Data(record.body.utf8))) ?? .object([:])
    }

    /// A member of the event, such as `site` or `code`.
    func member(_ name: String) -> String? { body[name]?.text }

    /// What an operator needs to know.
    var facts: [String: String] {
        guard case .object(let facts) = body["facts"] else { return [:] }
        return facts.compactMapValues(\.text)
    }

    /// The event with its place in the chain; sealed octets are replaced by what they hold, if it was opened.
    var document: SettingsValue {
        guard case .object(var members) = body else { return .null }
        members["sequence"] = .integer(record.sequence)
        members["hash"] = .string(record.hash.base64EncodedString())
        members["personal"] = personal.map { .object($0.mapValues { .string($0) }) }
        return .object(members)
    }

    /// One line for a person.
    var line: String {
        let names = ["actor", "reference", "customer", "organization", "connection", "site", "session", "code"]
        let members = names.compactMap { name in member(name).map { "\(name)=\($0)" } }
        let extra = (facts.merging(personal ?? [:]) { first, _ in first }).sorted { $0.key < $1.key }
        return
            ([String(record.sequence), record.at.rfc3339, record.kind.rawValue] + members
            + extra.map { "\($0)=\($1)" }).joined(separator: " ")
    }
}
