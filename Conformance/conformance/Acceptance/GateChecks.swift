// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import MockServiceManagement

/// Gate and spam prevention, S1 to S4 and S8.
enum GateChecks {
    /// S1.
    static let noSession: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let before = world.portal.ledger.stats.total
        let target = "/servicedesk/customer/portal/3?q=a%20b"
        let page = try await world.front.send(DoorRequest(target: target), from: world.world.browser())
        try require(page.status == 302 || page.status == 303, "a page was answered \(page.status)")
        let location = page.values("Location").first ?? ""
        try require(
            location
                == "\(world.broker.origin)/vestibule/start?rd=\(Browser.encoded(target).replacingOccurrences(of: "%2F", with: "/"))",
            "the login does not keep the deep link: \(location)")
        for request in [
            DoorRequest(target: "/rest/servicedeskapi/request"),
            DoorRequest(target: target, accept: "application/json"),
        ] {
            let call = try await world.front.send(request, from: world.world.browser())
            try require(call.status == 401, "\(request.target) was answered \(call.status)")
            try require(
                call.values("Content-Type").first?.hasPrefix("application/json") == true
                    && (try? JSONObject.parse(Array(call.body.utf8))) != nil, "the 401 is not JSON")
        }
        let arrived = world.portal.ledger.stats.total - before
        try require(arrived == 0, "\(arrived) requests reached the portal")
        return "302 with the deep link, 401 JSON, nothing upstream"
    }

    /// S2.
    ///
    /// With a session the same request opens a ticket, so that the check can fail.
    static let noAnonymousTicket: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let before = world.portal.ledger.tickets.count
        let page = try await world.front.send(AcceptanceWorld.ticket, from: world.world.browser())
        try require(page.status == 401, "was answered \(page.status)")
        try require(world.portal.ledger.tickets.count == before, "a ticket was opened")
        let (browser, _) = try await world.signedIn("s2@acme.example")
        let allowed = try await world.front.send(AcceptanceWorld.ticket, from: browser)
        try require(
            world.portal.ledger.tickets.count == before + 1, "no ticket with a session either: \(allowed.status)")
        return "401 without a session, a ticket with one"
    }

    /// S3.
    static let badSessions: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let (browser, trail) = try await world.signedIn("s3@acme.example")
        let token = try unwrap(trail.token, "no token")
        let key = try unwrap(world.broker.engine.live.keys.signingKey(.session), "no key")
        func status(_ token: String) async throws -> Int {
            let stranger = world.world.browser()
            stranger.jar.set(World.cookies.token, token, host: TestBroker.host)
            return try await world.status(stranger)
        }
        try require(try await status(token) == 200, "the good token is refused")
        for hostile in HostileSessionToken.all {
            let seen = try await status(try hostile.make(HostileTokens(token), key.publicKey))
            try require(seen == 401, "\(hostile.name): \(seen)")
        }
        for (claim, value) in [
            ("aud", JSONValue.string("other")), ("iss", "https://evil.example"), ("token_use", "identity"),
        ] {
            var claims = try JSONObject.parse(try CompactJWS.parse(token).unverifiedPayload)
            claims[claim] = value
            let seen = try await status(try key.issue(claims: claims))
            try require(seen == 401, "an honestly signed token with another \(claim): \(seen)")
        }
        let expired = try await world.broker.clock.later(by: .seconds(660)) { try await status(token) }
        try require(expired == 401, "an expired token: \(expired)")
        _ = try await world.broker.engine.sessions.end(
            .session(try SessionLookup.id(of: token)), reason: .signedOut, actor: .customer)
        let replayed = try await status(token)
        try require(replayed == 401, "a token after the logout: \(replayed)")
        try require(try await world.status(browser) == 401, "a handle after the logout")
        return "\(HostileSessionToken.all.count + 5) kinds of bad session, all 401"
    }

    /// S4.
    static let clientIdentityHeaders: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let (browser, _) = try await world.signedIn("s4@acme.example")
        let customer = try unwrap(
            try await world.broker.engine.customers.find("s4@acme.example"), "no customer"
        ).customer.id.rawValue
        for name in spellings {
            for headers in [[(name, "admin")], [(name, "admin"), (name, "root")]] {
                world.portal.ledger.reset()
                let request = DoorRequest(target: TestBroker.defaultPath, headers: headers)
                _ = try await world.front.send(request, from: world.world.browser())
                try require(world.portal.ledger.stats.total == 0, "\(name) alone opened the gate")
                _ = try await world.front.send(request, from: browser)
                let arrived = try unwrap(world.portal.ledger.requests.first, "nothing reached the portal")
                let users = arrived.laxValues("X-Vestibule-User")
                try require(users == [customer], "\(name): the portal saw \(users)")
                let others = arrived.headers.filter { $0.value == "admin" || $0.value == "root" }
                try require(others.isEmpty, "\(name) reached the portal as \(others.map(\.name))")
            }
        }
        return "\(spellings.count) spellings, once and twice"
    }

    private static let spellings = BrokerEngine.IdentityHeaders.names.flatMap {
        [$0, $0.lowercased(), $0.uppercased(), $0.replacingOccurrences(of: "-", with: "_")]
    }

    /// S8.
    ///
    /// The same corpus with a session does open tickets.
    static let botCorpus: @Sendable (AcceptanceWorld) async throws -> String = { world in
        world.portal.ledger.reset()
        let corpus = BotCorpus.requests
        let bot = world.world.browser()
        for request in corpus {
            let page = try await world.front.send(request, from: bot)
            try require(
                !(200..<300).contains(page.status), "\(request.method) \(request.target) was answered \(page.status)")
        }
        let stats = world.portal.ledger.stats
        try require(stats.total == 0, "\(stats.total) requests reached the portal")
        let (browser, _) = try await world.signedIn("s8@acme.example")
        _ = try await world.front.send(AcceptanceWorld.ticket, from: browser)
        try require(world.portal.ledger.tickets.count == 1, "no ticket with a session either")
        return "\(corpus.count) bot requests, 0 tickets, 0 reached the portal"
    }
}

/// What a token says of its session.
enum SessionLookup {
    static func id(of token: String) throws -> SessionID {
        let claims = try JSONObject.parse(try CompactJWS.parse(token).unverifiedPayload)
        return SessionID(rawValue: try unwrap(claims.string("sid"), "no sid"))
    }
}
