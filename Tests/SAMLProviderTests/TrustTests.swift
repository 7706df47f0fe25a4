import Broker
import Foundation
import SAML
import SAMLProvider
import Testing
import XMLSecurity

@Suite struct TrustTests {
    static let url = "https://idp.example/metadata"
    let world: World
    init() throws { world = try World() }

    private func publish(_ pairs: [IdPKeys.Pair], entityID: String = World.idp) throws {
        let keys = try pairs.map { pair in
            let certificate = try PEM.octets(pair.certificate, label: "CERTIFICATE")
            return "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>"
                + Base64.encode(certificate) + "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        }.joined()
        world.transport.on(
            Self.url,
            """
            <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" \
            entityID="\(entityID)"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">\
            \(keys)<md:SingleSignOnService Binding="\(SAMLURI.redirectBinding)" Location="https://idp.example/sso"/>\
            </md:IDPSSODescriptor></md:EntityDescriptor>
            """)
    }

    private func provider() throws -> SAMLProvider {
        try world.provider {
            $0.trust = .tls
            $0.metadataURL = Self.url
            $0.ssoURL = nil
            $0.sloURL = nil
            $0.signingCertificates = []
        }
    }

    private var second: TestResponse { world.message().with { $0.signer = world.keys.second } }

    @Test func `signs in with metadata from an address, and with every key in it`() async throws {
        try publish([world.keys.first, world.keys.second])
        let provider = try provider()
        _ = try await world.login(provider).identity
        _ = try await world.login(provider, message: second).identity
        #expect(world.transport.asked.count == 1)
    }

    @Test func `a key that nobody knows makes one look, and the login goes on with the new one`() async throws {
        try publish([world.keys.first])
        let provider = try provider()
        _ = try await world.login(provider).identity
        world.clock.advance(.seconds(61))
        try publish([world.keys.second])
        let late = second.with { $0.at = world.clock.now }
        _ = try await world.login(provider, message: late).identity
        #expect(world.transport.asked.count == 2)
        let old = world.message().with { $0.at = world.clock.now }
        #expect(await refusal { try await world.login(provider, message: old) } == "signature_invalid")
        #expect(world.transport.asked.count == 2)
    }

    @Test func `a thousand forged messages make one look`() async throws {
        try publish([world.keys.first])
        let provider = try provider()
        _ = try await world.login(provider).identity
        world.clock.advance(.seconds(61))
        let forged = second.with { $0.at = world.clock.now }
        for _ in 0..<200 {
            #expect(await refusal { try await world.login(provider, message: forged) } == "signature_invalid")
        }
        #expect(world.transport.asked.count == 2)
    }

    @Test func `metadata of another entityID changes nothing`() async throws {
        try publish([world.keys.first])
        let provider = try provider()
        _ = try await world.login(provider).identity
        try publish([world.keys.second], entityID: "https://evil.example")
        let status = await provider.refreshTrust()
        #expect(status.problem != nil)
        #expect(status.keys.count == 1)
        _ = try await world.login(provider).identity
    }

    @Test func `a connection loads while its IdP is down, and says so at a login`() async throws {
        let provider = try provider()
        #expect(await refusal { try await provider.beginLogin(world.request()) } == "upstream_unavailable")
    }

    @Test func `publishes its metadata with the current key and the next`() async throws {
        let provider = try world.provider { $0.require = .both }
        let document = try await provider.metadata(callbackURL: world.context.callbackURL)
        #expect(document.contentType == "application/samlmetadata+xml")
        let text = String(decoding: document.body, as: UTF8.self)
        #expect(text.contains("entityID=\"\(World.sp)\""))
        #expect(text.contains("Location=\"\(World.acs)\""))
        #expect(text.contains("Location=\"\(World.acs)/logout\""))
        #expect(text.components(separatedBy: "use=\"signing\"").count == 3)
        #expect(text.components(separatedBy: "use=\"encryption\"").count == 3)
        #expect(text.contains("WantAssertionsSigned=\"true\""))
    }
}
