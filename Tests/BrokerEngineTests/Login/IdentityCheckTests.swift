import Broker
import BrokerModel
import Testing

@testable import BrokerEngine

@Suite struct IdentityCheckTests {
    private static let now = Timestamp(seconds: 1_780_000_000)

    /// A fault and the check that must find it.
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var check: String
        var code: LoginError.Code
        var spoil: @Sendable (inout IdentityCheck.Context) -> Void

        init(
            _ name: String, _ check: String, _ code: LoginError.Code,
            _ spoil: @escaping @Sendable (inout IdentityCheck.Context) -> Void
        ) {
            (testDescription, self.check, self.code, self.spoil) = (name, check, code, spoil)
        }
    }

    static let faults: [Fault] = [
        Fault("another connection (M65)", "ownConnection", .providerMisbehaved) {
            $0.identity.subject.connection = "other"
        },
        Fault("a previous subject of another connection", "ownConnection", .providerMisbehaved) {
            $0.identity.previousSubjects = [SubjectKey(connection: "other", issuer: "i", subject: "s")]
        },
        Fault("an empty subject", "subject", .subjectInvalid) { $0.identity.subject.subject = "" },
        Fault("an empty issuer", "subject", .subjectInvalid) { $0.identity.subject.issuer = "" },
        Fault("an empty tenant", "subject", .subjectInvalid) { $0.identity.subject.tenant = "" },
        Fault("a subject with a line end", "subject", .subjectInvalid) { $0.identity.subject.subject = "a\nb" },
        Fault("a subject with an invisible mark", "subject", .subjectInvalid) {
            $0.identity.subject.subject = "a\u{200B}b"
        },
        Fault("a subject too long", "subject", .subjectInvalid) {
            $0.identity.subject.subject = String(repeating: "a", count: 1025)
        },
        Fault("an assertion without a one-time identifier", "oneTimeIdentifier", .providerMisbehaved) {
            $0.identity.claims = [Claim("mail", values: ["x"], from: .assertion)]
        },
        Fault("an empty one-time identifier", "oneTimeIdentifier", .providerMisbehaved) {
            $0.identity.oneTime = [OneTimeIdentifier("", until: now)]
        },
        Fault("no e-mail", "emailPresent", .emailMissing) { $0.identity.email = nil },
        Fault("an e-mail that nobody vouches for", "emailEvidence", .emailUnverified) {
            $0.identity.email?.evidence = .none
        },
        Fault("a foreign domain", "domainOwnership", .emailDomainNotOwned) {
            $0.identity.email?.address = .address("ann@globex.example")
            $0.owner = "globex"
        },
        Fault("a sub-domain", "domainOwnership", .emailDomainNotOwned) {
            $0.identity.email?.address = .address("ann@eu.acme.example")
            $0.owner = nil
        },
        Fault("a domain outside the connection's own", "domainOwnership", .emailDomainNotOwned) {
            $0.connection.domains = [.domain("other.example")]
        },
        Fault("an address outside the connection's pattern", "domainOwnership", .emailDomainNotOwned) {
            $0.connection.addressPattern = "ext-*"
        },
        Fault("an address that another organization owns by itself", "domainOwnership", .emailDomainNotOwned) {
            $0.owner = "globex"
        },
        Fault("a fresh sign-in that is old", "authenticationAge", .requirementsNotMet) {
            $0.requirements.isFresh = true
            $0.identity.authentication.authTime = now - .seconds(30 + 61)
        },
        Fault("a bounded age without a time", "authenticationAge", .requirementsNotMet) {
            $0.requirements.maximumAge = .seconds(600)
        },
        Fault("a sign-in that is older than asked", "authenticationAge", .requirementsNotMet) {
            $0.requirements.maximumAge = .seconds(600)
            $0.identity.authentication.authTime = now - .seconds(661)
        },
        Fault("a sign-in in the future", "authenticationAge", .requirementsNotMet) {
            $0.requirements.maximumAge = .seconds(600)
            $0.identity.authentication.authTime = now + .seconds(61)
        },
        Fault("no context class", "contextClass", .requirementsNotMet) { $0.requirements.acrValues = ["mfa"] },
        Fault("another context class", "contextClass", .requirementsNotMet) {
            $0.requirements.acrValues = ["mfa"]
            $0.identity.authentication.acr = "password"
        },
    ]

    private func context(_ change: (inout IdentityCheck.Context) -> Void = { _ in }) -> IdentityCheck.Context {
        var context = IdentityCheck.Context(
            identity: VerifiedIdentity(
                subject: SubjectKey(connection: "acme-staff", issuer: "https://idp.example", subject: "s"),
                email: Email(.address("ann@acme.example"), evidence: .idpVerified)),
            connection: Connection(
                id: "acme-staff", organization: "acme", kind: "test", name: "x", settings: .object([:])),
            organization: Organization(id: "acme", name: "Acme", domains: [.acme]), owner: "acme",
            requirements: .none, startedAt: Self.now - .seconds(30), now: Self.now, skew: .seconds(60))
        change(&context)
        return context
    }

    private func outcome(_ checks: [IdentityCheck], _ context: IdentityCheck.Context) -> LoginError.Code? {
        do throws(LoginError) {
            try IdentityCheck.run(checks, on: context)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: faults) func `a fault is refused by the check that is for it`(fault: Fault) {
        let spoilt = context(fault.spoil)
        #expect(outcome(IdentityCheck.all, spoilt) == fault.code)
        #expect(outcome(IdentityCheck.all.filter { $0.name != fault.check }, spoilt) != fault.code)
    }

    @Test func `what is right passes`() {
        #expect(outcome(IdentityCheck.all, context()) == nil)
        #expect(
            outcome(
                IdentityCheck.all,
                context {
                    $0.requirements = AuthenticationRequirements(
                        isFresh: true, maximumAge: .seconds(600), acrValues: ["phr", "mfa"])
                    $0.identity.authentication = AuthenticationContext(
                        acr: "mfa", authTime: Self.now - .seconds(89))
                    $0.identity.claims = [Claim("mail", values: ["x"], from: .assertion)]
                    $0.identity.oneTime = [OneTimeIdentifier("_a", until: Self.now)]
                    $0.identity.subject.tenant = "t"
                    $0.identity.email?.evidence = .tenantOwnsDomain
                }) == nil)
    }

    @Test func `every check has a name of its own, a rule, and a fault that proves it`() {
        let names = IdentityCheck.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(Self.faults.map(\.check)) == Set(names))
        #expect(IdentityCheck.all.allSatisfy { $0.rule.hasPrefix("M") })
    }
}
