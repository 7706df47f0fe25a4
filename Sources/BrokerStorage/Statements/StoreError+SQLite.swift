import BrokerModel
import GRDB

extension StoreError {
    /// Runs a piece of work and turns what SQLite and the decoders throw into `StoreError`.
    static func translating<Value>(_ work: () throws -> Value) throws -> Value {
        do { return try work() } catch { throw translated(error) }
    }

    /// Runs a piece of work that throws nothing but what can be translated.
    static func translated<Value>(_ work: () throws -> Value) throws(StoreError) -> Value {
        do {
            return try work()
        } catch {
            throw translated(error) as? StoreError ?? StoreError(.unavailable, detail: "unexpected failure")
        }
    }

    /// The error as the model knows it; what a body threw of its own stays as it is.
    static func translated(_ error: any Error) -> any Error {
        switch error {
        case let error as DatabaseError: StoreError(sqlite: error)
        case is DecodingError: StoreError(.corrupt, detail: "a JSON column cannot be decoded")
        case is EncodingError: StoreError(.corrupt, detail: "a value cannot be encoded")
        default: error
        }
    }

    /// SQLite's messages name tables, columns and constraints; the values travel in the arguments, which stay behind.
    private init(sqlite error: DatabaseError) {
        let detail = error.message ?? "SQLite code \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_CONSTRAINT: self.init(.conflict, detail: detail)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_SCHEMA, .SQLITE_MISMATCH:
            self.init(.corrupt, detail: detail)
        default: self.init(.unavailable, detail: detail)
        }
    }
}
