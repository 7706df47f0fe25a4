import Broker
import CognitoProvider
import ConformanceKit
import Foundation
import Testing

/// Where Cognito's own sign-out leads, and how it comes back.
@Suite struct SignOutTests {
    let world: World
    init() throws { world = try World() }

    private func target(_ change: (inout CognitoProvider.Settings) -> Void) async throws -> String? {
        let step = try await world.provider(change).beginLogout(
            LogoutRequest(
                subject: SubjectKey(connection: "acme", issuer: World.issuer, subject: "u"),
                session: UpstreamSession(sessionID: nil), returnURL: world.bench.signedOutURL, state: "s1",
                requestID: "_r1"))
        guard case .redirect(let url) = step else { return nil }
        return url.absoluteString
    }

    private let begin = "/logout?client_id=\(World.clientID)&logout_uri=https%3A%2F%2Fb.example%2Fvestibule%2F"

    @Test func `comes back to the connection's logout endpoint unless told otherwise`() async throws {
        #expect(try await target { _ in } == World.host + begin + "cb%2Facme%2Flogout")
        #expect(
            try await target { $0.logoutURI = "https://b.example/vestibule/cb/acme/logout" } == World.host + begin
                + "cb%2Facme%2Flogout")
    }

    @Test func `goes to another page that the pool knows where the settings say so`() async throws {
        #expect(
            try await target { $0.logoutURI = "https://b.example/vestibule/signed-out" } == World.host + begin
                + "signed-out")
    }

    @Test func `a custom domain signs out there, and a test server on itself`() async throws {
        #expect(
            try await target { $0.domain = "login.acme.example" } == "https://login.acme.example" + begin
                + "cb%2Facme%2Flogout")
        #expect(
            try await target { $0.endpoint = "http://127.0.0.1:5000" } == "http://127.0.0.1:5000" + begin
                + "cb%2Facme%2Flogout")
    }

    @Test func `a test server alone signs nobody out unless a page is named`() async throws {
        #expect(
            try await target {
                $0.domain = nil
                $0.endpoint = "http://127.0.0.1:5000"
            } == nil)
    }

    @Test func `no state of ours comes back, and the engine is told so`() throws {
        #expect(try !world.provider().returnsLogoutState)
    }
}
