import Broker
import Testing
import XMLSecurity

@testable import SAML

@Suite(.enabled(if: OwnDevVectors.isPresent, "VESTIBULE_VECTORS names no folder with own-dev/saml/expected.json"))
struct LogoutVectorTests {
    /// The rule that refuses each.
    private static let rules = [
        "logout-unsigned.xml": "logout_unsigned", "logout-other-idp-key.xml": "signature_invalid",
        "logout-expired.xml": "logout_expired", "logout-wrong-destination.xml": "logout_destination_mismatch",
    ]

    @Test(arguments: OwnDevVectors.cases("logout-request"))
    func `reads a LogoutRequest as its verdict says`(vector: OwnDevVectors.Case) throws {
        let tenant = try OwnDevVectors.tenant(vector.acs)
        let reader = LogoutReader(keys: try OwnDevVectors.keys(tenant), policy: .standard)
        let expected = LogoutExpectations(
            issuer: tenant.idp_entity_id, endpoint: try unwrap(tenant.slo), now: OwnDevVectors.now)
        let field = FormParameter("SAMLRequest", Base64.encode(try OwnDevVectors.octets(vector.file)))
        let message = InboundMessage.post(try PostMessage(Parties.form([field])))
        var received: LogoutReader.ReceivedRequest?
        let rule = try refusal { received = try reader.request(message, expecting: expected) }
        #expect(rule == Self.rules[vector.file])
        #expect((rule == nil) == vector.isAccepted)
        #expect(
            (received?.message.nameID == NameID("alice@acme.example", format: SAMLURI.emailFormat)) == vector.isAccepted
        )
        #expect((received?.message.sessionIndexes == ["_sess-1"]) == vector.isAccepted)
    }
}
