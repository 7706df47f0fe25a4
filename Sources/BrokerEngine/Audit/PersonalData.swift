import Broker
import BrokerModel
import Foundation
import JOSE

/// Seals names and e-mails in the audit log under one key per person.
///
/// The chain's hashes cover the sealed octets, so that destroying the key erases the person from the past without
/// breaking the chain.
struct PersonalData: Sendable {
    /// What a person may write in a message of theirs, in any script.
    private static let longestValue = 2048

    private let environment: EngineEnvironment

    init(_ environment: EngineEnvironment) { self.environment = environment }

    /// The sealed form of an event's personal data; nil where it has none.
    func seal(_ event: AuditEvent, sequence: Int64, in writer: any StoreWriter) throws -> Data? {
        guard !event.personal.isEmpty, let owner = Self.owner(event.customer, event.reference) else { return nil }
        let key = try key(of: owner, in: writer) ?? makeKey(of: owner, in: writer)
        var object = JSONObject()
        for (name, value) in event.personal.sorted(by: { $0.key < $1.key }) {
            object[name] = .string(value.bounded(toOctets: Self.longestValue))
        }
        return Data(
            try key.seal(object.serialized(), purpose: "audit-personal", associatedData: Self.binding(owner, sequence)))
    }

    /// The personal data of a record; nil where it has none or the key was destroyed.
    func open(_ record: AuditRecord, in reader: any StoreReader) throws -> [String: String]? {
        guard let owner = Self.owner(record.customer, record.reference),
            let sealed = try JSONObject.parse(Array(record.body.utf8)).string("personal"),
            let key = try key(of: owner, in: reader)
        else { return nil }
        let octets = try key.open(
            try Base64URL.decode(sealed), purpose: "audit-personal",
            associatedData: Self.binding(owner, record.sequence))
        return Dictionary(
            uniqueKeysWithValues: try JSONObject.parse(octets).compactMap { member in
                member.value.string.map { (member.key, $0) }
            })
    }

    /// Whose key seals: the customer's, or the login's own where no customer is known.
    private static func owner(_ customer: CustomerID?, _ reference: Reference?) -> String? {
        customer?.rawValue ?? reference.map { "login/\($0)" }
    }

    private static func binding(_ owner: String, _ sequence: Int64) -> [UInt8] { Array("\(owner)#\(sequence)".utf8) }

    private func key(of owner: String, in reader: any StoreReader) throws -> KeyEncryptionKey? {
        guard let sealed = try reader.personalKey(owner) else { return nil }
        let octets = try environment.keyring.open(
            Array(sealed), purpose: "personal-key", associatedData: Array(owner.utf8))
        return try KeyEncryptionKey(bytes: octets)
    }

    private func makeKey(of owner: String, in writer: any StoreWriter) throws -> KeyEncryptionKey {
        let octets = environment.randomness.bytes(32)
        let sealed = try environment.keyring.seal(octets, purpose: "personal-key", associatedData: Array(owner.utf8))
        try writer.insertPersonalKey(owner, sealed: Data(sealed))
        return try KeyEncryptionKey(bytes: octets)
    }
}
