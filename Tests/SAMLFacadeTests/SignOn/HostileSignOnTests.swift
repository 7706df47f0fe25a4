import Broker
import BrokerEngine
import BrokerModel
import Foundation
import SAML
import Testing
import XMLSecurity

@testable import SAMLFacade

/// Whoever is refused sees a page of ours; nothing goes to where the request asked for.
struct HostileSignOnTests {
    typealias Binding = IdentityProviderDescription.Binding

    private func refusal(
        _ installation: Installation, _ request: FacadeRequest
    ) async throws -> Refusal? {
        try await installation.refusal(request, of: try await installation.signIn())
    }

    // MARK: What it says

    @Test(arguments: Binding.allCases)
    func `SAML2Int IDP06: an ACS that is not registered gets nothing (M50)`(binding: Binding) async throws {
        let installation = try await Installation()
        let request = try installation.arrival(by: binding) { $0.acsURL = "https://evil.example/acs" }
        let refused = Refusal(.redirectURIMismatch, "acs_mismatch")
        #expect(try await refusal(installation, request) == refused)
        // Neither does a request that would be answered with a failure.
        let failing = try installation.arrival(by: binding) {
            ($0.acsURL, $0.isPassive, $0.nameIDFormat) = ("https://evil.example/acs", true, SAMLURI.transientFormat)
        }
        #expect(try await installation.refusal(failing) == refused)
    }

    @Test func `another SP is told nothing`() async throws {
        let installation = try await Installation()
        let request = try installation.arrival { $0.issuer = "https://other.example/sp" }
        #expect(try await refusal(installation, request) == Refusal(.clientUnknown, "issuer_mismatch"))
    }

    @Test func `a request to another endpoint is not for us`() async throws {
        let installation = try await Installation()
        let request = try installation.arrival { $0.destination = "https://other.example/sso" }
        #expect(try await refusal(installation, request) == Refusal(.messageRefused, "destination_mismatch"))
    }

    @Test func `a stale request and one from the future are refused`() async throws {
        let installation = try await Installation()
        let now = installation.clock.now
        let stale = try installation.arrival { $0.issueInstant = now - .seconds(780) }
        #expect(try await refusal(installation, stale) == Refusal(.messageRefused, "request_too_old"))
        let early = try installation.arrival { $0.issueInstant = now + .seconds(181) }
        #expect(try await refusal(installation, early) == Refusal(.messageRefused, "request_issued_in_future"))
    }

