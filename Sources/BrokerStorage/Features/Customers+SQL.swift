import Broker
import BrokerModel

extension SQLReading {
    func customer(_ id: CustomerID) throws -> Customer? {
        try sql.row("SELECT body FROM customers WHERE id = :id", ["id": id.rawValue]) { try $0.json("body") }
    }

    func customer(holding address: EmailAddress) throws -> Customer? {
        try sql.row("SELECT body FROM customers WHERE email_key = :key", ["key": address.description]) {
            try $0.json("body")
        }
    }

    func customers(
        organization: OrganizationID?, matching text: String?, after: CustomerID?, limit: Int
    ) throws -> [Customer] {
        var conditions = ["id > :after"]
        var arguments: SQLConnection.Arguments = ["after": after?.rawValue ?? "", "limit": limit]
        if let organization {
            conditions.append("organization = :organization")
            arguments["organization"] = organization.rawValue
        }
        if let text {
            conditions.append("search_text LIKE :pattern ESCAPE '!'")
            arguments["pattern"] = Customer.searchPattern(text)
        }
        return try sql.rows(
            "SELECT body FROM customers WHERE \(conditions.joined(separator: " AND ")) ORDER BY id LIMIT :limit",
            arguments
        ) { try $0.json("body") }
    }
}

extension SQLiteWriter {
    func insert(_ customer: Customer) throws {
        try sql.run(
            """
            INSERT INTO customers (id, organization, status, email_key, search_text, body)
            VALUES (:id, :organization, :status, :email_key, :search_text, :body)
            """, try customer.columns())
    }

    func update(_ customer: Customer) throws {
        let isFound = try sql.any(
            """
            UPDATE customers SET organization = :organization, status = :status, email_key = :email_key,
                search_text = :search_text, body = :body
            WHERE id = :id RETURNING id
            """, try customer.columns())
        guard isFound else { throw StoreError(.conflict, detail: "customers: no such row") }
        if customer.status == .erased { afterCommit.mustTruncateLog = true }
    }
}

extension Customer {
    /// What a typed piece of text is looked for in: lower case on both sides, because SQL dialects differ in `LIKE`.
    fileprivate var searchText: String {
        [id.rawValue, email?.description, displayName].compactMap { $0?.lowercased() }.joined(separator: "\n")
    }

    fileprivate static func searchPattern(_ text: String) -> String {
        let escaped = text.lowercased().map { "%_!".contains($0) ? "!\($0)" : "\($0)" }
        return "%\(escaped.joined())%"
    }

    /// The erased hold no address, whatever the value still says.
    fileprivate func columns() throws -> SQLConnection.Arguments {
        [
            "id": id.rawValue, "organization": organization.rawValue, "status": status.rawValue,
            "email_key": status == .erased ? nil : email?.description, "search_text": searchText,
            "body": try JSONColumn.encode(self),
        ]
    }
}
