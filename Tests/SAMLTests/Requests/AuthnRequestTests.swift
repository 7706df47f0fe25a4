import Broker
import Testing
import XMLSecurity

@testable import SAML

/// What we send, and that an IdP reads in it what we meant.
struct AuthnRequestTests {
    static let plain = AuthnRequest(
        id: "_req1", issueInstant: Parties.now, destination: Parties.sso, acsURL: Parties.acs, issuer: Parties.sp)
    static let full = AuthnRequest(
        id: "_req2", issueInstant: Parties.now, destination: Parties.sso, acsURL: Parties.acs, issuer: Parties.sp,
        forceAuthn: true, nameIDFormat: SAMLURI.persistentFormat,
        contextClasses: ["urn:oasis:names:tc:SAML:2.0:ac:classes:X509", "https://refeds.org/profile/mfa?a=1&b=2"])
    private static let reader = AuthnRequestReader(endpoint: Parties.sso)

    @Test func `writes no more than was asked for`() {
        #expect(
            Self.plain.xml.string == """
                <samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" \
                xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_req1" Version="2.0" \
                IssueInstant="\(SAMLTime.text(Parties.now))" Destination="https://idp.example/sso" \
                ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" \
                AssertionConsumerServiceURL="https://broker.example/vestibule/cb/acme">\
                <saml:Issuer>https://broker.example/vestibule/cb/acme/metadata</saml:Issuer></samlp:AuthnRequest>
                """)
    }

    @Test func `writes everything that was asked for`() {
        let xml = Self.full.xml.string
        #expect(xml.contains(#"Destination="https://idp.example/sso" ForceAuthn="true" ProtocolBinding="#))
        #expect(
            xml.hasSuffix(
                """
                </saml:Issuer>\
                <samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" AllowCreate="true"/>\
                <samlp:RequestedAuthnContext Comparison="exact">\
                <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:X509</saml:AuthnContextClassRef>\
                <saml:AuthnContextClassRef>https://refeds.org/profile/mfa?a=1&amp;b=2</saml:AuthnContextClassRef>\
                </samlp:RequestedAuthnContext></samlp:AuthnRequest>
                """))
    }

    @Test func `lets no IdP make a transient name`() {
        var request = Self.plain
        request.nameIDFormat = SAMLURI.transientFormat
        #expect(
            request.xml.string.contains(
                #"<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"/>"#))
    }

    @Test(arguments: IdentityProviderDescription.Binding.allCases, [plain, full])
    func `is read as it was meant`(binding: IdentityProviderDescription.Binding, request: AuthnRequest) throws {
        let message = request.message(relayState: try RelayState("state"))
        let expected = AuthnRequestReader.Received(request: request, relayState: try RelayState("state"))
        let unsigned = try Parties.arrived(message, by: binding, signedBy: nil)
        #expect(try Self.reader.readWithoutVerifying(unsigned) == expected)
        for key in [try Parties.rsa, try Parties.ec] {
            let signed = try Parties.arrived(message, by: binding, signedBy: MessageSigner(key: key))
            #expect(try Self.reader.read(signed, keys: [key.publicKey], policy: .standard) == expected)
            #expect(try Self.reader.readWithoutVerifying(signed) == expected)
        }
    }
}
