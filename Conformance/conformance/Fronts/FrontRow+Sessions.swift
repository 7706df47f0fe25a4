// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import MockServiceManagement

extension FrontRow {
    /// With and without a session.
    static let sessions: [FrontRow] = [
        .init("a page without a session: 302, the deep link kept", "M40", needs: [.brokerAnswers]) { door in
            let target = "/servicedesk/customer/portal/3?q=a%20b&x=%2F"
            let sight = try await door.open(target)
            try sight.refused(.noSession)
            let place = URLComponents(string: sight.answer.value("Location"))?.queryItems?.first { $0.name == "rd" }?
                .value
            try require(
                sight.isSentToLogin && place == target, "\(sight.answer.status), rd is \(place ?? "absent")")
        },
        .init("a call without a session: 401, JSON", "M40", needs: [.brokerAnswers]) { door in
            let sight = try await door.call("GET", "/rest/servicedeskapi/info")
            try sight.refused(.noSession)
            let object = try? JSONObject.parse(Array(sight.answer.body.utf8))
            try require(
                sight.answer.status == 401 && object?.string("error") == "sign_in_required",
                "\(sight.answer.status) \(sight.answer.value("Content-Type"))")
        },
        .init("a form without a session: 401, never sent on", "M40") { door in
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                let sight = try await door.send(
                    RawRequest(
                        method, "/servicedesk/customer/portal/3/create/25",
                        headers: [
                            ("Content-Type", "application/x-www-form-urlencoded"), ("X-Atlassian-Token", "no-check"),
                        ], body: Array("summary=Buy+now".utf8)))
                try sight.refused(.noSession, .badRequest)
                try require(!(300..<400).contains(sight.answer.status), "\(method): \(sight.answer.status)")
            }
        },
        .init("a large form without a session: a page, not a reset", needs: [.brokerAnswers]) { door in
            let form = "summary=\(String(repeating: "x", count: 300_000))"
            let sight = try await door.post("/servicedesk/customer/portal/3/create/25", form: form)
            try sight.refused(.noSession)
            try require(sight.answer.value("Content-Type").hasPrefix("text/html"), "no page")
        },
        .init("HEAD without a session is told like GET", needs: [.brokerAnswers]) { door in
            let sight = try await door.send(RawRequest("HEAD", TestBroker.defaultPath))
            try require(sight.reached.isEmpty && sight.isSentToLogin, sight.description)
        },
        .init("methods that nobody uses open nothing") { door in
            for method in ["OPTIONS", "PROPFIND", "FOO", "TRACE"] {
                let sight = try await door.send(RawRequest(method, TestBroker.defaultPath, accept: RawRequest.json))
                try require(sight.reached.isEmpty && sight.answer.status >= 400, "\(method): \(sight.description)")
            }
        },
        .init("a session: 200, who it is, once", "M43") { door in
            try await door.open(TestBroker.defaultPath, as: door.behind.alice).isSaid(to: door.behind.alice)
        },
        .init("a session: a large form arrives whole") { door in
            let text = String(repeating: "x", count: 200_000)
            let sight = try await door.post(
                "/servicedesk/customer/portal/3/create/25", form: "summary=Help&description=\(text)",
                as: door.behind.alice)
            try require(
                sight.tickets.count == 1 && sight.tickets.first?.description.utf8.count == text.utf8.count
                    && sight.tickets.first?.reporter == door.behind.alice.id,
                "\(sight.description), \(sight.tickets.count) tickets")
        },
        .init("a session: a large attachment arrives") { door in
            let target = "/rest/servicedeskapi/servicedesk/3/attachTemporaryFile"
            let sight = try await door.send(
                RawRequest(
                    "POST", target, headers: [("X-Atlassian-Token", "no-check")], accept: RawRequest.json,
                    body: [UInt8](repeating: 0x78, count: 2 << 20)), as: door.behind.alice)
            try sight.passed(target)
        },
        .init("an expired token with a live handle: renewed within the request", "M44", needs: [.renewal]) { door in
            try await door.behind.broker.clock.later(by: .seconds(660)) {
                let sight = try await door.open("/servicedesk/customer/portal/3/create/25", as: door.behind.alice)
                try sight.isSaid(to: door.behind.alice)
                let set = sight.answer.values("Set-Cookie")
                try require(
                    set.count { $0.hasPrefix("\(World.cookies.token)=ey") } == 1
                        && set.contains { $0.hasPrefix("atlassian.xsrf.token=") },
                    "the browser got \(set.map { $0.prefix { $0 != "=" } })")
            }
        },
        .init("a session that ended is refused at once", "M46", needs: [.revocation]) { door in
            let person = try await FrontPerson.signIn("leaver@acme.example", by: "acme", in: door.behind.world)
            try await door.open(TestBroker.defaultPath, as: person).passed()
            _ = try await door.behind.broker.engine.sessions.end(
                .session(try SessionLookup.id(of: person.token)), reason: .revoked, actor: .system)
            try await door.open(TestBroker.defaultPath, as: person).refused(.noSession)
        },
        .init("cookies replayed after the sign-out", "M46", needs: [.revocation]) { door in
            let person = try await FrontPerson.signIn("replay@acme.example", by: "acme", in: door.behind.world)
            _ = try await door.behind.broker.engine.sessions.end(
                .session(try SessionLookup.id(of: person.token)), reason: .signedOut, actor: .customer)
            for cookie in [person.cookies, "\(World.cookies.token)=\(person.token)"] {
                try await door.send(RawRequest("GET", TestBroker.defaultPath, headers: [("Cookie", cookie)]))
                    .refused(.noSession)
            }
        },
    ]

    /// Tokens that open nothing.
    static let tokens: [FrontRow] =
        HostileSessionToken.all.map { hostile in
            .init("token: \(hostile.name)", hostile.rule) { door in
                let key = try unwrap(door.behind.broker.engine.live.keys.signingKey(.session), "no key")
                try await refuses(try hostile.make(HostileTokens(door.behind.alice.token), key.publicKey), door)
            }
        }
        + [("aud", "other", "M34"), ("iss", "https://evil.example", "M34"), ("token_use", "identity", "M64")].map {
            claim, value, rule in
            .init("token: honestly signed, another \(claim)", rule) { door in
                let key = try unwrap(door.behind.broker.engine.live.keys.signingKey(.session), "no key")
                var claims = try JSONObject.parse(try CompactJWS.parse(door.behind.alice.token).unverifiedPayload)
                claims[claim] = .string(value)
                try await refuses(try key.issue(claims: claims), door)
            }
        } + [
            .init("token: expired, without a handle", "M35") { door in
                let key = try unwrap(door.behind.broker.engine.live.keys.signingKey(.session), "no key")
                var claims = try JSONObject.parse(try CompactJWS.parse(door.behind.alice.token).unverifiedPayload)
                for (claim, ago) in [("iat", 4200), ("exp", 3600)] {
                    claims[claim] = .integer(Int64(Date().timeIntervalSince1970) - Int64(ago))
                }
                try await refuses(try key.issue(claims: claims), door)
            }
        ]

    private static func refuses(_ token: String, _ door: FrontDoor) async throws {
        let headers = [("Cookie", "\(World.cookies.token)=\(token)")]
        try await door.send(RawRequest("GET", TestBroker.defaultPath, headers: headers)).refused(.noSession)
    }
}
