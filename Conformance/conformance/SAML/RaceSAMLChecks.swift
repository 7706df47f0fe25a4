// SPDX-License-Identifier: Apache-2.0

import BrokerModel
import Foundation
import MockIdentityProviders

/// A hundred posts of one Response make one session (M29).
struct RaceSAMLChecks: SAMLChecks {
    private static let posts = 100

    let world: SAMLWorld

    func run() async -> [CheckResult] { [await solicited(), await unsolicited()] }

    private func solicited() async -> CheckResult {
        await check("a hundred posts of one Response", rule: "M29") {
            let browser = world.browser()
            let answer = try await world.answer(for: "race@acme.example", connection: SAMLSuite.plain, with: browser)
            let form = try unwrap(HTMLForm(answer), "no form")
            let before = try await world.broker.position()
            let statuses = try await post(form, browsers: (0..<Self.posts).map { _ in browser })
            let successes = try await world.successes(after: before)
            try require(successes == 1, "\(successes) sessions; statuses \(Set(statuses).sorted())")
            return "1 session, \(statuses.count { $0 >= 400 }) refused"
        }
    }

    /// The same for a message that nobody asked for: of a hundred browsers one is asked.
    private func unsolicited() async -> CheckResult {
        await check("a hundred posts of one unsolicited Response", rule: "M29") {
            let sp = Browser.encoded("\(world.callback("accept"))/metadata")
            let page = try await world.browser().open(
                "\(world.idp.base(SAMLWorld.tenant))/start-login?user=race2@acme.example&sp=\(sp)")
            let form = try unwrap(HTMLForm(page), "no form")
            let before = try await world.broker.position()
            let statuses = try await post(form, browsers: (0..<Self.posts).map { _ in world.browser() })
            let offers = try await world.broker.records(after: before, kinds: [.loginOffered]).count
            try require(offers == 1, "\(offers) offers; statuses \(Set(statuses).sorted())")
            return "1 offer, \(statuses.count { $0 >= 400 }) refused"
        }
    }

    private func post(_ form: HTMLForm, browsers: [Browser]) async throws -> [Int] {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for browser in browsers { group.addTask { try await browser.submit(form).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