    @Test(arguments: [
        (
            #"ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST""#,
            #"ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact""#, "protocol_binding_unsupported"
        ),
        (#"ID="_q1""#, #"ID="_q1" AssertionConsumerServiceIndex="1""#, "acs_index_unsupported"),
        ("AuthnRequest", "LogoutRequest", "unexpected_element"),
        (#"Version="2.0""#, #"Version="1.1""#, "version_not_supported"),
        ("<samlp:AuthnRequest", "<!DOCTYPE x [<!ENTITY e 'x'>]><samlp:AuthnRequest", "xml_dtd"),
        ("<samlp:AuthnRequest", "<samlp:AuthnRequest xmlns:x='urn:x' x:y='<'", "xml_not_well_formed"),
    ])
    func `a request that is none is refused`(text: String, replacement: String, rule: String) async throws {
        let installation = try await Installation()
        let xml = installation.portal.request(at: installation.clock.now).xml.string
        #expect(xml.contains(text))
        for binding in Binding.allCases {
            let message = OutboundMessage(
                .request, id: "_q1", xml: XMLText(written: Array(xml.replacing(text, with: replacement).utf8)),
                relayState: nil)
            let request = try Portal.arrival(message, by: binding)
            #expect(try await refusal(installation, request) == Refusal(.messageRefused, rule))
        }
    }

    // MARK: How it comes

    @Test(arguments: Binding.allCases)
    func `RelayState is taken up to 1024 octets`(binding: Binding) async throws {
        let installation = try await Installation()
        let signedIn = try await installation.signIn()
        func request(_ octets: Int) throws -> FacadeRequest {
            let state = String(repeating: "r", count: octets)
            var request = try installation.arrival(id: "_q\(octets)", by: binding)
            switch binding {
            case .redirect: request.query += "&RelayState=\(state)"
            case .post: request.body += Data("&RelayState=\(state)".utf8)
            }
            return request
        }
        #expect(try await installation.refusal(request(1024), of: signedIn) == nil)
        let refused = Refusal(.malformedRequest, "relay_state_too_long")
        #expect(try await installation.refusal(request(1025), of: signedIn) == refused)
    }

    @Test func `a long RelayState goes back whole`() async throws {
        let installation = try await Installation()
        let state = String(repeating: "r+ ", count: 341)
        var request = try installation.arrival()
        request.query += "&RelayState=\(Form.escaped(state))"
        let signIn = try installation.signIn(of: await installation.send(request))
        let answer = try await installation.send(installation.resume(signIn), of: installation.signIn())
        #expect(try Portal.posted(answer).relayState == state)
    }

    @Test func `what stands there twice, and both messages at once, are refused`() async throws {
        let installation = try await Installation()
        let request = try installation.arrival()
        let more = [
            ("&SAMLRequest=x", nil), ("&\(request.query)", nil), ("&SAMLResponse=x", "message_ambiguous"),
            ("&RelayState=a&RelayState=b", nil), ("&SAMLReques%74=x", nil),
        ]
        for (addition, rule) in more {
            var changed = request
            changed.query += addition
            #expect(try await refusal(installation, changed) == Refusal(.malformedRequest, rule))
        }
        var posted = try installation.arrival(by: .post)
        posted.body += Data("&SAMLRequest=x".utf8)
        #expect(try await refusal(installation, posted) == Refusal(.malformedRequest))
    }

    @Test func `a login that nobody asked for is refused`() async throws {
        let installation = try await Installation()
        let bare = FacadeRequest(method: .get, route: "sso")
        #expect(try await refusal(installation, bare) == Refusal(.malformedRequest, "message_missing"))
        let other = FacadeRequest(method: .get, route: "sso", query: "providerId=x&target=y")
        #expect(try await refusal(installation, other) == Refusal(.malformedRequest, "message_missing"))
        let noForm = FacadeRequest(method: .post, route: "sso", body: Data("x".utf8), contentType: "text/plain")
        #expect(try await refusal(installation, noForm) == Refusal(.malformedRequest))
    }

    @Test func `a SAMLResponse is no AuthnRequest`() async throws {
        let installation = try await Installation()
        var request = try installation.arrival()
        request.query = request.query.replacing("SAMLRequest=", with: "SAMLResponse=")
        #expect(try await refusal(installation, request) == Refusal(.messageRefused, "message_kind_mismatch"))
    }

    // MARK: Signatures

    @Test(arguments: Binding.allCases, [false, true])
    func `SAML2Int IDP04: a signed request is taken`(binding: Binding, isRequired: Bool) async throws {
        let installation = try await Installation {
            try $0.signs()
            $0.configured["requireSignedRequests"] = .bool(isRequired)
        }
        let request = try installation.arrival(relayState: "r", by: binding, signedBy: installation.portal.key)
        #expect(try await refusal(installation, request) == nil)
    }

    @Test(arguments: Binding.allCases, [false, true])
    func `a signature that is there is verified, whether or not it must be`(
        binding: Binding, isRequired: Bool
    ) async throws {
        let installation = try await Installation {
            try $0.signs()
            $0.configured["requireSignedRequests"] = .bool(isRequired)
        }
        let stranger = try installation.arrival(by: binding, signedBy: installation.portal.other)
        #expect(try await refusal(installation, stranger) == Refusal(.messageRefused, "signature_invalid"))
    }

    @Test(arguments: Binding.allCases)
    func `SAML2Int IDP04: an unsigned request is refused where it must be signed, else taken`(
        binding: Binding
    ) async throws {
        var installation = try await Installation {
            try $0.signs()
            $0.configured["requireSignedRequests"] = .bool(true)
        }
        let unsigned = Refusal(.messageRefused, "signature_missing")
        #expect(try await refusal(installation, installation.arrival(by: binding)) == unsigned)
        installation = try await Installation { try $0.signs() }
        #expect(try await refusal(installation, installation.arrival(by: binding)) == nil)
    }

    @Test func `a signature that was stripped from a redirect is missed`() async throws {
        let installation = try await Installation {
            try $0.signs()
            $0.configured["requireSignedRequests"] = .bool(true)
        }
        let signed = try installation.arrival(relayState: "r", signedBy: installation.portal.key)
        func without(_ names: String...) -> FacadeRequest {
            var request = signed
            request.query = signed.query.split(separator: "&")
                .filter { part in !names.contains { part.hasPrefix("\($0)=") } }.joined(separator: "&")
            return request
        }
        let missing = Refusal(.messageRefused, "signature_missing")
        #expect(try await refusal(installation, without("Signature", "SigAlg")) == missing)
        let half = Refusal(.malformedRequest, "redirect_signature_incomplete")
        #expect(try await refusal(installation, without("Signature")) == half)
        #expect(try await refusal(installation, without("SigAlg")) == half)
        let invalid = Refusal(.messageRefused, "signature_invalid")
        #expect(try await refusal(installation, without("RelayState")) == invalid)
        #expect(try await refusal(installation, signed) == nil)
    }

    @Test(arguments: Binding.allCases)
    func `what was changed after it was signed is refused`(binding: Binding) async throws {
        let installation = try await Installation { try $0.signs() }
        let signed = try installation.arrival(relayState: "r", by: binding, signedBy: installation.portal.key)
        var changed = signed
        switch binding {
        case .redirect: changed.query = signed.query.replacing("RelayState=r", with: "RelayState=s")
        case .post:
            let fields = try CallbackParameters(formEncoded: signed.body)
            let xml = String(decoding: try Base64.decode(Array((fields["SAMLRequest"] ?? "").utf8)), as: UTF8.self)
            let forged = xml.replacing("_q1", with: "_q2", maxReplacements: 1).replacing("#_q1", with: "#_q2")
            changed = Portal.post([FormParameter("SAMLRequest", Base64.encode(Array(forged.utf8)))], to: "sso")
        }
        let refused = try #require(try await refusal(installation, changed))
        #expect(refused.code == .messageRefused)
        #expect(["signature_invalid", "digest_mismatch"].contains(refused.rule))
    }

    @Test func `a signed request names where it goes`() async throws {
        let installation = try await Installation { try $0.signs() }
        let request = try installation.arrival(signedBy: installation.portal.key) { $0.destination = nil }
        #expect(try await refusal(installation, request) == Refusal(.messageRefused, "destination_missing"))
    }

    // MARK: Twice

    @Test func `a request is answered once, by whichever process`() async throws {
        let installation = try await Installation()
        let signedIn = try await installation.signIn()
        let request = try installation.arrival()
        #expect(try await installation.refusal(request, of: signedIn) == nil)
        installation.clock.advance(by: .seconds(60))
        #expect(try await installation.refusal(request, of: signedIn) == Refusal(.replayed))
        let other = try await installation.otherEngine()
        var again = request
        again.handle = signedIn.credentials.handle
        let failure = await #expect(throws: FacadeFailure.self) {
            _ = try await other.facades.respond(to: again, at: Installation.address)
        }
        #expect(failure?.code == .replayed)
        #expect(try await installation.records(.facadeAnswered).count == 1)
    }

    @Test func `of many that ask at once one is answered`() async throws {
        let installation = try await Installation()
        let signedIn = try await installation.signIn()
        let request = try installation.arrival()
        let answered = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<6 { group.addTask { (try? await installation.send(request, of: signedIn)) != nil } }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answered == 1)
    }

