import Broker
import XMLSecurity

@testable import SAML

extension Specimen {
    private static func request(
        _ name: String, _ change: @escaping @Sendable (inout LogoutRequestMessage) -> Void
    ) -> Specimen {
        Specimen(name, .logoutRequest) { dropped in
            var request = LogoutRequestTests.request
            change(&request)
            let reader = LogoutReader(
                keys: try Parties.keys, policy: .standard,
                requestChecks: CheckUnderTest.logoutRequestChecks(without: dropped))
            _ = try reader.request(
                Parties.arrived(request.message(relayState: nil), by: .post, signedBy: Parties.signer),
                expecting: LogoutRequestTests.expected)
        }
    }

    static let logoutRequests = [
        request("a LogoutRequest of another issuer") { $0.issuer = "https://other.example/saml" },
        request("a LogoutRequest to another address") { $0.destination = Parties.slo + "2" },
        request("a LogoutRequest from the future") {
            $0.issueInstant = Parties.now + .seconds(182)
            $0.notOnOrAfter = Parties.now + .seconds(300)
        },
        request("a LogoutRequest of long ago") { $0.issueInstant = Parties.now - .seconds(600) },
        request("a LogoutRequest that is over") { $0.notOnOrAfter = Parties.now - .seconds(180) },
    ]

    private static func answer(
        _ name: String, _ change: @escaping @Sendable (inout LogoutResponseMessage) -> Void
    ) -> Specimen {
        Specimen(name, .logoutResponse) { dropped in
            var answer = LogoutResponseMessage(
                id: "_lp1", issueInstant: Parties.now, destination: Parties.slo, issuer: Parties.idp,
                inResponseTo: "_lr1", status: .success)
            change(&answer)
            let reader = LogoutReader(
                keys: try Parties.keys, policy: .standard,
                responseChecks: CheckUnderTest.logoutResponseChecks(without: dropped))
            _ = try reader.response(
                Parties.arrived(answer.message(relayState: nil), by: .post, signedBy: Parties.signer),
                expecting: LogoutExpectations(
                    issuer: Parties.idp, endpoint: Parties.slo, requestID: "_lr1", now: Parties.now))
        }
    }

    static let logoutResponses = [
        answer("a LogoutResponse of another issuer") { $0.issuer = "https://other.example/saml" },
        answer("a LogoutResponse to another address") { $0.destination = Parties.slo + "2" },
        answer("a LogoutResponse from the future") { $0.issueInstant = Parties.now + .seconds(181) },
        answer("a LogoutResponse of long ago") { $0.issueInstant = Parties.now - .seconds(600) },
        answer("a LogoutResponse to another request") { $0.inResponseTo = "_lr2" },
    ]

    private static func metadata(
        _ name: String, lifetime: MetadataReader.Lifetime = .open, _ xml: @escaping @Sendable () throws -> String
    ) -> Specimen {
        Specimen(name, .metadata) { dropped in
            _ = try MetadataReader(
                entityID: MetadataWorld.entityID, now: MetadataWorld.now, lifetime: lifetime,
                checks: CheckUnderTest.metadataChecks(without: dropped)
            ).read(Array(xml().utf8))
        }
    }

    private static func role() throws -> String {
        MetadataWorld.role(try MetadataWorld.keyDescriptor() + MetadataWorld.sso)
    }

    static let metadata = [
        metadata("two roles of an IdP") { MetadataWorld.entity(try role() + role()) },
        metadata("a validUntil that is no time") {
            try MetadataWorld.document(attributes: #"validUntil="tomorrow""#)
        },
        metadata("metadata that is over") {
            try MetadataWorld.document(attributes: #"validUntil="2026-01-15T12:00:00Z""#)
        },
        metadata("signed metadata without an end", lifetime: .signed) { try MetadataWorld.document() },
        metadata("a certificate that cannot be read") {
            try MetadataWorld.document(role: MetadataWorld.keyDescriptor(certificate: "AAAA"))
        },
        metadata("no key") { MetadataWorld.entity(MetadataWorld.role(MetadataWorld.sso)) },
        metadata("no SingleSignOnService") {
            MetadataWorld.entity(MetadataWorld.role(try MetadataWorld.keyDescriptor()))
        },
        metadata("a Location that is a script") {
            try MetadataWorld.document(
                role: "<md:SingleLogoutService Binding=\"\(SAMLURI.postBinding)\" Location=\"javascript:alert(1)\"/>")
        },
    ]
}
