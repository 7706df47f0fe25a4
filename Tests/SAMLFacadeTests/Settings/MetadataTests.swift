import Broker
import BrokerEngine
import BrokerModel
import Foundation
import SAML
import Testing
import XMLSecurity

@testable import SAMLFacade

struct MetadataTests {
    private func document(_ installation: Installation, of engine: Engine? = nil) async throws -> FacadeDocument {
        let request = FacadeRequest(method: .get, route: "metadata")
        let response = try await (engine ?? installation.engine).facades.respond(to: request, at: Installation.address)
        guard case .document(let document, nil) = response else { throw Unexpected("a document") }
        return document
    }

    @Test func `says who we are and where we listen`() async throws {
        let installation = try await Installation()
        let document = try await document(installation)
        #expect(document.status == 200)
        #expect(document.contentType == "application/samlmetadata+xml")
        #expect(document.maxAge == .seconds(300))
        let idp = try await installation.idp()
        #expect(idp.entityID == "https://support.example/vestibule/saml/portal/metadata")
        #expect(idp.singleSignOn.map(\.location) == Array(repeating: "\(Installation.root)/sso", count: 2))
        #expect(idp.singleLogout.map(\.location) == Array(repeating: "\(Installation.root)/slo", count: 2))
        #expect(idp.singleSignOn.map(\.binding) == [.redirect, .post])
        #expect(idp.singleLogout.map(\.binding) == [.redirect, .post])
        #expect(!idp.wantsSignedRequests)
        #expect(idp.signingKeys.count == 1)
        #expect(String(decoding: document.body, as: UTF8.self).contains(SAMLURI.emailFormat))
    }

    @Test func `gives the certificates of the metadata as PEM, for consoles that take no metadata`() async throws {
        let installation = try await Installation()
        let request = FacadeRequest(method: .get, route: "certificates")
        guard
            case .document(let pem, nil) = try await installation.engine.facades.respond(
                to: request, at: Installation.address)
        else { throw Unexpected("a document") }
        let body = String(decoding: pem.body, as: UTF8.self)
            .replacing("-----BEGIN CERTIFICATE-----", with: "").replacing("-----END CERTIFICATE-----", with: "")
            .filter { !$0.isNewline }
        let metadata = String(decoding: try await document(installation).body, as: UTF8.self).filter { !$0.isNewline }
        #expect(!body.isEmpty && metadata.contains(body))
    }

    @Test func `SAML2Int IDP05: says that requests must be signed`() async throws {
        let installation = try await Installation {
            try $0.signs()
            $0.configured["requireSignedRequests"] = .bool(true)
        }
        #expect(try await installation.idp().wantsSignedRequests)
    }

    @Test func `is signed by the key that signs Responses`() async throws {
        let installation = try await Installation()
        let key = try #require(try await installation.idp().signingKeys.first).key
        let body = try await document(installation).body
        let root = try XMLDocument(parsing: Array(body), limits: .message).root
        _ = try SignatureVerifier(keys: [key], policy: .standard).verify(root)
        let stranger = try SignatureVerifier(keys: [installation.portal.other.publicKey], policy: .standard)
        #expect(throws: XMLSecurityError.self) { try stranger.verify(root) }
    }

    @Test func `the document and its certificate are the same octets in another process`() async throws {
        let installation = try await Installation()
        let first = try await document(installation).body
        installation.clock.advance(by: .seconds(86400))
        let other = try await installation.otherEngine()
        #expect(try await document(installation, of: other).body == first)
        #expect(try await document(installation).body == first)
    }

    @Test func `holds the next key while there is one`() async throws {
        let installation = try await Installation()
        let before = try await installation.idp().signingKeys.map(\.key)
        try await installation.engine.keys.rotate(.saml, emergency: false, actor: .system)
        let during = try await installation.idp().signingKeys.map(\.key)
        #expect(during.count == 2)
        #expect(during.first == before.first)
        installation.clock.advance(by: .seconds(2 * 86400))
        try await installation.engine.keys.maintain()
        #expect(try await installation.idp().signingKeys.map(\.key) == [during[1]])
    }

    @Test func `two keys have certificates of two names`() async throws {
        let installation = try await Installation()
        try await installation.engine.keys.rotate(.saml, emergency: false, actor: .system)
        let text = String(decoding: try await document(installation).body, as: UTF8.self)
        let certificates = text.components(separatedBy: "X509Certificate>").enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element.dropLast(5)) }
        let names = try certificates.map { encoded -> Substring in
            let der = String(decoding: try Base64.decode(Array(encoded.utf8)), as: UTF8.self)
            return try #require(der.components(separatedBy: "support.example ").dropFirst().first).prefix(8)
        }
        #expect(Set(names).count == 2)
    }

    @Test func `is there before the SP is known, when nobody can sign in`() async throws {
        for missing in [["acsURL"], ["entityID"], ["entityID", "acsURL"]] {
            let installation = try await Installation { portal in
                for key in missing { portal.configured[key] = nil }
            }
            #expect(try await installation.idp().signingKeys.count == 1)
            let signedIn = try await installation.signIn()
            let refusal = try await installation.refusal(installation.arrival(), of: signedIn)
            #expect(refusal == Refusal(.siteIncomplete))
        }
    }

    @Test func `other routes and methods are not there`() async throws {
        let installation = try await Installation()
        let requests = [
            FacadeRequest(method: .get, route: ""), FacadeRequest(method: .get, route: "login"),
            FacadeRequest(method: .post, route: "metadata"), FacadeRequest(method: .post, route: "resume"),
            FacadeRequest(method: .get, route: "sso/"),
        ]
        for request in requests {
            let response = try await installation.engine.facades.respond(to: request, at: Installation.address)
            if response != nil { Issue.record("\(request.method) \(request.route) is a route") }
        }
    }
}
