import Broker
import SAML
import Testing

/// The metadata files of the own vectors, each with the rule that refuses it.
@Suite(.enabled(if: OwnDevVectors.isPresent, "VESTIBULE_VECTORS names no folder with own-dev/saml"))
struct MetadataVectorTests {
    static let rules: [String: String] = [
        "metadata-expired.xml": "metadata_expired", "metadata-no-validuntil.xml": "metadata_valid_until_missing",
        "metadata-entityid-changed.xml": "metadata_entity_id", "metadata-location-javascript.xml": "metadata_location",
        "metadata-doctype.xml": "xml_dtd", "metadata-billion-laughs.xml": "xml_dtd",
        "metadata-no-keys.xml": "metadata_no_keys",
    ]

    @Test(arguments: OwnDevVectors.cases("metadata"))
    func `is as its verdict says`(vector: OwnDevVectors.Case) throws {
        let reader = MetadataReader(
            entityID: try OwnDevVectors.tenant(vector.acs).idp_entity_id, now: OwnDevVectors.now, lifetime: .signed)
        let octets = try OwnDevVectors.octets(vector.file)
        let rule = try MetadataWorld.rule { try reader.read(octets) }
        #expect(rule == Self.rules[vector.file])
        #expect((rule == nil) == vector.isAccepted)
    }

    @Test func `there are as many as are known`() {
        #expect(OwnDevVectors.cases("metadata").count == Self.rules.count + 1)
    }

    @Test func `an operator may load metadata without an end`() throws {
        let reader = MetadataReader(
            entityID: try OwnDevVectors.tenant("acme").idp_entity_id, now: OwnDevVectors.now)
        let octets = try OwnDevVectors.octets("metadata-no-validuntil.xml")
        #expect(try reader.read(octets).validUntil == nil)
    }
}
