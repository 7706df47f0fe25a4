import Broker
import Foundation

/// An identity as a sealed login keeps it while the person decides.
///
/// A mirror of the engine's own, so that what a module hands over stays a value without a format.
struct KeptIdentity: Codable, Sendable {
    private struct Address: Codable, Sendable {
        var address: EmailAddress
        var evidence: Email.Evidence
    }

    private struct Upstream: Codable, Sendable {
        var sessionID: String?
        var principal: String?
        var handle: Data
    }

    private struct Statement: Codable, Sendable {
        var name: String
        var nameFormat: String?
        var values: [String]
        var provenance: Claim.Provenance
    }

    private var subject: SubjectKey
    private var email: Address?
    private var displayName: String?
    private var groups: GroupSet
    private var authentication: AuthenticationContext
    private var upstream: Upstream?
    private var previousSubjects: [SubjectKey]
    private var oneTime: [OneTimeIdentifier]
    private var claims: [Statement]

    init(_ identity: VerifiedIdentity) {
        subject = identity.subject
        email = identity.email.map { Address(address: $0.address, evidence: $0.evidence) }
        displayName = identity.displayName
        groups = identity.groups
        authentication = identity.authentication
        upstream = identity.upstream.map {
            Upstream(sessionID: $0.sessionID, principal: $0.principal, handle: $0.handle)
        }
        previousSubjects = identity.previousSubjects
        oneTime = identity.oneTime
        claims = identity.claims.map {
            Statement(name: $0.name, nameFormat: $0.nameFormat, values: $0.values, provenance: $0.provenance)
        }
    }

    /// What the module vouched for.
    var identity: VerifiedIdentity {
        VerifiedIdentity(
            subject: subject, email: email.map { Email($0.address, evidence: $0.evidence) }, displayName: displayName,
            groups: groups, authentication: authentication,
            upstream: upstream.map {
                UpstreamSession(sessionID: $0.sessionID, principal: $0.principal, handle: $0.handle)
            },
            previousSubjects: previousSubjects, oneTime: oneTime,
            claims: claims.map {
                Claim($0.name, nameFormat: $0.nameFormat, values: $0.values, from: $0.provenance)
            })
    }
}
