import Broker
import BrokerModel
import Directory

/// What a real login with an identity would have come to: every check, not the first that refuses, and no change.
struct TestVerdict: Sendable {
    private let tests: TestLogins
    private var environment: EngineEnvironment { tests.environment }

    init(_ tests: TestLogins) { self.tests = tests }

    func report(
        on identity: VerifiedIdentity, of connection: Connection, reference: Reference, startedAt: Timestamp
    ) async throws(LoginError) -> TestReport {
        let resources = tests.live.resources
        var report = TestReport(reference: reference, connection: connection.id)
        report.person = TestReport.Person(identity)
        let mapped = AttributeMapper(connection.mapping).map(identity.claims)
        (report.attributes, report.unmapped) = (mapped.values, mapped.problems.mapValues(\.rawValue))
        report.obstacles = closed(connection, to: identity.email?.address, in: resources)
        guard let organization = resources.organizations[connection.organization] else { return report }
        check(identity, connection, organization, startedAt: startedAt, in: resources, &report)
        report.sites = resources.sites.values.filter { $0.admits(organization.id) }.map(\.id).sorted()
        if report.sites.isEmpty {
            report.obstacles.append(.init(LoginError(.notAdmitted, detail: "no site admits \(organization.id)")))
        }
        guard let email = identity.email else { return report }
        let entry = JustInTime.Login(
            identity: identity, email: email.address, evidence: email.evidence, connection: connection,
            attributes: mapped, reference: reference, at: environment.time.now)
        try await tell(whose: entry, organization, resources, &report)
        return report
    }

    private func closed(
        _ connection: Connection, to address: EmailAddress?, in resources: Resources
    ) -> [TestReport.Refusal] {
        var refusals: [LoginError] = []
        if !connection.isEnabled { refusals.append(LoginError(.connectionDisabled, detail: "it is disabled")) }
        if resources.organizations[connection.organization]?.isEnabled != true {
            refusals.append(LoginError(.organizationDisabled, detail: "the organization is disabled"))
        }
        if let replacement = resources.replacement(of: connection.id) {
            refusals.append(LoginError(.connectionDisabled, detail: "\(replacement.new) takes its place"))
        }
        do throws(LoginError) {
            try tests.flow.checkPrecedence(over: connection, for: address)
        } catch {
            refusals.append(error)
        }
        return refusals.map { .init($0) }
    }

    private func check(
        _ identity: VerifiedIdentity, _ connection: Connection, _ organization: Organization, startedAt: Timestamp,
        in resources: Resources, _ report: inout TestReport
    ) {
        let context = IdentityCheck.Context(
            identity: identity, connection: connection, organization: organization,
            owner: identity.email.flatMap { resources.organization(owning: $0.address)?.id }, requirements: .none,
            startedAt: startedAt, now: environment.time.now, skew: environment.settings.clockSkew)
        for check in IdentityCheck.all {
            do throws(LoginError) {
                try IdentityCheck.run([check], on: context)
                report.passed.append(check.name)
            } catch {
                report.obstacles.append(.init(error))
            }
        }
        // One cause, one line: an absent address fails ownership too.
        guard identity.email == nil else { return }
        report.obstacles.removeAll { $0.code == LoginError.Code.emailDomainNotOwned.rawValue }
    }

    /// The same decisions as in a login, in a reading.
    private func tell(
        whose entry: JustInTime.Login, _ organization: Organization, _ resources: Resources,
        _ report: inout TestReport
    ) async throws(LoginError) {
        let decision: LinkDecision
        do {
            let isGuest: @Sendable (ConnectionID) -> Bool = { resources.connections[$0]?.isGuest ?? true }
            let completion = LoginCompletion(tests.flow)
            decision = try await environment.store.read { reader in
                switch try ReplacementLogin.decision(
                    for: entry, organization: organization, isGuest: isGuest, in: reader)
                {
                case .moved(let customer, _, _): .linked(customer)
                case .refused(let code, let detail): .refused(code, detail)
                case .none:
                    Linking.decide(
                        try completion.candidates(for: entry, in: reader), evidence: entry.evidence,
                        connection: entry.connection, organization: organization, isGuest: isGuest)
                }
            }
        } catch {
            throw LoginError(.storeUnavailable, detail: "the customer was not looked up", underlying: error)
        }
        switch decision {
        case .known(let customer): report.customer = "customer \(customer.id), who has this identity"
        case .moved(let customer): report.customer = "customer \(customer.id), who had an earlier subject of it"
        case .linked(let customer): report.customer = "customer \(customer.id), to whom it would be linked"
        case .new: report.customer = "a new customer"
        case .refused(let code, let detail): report.obstacles.append(.init(LoginError(code, detail: detail)))
        }
    }
}
