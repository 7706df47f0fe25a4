package import Broker
package import BrokerModel

/// One thing that the engine checks of every identity that a module returns.
///
/// A module cannot skip it.
package struct IdentityCheck: Sendable {
    /// What a check sees.
    package struct Context: Sendable {
        package var identity: VerifiedIdentity
        package var connection: Connection
        package var organization: Organization
        /// The organization to which the e-mail's address belongs, by single address before domain.
        package var owner: OrganizationID?
        package var requirements: AuthenticationRequirements
        package var startedAt: Timestamp
        package var now: Timestamp
        package var skew: Duration

        package init(
            identity: VerifiedIdentity, connection: Connection, organization: Organization, owner: OrganizationID?,
            requirements: AuthenticationRequirements, startedAt: Timestamp, now: Timestamp, skew: Duration
        ) {
            self.identity = identity
            self.connection = connection
            self.organization = organization
            self.owner = owner
            self.requirements = requirements
            self.startedAt = startedAt
            self.now = now
            self.skew = skew
        }
    }

    /// The check's name, for tests that drop one at a time.
    package let name: String
    /// The rule of the must-refuse list that it enforces.
    package let rule: String
    let run: @Sendable (Context) throws(LoginError) -> Void

    /// Every check, in order.
    ///
    /// The list is the contract: each has a hostile test of its own.
    package static let all: [IdentityCheck] = [
        .ownConnection, .subject, .oneTimeIdentifier, .emailPresent, .emailEvidence, .domainOwnership,
        .authenticationAge,
        .contextClass,
    ]

    /// Runs the checks in order; the first that refuses ends the login.
    package static func run(_ checks: [IdentityCheck], on context: Context) throws(LoginError) {
        for check in checks { try check.run(context) }
    }
}

extension IdentityCheck {
    /// A module may only vouch for the connection that it was called for (M65).
    static let ownConnection = IdentityCheck(name: "ownConnection", rule: "M65") { context throws(LoginError) in
        let named = context.identity.subject.connection
        guard named == context.connection.id,
            context.identity.previousSubjects.allSatisfy({ $0.connection == named })
        else {
            throw LoginError(.providerMisbehaved, detail: "the module vouched for connection \(named)")
        }
    }

    /// Issuer and subject are the person's key: present, bounded, printable (OpenID Connect Core 2: at most 255
    /// octets).
    static let subject = IdentityCheck(name: "subject", rule: "M37") { context throws(LoginError) in
        let key = context.identity.subject
        let parts = [key.issuer, key.subject] + (key.tenant.map { [$0] } ?? [])
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 1024 && !$0.hasControls }) else {
            throw LoginError(.subjectInvalid, detail: "issuer, tenant or subject is empty, too long or has controls")
        }
    }

    /// An assertion may be used once, so it must bring what tells it from others (SAML Profiles 4.1.4.5).
    static let oneTimeIdentifier = IdentityCheck(name: "oneTimeIdentifier", rule: "M29") { context throws(LoginError) in
        let isAssertion = context.identity.claims.contains { $0.provenance == .assertion }
        guard !isAssertion || !context.identity.oneTime.isEmpty else {
            throw LoginError(.providerMisbehaved, detail: "an assertion came without a one-time identifier")
        }
        guard context.identity.oneTime.allSatisfy({ (1...1024).contains($0.identifier.utf8.count) }) else {
            throw LoginError(.providerMisbehaved, detail: "a one-time identifier is empty or too long")
        }
    }

    /// A customer without an e-mail cannot be told from another in JSM.
    static let emailPresent = IdentityCheck(name: "emailPresent", rule: "M38") { context throws(LoginError) in
        guard context.identity.email != nil else {
            throw LoginError(.emailMissing, detail: "the identity carries no e-mail")
        }
    }

    /// Somebody must vouch that the e-mail is the person's (M38; the nOAuth family of takeovers).
    static let emailEvidence = IdentityCheck(name: "emailEvidence", rule: "M38") { context throws(LoginError) in
        guard context.identity.email?.evidence != Email.Evidence.none else {
            throw LoginError(
                .emailUnverified, detail: "neither the IdP nor the connection's settings vouch for the e-mail")
        }
    }

    /// A connection may only assert e-mails of its own organization, within its own domains and pattern (M12, M38).
    ///
    /// What leads elsewhere by a single address of another organization is that one's, whatever the domain says.
    static let domainOwnership = IdentityCheck(name: "domainOwnership", rule: "M12") { context throws(LoginError) in
        guard let address = context.identity.email?.address, context.organization.owns(address),
            context.owner == context.organization.id, context.connection.maySpeak(for: address)
        else {
            throw LoginError(
                .emailDomainNotOwned,
                detail:
                    "connection \(context.connection.id) may not speak for \(context.identity.email?.address.domain.ascii ?? "-")"
            )
        }
    }

    /// A fresh or recent sign-in was asked for; the answer must say so (OpenID Connect Core 3.1.2.1 `max_age`).
    static let authenticationAge = IdentityCheck(name: "authenticationAge", rule: "M36") { context throws(LoginError) in
        let limit =
            context.requirements.isFresh ? context.now - context.startedAt : context.requirements.maximumAge
        guard let limit else { return }
        guard let authTime = context.identity.authentication.authTime,
            (.zero - context.skew...limit + context.skew).contains(context.now - authTime)
        else {
            throw LoginError(.requirementsNotMet, detail: "the sign-in at the IdP is older than asked, or has no time")
        }
    }

    /// A context class was asked for; the answer must be one of them.
    static let contextClass = IdentityCheck(name: "contextClass", rule: "M36") { context throws(LoginError) in
        let accepted = context.requirements.acrValues
        guard accepted.isEmpty || context.identity.authentication.acr.map(accepted.contains) == true else {
            throw LoginError(.requirementsNotMet, detail: "the context class is not one that was asked for")
        }
    }
}

extension String {
    fileprivate var hasControls: Bool {
        unicodeScalars.contains {
            $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
        }
    }
}
