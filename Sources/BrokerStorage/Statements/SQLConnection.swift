import BrokerModel
import GRDB

/// Runs statements on one connection, with values bound by name and errors as the model knows them.
struct SQLConnection {
    typealias Arguments = [String: (any DatabaseValueConvertible)?]

    let database: Database

    /// Every row of a query.
    func rows<Value>(
        _ sql: String, _ arguments: Arguments = [:], _ decode: (SQLRow) throws -> Value
    ) throws -> [Value] {
        try StoreError.translating {
            let statement = try database.cachedStatement(sql: sql)
            let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
            var values: [Value] = []
            while let row = try cursor.next() { values.append(try decode(SQLRow(row: row))) }
            return values
        }
    }

    /// The only row of a query, if there is one.
    func row<Value>(_ sql: String, _ arguments: Arguments = [:], _ decode: (SQLRow) throws -> Value) throws -> Value? {
        try rows(sql, arguments, decode).first
    }

    /// Whether a query finds, or a `RETURNING` statement changed, anything.
    func any(_ sql: String, _ arguments: Arguments) throws -> Bool {
        try !rows(sql, arguments) { _ in () }.isEmpty
    }

    /// Changes rows; returns how many.
    @discardableResult
    func run(_ sql: String, _ arguments: Arguments = [:]) throws -> Int {
        try StoreError.translating {
            try database.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
            return database.changesCount
        }
    }

    /// Does several statements or none, also for a body that catches what one of them throws.
    func atomically<Value>(_ work: () throws -> Value) throws -> Value {
        try StoreError.translating {
            var value: Value?
            try database.inSavepoint {
                value = try work()
                return .commit
            }
            guard let value else { throw StoreError(.unavailable, detail: "a savepoint was not entered") }
            return value
        }
    }
}
