import Broker
import Foundation
import SAML
import Testing
import XMLSecurity

/// Metadata that vendors' products wrote, at a time when it had not ended.
@Suite(.enabled(if: OwnDevVectors.isPresent, "VESTIBULE_VECTORS names no folder with saml"))
struct VendorMetadataTests {
    static let folder = ProcessInfo.processInfo.environment["VESTIBULE_VECTORS"].map {
        URL(fileURLWithPath: $0).appendingPathComponent("saml")
    }

    private func read(_ file: String) throws -> IdentityProviderDescription {
        let octets = Array(try Data(contentsOf: unwrap(Self.folder).appendingPathComponent(file)))
        let root = try XMLDocument(parsing: octets, limits: .metadata).root
        let entityID = try unwrap(root.attribute("entityID"))
        return try MetadataReader(entityID: entityID, now: Timestamp(seconds: 1_386_000_000)).read(octets)
    }

    @Test(arguments: [
        ("xml-crypto/wsfederation_metadata.xml", "Entra ID", 2, 2, 1),
        ("crewjam-saml/testdata/TestSPCanHandleOktaSignedResponseEncryptedAssertion_IDPMetadata", "Okta", 1, 2, 0),
        ("crewjam-saml/testdata/TestSPCanHandleOneloginResponse_IDPMetadata", "OneLogin", 1, 2, 0),
        ("crewjam-saml/testdata/TestSPRealWorldAssertionSignedNotResponse_idp_metadata", "a portal", 1, 1, 0),
        ("crewjam-saml/testdata/SP_IDPMetadata", "Shibboleth", 1, 2, 2),
        ("python3-saml/data/metadata/idp_metadata_multi_certs.xml", "one with a short key beside", 1, 1, 1),
    ])
    func `is read`(file: String, vendor: String, keys: Int, singleSignOn: Int, singleLogout: Int) throws {
        let description = try read(file)
        #expect(description.signingKeys.count == keys, "\(vendor)")
        #expect(description.singleSignOn.count == singleSignOn, "\(vendor)")
        #expect(description.singleLogout.count == singleLogout, "\(vendor)")
    }

    @Test(arguments: [
        (
            "crewjam-saml/testdata/TestServiceProviderCanHandleSignedAssertionsResponse_IDPMetadata",
            "metadata_key_too_weak"
        ),
        ("python3-saml/data/metadata/idp_metadata2.xml", "metadata_location"),
        ("ruby-saml/metadata/idp_descriptor.xml", "metadata_certificate_unreadable"),
    ])
    func `is refused by name`(file: String, rule: String) throws {
        #expect(try MetadataWorld.rule { try read(file) } == rule)
    }
}
