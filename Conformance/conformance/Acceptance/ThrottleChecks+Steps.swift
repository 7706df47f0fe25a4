// SPDX-License-Identifier: Apache-2.0

import BrokerModel
import Foundation

/// What the checks of limits do and look at.
extension ThrottleChecks {
    /// Types sixty addresses, each in a browser and login of its own, half of a known domain.
    static func drain(_ world: World, from network: (Int) -> String) async throws {
        for number in 0..<60 {
            let domain = number.isMultiple(of: 2) ? "acme.example" : "unknown\(number).example"
            try await passes(Visitor(world, from: network(number)), typing: "p\(number)@\(domain)")
        }
    }

    static func passes(_ visitor: Visitor, typing email: String = known) async throws {
        let page = try await visitor.type(email, at: visitor.begin())
        try require(page.status == 303, "\(email) from \(visitor.forwarded) was answered \(page.status)")
    }

    static func isRefused(_ visitor: Visitor, typing email: String = known) async throws {
        let page = try await visitor.type(email, at: visitor.begin())
        try require(isLimit(page), "\(email) from \(visitor.forwarded) was answered \(page.status)")
    }

    /// Known and unknown domains get one answer but for the reference.
    static func refusesAlike(_ world: World) async throws {
        var shapes: Set<String> = []
        for email in [known, "somebody@globex.example", unknown] {
            let visitor = Visitor(world, from: "203.0.113.9")
            let login = try await visitor.begin()
            let page = try await visitor.type(email, at: login)
            try require(isLimit(page), "\(email) was answered \(page.status) over the limit")
            shapes.insert(shape(of: page, login))
        }
        try require(shapes.count == 1, "the refusal tells domains apart: \(shapes.count) answers")
    }

    static func isLimit(_ page: Page) -> Bool { page.status == 429 && page.errorCode == "rate_limited" }

    /// All of an answer but for its reference and its login.
    static func shape(of page: Page, _ login: URL) -> String {
        let headers = page.headers.filter { !["Date", "Set-Cookie"].contains($0.name) }
            .map { "\($0.name): \($0.value)" }
        let cookies = page.values("Set-Cookie").map { $0.prefix { $0 != "=" } }
        return "\(page.status)\n\(headers.joined(separator: "\n"))\n\(cookies)\n\(page.body)"
            .replacing(login.lastPathComponent, with: "LOGIN")
            .replacing(page.reference ?? "-", with: "REFERENCE")
    }

    /// The log names the rule at once, as soon as its writer has run.
    static func isRecorded(_ rule: String, in world: World) async throws {
        for _ in 0..<200 {
            let records = try await world.broker.records(kinds: [.loginThrottled])
            if records.contains(where: { $0.body.contains("\"\(rule)\"") }) { return }
            await Task.yield()
        }
        throw Unmet("no login.throttled names \(rule)")
    }
}
