import Broker
import BrokerEngine
import BrokerModel
import Foundation
import SAML
import Testing
import XMLSecurity

@testable import SAMLFacade

/// The site wants a session to end.
struct LogoutTests {
    typealias Binding = IdentityProviderDescription.Binding
    typealias Change = (inout LogoutRequestMessage) -> Void

    /// A person who is signed in at a site that signs, and how the site names it.
    private func world(
        _ change: (inout Portal) throws -> Void = { _ in }
    ) async throws -> (installation: Installation, session: Session, told: FacadeSession) {
        let installation = try await Installation {
            try $0.signs()
            try change(&$0)
        }
        let signedIn = try await installation.signIn()
        _ = try await installation.send(installation.arrival(), of: signedIn)
        return (installation, signedIn.session, try await installation.told(of: signedIn.session))
    }

    private func message(
        _ installation: Installation, _ told: FacadeSession, id: String = "_l1", _ change: Change = { _ in }
    ) -> LogoutRequestMessage {
        var message = LogoutRequestMessage(
            id: id, issueInstant: installation.clock.now, destination: "\(Installation.root)/slo",
            issuer: Portal.entityID, notOnOrAfter: installation.clock.now + .seconds(300),
            nameID: NameID(told.name, format: SAMLURI.emailFormat), sessionIndexes: [told.key])
        change(&message)
        return message
    }

    private func arrival(
        _ installation: Installation, _ told: FacadeSession, id: String = "_l1", by binding: Binding = .redirect,
        signedBy key: PrivateKey? = nil, isSigned: Bool = true, _ change: Change = { _ in }
    ) throws -> FacadeRequest {
        try Portal.arrival(
            message(installation, told, id: id, change).message(relayState: RelayState("back")), at: "slo", by: binding,
            signedBy: isSigned ? key ?? installation.portal.key : nil)
    }

    private func signOut(of response: FacadeResponse) throws -> FacadeSignOut {
        guard case .signOut(let signOut) = response else { throw Unexpected("a sign-out, got \(response)") }
        return signOut
    }

    /// What the site makes of our answer.
    private func answer(
        _ step: FacadeStep, _ installation: Installation, to id: String = "_l1"
    ) async throws -> LogoutResponseMessage.Status {
        let inbound: InboundMessage
        switch step {
        case .redirect(let url):
            #expect(url.absoluteString.hasPrefix("\(Portal.slo)?"))
            inbound = .redirect(try RedirectMessage(rawQuery: Array((url.query(percentEncoded: true) ?? "").utf8)))
        case .formPost(let url, let fields):
            #expect(url.absoluteString == Portal.slo)
            inbound = .post(try PostMessage(CallbackParameters(formEncoded: Form.body(fields))))
        }
        #expect(inbound.kind == .response)
        let expected = LogoutExpectations(
            issuer: "\(Installation.root)/metadata", endpoint: Portal.slo, requestID: id, now: installation.clock.now)
        let keys = try await installation.idp().signingKeys.map(\.key)
        return try LogoutReader(keys: keys, policy: .standard).response(inbound, expecting: expected).status
    }

    private func module(_ installation: Installation) throws -> any Facade {
        try #require(try installation.engine.facades.module(at: Installation.address))
    }

    // MARK: Taken

    @Test(arguments: Binding.allCases, Binding.allCases)
    func `a signed LogoutRequest ends the session that it names`(binding: Binding, back: Binding) async throws {
        let (installation, session, told) = try await world {
            $0.configured["logoutBinding"] = .string(back.rawValue)
        }
        // The browser's own cookie is not looked at: there is none.
        let response = try await installation.send(arrival(installation, told, by: binding))
        let signOut = try signOut(of: response)
        #expect(signOut.session == session.id)
        let conclusion = try #require(signOut.conclusion)
        let module = try module(installation)
        let complete = try await module.concludeSignOut(conclusion, isComplete: true)
        #expect(try await answer(complete, installation) == .success)
        let partial = try await module.concludeSignOut(conclusion, isComplete: false)
        #expect(try await answer(partial, installation) == .partial)
        let relayState =
            switch complete {
            case .redirect(let url): try CallbackParameters(formEncoded: Data((url.query() ?? "").utf8))["RelayState"]
            case .formPost(_, let fields): fields.first { $0.name == "RelayState" }?.value
            }
        #expect(relayState == "back")
    }

    @Test(arguments: [
        NameID("ann@acme.example"), NameID("ann@acme.example", format: SAMLURI.unspecifiedFormat),
        NameID(
            "ann@acme.example", format: SAMLURI.emailFormat, nameQualifier: "\(Installation.root)/metadata",
            spNameQualifier: Portal.entityID),
    ])
    func `a name may leave out what goes without saying, and say it`(name: NameID) async throws {
        let (installation, session, told) = try await world()
        let response = try await installation.send(arrival(installation, told) { $0.nameID = name })
        #expect(try signOut(of: response).session == session.id)
    }

    @Test func `a session that is not there any more is a success at once`() async throws {
        let (installation, _, told) = try await world()
        let response = try await installation.send(arrival(installation, told) { $0.sessionIndexes = ["_gone"] })
        guard case .step(let step, nil) = response else { throw Unexpected("a step") }
        #expect(try await answer(step, installation) == .success)
    }

