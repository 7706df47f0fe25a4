import Broker
import ConformanceKit
import Foundation
import JOSE
import OIDCProvider
import Testing

/// The provider's page loads our logout address in a frame.
@Suite struct FrontChannelTests {
    private let world: World

    init() throws { world = try World() }

    private func receive(_ query: String, isOn: Bool = true) async throws -> LogoutNotice {
        try await world.provider { $0.frontChannelLogout = isOn }
            .receiveLogout(try world.callback(query, endpoint: .logout))
    }

    private func refused(_ query: String, isOn: Bool = true) async throws -> LoginError.Code? {
        let provider = try world.provider { $0.frontChannelLogout = isOn }
        let callback = try world.callback(query, endpoint: .logout)
        return await refusal { () async throws(LoginError) in try await provider.receiveLogout(callback) }?.code
    }

    @Test func `ends the one session that it names, and may come again`() async throws {
        for _ in 0..<2 {
            let notice = try await receive("iss=https%3A%2F%2Fop.example%2Ft1&sid=sid1")
            #expect(notice.target == .session(issuer: World.issuer, sessionID: "sid1"))
            #expect(notice.oneTime.isEmpty)
            guard case .frame(let page) = notice.answer else { throw KitFailure("another outcome") }
            #expect(page.absoluteString == World.issuer)
        }
        #expect(world.transport.requests.isEmpty)
    }

    @Test func `is refused without a session, for another issuer, and where it is not switched on`() async throws {
        #expect(try await refused("iss=https://op.example/t1") == .subjectInvalid)
        #expect(try await refused("sid=sid1") == .issuerMismatch)
        #expect(try await refused("iss=https://op.example/t2&sid=sid1") == .issuerMismatch)
        #expect(try await refused("iss=https://op.example/t1&sid=sid1", isOn: false) == .malformedRequest)
        #expect(try await refused("logout_token=x.y.z") == .issuerMismatch)
    }

    @Test func `a back-channel logout token is still one where the front channel is on`() async throws {
        let claims: JSONObject = [
            "iss": .string(World.issuer), "aud": .string(World.clientID), "iat": .integer(world.clock.now.seconds),
            "exp": .integer(world.clock.now.seconds + 120), "jti": "j", "sid": "sid1",
            "events": ["http://schemas.openid.net/event/backchannel-logout": [:]],
        ]
        let token = try world.key.issue(claims: claims, typ: "logout+jwt")
        let notice = try await world.provider { $0.frontChannelLogout = true }
            .receiveLogout(try world.callback("logout_token=\(token)", method: .post, endpoint: .logout))
        #expect(notice.target == .session(issuer: World.issuer, sessionID: "sid1"))
        #expect(notice.oneTime.count == 1)
    }
}
