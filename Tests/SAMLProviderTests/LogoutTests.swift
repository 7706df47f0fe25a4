import Broker
import Foundation
import SAML
import SAMLProvider
import Testing
import XMLSecurity

@Suite struct LogoutTests {
    let world: World
    init() throws { world = try World() }

    private func session(_ provider: SAMLProvider) async throws -> UpstreamSession {
        try unwrap(try await world.login(provider).identity.upstream)
    }

    private func begin(_ provider: SAMLProvider) async throws -> LogoutStep {
        try await provider.beginLogout(
            LogoutRequest(
                subject: SubjectKey(connection: "globex", issuer: World.idp, subject: "x"),
                session: try await session(provider), returnURL: try unwrap(URL(string: World.acs + "/logout")),
                state: "L0G0UT-state", requestID: "_logout-1"))
    }

    /// A logout message of the IdP as the browser brings it.
    private func delivered(_ message: OutboundMessage, _ key: PrivateKey?) throws -> LoginCallback {
        let delivery = try message.delivery(
            by: .redirect, to: World.acs + "/logout", signedBy: key.map { MessageSigner(key: $0) })
        guard case .redirect(let url) = delivery else { throw Absent() }
        return try LoginCallback(
            method: .get, endpoint: .logout, rawQuery: Data((url.query(percentEncoded: true) ?? "").utf8))
    }

    private func request(_ change: (inout LogoutRequestMessage) -> Void = { _ in }) throws -> OutboundMessage {
        var message = LogoutRequestMessage(
            id: "_idp-logout-1", issueInstant: world.clock.now, destination: World.acs + "/logout", issuer: World.idp,
            notOnOrAfter: world.clock.now + .seconds(60),
            nameID: NameID("gina@globex.example", format: SAMLURI.emailFormat), sessionIndexes: ["s1"])
        change(&message)
        return message.message(relayState: try RelayState("their-state"))
    }

    private func response(
        _ status: LogoutResponseMessage.Status, _ inResponseTo: String = "_logout-1"
    ) throws -> OutboundMessage {
        LogoutResponseMessage(
            id: "_answer-1", issueInstant: world.clock.now, destination: World.acs + "/logout", issuer: World.idp,
            inResponseTo: inResponseTo, status: status
        ).message(relayState: try RelayState("L0G0UT-state"))
    }

    @Test func `asks the IdP to end its session, signed, by the name that it gave`() async throws {
        guard case .redirect(let url) = try await begin(world.provider()) else { throw Absent() }
        let inbound = InboundMessage.redirect(
            try RedirectMessage(rawQuery: Data((url.query(percentEncoded: true) ?? "").utf8)))
        let key = try PublicKey(subjectPublicKeyInfo: Array(world.ownKeys[0].subjectPublicKeyInfo))
        let received = try LogoutReader(keys: [key], policy: .standard).request(
            inbound,
            expecting: LogoutExpectations(issuer: World.sp, endpoint: "https://idp.example/slo", now: world.clock.now))
        #expect(received.message.nameID == NameID("gina@globex.example", format: SAMLURI.emailFormat))
        #expect(received.message.sessionIndexes == ["s1"])
        #expect(received.relayState?.value == "L0G0UT-state")
    }

    @Test func `an IdP without a logout endpoint is not asked`() async throws {
        guard case .notConfigured = try await begin(world.provider { $0.sloURL = nil }) else {
            Issue.record("a logout went nowhere")
            return
        }
    }

    @Test(arguments: [
        (LogoutResponseMessage.Status.success, LogoutResult.complete), (.partial, .partial), (.failed, .partial),
    ])
    func `reads the IdP's answer`(status: LogoutResponseMessage.Status, result: LogoutResult) async throws {
        let callback = try delivered(try response(status), world.keys.first.key)
        let answer = try await world.provider().completeLogout(
            callback, resuming: PendingLogout(state: "L0G0UT-state", requestID: "_logout-1"))
        #expect(answer == result)
    }

    @Test func `an answer that is unsigned, foreign or to another request says nothing`() async throws {
        let provider = try world.provider()
        let pending = PendingLogout(state: "L0G0UT-state", requestID: "_logout-1")
        let unsigned = try delivered(try response(.success), nil)
        #expect(await refusal { try await provider.completeLogout(unsigned, resuming: pending) } == "logout_unsigned")
        let foreign = try delivered(try response(.success), world.keys.second.key)
        #expect(await refusal { try await provider.completeLogout(foreign, resuming: pending) } == "signature_invalid")
        let other = try delivered(try response(.success, "_x"), world.keys.first.key)
        #expect(await refusal { try await provider.completeLogout(other, resuming: pending) } != nil)
    }

    @Test func `a LogoutRequest names the sessions that end, and is answered`() async throws {
        let provider = try world.provider()
        let principal = try await session(provider).principal
        let notice = try await provider.receiveLogout(try delivered(try request(), world.keys.first.key))
        guard case .principal(let issuer, let named, let sessions) = notice.target,
            case .redirect(let url) = notice.answer
        else { throw Absent() }
        #expect(issuer == World.idp)
        #expect(named == principal)
        #expect(sessions == ["s1"])
        #expect(notice.oneTime.count == 1)
        #expect(url.absoluteString.hasPrefix("https://idp.example/slo?SAMLResponse="))
        #expect(url.absoluteString.contains("RelayState=their-state"))
    }

    @Test func `another format or qualifier is another name`() async throws {
        let provider = try world.provider()
        let principal = try await session(provider).principal
        let other = try request { $0.nameID = NameID("gina@globex.example", format: SAMLURI.persistentFormat) }
        let notice = try await provider.receiveLogout(try delivered(other, world.keys.first.key))
        guard case .principal(_, let named, _) = notice.target else { throw Absent() }
        #expect(named != principal)
    }

    @Test func `a LogoutRequest that is unsigned, foreign, late or misaddressed ends nothing`() async throws {
        let provider = try world.provider()
        let key = world.keys.first.key
        let late = world.clock.now - .seconds(3600)
        let cases: [(String, OutboundMessage, PrivateKey?)] = [
            ("logout_unsigned", try request(), nil), ("signature_invalid", try request(), world.keys.second.key),
            ("logout_destination_mismatch", try request { $0.destination = "https://x.example" }, key),
            ("logout_issuer_mismatch", try request { $0.issuer = "https://x.example" }, key),
            ("logout_expired", try request { $0.notOnOrAfter = late }, key),
        ]
        for (rule, message, signer) in cases {
            let callback = try delivered(message, signer)
            let refused = await refusal { try await provider.receiveLogout(callback) }
            #expect(refused == rule)
        }
    }
}
