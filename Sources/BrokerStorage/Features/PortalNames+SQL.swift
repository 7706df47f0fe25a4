import Broker
import BrokerModel

extension SQLReading {
    func portalName(of customer: CustomerID) throws -> EmailAddress? {
        try sql.row("SELECT name FROM portal_names WHERE customer = :customer", ["customer": customer.rawValue]) {
            try $0.address("name")
        }
    }

    func customer(named name: EmailAddress) throws -> CustomerID? {
        try sql.row("SELECT customer FROM portal_names WHERE name_key = :key", ["key": name.portalKey]) {
            try $0.name("customer")
        }
    }
}

extension SQLiteWriter {
    /// Replaces the customer's own name only; one that somebody else has breaks its own constraint.
    func setPortalName(_ name: EmailAddress, of customer: CustomerID) throws {
        try sql.run(
            """
            INSERT INTO portal_names (customer, name, name_key) VALUES (:customer, :name, :key)
            ON CONFLICT (customer) DO UPDATE SET name = excluded.name, name_key = excluded.name_key
            """, ["customer": customer.rawValue, "name": name.description, "key": name.portalKey])
    }

    /// A name is forgotten where its customer is erased.
    func deletePortalName(of customer: CustomerID) throws {
        try sql.run("DELETE FROM portal_names WHERE customer = :customer", ["customer": customer.rawValue])
        afterCommit.mustTruncateLog = true
    }
}

extension EmailAddress {
    /// What two names are compared by.
    fileprivate var portalKey: String { description.lowercased() }
}

extension SQLRow {
    /// An address in its written form.
    fileprivate func address(_ column: String) throws -> EmailAddress {
        guard let address = EmailAddress(try text(column)) else {
            throw StoreError(.corrupt, detail: "\(column) holds no e-mail address")
        }
        return address
    }
}
