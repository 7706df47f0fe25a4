import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

/// An IdP says that sessions are over.
@Suite struct ReceivedLogoutTests {
    private let here: TestInstallation
    private static let issuer = "https://idp.example"

    init() async throws { here = try await TestInstallation() }

    private func signIn(_ email: String, _ sessionID: String?, principal: String, with id: ConnectionID) async throws {
        try await here.signIn(email, with: id) {
            $0.upstream = UpstreamSession(sessionID: sessionID, principal: principal)
        }
    }

    private func receive(
        _ target: LogoutNotice.Target, id: String = "m1", at connection: ConnectionID = "globex-oidc"
    ) async throws {
        let until = here.clock.now + .seconds(300)
        here.script.onReceiveLogout { _ throws(LoginError) in
            LogoutNotice(target: target, oneTime: [OneTimeIdentifier(id, until: until)])
        }
        let callback = try LoginCallback(method: .get, endpoint: .logout, rawQuery: Data("SAMLRequest=x".utf8))
        _ = try await here.engine.login.receiveLogout(callback, at: connection)
    }

    private func live() async throws -> Set<String> {
        Set(try await here.engine.sessions.list(.all, limit: 99).compactMap(\.upstreamSessionID))
    }

    private func signInFour() async throws {
        try await signIn("ann@globex.example", "s1", principal: "ann", with: "globex-oidc")
        try await signIn("ann@globex.example", "s2", principal: "ann", with: "globex-oidc")
        try await signIn("bob@globex.example", "s3", principal: "bob", with: "globex-oidc")
        try await signIn("ann@acme.example", "s4", principal: "ann", with: "acme-staff")
    }

    @Test func `a principal's named sessions end and no other`() async throws {
        try await signInFour()
        try await receive(.principal(issuer: Self.issuer, principal: "ann", sessionIDs: ["s2", "s3", "s4"]))
        #expect(try await live() == ["s1", "s3", "s4"])
        let ended = try await here.records(.sessionEnded)
        #expect(try ended.map { try RecordedBody($0).code } == ["upstream_logout"])
    }

    @Test func `all of a principal's sessions end where none is named`() async throws {
        try await signInFour()
        try await receive(.principal(issuer: Self.issuer, principal: "ann", sessionIDs: []))
        #expect(try await live() == ["s3", "s4"])
        let received = try #require(try await here.records(.logoutReceived).first)
        #expect(try RecordedBody(received).facts["sessions"] == "2")
        #expect(received.connection == "globex-oidc")
    }

    @Test func `a principal of another issuer or connection ends nothing, and is on record`() async throws {
        try await signInFour()
        try await receive(.principal(issuer: "https://other.example", principal: "ann", sessionIDs: []))
        try await receive(.principal(issuer: Self.issuer, principal: "ann", sessionIDs: []), at: "acme-ext")
        #expect(try await live() == ["s1", "s2", "s3", "s4"])
        #expect(try await here.records(.logoutReceived).count == 2)
    }

    @Test func `a message counts once`() async throws {
        try await signInFour()
        try await receive(.principal(issuer: Self.issuer, principal: "ann", sessionIDs: ["s1"]))
        try await signIn("ann@globex.example", "s1", principal: "ann", with: "globex-oidc")
        let replayed = try await here.refusal {
            try await receive(.principal(issuer: Self.issuer, principal: "ann", sessionIDs: ["s1"]))
        }
        #expect(replayed.code == .replayed)
        #expect(try await live().contains("s1"))
        #expect(try await here.records(.logoutReceived).count == 1)
    }

    @Test func `a message that names more sessions than anybody has is refused`() async throws {
        let names = (0...1000).map(String.init)
        let failure = try await here.refusal {
            try await receive(.principal(issuer: Self.issuer, principal: "ann", sessionIDs: names))
        }
        #expect(failure.code == .malformedRequest)
        try await receive(.principal(issuer: Self.issuer, principal: "ann", sessionIDs: Array(names.dropLast())))
    }

    @Test func `a refused message is on record as a logout and not as a login`() async throws {
        let callback = try LoginCallback(method: .get, endpoint: .logout, rawQuery: Data("SAMLRequest=x".utf8))
        let failure = try await here.refusal {
            try await here.engine.login.receiveLogout(callback, at: "globex-oidc")
        }
        let refused = try #require(try await here.records(.logoutRefused).first)
        #expect(refused.reference == failure.reference)
        #expect(try RecordedBody(refused).code == "malformed_request")
        #expect(try await here.records(.loginFailed).isEmpty)
        #expect(!here.metrics.labels.contains { $0.hasPrefix("login ") })
    }

    @Test func `a module that ends another connection's sessions is refused`() async throws {
        try await signInFour()
        let theirs = SubjectKey(connection: "acme-staff", issuer: Self.issuer, subject: "subject of ann@acme.example")
        let failure = try await here.refusal { try await receive(.subject(theirs)) }
        #expect(failure.code == .providerMisbehaved)
        #expect(try await live().contains("s4"))
    }
}