    @Test func `a request that waited is answered once`() async throws {
        let installation = try await Installation()
        let signIn = try installation.signIn(of: await installation.send(installation.arrival()))
        let signedIn = try await installation.signIn(after: signIn)
        #expect(try await installation.refusal(installation.resume(signIn), of: signedIn) == nil)
        #expect(try await installation.refusal(installation.resume(signIn), of: signedIn) == Refusal(.replayed))
    }

    // MARK: Who

    @Test func `whom the site does not admit it is not told of`() async throws {
        let installation = try await Installation()
        let signedIn = try await installation.signIn()
        var portal = installation.portal
        portal.admits = ["globex"]
        try await installation.apply(portal)
        #expect(try await installation.refusal(installation.arrival(), of: signedIn) == Refusal(.notAdmitted))
        let admitted = try await installation.signIn("bob@globex.example")
        let response = try await installation.send(installation.arrival(id: "_q2"), of: admitted)
        #expect(try await installation.content(of: response, id: "_q2").nameID?.value == "bob@globex.example")
    }

    @Test func `a session that ended answers nothing`() async throws {
        let installation = try await Installation()
        let signedIn = try await installation.signIn()
        _ = try await installation.engine.sessions.end(.session(signedIn.session.id), reason: .revoked, actor: .system)
        _ = try installation.signIn(of: await installation.send(installation.arrival(), of: signedIn))
        #expect(try await installation.records(.facadeAnswered).isEmpty)
    }
}
