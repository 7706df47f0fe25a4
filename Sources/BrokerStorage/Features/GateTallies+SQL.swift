import Broker
import BrokerModel

extension SQLReading {
    func gateTallies(site: SiteID?, since: Timestamp, until: Timestamp, limit: Int) throws -> [GateTally] {
        try sql.rows(
            """
            SELECT * FROM gate_tallies
            WHERE hour >= :since AND hour < :until AND (:site IS NULL OR site = :site)
            ORDER BY hour, site, outcome, attempt, organization, customer, portal, reason LIMIT :limit
            """,
            [
                "site": site?.rawValue, "since": since.microseconds, "until": until.microseconds,
                "limit": Int64(limit),
            ], GateTally.init(row:))
    }
}

extension SQLiteWriter {
    func add(_ tally: GateTally) throws {
        let key = tally.key
        try sql.run(
            """
            INSERT INTO gate_tallies (hour, site, outcome, attempt, organization, customer, portal, reason, tally)
            VALUES (:hour, :site, :outcome, :attempt, :organization, :customer, :portal, :reason, :tally)
            ON CONFLICT (hour, site, outcome, attempt, organization, customer, portal, reason)
            DO UPDATE SET tally = gate_tallies.tally + excluded.tally
            """,
            [
                "hour": key.hour.microseconds, "site": key.site.rawValue, "outcome": key.outcome,
                "attempt": key.attempt, "organization": key.organization?.rawValue ?? "",
                "customer": key.customer?.rawValue ?? "", "portal": key.portal?.rawValue ?? 0,
                "reason": key.reason, "tally": tally.count,
            ])
    }

    func deleteGateTallies(before hour: Timestamp) throws -> Int {
        try sql.run("DELETE FROM gate_tallies WHERE hour < :hour", ["hour": hour.microseconds])
    }
}

extension GateTally {
    fileprivate init(row: SQLRow) throws {
        let (organization, customer) = (try row.text("organization"), try row.text("customer"))
        let portal = try row.integer("portal")
        self.init(
            Key(
                hour: try row.time("hour"), site: try row.name("site"), outcome: try row.text("outcome"),
                attempt: try row.text("attempt"),
                organization: organization.isEmpty ? nil : OrganizationID(rawValue: organization),
                customer: customer.isEmpty ? nil : CustomerID(rawValue: customer),
                portal: portal == 0 ? nil : PortalID(rawValue: portal), reason: try row.text("reason")),
            count: try row.integer("tally"))
    }
}
