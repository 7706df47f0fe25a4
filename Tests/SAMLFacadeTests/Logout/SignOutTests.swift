import Broker
import BrokerEngine
import BrokerModel
import Foundation
import SAML
import Testing
import XMLSecurity

@testable import SAMLFacade

/// A sign-out here is taken to the site.
struct SignOutTests {
    typealias Binding = IdentityProviderDescription.Binding

    private static let state = "q8Vt7GZ0xkAqKq3cC0mQbS2v4qkFZ1pXnJ4aYw9dHuE"

    private func module(_ installation: Installation) throws -> any Facade {
        try #require(try installation.engine.facades.module(at: Installation.address))
    }

    private func told(_ key: String = "_s1") -> FacadeSession {
        FacadeSession(
            facade: Installation.address, key: key, session: "s", customer: "c", name: "ann@acme.example",
            createdAt: Timestamp(seconds: 1))
    }

    /// The site's answer.
    private func arrival(
        _ installation: Installation, by binding: Binding = .redirect, relayState: String? = state,
        signedBy key: PrivateKey? = nil, isSigned: Bool = true, status: LogoutResponseMessage.Status = .success,
        _ change: (inout LogoutResponseMessage) -> Void = { _ in }
    ) throws -> FacadeRequest {
        var message = LogoutResponseMessage(
            id: "_a1", issueInstant: installation.clock.now, destination: "\(Installation.root)/slo",
            issuer: Portal.entityID, inResponseTo: "_\(Self.state)", status: status)
        change(&message)
        return try Portal.arrival(
            message.message(relayState: relayState.map { try RelayState($0) }), at: "slo", by: binding,
            signedBy: isSigned ? key ?? installation.portal.key : nil)
    }

    // MARK: Going there

    @Test(arguments: Binding.allCases)
    func `the site gets a signed LogoutRequest with the name and the index`(binding: Binding) async throws {
        let installation = try await Installation {
            try $0.signs()
            $0.configured["logoutBinding"] = .string(binding.rawValue)
        }
        let step = try await module(installation).beginSignOut(told(), state: Self.state)
        let inbound: InboundMessage
        switch (step, binding) {
        case (.redirect(let url)?, .redirect):
            inbound = .redirect(try RedirectMessage(rawQuery: Array((url.query(percentEncoded: true) ?? "").utf8)))
        case (.formPost(_, let fields)?, .post):
            inbound = .post(try PostMessage(CallbackParameters(formEncoded: Form.body(fields))))
        default: throw Unexpected("a step of the binding")
        }
        let keys = try await installation.idp().signingKeys.map(\.key)
        let received = try LogoutReader(keys: keys, policy: .standard).request(
            inbound,
            expecting: LogoutExpectations(
                issuer: "\(Installation.root)/metadata", endpoint: Portal.slo, now: installation.clock.now))
        #expect(received.message.id == "_\(Self.state)")
        #expect(received.relayState?.value == Self.state)
        #expect(received.message.nameID == NameID("ann@acme.example", format: SAMLURI.emailFormat))
        #expect(received.message.sessionIndexes == ["_s1"])
        #expect(received.message.reason == LogoutRequestMessage.Reason.user)
    }

    @Test func `a site is told by the browser where it has an address and we could believe its answer`() async throws {
        var installation = try await Installation { try $0.signs() }
        #expect(try module(installation).signsOutByBrowser)
        installation = try await Installation()
        #expect(try !module(installation).signsOutByBrowser)
        installation = try await Installation {
            try $0.signs()
            $0.configured["logoutURL"] = nil
        }
        #expect(try !module(installation).signsOutByBrowser)
        #expect(try await module(installation).beginSignOut(told(), state: Self.state) == nil)
    }

    @Test func `there is no way to a site without a browser`() async throws {
        let installation = try await Installation { try $0.signs() }
        #expect(try await module(installation).endSession(told()) == .noBackChannel)
    }

    // MARK: Coming back

    @Test(
        arguments: [
            (LogoutResponseMessage.Status.success, true), (.partial, false), (.failed, false),
        ], Binding.allCases)
    private func `the site's answer says how it went`(
        said: (status: LogoutResponseMessage.Status, isComplete: Bool), binding: Binding
    ) async throws {
        let installation = try await Installation { try $0.signs() }
        let response = try await installation.send(arrival(installation, by: binding, status: said.status))
        guard case .signOutAnswered(let state, let isComplete) = response else { throw Unexpected("an answer") }
        #expect(state == Self.state)
        #expect(isComplete == said.isComplete)
    }

    @Test func `a whole sign-out begun here goes to the site and ends`() async throws {
        let installation = try await Installation { try $0.signs() }
        let signedIn = try await installation.signIn()
        _ = try await installation.send(installation.arrival(), of: signedIn)
        let site = try #require(installation.engine.live.resources.sites["portal"])
        let step = try await installation.engine.logout.signOut(signedIn.session, site: site, wanted: "")
        guard case .redirect(let url) = step.next else { throw Unexpected("a redirect, got \(step.next)") }
        let state = try #require(
            CallbackParameters(formEncoded: Data((url.query(percentEncoded: true) ?? "").utf8))["RelayState"])
        let request = try arrival(installation, relayState: state) { $0.inResponseTo = "_\(state)" }
        guard case .signOutAnswered(let answered, let isComplete) = try await installation.send(request) else {
            throw Unexpected("an answer")
        }
        let next = await installation.engine.logout.siteAnswered(
            Installation.address, state: answered, isComplete: isComplete, cookie: step.ticket?.reveal())
        guard case .page? = next?.next else { throw Unexpected("our page, got \(String(describing: next))") }
        #expect(try await installation.records(.facadeSessionEnded).count == 1)
    }

    // MARK: Refused

    @Test(arguments: Binding.allCases)
    func `an answer that the site did not sign says nothing`(binding: Binding) async throws {
        let installation = try await Installation { try $0.signs() }
        let unsigned = try arrival(installation, by: binding, isSigned: false)
        #expect(try await installation.refusal(unsigned) == Refusal(.messageRefused, "logout_unsigned"))
        let foreign = try arrival(installation, by: binding, signedBy: installation.portal.other)
        #expect(try await installation.refusal(foreign) == Refusal(.messageRefused, "signature_invalid"))
    }

    @Test func `an answer to another request, of another site or place, says nothing`() async throws {
        let installation = try await Installation { try $0.signs() }
        let other = Refusal(.messageRefused, "logout_in_response_to_mismatch")
        #expect(try await installation.refusal(arrival(installation) { $0.inResponseTo = "_other" }) == other)
        #expect(try await installation.refusal(arrival(installation, relayState: "other")) == other)
        let issuer = try arrival(installation) { $0.issuer = "https://other.example/sp" }
        #expect(try await installation.refusal(issuer) == Refusal(.messageRefused, "logout_issuer_mismatch"))
        let place = try arrival(installation) { $0.destination = "https://other.example/slo" }
        #expect(try await installation.refusal(place) == Refusal(.messageRefused, "logout_destination_mismatch"))
        let bare = try arrival(installation, relayState: nil)
        #expect(try await installation.refusal(bare) == Refusal(.malformedRequest))
    }

    @Test func `a conclusion that we did not make is refused`() async throws {
        let installation = try await Installation { try $0.signs() }
        let module = try module(installation)
        await #expect(throws: FacadeError.self) {
            _ = try await module.concludeSignOut(Data("x".utf8), isComplete: true)
        }
    }
}
