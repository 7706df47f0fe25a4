import Broker
import Testing
import XMLSecurity

@testable import SAML

/// A message with a verdict, read with every check or with one dropped.
struct Specimen: Sendable, CustomTestStringConvertible {
    /// A file of the vectors, or what was made.
    let name: String
    let family: CheckUnderTest.Family
    let read: @Sendable (_ dropped: CheckUnderTest?) throws -> Void

    var testDescription: String { name }

    init(
        _ name: String, _ family: CheckUnderTest.Family, read: @escaping @Sendable (CheckUnderTest?) throws -> Void
    ) {
        self.name = name
        self.family = family
        self.read = read
    }

    /// The rule that refuses; nil where the message is taken.
    func rule(dropping dropped: CheckUnderTest?) throws -> String? { try refusingRule { try read(dropped) } }

    /// Every one: made ones always, and the files where they are there.
    static let all = made + files
    static let made = responses + signatures + logoutRequests + logoutResponses + metadata
}

// MARK: Files

extension Specimen {
    static let files: [Specimen] =
        OwnDevVectors.cases("response").map { vector in
            Specimen("`\(vector.file)`", .response) { _ = try OwnDevVectors.content(vector, dropping: $0) }
        }
        + OwnDevVectors.cases("logout-request").map { vector in
            Specimen("`\(vector.file)`", .logoutRequest) { _ = try OwnDevVectors.logout(vector, dropping: $0) }
        }
        + OwnDevVectors.cases("metadata").map { vector in
            Specimen("`\(vector.file)`", .metadata) { _ = try OwnDevVectors.metadata(vector, dropping: $0) }
        }
}

extension OwnDevVectors {
    /// What a Response says once everything has passed, the one identity attribute included.
    static func content(_ vector: Case, dropping dropped: CheckUnderTest? = nil) throws -> AssertionContent {
        let tenant = try tenant(vector.acs)
        let reader = try reader(
            tenant, checks: CheckUnderTest.signatureChecks(without: dropped),
            steps: CheckUnderTest.steps(without: dropped))
        guard case .verified(let message) = try reader.read(octets(vector.file)) else {
            throw SAMLError("failed_status", "")
        }
        try ResponseCheck.run(
            CheckUnderTest.responseChecks(without: dropped), on: message, expecting: expectations(tenant))
        let content = try AssertionContent(message, skew: .seconds(180))
        _ = try AttributeReader(content.attributes).single(AttributeName("email"))
        return content
    }

    static func logout(_ vector: Case, dropping dropped: CheckUnderTest?) throws -> LogoutRequestMessage {
        let tenant = try tenant(vector.acs)
        let reader = LogoutReader(
            keys: try keys(tenant), policy: .standard,
            requestChecks: CheckUnderTest.logoutRequestChecks(without: dropped))
        let field = FormParameter("SAMLRequest", Base64.encode(try octets(vector.file)))
        return try reader.request(
            .post(PostMessage(Parties.form([field]))),
            expecting: LogoutExpectations(issuer: tenant.idp_entity_id, endpoint: unwrap(tenant.slo), now: now)
        ).message
    }

    static func metadata(_ vector: Case, dropping dropped: CheckUnderTest?) throws -> IdentityProviderDescription {
        try MetadataReader(
            entityID: tenant(vector.acs).idp_entity_id, now: now, lifetime: .signed,
            checks: CheckUnderTest.metadataChecks(without: dropped)
        ).read(octets(vector.file))
    }
}
