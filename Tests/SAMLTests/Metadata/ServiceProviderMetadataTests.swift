import Broker
import SAML
import Testing
import XMLSecurity

private typealias World = MetadataWorld

@Suite struct ServiceProviderMetadataTests {
    private let metadata = ServiceProviderMetadata(
        entityID: "https://b.example/cb/acme/metadata", acsURL: "https://b.example/cb/acme?a=1&b=2",
        logoutURL: "https://b.example/cb/acme/logout", signingCertificates: [[1, 2, 3], [4, 5, 6]],
        encryptionCertificates: [[7, 8, 9]], nameIDFormat: SAMLURI.persistentFormat)

    @Test func `is this document, octet for octet`() {
        let methods = [
            "http://www.w3.org/2009/xmlenc11#aes256-gcm", "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", "http://www.w3.org/2009/xmlenc11#rsa-oaep",
        ].map { "<md:EncryptionMethod Algorithm=\"\($0)\"/>" }.joined()
        let key = { (use: String, text: String, more: String) in
            """
            <md:KeyDescriptor use="\(use)"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\(text)</ds:X509Certificate>\
            </ds:X509Data></ds:KeyInfo>\(more)</md:KeyDescriptor>
            """
        }
        let expected = """
            <?xml version="1.0" encoding="UTF-8"?>
            <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" \
            xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://b.example/cb/acme/metadata">\
            <md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" \
            protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">\
            \(key("signing", "AQID", ""))\(key("signing", "BAUG", ""))\(key("encryption", "BwgJ", methods))\
            <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" \
            Location="https://b.example/cb/acme/logout"/>\
            <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" \
            Location="https://b.example/cb/acme/logout"/>\
            <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>\
            <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" \
            Location="https://b.example/cb/acme?a=1&amp;b=2" index="0" isDefault="true"/>\
            </md:SPSSODescriptor></md:EntityDescriptor>
            """
        #expect(String(decoding: metadata.document(), as: UTF8.self) == expected)
    }

    @Test func `leaves out what there is not`() {
        var bare = ServiceProviderMetadata(
            entityID: "https://b.example", acsURL: "https://b.example/cb", signingCertificates: [])
        bare.signsRequests = false
        bare.wantsSignedAssertions = false
        let text = String(decoding: bare.document(), as: UTF8.self)
        for absent in ["KeyDescriptor", "SingleLogoutService", "NameIDFormat", "=\"true\" W"] {
            #expect(!text.contains(absent))
        }
        #expect(text.contains("AuthnRequestsSigned=\"false\" WantAssertionsSigned=\"false\""))
    }

    @Test func `the same keys give the same octets`() throws {
        let make = {
            ServiceProviderMetadata(
                entityID: "https://b.example", acsURL: "https://b.example/cb",
                signingCertificates: try ServiceProviderMetadata.certificates(for: World.keys, commonName: "b.example"))
        }
        #expect(try make().document() == make().document())
        #expect(try make().signingCertificates.count == 2)
    }

    @Test func `a name cannot break out of the document`() throws {
        var hostile = metadata
        hostile.entityID = "https://b.example/\"><md:IDPSSODescriptor/>&amp;"
        let document = try XMLDocument(parsing: hostile.document(), limits: .metadata)
        #expect(document.root.attribute("entityID") == hostile.entityID)
        #expect(Array(document.root.children).count == 1)
    }
}

@Suite struct IdentityProviderMetadataTests {
    @Test func `what is written is what is read`() throws {
        var metadata = try World.metadata(keys: World.keys, validUntil: World.now + .seconds(3600))
        metadata.wantsSignedRequests = true
        metadata.nameIDFormats = [SAMLURI.emailFormat]
        metadata.singleLogout = [
            .init(binding: .post, location: "https://idp.example/slo", responseLocation: "https://idp.example/slo2")
        ]
        let description = try World.reader().read(metadata.document())
        #expect(
            description.signingKeys.map(\.key.subjectPublicKeyInfo) == World.keys.map(\.subjectPublicKeyInfo))
        #expect(description.singleSignOn == metadata.singleSignOn)
        #expect(description.singleLogout == metadata.singleLogout)
        #expect(description.wantsSignedRequests)
        #expect(description.validUntil == World.now + .seconds(3600))
    }
}
