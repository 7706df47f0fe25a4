package import Broker
package import BrokerModel
import Foundation

/// What a test login brought, and what a real one would have come to.
///
/// It carries no token, code or one-time value: claims that hold one are named, and their values left out.
package struct TestReport: Codable, Sendable {
    /// Why something was refused, or would be.
    package struct Refusal: Codable, Sendable, Hashable {
        package var code: String
        package var detail: String
        /// The exact check, where the code is coarser.
        package var rule: String?
        /// The error below.
        package var cause: String?

        package init(code: String, detail: String, rule: String? = nil, cause: String? = nil) {
            (self.code, self.detail, self.rule, self.cause) = (code, detail, rule, cause)
        }

        init(_ error: LoginError) {
            let facts = LoginFlow.facts(of: error)
            self.init(code: error.code.rawValue, detail: error.detail, rule: facts["rule"], cause: facts["cause"])
        }
    }

    /// One claim as it arrived.
    package struct Statement: Codable, Sendable, Hashable {
        package var name: String
        package var nameFormat: String?
        package var values: [String]
        package var provenance: Claim.Provenance
    }

    /// Who it is, as the module vouches.
    package struct Person: Codable, Sendable {
        package var subject: SubjectKey
        package var previousSubjects: [SubjectKey]
        package var email: String?
        package var evidence: Email.Evidence?
        package var displayName: String?
        package var groups: GroupSet
        package var authentication: AuthenticationContext
        package var keyID: String?
        package var claims: [Statement]
    }

    package var reference: Reference
    package var connection: ConnectionID
    /// Why no identity arrived.
    package var failure: Refusal?
    package var person: Person?
    /// What the mapping made of the claims.
    package var attributes: [String: [String]] = [:]
    /// What the mapping could not make, by attribute.
    package var unmapped: [String: String] = [:]
    /// The engine's checks that passed.
    package var passed: [String] = []
    /// Everything for which a real login would be refused now.
    package var obstacles: [Refusal] = []
    /// Whose it would be, as a sentence.
    package var customer: String?
    /// The sites that the organization's people may enter.
    package var sites: [SiteID] = []

    package init(reference: Reference, connection: ConnectionID, failure: Refusal? = nil) {
        (self.reference, self.connection, self.failure) = (reference, connection, failure)
    }

    /// Whether a real login would open a session.
    package var isAdmitted: Bool { failure == nil && person != nil && obstacles.isEmpty }
    /// The code under which the test stands in the audit log; nil where a real login would open a session.
    var code: String? { failure?.code ?? obstacles.first?.code }
}

extension TestReport.Person {
    init(_ identity: VerifiedIdentity) {
        self.init(
            subject: identity.subject, previousSubjects: identity.previousSubjects,
            email: identity.email?.address.description, evidence: identity.email?.evidence,
            displayName: identity.displayName, groups: identity.groups, authentication: identity.authentication,
            keyID: identity.keyID,
            claims: identity.claims.prefix(TestReport.Statement.maximumCount).map(TestReport.Statement.init))
    }
}

extension TestReport.Statement {
    static let maximumCount = 200
    static let maximumOctets = 512
    /// What stands in the place of a value that is nobody's to see.
    package static let withheld = "(not shown)"

    /// Claims whose values are tokens, or are good for one login.
    private static let secretNames: Set<String> = [
        "nonce", "at_hash", "c_hash", "s_hash", "access_token", "id_token", "refresh_token", "code", "jti",
    ]

    init(_ claim: Claim) {
        let isSecret = Self.secretNames.contains(claim.name.lowercased())
        self.init(
            name: claim.name.bounded(toOctets: Self.maximumOctets), nameFormat: claim.nameFormat,
            values: claim.values.prefix(Self.maximumCount).map { value in
                isSecret || Self.looksLikeToken(value) ? Self.withheld : value.bounded(toOctets: Self.maximumOctets)
            }, provenance: claim.provenance)
    }

    /// A compact JWS or JWE begins with the base64url of `{"` (RFC 7515 3.1, RFC 7516 3.1).
    private static func looksLikeToken(_ value: String) -> Bool {
        value.hasPrefix("eyJ") && value.utf8.count { $0 == UInt8(ascii: ".") } >= 2
    }
}
