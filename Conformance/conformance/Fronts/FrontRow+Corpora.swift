// SPDX-License-Identifier: Apache-2.0

import Foundation
import FrontConformance
import MockServiceManagement

extension FrontRow {
    /// Requests by the thousand.
    ///
    /// All of them in-path, where nothing is between, and everywhere with `VESTIBULE_FULL`; else an even thousand.
    static let corpora: [FrontRow] = [
        .init("every form that names portal 7 is refused", needs: [.portalRules, .bodies]) { door in
            let forms = some(of: namingSeven, at: door)
            let before = door.behind.portal.ledger.stats
            try await send(forms, as: door.behind.alice, at: door) { answer in
                answer.status == 403 ? nil : "\(answer.status)"
            }
            let after = door.behind.portal.ledger.stats
            try require(after.total == before.total, "\(after.total - before.total) reached the portal")
        },
        .init("every form that names portal 3 passes", needs: [.portalRules, .bodies]) { door in
            let forms = some(of: namingThree, at: door)
            let before = door.behind.portal.ledger.stats.total
            try await send(forms, as: door.behind.alice, at: door) { answer in
                // The portal's own 400 has no reference of ours.
                let isOurs = [0, 401, 403, 413, 502, 503, 504].contains(answer.status)
                return isOurs || answer.body.contains(#""reference""#) ? "\(answer.status)" : nil
            }
            let reached = door.behind.portal.ledger.stats.total - before
            try require(reached == forms.count, "\(reached) of \(forms.count) reached the portal")
        },
        .init("bots open nothing: no ticket, no account", "M40") { door in
            let requests = AnonymousCorpus(portals: [three, seven]).requests(isFull(door) ? 10_000 : 1000)
            let before = door.behind.portal.ledger.stats
            try await send(requests, as: nil, at: door) { _ in nil }
            let after = door.behind.portal.ledger.stats
            // A public path is public for bots as well.
            let opened = after.counts.filter { kind, count in
                !["GET static", "HEAD static"].contains(kind) && count > before.counts[kind] ?? 0
            }
            try require(opened.isEmpty, "reached the portal: \(opened.keys.sorted())")
            try require(
                after.tickets.count == before.tickets.count && after.signups == before.signups,
                "\(after.tickets.count - before.tickets.count) tickets, \(after.signups - before.signups) accounts")
        },
    ]

    private static let three = PortalNames(portal: 3, serviceDesk: 3, project: "SUP", requestTypes: [25, 26])
    private static let seven = PortalNames(portal: 7, serviceDesk: 7, project: "SEC", requestTypes: [71])

    /// Made once, and before the broker runs: it would miss its looks at the store meanwhile.
    static let namingThree = PortalForms(naming: three, beside: three).all
    static let namingSeven = PortalForms(naming: seven, beside: three).all

    private static func some(of forms: [PortalForm], at door: FrontDoor) -> [PortalForm] {
        let front = door.running.front
        let all = forms.filter { form in
            (!form.isBodyNeeded || !front.lacks.contains(.formBodies) || isJudgedInPath(form.target))
                && (!form.target.contains(";") || !front.lacks.contains(.rawSemicolons))
        }
        guard !isFull(door), all.count > 1000 else { return all }
        return (0..<1000).map { all[$0 * all.count / 1000] }
    }

    private static func isFull(_ door: FrontDoor) -> Bool {
        door.running.front.mode == .inPath || ProcessInfo.processInfo.environment["VESTIBULE_FULL"] != nil
    }

    /// The addresses whose body names the portal; shipped configurations show them to the broker.
    private static func isJudgedInPath(_ target: String) -> Bool {
        let path = target.prefix { $0 != "?" }
        return [
            "/rest/servicedesk/1/customer/models", "/rest/servicedeskapi/request",
            "/rest/servicedeskapi/request/validate",
        ].contains(String(path))
    }

    /// Sends requests, eight at a time; an answer that `wrong` has a word for fails the row.
    private static func send(
        _ forms: [PortalForm], as person: FrontPerson?, at door: FrontDoor,
        wrong: @escaping @Sendable (RawAnswer) -> String?
    ) async throws {
        let lanes = 8
        let found = try await withThrowingTaskGroup(of: [String].self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    var found: [String] = []
                    for index in stride(from: lane, to: forms.count, by: lanes) {
                        let form = forms[index]
                        let answer = try await door.ask(RawRequest(form), as: person)
                        if let word = wrong(answer) { found.append("\(form.method) \(form.name): \(word)") }
                    }
                    return found
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        try require(found.isEmpty, "\(found.count) of \(forms.count): \(found.prefix(3).joined(separator: "; "))")
    }
}

extension RawRequest {
    /// A request of the corpus.
    fileprivate init(_ form: PortalForm) {
        self.init(
            form.method, form.target, headers: form.headers.map { ($0.name, $0.value) },
            accept: form.headers.contains { $0.name == "Accept" } ? nil : RawRequest.json,
            body: Array((form.body ?? "").utf8))
    }
}

extension FrontDoor {
    /// What the client gets, whatever the portal does; many may ask at once.
    func ask(_ request: RawRequest, as person: FrontPerson?) async throws -> RawAnswer {
        var request = request
        if let person { request.headers.append(("Cookie", person.cookies)) }
        return RawAnswer(
            try await RawSocket.exchange(
                request.octets(host: running.addresses.host), port: running.addresses.front, until: RawAnswer.isComplete
            ))
    }
}
