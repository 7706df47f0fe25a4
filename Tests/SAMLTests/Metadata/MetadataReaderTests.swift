import Broker
import SAML
import Testing
import XMLSecurity

private typealias World = MetadataWorld

@Suite struct MetadataReaderTests {
    @Test func `reads name, keys, endpoints and wishes`() throws {
        let xml = World.entity(
            World.role(
                try World.keyDescriptor() + """
                    <md:SingleLogoutService Binding="\(SAMLURI.postBinding)" Location="https://idp.example/slo" \
                    ResponseLocation="https://idp.example/slo-done"/>
                    <md:SingleSignOnService Binding="\(SAMLURI.postBinding)" Location="https://idp.example/sso-post"/>
                    """ + World.sso, attributes: "WantAuthnRequestsSigned=\"true\""),
            attributes: "validUntil=\"2026-02-01T00:00:00Z\"")
        let description = try World.read(xml)
        #expect(description.entityID == World.entityID)
        #expect(description.signingKeys.map(\.key.subjectPublicKeyInfo) == [try World.key().subjectPublicKeyInfo])
        #expect(description.signingKeys.first?.notAfter != nil)
        #expect(
            description.singleSignOn == [
                .init(binding: .post, location: "https://idp.example/sso-post"),
                .init(binding: .redirect, location: World.location),
            ])
        #expect(
            description.singleLogout == [
                .init(
                    binding: .post, location: "https://idp.example/slo",
                    responseLocation: "https://idp.example/slo-done")
            ])
        #expect(description.wantsSignedRequests)
        #expect(description.validUntil == SAMLTime.parse("2026-02-01T00:00:00Z"))
        #expect(description.ignoredKeys.isEmpty)
    }

    @Test func `sixteen keys count, and those after them are named`() throws {
        let many = try (0..<18).map { _ in
            try World.keyDescriptor(PrivateKey(pkcs8: PrivateKey.generateP256()))
        }
        let description = try World.read(World.entity(World.role(many.joined() + World.sso)))
        #expect(description.signingKeys.count == 16)
        #expect(description.ignoredKeys == ["a key comes after the first 16", "a key comes after the first 16"])
    }

    @Test func `passes over what vendors put beside it`() throws {
        let fed = "http://docs.oasis-open.org/wsfed/federation/200706"
        let xml =
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?><!-- exported -->"
            + World.entity(
                """
                <md:Extensions><x:Anything xmlns:x="urn:x"/></md:Extensions>
                <md:RoleDescriptor xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="\(fed)" \
                xsi:type="fed:SecurityTokenServiceType" protocolSupportEnumeration="\(fed)">\
                \(try World.keyDescriptor(World.key(1)))\
                <fed:ClaimTypesOffered/></md:RoleDescriptor>
                <md:SPSSODescriptor protocolSupportEnumeration="\(SAMLURI.protocolNamespace)">\
                \(try World.keyDescriptor(World.key(1)))</md:SPSSODescriptor>
                <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol"/>
                """
                    + World.role(
                        try World.keyDescriptor() + """
                            <md:ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" \
                            Location="http://intranet/artifact" index="0"/><!-- a remark -->
                            <md:SingleSignOnService Binding="urn:mace:shibboleth:1.0:profiles:AuthnRequest" \
                            Location="http://intranet/shib"/>
                            """ + World.sso,
                        protocols: "urn:oasis:names:tc:SAML:1.1:protocol\n \(SAMLURI.protocolNamespace)")
                    + "<md:AttributeAuthorityDescriptor protocolSupportEnumeration=\"\(SAMLURI.protocolNamespace)\"/>"
                    + "<md:Organization/><md:ContactPerson contactType=\"technical\"/>")
        let description = try World.read(xml)
        #expect(description.signingKeys.map(\.key.subjectPublicKeyInfo) == [try World.key().subjectPublicKeyInfo])
        #expect(description.singleSignOn.count == 1)
        #expect(!description.wantsSignedRequests)
    }

    @Test func `takes exactly the entity that is asked for out of many`() throws {
        let other = World.entity(
            World.role(try World.keyDescriptor(World.key(1)) + World.sso), entityID: "https://other.example")
        let nested = World.entities(other + World.entities(try World.document()))
        #expect(
            try World.read(nested).signingKeys.map(\.key.subjectPublicKeyInfo)
                == [try World.key().subjectPublicKeyInfo])
        #expect(try World.rule(World.entities(other)) == "metadata_entity_id")
        let twice = World.entities(try World.document() + World.entities(try World.document()))
        #expect(try World.rule(twice) == "metadata_entity_id")
    }

    @Test func `does not look for entities elsewhere than in their place`() throws {
        let hidden = World.entities("<md:Extensions>\(try World.document())</md:Extensions>")
        #expect(try World.rule(hidden) == "metadata_entity_id")
        let inside = World.entity(
            "<md:Extensions>\(try World.document())</md:Extensions>", entityID: "https://o.example")
        #expect(try World.rule(inside) == "metadata_entity_id")
        #expect(try World.rule("<x xmlns=\"urn:x\">\(try World.document())</x>") == "metadata_root")
        let deep = (0..<5).reduce(try World.document()) { xml, _ in World.entities(xml) }
        #expect(try World.rule(deep) == "metadata_nesting")
    }

    @Test(arguments: [
        "https://idp.example/saml/", "https://IDP.example/saml", "https://idp.example/sam\u{0131}", "",
        " https://idp.example/saml",
    ])
    func `another entityID is refused, however like it is`(name: String) throws {
        let xml = World.entity(World.role(try World.keyDescriptor() + World.sso), entityID: name)
        #expect(try World.rule(xml) == "metadata_entity_id")
    }

    @Test func `hostile documents are refused before they are read`() throws {
        let good = try World.document()
        #expect(try World.rule("<!DOCTYPE md:EntityDescriptor>" + good) == "xml_dtd")
        #expect(try World.rule(good + good) == "xml_not_well_formed")
        #expect(try World.rule(World.entity("<a ID=\"_1\"/><b ID=\"_1\"/>")) == "id_duplicate")
        #expect(try World.rule(String(repeating: " ", count: 1 << 20) + good) == "xml_too_large")
        #expect(try World.rule(good) == nil)
    }
}
