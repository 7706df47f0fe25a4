import Broker
import ConformanceKit
import Foundation
import JOSE
import Testing

@testable import OIDCProvider

/// What somebody makes of a refresh who stands between us and a part of the OP, or who is the OP.
@Suite struct AttackTests {
    private static let next = "R3FR3SH-next"
    private let world: World

    init() throws { world = try World() }

    /// A session that has an ID token and a refresh token.
    private func session(_ provider: OIDCProvider) async throws -> (UpstreamSession, SubjectKey, idToken: String) {
        let idToken = try world.grant(refreshToken: World.refreshToken)
        let identity = try await world.login(provider)
        return (try #require(identity.upstream), identity.subject, idToken)
    }

    private func tokens(_ session: UpstreamSession) throws -> JSONObject { try JSONObject.parse(session.handle) }

    @Test func `who keeps UserInfo away signs nobody out by a refresh token that is lost`() async throws {
        let provider = try world.provider { $0.userInfo = .always }
        world.transport.on("/t1/userinfo", json: #"{"sub":"u1"}"#)
        let (before, subject, idToken) = try await session(provider)
        try world.grant(refreshToken: Self.next) { $0["nonce"] = nil }
        world.transport.fail("/t1/userinfo")
        guard case .same(let after) = try await provider.refresh(before, of: subject) else {
            throw KitFailure("another outcome")
        }
        #expect(try tokens(after).string("refreshToken") == Self.next)
        #expect(try tokens(after).string("idToken") == idToken)
        #expect(after.sessionID == before.sessionID)
    }

    @Test func `a token that did not change is tried again, and confirms nobody`() async throws {
        let provider = try world.provider { $0.userInfo = .always }
        world.transport.on("/t1/userinfo", json: #"{"sub":"u1"}"#)
        let (before, subject, _) = try await session(provider)
        try world.grant { $0["nonce"] = nil }
        world.transport.fail("/t1/userinfo")
        guard case .retryLater = try await provider.refresh(before, of: subject) else {
            throw KitFailure("another outcome")
        }
    }

    @Test(arguments: ["u2", "u1 ", "U1", ""])
    func `a new refresh token makes nobody's ID token another's`(sub: String) async throws {
        let provider = try world.provider()
        let (before, subject, _) = try await session(provider)
        try world.grant(refreshToken: Self.next) { $0["sub"] = .string(sub) }
        let error = await refusal { () async throws(LoginError) in try await provider.refresh(before, of: subject) }
        #expect(error?.code == .subjectInvalid)
    }

    @Test(arguments: ["iss", "aud", "exp"])
    func `a refreshed ID token is held against all that a login's is`(claim: String) async throws {
        let provider = try world.provider()
        let (before, subject, _) = try await session(provider)
        try world.grant(refreshToken: Self.next) {
            $0[claim] = claim == "exp" ? .integer(1) : .string("https://evil.example")
        }
        #expect(
            await refusal { () async throws(LoginError) in try await provider.refresh(before, of: subject) } != nil)
    }
}
