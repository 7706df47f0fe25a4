import Broker
import ConformanceKit
import Foundation
import JOSE

extension RelyingPartyCase {
    /// The RP logout plans: RP-initiated, front-channel and back-channel.
    static let logout: [RelyingPartyCase] = [
        RelyingPartyCase(
            .logout, "rp-init-logout", "the OP is told whom, where back to, and a state", catches: .noHint
        ) { run in
            let query = try await endSession(run)
            for name in ["id_token_hint", "post_logout_redirect_uri", "state"] {
                try require(query[name]?.isEmpty == false, "\(name) is absent")
            }
        },
        RelyingPartyCase(
            .logout, "rp-init-logout-other-state", "the state is the one that the engine compares the answer with",
            catches: .noState
        ) { run in
            try require(try await endSession(run)["state"] == "L0GOUT-state", "the state is another")
        },
        RelyingPartyCase(
            .logout, "rp-init-logout-no-state", "an answer without the state is none: the engine is told to want it",
            catches: .takesAnyReturn
        ) { run in
            let module = try unwrap(try run.driver().provider as? any UpstreamLogout, "no sign-out")
            try require(module.returnsLogoutState, "the module takes any return for the answer")
        },
        RelyingPartyCase(
            .logout, "session-management",
            "check_session_iframe is left alone: logout messages and refresh end sessions",
            catches: .asksIframe
        ) { run in
            let driver = try run.driver([.document { $0["check_session_iframe"] = "https://op.example/frame" }])
            _ = try await driver.login()
            try require(driver.bench.transport.count("https://op.example/frame") == 0, "the frame was fetched")
        },
        .received(
            "rp-backchannel-rpinitlogout", "a logout token ends the session that it names", .logoutIsIgnored, nil),
        .refused("rp-backchannel-rpinitlogout-alg-none", "an unsigned logout token", .logoutAlgorithm) { claims in
            let header: Claims = ["alg": "none", "typ": "logout+jwt"]
            return [header, claims].map { Base64URL.encode(Data($0.jsonText.utf8)) }.joined(separator: ".") + "."
        },
        .refused("rp-backchannel-rpinitlogout-wrong-alg", "a logout token under another algorithm", .logoutAlgorithm) {
            try KitKey("op-es", algorithm: "ES256", kid: "k1").token($0, typ: "logout+jwt")
        },
        .refused("rp-backchannel-rpinitlogout-no-event", "a token that does not say logout", .logoutEvents) {
            try signed($0) { $0["events"] = nil }
        },
        .refused("rp-backchannel-rpinitlogout-wrong-event", "a token that says something else", .logoutEventName) {
            try signed($0) { $0["events"] = ["https://op.example/event": [:]] }
        },
        .refused("rp-backchannel-rpinitlogout-with-nonce", "a logout token with a nonce", .logoutNonce) {
            try signed($0) { $0["nonce"] = "n" }
        },
        .refused("rp-backchannel-rpinitlogout-wrong-aud", "another client's logout token", .logoutAudience) {
            try signed($0) { $0["aud"] = "other-client" }
        },
        .refused("rp-backchannel-rpinitlogout-wrong-iss", "another issuer's logout token", .logoutIssuer) {
            try signed($0) { $0["iss"] = "https://other.example" }
        },
    ]

    // MARK: RP-initiated

    private static func endSession(_ run: RelyingPartyRun) async throws -> CallbackParameters {
        let driver = try run.with(run.isOwn ? ["endSession": "query"] : [:]).driver()
        let identity = try await driver.login().identity()
        guard case .redirect(let url)? = try await driver.logout(identity) else { throw KitFailure("no redirect") }
        return try CallbackParameters(formEncoded: Data((url.query() ?? "").utf8))
    }

    // MARK: Back-channel

    private static func signed(_ claims: Claims, _ change: (inout Claims) -> Void) throws -> String {
        var claims = claims
        change(&claims)
        return try KitKey("op", algorithm: "RS256", kid: "k1").token(claims, typ: "logout+jwt")
    }

    private static func refused(
        _ name: String, _ title: String, _ defect: CarelessClient.Defect,
        _ forge: @escaping @Sendable (Claims) throws -> String
    ) -> RelyingPartyCase {
        received(name, "\(title) is refused", defect, forge)
    }

    /// Sends a logout token of this making after a login: an honest one where none is given.
    private static func received(
        _ name: String, _ title: String, _ defect: CarelessClient.Defect,
        _ forge: (@Sendable (Claims) throws -> String)?
    ) -> RelyingPartyCase {
        RelyingPartyCase(.logout, name, title, catches: defect) { run in
            let driver = try run.driver()
            let identity = try await driver.login().identity()
            let claims: Claims = [
                "iss": .string(RelyingPartyRun.issuer), "aud": "vestibule", "jti": "lt-1",
                "sub": .string(identity.subject.subject), "sid": "sid-Alice", "iat": .time(driver.bench.clock.now),
                "exp": .time(driver.bench.clock.now + .seconds(120)),
                "events": ["http://schemas.openid.net/event/backchannel-logout": [:]],
            ]
            let token = try (forge ?? { try signed($0) { _ in } })(claims)
            let arrival = KitArrival(.post, endpoint: .logout, [("logout_token", token)])
            guard forge != nil else {
                let notice = try unwrap(try await driver.receive(arrival), "no receiver")
                let session = LogoutNotice.Target.session(issuer: RelyingPartyRun.issuer, sessionID: "sid-Alice")
                return try require(notice.target == session, "ends \(notice.target)")
            }
            try await requireRefusal { _ = try await driver.receive(arrival) }
        }
    }

    static func requireRefusal(_ body: () async throws -> Void) async throws {
        do { try await body() } catch is LoginError { return }
        throw KitFailure("it was taken")
    }
}
