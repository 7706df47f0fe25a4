// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import Foundation
import MockIdentityProviders

/// Routing and choice: S12 and S13.
extension SignOnChecks {
    /// S12.
    static let routing: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let straight = try await typed("carol@globex.example", in: world)
        try require(
            straight.location?.absoluteString.hasPrefix(world.world.op.issuer("globex")) == true,
            "globex.example led to \(straight.location?.absoluteString ?? "\(straight.status)")")
        let (several, page) = try await picker("s12@acme.example", in: world)
        try require(several == [AcceptanceWorld.contractor, AcceptanceWorld.staff], "acme.example offers \(several)")
        try require(page.status == 200, "the picker was answered \(page.status)")
        let (unknown, _) = try await picker("somebody@unknown.example", in: world)
        try require(unknown == ["globex"], "an unknown domain is offered \(unknown)")
        let rival = Organization(
            id: "rival", name: "Rival", domains: [EmailDomain("acme.example")].compactMap { $0 })
        let result = await attempt { try await world.broker.apply(organizations: [rival], connections: []) }
        guard case .failure(let error as SettingsError) = result else {
            throw Unmet("two organizations own acme.example")
        }
        try require(
            error.problems.contains { $0.text.contains("acme.example") }, "the refusal does not name the domain")
        try await discoverySaysNothing(in: world)
        return "one goes straight, two bring the picker, unknown the chooser, a second owner is refused; uniform and "
            + "link-only tell nothing"
    }

    /// Under the two silent ways of discovery, a known and an unknown domain get the same answer.
    private static func discoverySaysNothing(in world: AcceptanceWorld) async throws {
        for (discovery, path) in [(Discovery.uniform, "/vestibule/continue/"), (.linkOnly, "/vestibule/login/")] {
            var options = TestBroker.Options()
            options.discovery = discovery
            try await world.broker.apply(options, organizations: [], connections: [])
            let answers = await attempt {
                [
                    try await typed("s12@acme.example", in: world), try await typed("carol@globex.example", in: world),
                    try await typed("somebody@unknown.example", in: world),
                ]
            }
            try await world.broker.apply(organizations: [], connections: [])
            for page in try answers.get() {
                let seen = "\(page.status) \(page.location?.path() ?? "-")"
                try require(
                    page.status == 303 && page.location?.path().hasPrefix(path) == true,
                    "\(discovery.rawValue): \(seen)")
            }
            let shapes = try answers.get().map { "\($0.status) \($0.headers.map(\.name)) \($0.body.utf8.count)" }
            try require(Set(shapes).count == 1, "\(discovery.rawValue) tells domains apart: \(Set(shapes))")
        }
    }

    /// S13.
    static let choice: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let browser = world.world.browser()
        let first = try await picked(AcceptanceWorld.contractor, "s13@acme.example", browser, in: world)
        try require(first.handle != nil, "the pick ended with \(first.last.errorCode ?? "\(first.last.status)")")
        let remembered = browser.jar.value(World.cookies.choice, host: TestBroker.host)
        try require(remembered == AcceptanceWorld.contractor, "remembered is \(remembered ?? "nothing")")
        let (offered, _) = try await picker("s13@acme.example", browser, in: world)
        try require(offered.first == AcceptanceWorld.contractor, "the last choice is not offered first: \(offered)")
        let changed = try await picked(AcceptanceWorld.staff, "s13-b@acme.example", browser, in: world)
        try require(changed.handle != nil, "the choice cannot be changed")
        try require(
            browser.jar.value(World.cookies.choice, host: TestBroker.host) == AcceptanceWorld.staff,
            "the new choice is not remembered")
        let wide = try await picked("globex", "s13-c@acme.example", world.world.browser(), in: world)
        try require(wide.handle == nil, "a choice widened what the domain permits")
        try require(
            wide.last.errorCode == "connection_disabled", "ended with \(wide.last.errorCode ?? "\(wide.last.status)")")
        return "picked, remembered, changed, and not widened"
    }

    // MARK: As a person does it

    /// Types an e-mail on the first page and says what comes of it.
    private static func typed(
        _ email: String, _ browser: Browser? = nil, in world: AcceptanceWorld
    ) async throws -> Page {
        let browser = browser ?? world.world.browser()
        let start = try await browser.open("\(world.broker.origin)/vestibule/start?prompt=login")
        let login = try unwrap(start.location, "the start was answered \(start.status)")
        return try await browser.post(
            login.absoluteString, form: [("transaction", login.lastPathComponent), ("email", email)])
    }

    /// The connections that the picker offers, in its order.
    private static func picker(
        _ email: String, _ browser: Browser? = nil, in world: AcceptanceWorld
    ) async throws -> (offered: [String], page: Page) {
        let browser = browser ?? world.world.browser()
        let answer = try await typed(email, browser, in: world)
        let page = try await browser.open(
            try unwrap(answer.location, "\(email) was answered \(answer.status)").absoluteString)
        let names = page.body.matches(of: /name="connection"\s+value="([^"]+)"/).map { String($0.1) }
        return (names, page)
    }

    /// Types, picks, and signs in at the IdP.
    private static func picked(
        _ connection: String, _ email: String, _ browser: Browser, in world: AcceptanceWorld
    ) async throws -> LoginTrail {
        let answer = try await typed(email, browser, in: world)
        let picker = try unwrap(answer.location, "\(email) was answered \(answer.status)")
        let handle = picker.deletingLastPathComponent().lastPathComponent
        let pick = try await browser.post(
            "\(world.broker.origin)/vestibule/login/\(handle)",
            form: [("transaction", handle), ("connection", connection)])
        return try await world.world.walk(pick, with: browser)
    }
}