    @Test func `of several sessions one ends, and the answer says that it was not all`() async throws {
        let (installation, _, told) = try await world()
        let other = try await installation.signIn()
        _ = try await installation.send(installation.arrival(id: "_q2"), of: other)
        let second = try await installation.told(of: other.session)
        let request = try arrival(installation, told) { $0.sessionIndexes = [told.key, second.key] }
        let signOut = try signOut(of: await installation.send(request))
        let step = try await module(installation).concludeSignOut(try #require(signOut.conclusion), isComplete: true)
        #expect(try await answer(step, installation) == .partial)
    }

    @Test func `without a SessionIndex nothing ends, and the site is told so`() async throws {
        let (installation, _, told) = try await world()
        let response = try await installation.send(arrival(installation, told) { $0.sessionIndexes = [] })
        guard case .step(let step, let refusal?) = response else { throw Unexpected("a refusal") }
        #expect(try await answer(step, installation) == .failed)
        #expect(refusal.rule == "session_index_missing")
    }

    @Test func `a whole sign-out begun at the site goes back to it`() async throws {
        let (installation, session, told) = try await world()
        let signOut = try signOut(of: await installation.send(arrival(installation, told)))
        let site = try #require(installation.engine.live.resources.sites["portal"])
        let step = try await installation.engine.logout.signOut(
            session, site: site, wanted: "", asking: (Installation.address, signOut.conclusion), isProven: true)
        guard case .redirect(let url) = step.next else { throw Unexpected("a redirect, got \(step.next)") }
        #expect(try await answer(.redirect(url), installation) == .success)
        #expect(try await installation.engine.sessions.list(.all, limit: 10).isEmpty)
    }

    // MARK: Refused

    @Test(arguments: Binding.allCases)
    func `unsigned, or signed by somebody else, ends nothing (M26)`(binding: Binding) async throws {
        let (installation, _, told) = try await world()
        let unsigned = try arrival(installation, told, by: binding, isSigned: false)
        #expect(try await installation.refusal(unsigned) == Refusal(.messageRefused, "logout_unsigned"))
        let foreign = try arrival(installation, told, by: binding, signedBy: installation.portal.other)
        #expect(try await installation.refusal(foreign) == Refusal(.messageRefused, "signature_invalid"))
        #expect(try signOut(of: await installation.send(arrival(installation, told, by: binding))).session != nil)
    }

    @Test func `without a certificate of the site no logout message counts`() async throws {
        let installation = try await Installation()
        let signedIn = try await installation.signIn()
        _ = try await installation.send(installation.arrival(), of: signedIn)
        let told = try await installation.told(of: signedIn.session)
        let refused = Refusal(.messageRefused, "logout_unverifiable")
        for isSigned in [true, false] {
            let request = try arrival(installation, told, isSigned: isSigned)
            #expect(try await installation.refusal(request) == refused)
        }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let rule: String
        let change: @Sendable (inout LogoutRequestMessage, Timestamp) -> Void

        var testDescription: String { rule }

        init(_ rule: String, _ change: @escaping @Sendable (inout LogoutRequestMessage, Timestamp) -> Void) {
            (self.rule, self.change) = (rule, change)
        }
    }

    @Test(arguments: [
        Wrong("logout_issuer_mismatch") { message, _ in message.issuer = "https://other.example/sp" },
        Wrong("logout_destination_mismatch") { message, _ in message.destination = "\(Installation.root)/sso" },
        Wrong("logout_issued_in_future") { message, now in message.issueInstant = now + .seconds(181) },
        Wrong("logout_too_old") { message, now in
            (message.issueInstant, message.notOnOrAfter) = (now - .seconds(480), nil)
        },
        Wrong("logout_expired") { message, now in message.notOnOrAfter = now - .seconds(180) },
        Wrong("logout_name_mismatch") { message, _ in message.nameID.value = "bob@acme.example" },
        Wrong("logout_name_mismatch") { message, _ in message.nameID.value = "Ann@acme.example" },
        Wrong("logout_name_mismatch") { message, _ in message.nameID.format = SAMLURI.persistentFormat },
        Wrong("logout_name_mismatch") { message, _ in message.nameID.nameQualifier = "https://other.example" },
        Wrong("logout_name_mismatch") { message, _ in message.nameID.spNameQualifier = "https://other.example" },
    ])
    func `what a LogoutRequest says is checked`(found: Wrong) async throws {
        let (installation, _, told) = try await world()
        let now = installation.clock.now
        let request = try arrival(installation, told) { found.change(&$0, now) }
        #expect(try await installation.refusal(request) == Refusal(.messageRefused, found.rule))
    }

    @Test func `another person's session is not ended, not even beside one's own`() async throws {
        let (installation, _, told) = try await world()
        let bob = try await installation.signIn("bob@globex.example")
        _ = try await installation.send(installation.arrival(id: "_q2"), of: bob)
        let other = try await installation.told(of: bob.session)
        let request = try arrival(installation, told) { $0.sessionIndexes = [told.key, other.key] }
        #expect(try await installation.refusal(request) == Refusal(.messageRefused, "logout_name_mismatch"))
        let only = try arrival(installation, told, id: "_l2") { $0.sessionIndexes = [other.key] }
        #expect(try await installation.refusal(only) == Refusal(.messageRefused, "logout_name_mismatch"))
    }

    @Test func `a LogoutRequest counts once`() async throws {
        let (installation, _, told) = try await world()
        let request = try arrival(installation, told)
        _ = try await installation.send(request)
        #expect(try await installation.refusal(request) == Refusal(.replayed))
    }

    @Test func `an AuthnRequest at the logout endpoint is none of its messages`() async throws {
        let (installation, _, _) = try await world()
        var request = try installation.arrival(signedBy: installation.portal.key) {
            $0.destination = "\(Installation.root)/slo"
        }
        request.route = "slo"
        #expect(try await installation.refusal(request) == Refusal(.messageRefused, "unexpected_element"))
    }

    @Test func `a site without an address for answers gets none`() async throws {
        let (installation, session, told) = try await world { $0.configured["logoutURL"] = nil }
        let signOut = try signOut(of: await installation.send(arrival(installation, told)))
        #expect(signOut.session == session.id)
        #expect(signOut.conclusion == nil)
    }
}
