// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import Foundation
import MockServiceManagement

/// One front with everything behind it: requests go in at one end, and both ends are looked at.
struct FrontDoor: Sendable {
    let behind: FrontWorld
    let running: RunningFront

    /// Sends a request as it is, and sees what became of it at both ends.
    func send(_ request: RawRequest, as person: FrontPerson? = nil) async throws -> FrontSight {
        var request = request
        if let person { request.headers.append(("Cookie", person.cookies)) }
        return try await send(octets: request.octets(host: running.addresses.host))
    }

    /// Sends octets that no client would.
    func send(octets: [UInt8], patience: Duration = .seconds(10)) async throws -> FrontSight {
        let before = behind.portal.ledger.stats
        let answer = try await RawSocket.exchange(
            octets, port: running.addresses.front, patience: patience, until: RawAnswer.isComplete)
        let after = behind.portal.ledger.stats
        let reached = behind.portal.ledger.requests.suffix(min(256, after.total - before.total))
        return FrontSight(
            answer: RawAnswer(answer), reached: Array(reached),
            tickets: Array(after.tickets.dropFirst(before.tickets.count)), signUps: after.signups - before.signups,
            portals: after.portals.filter { $0.value > before.portals[$0.key] ?? 0 }.compactMap { Int($0.key) },
            publicURL: running.addresses.issuer, mode: running.front.mode)
    }

    /// `GET` of a page.
    func open(_ target: String, as person: FrontPerson? = nil) async throws -> FrontSight {
        try await send(RawRequest("GET", target), as: person)
    }

    /// What a program asks.
    func call(
        _ method: String = "GET", _ target: String, json: String? = nil, headers: [(String, String)] = [],
        as person: FrontPerson? = nil
    ) async throws -> FrontSight {
        let type = json == nil ? [] : [("Content-Type", "application/json"), ("X-Atlassian-Token", "no-check")]
        return try await send(
            RawRequest(
                method, target, headers: type + headers, accept: RawRequest.json, body: Array((json ?? "").utf8)),
            as: person)
    }

    /// What a form sends.
    func post(_ target: String, form: String, as person: FrontPerson? = nil) async throws -> FrontSight {
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("X-Atlassian-Token", "no-check")]
        return try await send(RawRequest("POST", target, headers: headers, body: Array(form.utf8)), as: person)
    }
}

/// What became of one request, at both ends.
struct FrontSight: Sendable {
    /// What the client got.
    let answer: RawAnswer
    /// What the portal received.
    let reached: [ReceivedRequest]
    /// What was raised there.
    let tickets: [Ticket]
    let signUps: Int
    /// The portals that were named there, by path or body.
    let portals: [Int]
    let publicURL: String
    /// How the front enforces the session.
    var mode = FrontMode.gate

    /// Both ends in a few words.
    var description: String {
        let arrived = reached.isEmpty ? "nothing" : reached.map(\.target).joined(separator: ", ")
        return "the client got \(answer.status), the portal \(arrived)"
    }

    /// What it comes to; nil where the two ends do not agree.
    var verdict: DoorExpectation.Verdict? {
        guard reached.isEmpty else {
            // The portal's own 404 is an answer like any other.
            let isOurs = [0, 401, 403, 500, 502, 503, 504].contains(answer.status)
            return reached.count == 1 && !isOurs ? .pass : nil
        }
        switch answer.status {
        case 401: return .noSession
        case 302, 303: return isSentToLogin ? .noSession : nil
        // No such site, no such page of the broker, or a request that is none.
        case 400, 404, 405, 421: return .badRequest
        case 403: return .forbidden
        case 500, 502, 503, 504: return .unavailable
        default: return nil
        }
    }

    /// Whether the browser is sent to the sign-in of the configured host; where a front asks nobody, to where the broker
    /// looks for a live session first, or by what the broker said when it had looked.
    var isSentToLogin: Bool {
        let place = answer.value("Location")
        return place.hasPrefix("\(publicURL)/start?")
            || mode == .local && Self.localPlaces.contains { place.hasPrefix($0) }
    }

    private static let localPlaces = ["/vestibule/renew?rd=%2F", "/vestibule/start?rd=/", "/vestibule/start?rd=%2F"]

    /// It passed, once, and the target is what was sent.
    @discardableResult
    func passed(_ target: String? = nil) throws -> ReceivedRequest {
        try require(verdict == .pass, description)
        let request = try unwrap(reached.first, description)
        if let target { try require(request.target == target, "the portal was asked for \(request.target)") }
        return request
    }

    /// It passed with the target that was sent; a semicolon of a query may have become an escape.
    func passed(sameAs target: String) throws {
        let arrived = try passed().target
        try require(
            arrived.replacingOccurrences(of: "%3B", with: ";") == target, "the portal was asked for \(arrived)")
    }

    /// It did not pass, in one of these ways.
    func refused(_ verdicts: DoorExpectation.Verdict...) throws {
        try require(reached.isEmpty && tickets.isEmpty && signUps == 0, description)
        let verdict = try unwrap(verdict, "\(description), which is no verdict")
        try require(verdicts.contains(verdict), description)
    }

    /// The portal was told who it is: the full set, each once, in no other spelling.
    func isSaid(to be: FrontPerson) throws {
        let request = try passed()
        let users = request.laxValues("X-Vestibule-User")
        try require(users == [be.id], "X-Vestibule-User is \(users)")
        for name in BrokerEngine.IdentityHeaders.names {
            let count = request.laxValues(name).count
            // The signed header is the broker's to make, and a front that asks nobody has none.
            let expected = mode == .local && name == "X-Vestibule-Identity" ? 0 : 1
            try require(count == expected, "\(name) is there \(count) times")
        }
    }

    /// The portal was told of nobody.
    func isSaidToBeNobody() throws {
        let request = try passed()
        for name in BrokerEngine.IdentityHeaders.names {
            let values = request.laxValues(name).filter { !$0.isEmpty }
            try require(values.isEmpty, "\(name) is \(values)")
        }
    }
}
