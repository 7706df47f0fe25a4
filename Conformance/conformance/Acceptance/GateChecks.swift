// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import Foundation
import FrontConformance
import JOSE
import MockServiceManagement

/// Gate and spam prevention, S1 to S4 and S8, in every dialect and in-path.
enum GateChecks {
    typealias Check = @Sendable (AcceptanceWorld) async throws -> String

    static let ways = GateWay.allCases.map(\.rawValue).joined(separator: ", ")

    /// S1.
    static let noSession: Check = { world in
        let target = "/servicedesk/customer/portal/3?q=a%20b"
        let start = "\(world.broker.origin)/vestibule/start?rd=/servicedesk/customer/portal/3%3Fq%3Da%2520b"
        for door in world.doors {
            let page = try await door.send(RawRequest("GET", target))
            try page.refused(.noSession)
            try require(page.isSentToLogin, "\(door.way): \(page.answer.status)")
            let location = page.answer.value("Location")
            try require(location == start, "\(door.way) does not keep the deep link: \(location)")
            for called in ["/rest/servicedeskapi/request", target] {
                let call = try await door.send(RawRequest("GET", called, accept: RawRequest.json))
                try call.refused(.noSession)
                let object = try? JSONObject.parse(Array(call.answer.body.utf8))
                try require(
                    call.answer.status == 401 && object?.string("error") == "sign_in_required",
                    "\(door.way), \(called): \(call.answer.status) \(call.answer.value("Content-Type"))")
            }
        }
        return "302 with the deep link, 401 JSON, nothing upstream: \(ways)"
    }

    /// S2.
    ///
    /// With a session the same requests open tickets, so that the check can fail.
    static let noAnonymousTicket: Check = { world in
        let person = try await world.person("s2@acme.example")
        for door in world.doors {
            for request in [AcceptanceWorld.ticket, AcceptanceWorld.ticketCall] {
                let refused = try await door.send(request)
                try refused.refused(.noSession)
                try require(refused.answer.status == 401, "\(door.way): \(refused.answer.status)")
                let allowed = try await door.send(request, as: person)
                try require(
                    allowed.tickets.map(\.reporter) == [person.id],
                    "\(door.way): no ticket with a session either: \(allowed.description)")
            }
        }
        return "401 without a session, a ticket with one, by form and by API: \(ways)"
    }

    /// S3.
    static let badSessions: Check = { world in
        let person = try await world.person("s3@acme.example")
        let key = try unwrap(world.broker.engine.live.keys.signingKey(.session), "no key")
        let tokens = try badTokens(person.token, key)
        func send(_ cookies: String, _ door: GateDoor) async throws -> FrontSight {
            try await door.send(RawRequest("GET", TestBroker.defaultPath, headers: [("Cookie", cookies)]))
        }
        let cookie = "\(World.cookies.token)=\(person.token)"
        for door in world.doors {
            try await send(cookie, door).passed()
            for (name, token) in tokens {
                let sight = try await send("\(World.cookies.token)=\(token)", door)
                do { try sight.refused(.noSession) } catch { throw Unmet("\(door.way), \(name): \(error)") }
            }
            try await world.broker.clock.later(by: .seconds(660)) {
                try await send(cookie, door).refused(.noSession)
            }
        }
        _ = try await world.broker.engine.sessions.end(
            .session(try SessionLookup.id(of: person.token)), reason: .signedOut, actor: .customer)
        for door in world.doors {
            for replayed in [cookie, person.cookies] { try await send(replayed, door).refused(.noSession) }
        }
        return "\(tokens.count + 3) kinds of bad session, none is one: \(ways)"
    }

    private static func badTokens(_ token: String, _ key: SigningKey) throws -> [(name: String, token: String)] {
        let hostile = try HostileSessionToken.all.map { ($0.name, try $0.make(HostileTokens(token), key.publicKey)) }
        let claims = [("aud", "other"), ("iss", "https://evil.example"), ("token_use", "identity")]
        let foreign = try claims.map { claim, value in
            var claims = try JSONObject.parse(try CompactJWS.parse(token).unverifiedPayload)
            claims[claim] = .string(value)
            return ("honestly signed, another \(claim)", try key.issue(claims: claims))
        }
        return hostile + foreign
    }

