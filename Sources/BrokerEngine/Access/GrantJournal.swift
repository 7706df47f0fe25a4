import Broker
import BrokerModel
import Directory
import JOSE
import ServiceManagement

/// The events of one pass, at most `PortalGrants.mostEvents` about single changes; also what a later pass remembers.
struct GrantJournal: Sendable {
    private static let stays = "desk.cannot_remove"

    private struct Change: Sendable {
        var step: String
        var customer: CustomerID?
        var desk: ServiceDeskID?
        var organization: String?
        var code: String?
    }

    private let site: SiteID
    private let actor: AuditEvent.Actor
    private let customers: [String: CustomerID]
    private var changes: [Change] = []

    init(site: SiteID, actor: AuditEvent.Actor, people: [WantedGrants.Person]) {
        self.site = site
        self.actor = actor
        customers = Dictionary(people.map { ($0.name.folded.description, $0.customer) }) { first, _ in first }
    }

    /// Notes a step: each person of it, or it alone.
    mutating func note(_ step: PortalGrantStep, _ outcome: PortalGrantWriter.Outcome) {
        var change = Change(step: step.name, desk: step.desk, organization: step.organization)
        guard !step.people.isEmpty else {
            change.code = outcome.error?.code.rawValue
            return changes.append(change)
        }
        for (names, code) in [(outcome.done, nil), (outcome.failed, outcome.error?.code.rawValue ?? "not_found")] {
            for name in names {
                change.customer = customers[name]
                change.code = code
                changes.append(change)
            }
        }
    }

    /// Notes who stays on a desk and should not, once: from then on nobody knows whether they were removed by hand.
    mutating func staying(_ drift: [PortalGrantDrift], _ remembered: [ServiceDeskID: [CustomerID: Bool]]) {
        for drift in drift where drift.kind == .cannotRemove {
            for customer in drift.people.compactMap({ customers[$0] }) {
                guard let desk = drift.desk, remembered[desk]?[customer] == true else { continue }
                changes.append(Change(step: Self.stays, customer: customer, desk: desk))
            }
        }
    }

    /// What goes into the log.
    func events(at now: Timestamp, _ result: PortalGrants.Result, of planned: Int) -> [AuditEvent] {
        let single = changes.prefix(PortalGrants.mostEvents).map { change in
            var facts = ["step": change.step]
            facts["desk"] = change.desk?.description
            facts["organization"] = change.organization
            return AuditEvent(
                .accessWritten, at: now, actor: actor, customer: change.customer, site: site, code: change.code,
                facts: facts)
        }
        let pushed = AuditEvent(
            .accessPushed, at: now, actor: actor, site: site, code: result.stop?.code.rawValue,
            facts: [
                "planned": String(planned), "written": String(result.written), "failed": String(result.failures.count),
                "drift": String(result.drift.count), "unlisted": String(changes.count - single.count),
            ])
        return single + [pushed]
    }

    /// Takes from a record who was added where.
    static func recall(
        _ record: AuditRecord, of site: SiteID, into memory: inout [ServiceDeskID: [CustomerID: Bool]]
    ) {
        guard let customer = record.customer, let body = try? JSONObject.parse(Array(record.body.utf8)),
            body.string("site") == site.rawValue, body.string("code") == nil, let facts = body.object("facts"),
            let desk = facts.string("desk").flatMap({ ServiceDeskID(decimal: $0) })
        else { return }
        switch facts.string("step") {
        case stays: memory[desk, default: [:]][customer] = false
        case "desk.add_customers": memory[desk, default: [:]][customer] = true
        default: break
        }
    }
}
