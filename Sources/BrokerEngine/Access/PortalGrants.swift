import Broker
package import BrokerModel
package import Directory
import JOSE
package import ServiceManagement

/// Brings a site's JSM in line with its access rules, so that whoever gets past the gate is refused there too.
package struct PortalGrants: Sendable {
    /// What stands in the way before anything is read.
    package enum Obstacle: Error, Sendable {
        /// The site has no `jsm`, so that nothing is written.
        case notConfigured
        /// The site lists no portals.
        case noPortals
    }

    /// JSM could not be read.
    package struct Refusal: Error, Sendable {
        /// What an operator needs to know.
        package let text: String
    }

    /// A plan with what it was made from.
    package struct Draft: Sendable {
        package let site: Site
        package var plan: PortalGrantPlan
        fileprivate let client: JSMClient
        fileprivate let wanted: WantedGrants
        fileprivate let present: PresentGrants
        fileprivate let remembered: [ServiceDeskID: [CustomerID: Bool]]
    }

    /// What came of a pass.
    package struct Result: Sendable {
        /// Steps that were done, whole.
        package var written = 0
        /// Steps that were refused, whole or for some of their people.
        package var failures: [(step: PortalGrantStep, people: [String], reason: String)] = []
        /// What stays as it should not be.
        package var drift: [PortalGrantDrift] = []
        /// What stopped the pass before its end.
        package var stop: JSMError?
    }

    /// No pass writes more events about single changes than this.
    package static let mostEvents = 2000

    private let environment: EngineEnvironment
    private let audit: AuditLog

    package init(_ environment: EngineEnvironment, audit: AuditLog) {
        self.environment = environment
        self.audit = audit
    }

    /// What would be written for a site; writes nothing.
    package func draft(_ site: Site, removesStrangers: Bool = false) async throws -> Draft {
        guard let jsm = site.jsm else { throw Obstacle.notConfigured }
        guard !site.portals.isEmpty else { throw Obstacle.noPortals }
        let resources = try await environment.store.read { try $0.resources() }
        let (people, nameless) = try await people(at: site, in: resources)
        let names = resources.organizations.values.filter { site.admits($0.id) }.map { ($0.id, $0.name) }
        let wanted = WantedGrants(
            desks: site.portals.map(\.serviceDesk), people: people,
            organizationNames: Dictionary(names) { first, _ in first })
        let client = try client(site, jsm)
        let remembered = client.managesDeskCustomers ? [:] : try await memory(of: site.id)
        let present = try await present(client, wanted, remembered)
        var plan = PortalGrantPlan(
            wanted, present,
            PortalGrantPlan.Options(foreign: Set(jsm.foreign), removesStrangers: removesStrangers))
        if !nameless.isEmpty { plan.note(.noAddress(nameless)) }
        return Draft(
            site: site, plan: plan, client: client, wanted: wanted, present: present, remembered: remembered)
    }

    /// Writes a draft.
    package func push(_ draft: Draft, actor: AuditEvent.Actor) async throws -> Result {
        var (result, writer) = (Result(drift: draft.plan.drift), PortalGrantWriter(draft.client, draft.present))
        var journal = GrantJournal(site: draft.site.id, actor: actor, people: draft.wanted.people)
        journal.staying(draft.plan.drift, draft.remembered)
        for step in draft.plan.steps {
            do throws(JSMError) {
                let outcome = try await writer.perform(step)
                journal.note(step, outcome)
                if outcome.failed.isEmpty, outcome.error == nil {
                    result.written += 1
                } else {
                    result.failures.append((step, outcome.failed, outcome.error?.failureText ?? "not found in JSM"))
                    if case .createCustomer = step { result.drift += outcome.failed.map { .notFound($0) } }
                }
            } catch {
                result.failures.append((step, step.people, error.failureText))
                result.stop = error
            }
            if result.stop != nil { break }
        }
        let events = journal.events(at: environment.time.now, result, of: draft.plan.steps.count)
        try await environment.store.write { [audit] writer in
            for event in events { try audit.append(event, in: writer) }
        }
        return result
    }

    private func present(
        _ client: JSMClient, _ wanted: WantedGrants, _ remembered: [ServiceDeskID: [CustomerID: Bool]]
    ) async throws -> PresentGrants {
        do throws(JSMError) {
            return try await PresentGrants.read(
                client, desks: wanted.desks, organizationNames: Set(wanted.organizationNames.values),
                remembered: remembered)
        } catch {
            throw Refusal(text: "JSM could not be read: \(error.failureText)")
        }
    }

    private func client(_ site: Site, _ jsm: SiteJSM) throws -> JSMClient {
        let token = try environment.secrets.value(of: jsm.account.token)
        return JSMClient(
            site.kind == .cloud ? .cloud : .dataCenter, base: jsm.url,
            account: jsm.account.user.map { .basic(user: $0, token: token) } ?? .bearer(token),
            transport: environment.siteTransport(site.id), time: environment.time)
    }

    // MARK: Who may

    private static let page = 500

    /// Known, active customers, each with the connection of their last sign-in; and those without an address.
    private func people(
        at site: Site, in resources: Resources
    ) async throws -> (people: [WantedGrants.Person], nameless: [CustomerID]) {
        var (people, nameless, last) = ([WantedGrants.Person](), [CustomerID](), Optional<CustomerID>.none)
        while true {
            let after = last
            let page = try await environment.store.read { reader in
                try reader.customers(organization: nil, matching: nil, after: after, limit: Self.page).map {
                    ($0, try reader.links(of: $0.id), try reader.portalName(of: $0.id))
                }
            }
            for (customer, links, name) in page where customer.status != .erased {
                let subject = AccessSubject(customer, lastOf: links, at: environment.time.now)
                let isAdmitted = AccessBarrier(before: customer, subject, at: site, in: resources) == nil
                // Staff see every portal as agents do, and are no customers of it.
                guard !site.access.staff.connections.contains(subject.connection) else { continue }
                guard let name = name ?? customer.email else {
                    if isAdmitted { nameless.append(customer.id) }
                    continue
                }
                let judgement = AccessJudgement(of: site, for: subject)
                let open = site.portals.filter { judgement.verdict(portal: $0.id).outcome != .refused }
                people.append(
                    WantedGrants.Person(
                        customer: customer.id, organization: customer.organization, name: name,
                        displayName: customer.displayName, isAdmitted: isAdmitted, desks: Set(open.map(\.serviceDesk))))
            }
            guard page.count == Self.page else { return (people, nameless) }
            last = page.last?.0.id
        }
    }

    /// Whom the broker once added to a desk that does not tell its customers, as the audit log has it.
    private func memory(of site: SiteID) async throws -> [ServiceDeskID: [CustomerID: Bool]] {
        var (memory, last) = ([ServiceDeskID: [CustomerID: Bool]](), Int64(0))
        while true {
            let after = last
            let page = try await environment.store.read {
                try $0.auditRecords(AuditFilter(kinds: [.accessWritten], after: after), limit: Self.page)
            }
            for record in page { GrantJournal.recall(record, of: site, into: &memory) }
            guard page.count == Self.page, let next = page.last?.sequence else { return memory }
            last = next
        }
    }
}