    /// S4.
    static let clientIdentityHeaders: Check = { world in
        let person = try await world.person("s4@acme.example")
        for door in world.doors {
            for name in spellings {
                for headers in [[(name, "admin")], [(name, "admin"), (name, "root")]] {
                    let request = RawRequest("GET", TestBroker.defaultPath, headers: headers)
                    try await door.send(request).refused(.noSession, .badRequest)
                    let sight = try await door.send(request, as: person)
                    try sight.isSaid(to: person)
                    let others = sight.reached.flatMap(\.headers).filter { ["admin", "root"].contains($0.value) }
                    try require(others.isEmpty, "\(door.way): \(name) arrived as \(others.map(\.name))")
                }
            }
        }
        return "\(spellings.count) spellings, once and twice: \(ways)"
    }

    private static let spellings = BrokerEngine.IdentityHeaders.names.flatMap { name in
        [name, name.lowercased(), name.uppercased(), name.replacing("-", with: "_")]
            + [name.replacing("-", with: "_", maxReplacements: 1)]
    }

    /// S8.
    ///
    /// The same corpus with a session does open tickets.
    static let botCorpus: Check = { world in
        world.portal.ledger.reset()
        let corpus = AnonymousCorpus(portals: AccessSite.names).requests(10_000)
        try await world.with(AccessSite.open) {
            // All of it in-path, where nothing is between; of each dialect every fourth, so that they have it all, too.
            try await send(corpus, through: world.door(.inPath))
            for (index, door) in world.doors.filter({ $0.way != .inPath }).enumerated() {
                try await send(stride(from: index, to: corpus.count, by: 4).map { corpus[$0] }, through: door)
            }
            let stats = world.portal.ledger.stats
            try require(stats.total == 0, "\(stats.total) requests reached the portal: \(stats.counts)")
            let person = try await world.person("s8@acme.example")
            for door in world.doors {
                try require(
                    try await door.send(AcceptanceWorld.ticket, as: person).tickets.count == 1,
                    "\(door.way): no ticket with a session either")
            }
        }
        return "\(corpus.count) bot requests in-path and \(corpus.count) over the dialects: 0 tickets, 0 accounts, "
            + "0 reached the portal"
    }

    private static func send(_ forms: [PortalForm], through door: GateDoor) async throws {
        let wrong = try await door.answers(to: forms).filter { (200..<300).contains($0.answer.status) }
        try require(wrong.isEmpty, "\(door.way): \(wrong.count) were answered 2xx: \(wrong.prefix(3).map(\.form.name))")
    }
}

extension GateDoor {
    /// What each of many requests is answered, eight at a time.
    func answers(
        to forms: [PortalForm], as person: FrontPerson? = nil
    ) async throws -> [(form: PortalForm, answer: RawAnswer)] {
        let lanes = 8
        return try await withThrowingTaskGroup(of: [(form: PortalForm, answer: RawAnswer)].self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    var answers: [(form: PortalForm, answer: RawAnswer)] = []
                    for index in stride(from: lane, to: forms.count, by: lanes) {
                        answers.append(
                            (forms[index], try await self.answer(to: RawRequest(forms[index]), as: person)))
                    }
                    return answers
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}

extension RawRequest {
    /// A request of a corpus.
    fileprivate init(_ form: PortalForm) {
        self.init(
            form.method, form.target, headers: form.headers.map { ($0.name, $0.value) },
            accept: form.headers.contains { $0.name == "Accept" } ? nil : RawRequest.json,
            body: Array((form.body ?? "").utf8))
    }
}

/// What a token says of its session.
enum SessionLookup {
    static func id(of token: String) throws -> SessionID {
        let claims = try JSONObject.parse(try CompactJWS.parse(token).unverifiedPayload)
        return SessionID(rawValue: try unwrap(claims.string("sid"), "no sid"))
    }
}
