import Broker
import BrokerModel
import Foundation
import GRDB

/// One row of a result.
///
/// A column that holds another type than the schema says throws: GRDB's own readers would trap, or convert as SQLite
/// does, text to 0.
struct SQLRow {
    let row: Row

    func text(_ column: String) throws -> String { try present(column, optionalText(column)) }
    func integer(_ column: String) throws -> Int64 { try present(column, optionalInteger(column)) }
    func blob(_ column: String) throws -> Data { try present(column, optionalBlob(column)) }

    func optionalText(_ column: String) throws -> String? {
        switch try storage(column) {
        case .string(let text): text
        case .null: nil
        default: throw mismatch(column)
        }
    }

    func optionalInteger(_ column: String) throws -> Int64? {
        switch try storage(column) {
        case .int64(let integer): integer
        case .null: nil
        default: throw mismatch(column)
        }
    }

    func optionalBlob(_ column: String) throws -> Data? {
        switch try storage(column) {
        case .blob(let data): data
        case .null: nil
        default: throw mismatch(column)
        }
    }

    func time(_ column: String) throws -> Timestamp { Timestamp(microseconds: try integer(column)) }

    func optionalTime(_ column: String) throws -> Timestamp? {
        try optionalInteger(column).map(Timestamp.init(microseconds:))
    }

    /// An identifier.
    func name<Name: StringIdentifier>(_ column: String) throws -> Name { Name(rawValue: try text(column)) }

    func optionalName<Name: StringIdentifier>(_ column: String) throws -> Name? {
        try optionalText(column).map(Name.init(rawValue:))
    }

    /// One case of an enum that is stored by name.
    func choice<Choice: RawRepresentable<String>>(_ column: String) throws -> Choice {
        guard let choice = Choice(rawValue: try text(column)) else {
            throw StoreError(.corrupt, detail: "\(column) holds an unknown word")
        }
        return choice
    }

    /// A value that is stored as JSON.
    func json<Value: Decodable>(_ column: String) throws -> Value { try JSONColumn.decode(try text(column)) }

    private func storage(_ column: String) throws -> DatabaseValue.Storage {
        guard let value = row[column] as DatabaseValue? else { throw mismatch(column) }
        return value.storage
    }

    private func present<Value>(_ column: String, _ value: Value?) throws -> Value {
        guard let value else { throw mismatch(column) }
        return value
    }

    private func mismatch(_ column: String) -> StoreError {
        StoreError(.corrupt, detail: "\(column) is missing or of another type")
    }
}

/// Values as JSON text with sorted keys, so that equal values are equal text.
enum JSONColumn {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try StoreError.translating { try encoder.encode(value) }, as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ text: String) throws -> Value {
        try StoreError.translating { try JSONDecoder().decode(Value.self, from: Data(text.utf8)) }
    }
}
