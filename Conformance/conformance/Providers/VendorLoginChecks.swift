// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerModel
import ConformanceKit
import Foundation
import JOSE
import MockIdentityProviders

/// Whole logins of every kind in one running broker: browser, broker, and the vendor's mock over HTTP.
struct VendorLoginChecks: Sendable {
    let world: VendorLoginWorld

    static func run() async throws -> [CheckResult] {
        let world = try await VendorLoginWorld.start()
        let checks = VendorLoginChecks(world: world)
        let results = await attempt {
            let (logins, shape) = await checks.everyKindAtOnce()
            return logins + [shape] + (await checks.attacks()) + (await checks.signOutReturns())
                + [await checks.lostGroups(), await checks.picker(), await checks.leaks()]
        }
        await world.stop()
        return try results.get()
    }

    private func check(_ name: String, rule: String? = nil, _ body: () async throws -> String?) async -> CheckResult {
        await conformance.check(ProvidersSuite.group, name, rule: rule, body)
    }

    // MARK: All at once

    /// A browser for each connection, all signing in at the same time, each led by the domain of what was typed.
    private func everyKindAtOnce() async -> ([CheckResult], CheckResult) {
        let ends = await withTaskGroup(of: (Int, Result<LoginTrail, any Error>).self) { group in
            for (index, person) in world.people.enumerated() {
                group.addTask { (index, await attempt { try await signedIn(person) }) }
            }
            return await group.reduce(into: [Int: Result<LoginTrail, any Error>]()) { $0[$1.0] = $1.1 }
        }
        var results: [CheckResult] = []
        for (index, person) in world.people.enumerated() {
            results.append(
                await check("login \(person.name) (\(person.kind))", rule: "S10") {
                    _ = try unwrap(ends[index], "no end").get()
                    return "by its domain, \(world.people.count) browsers at once"
                })
        }
        let trails = ends.values.compactMap { try? $0.get() }
        return (results, await check("one shape of session", rule: "S11") { try shape(of: trails) })
    }

    private func signedIn(_ person: VendorLoginWorld.Person) async throws -> LoginTrail {
        let browser = world.browser()
        let trail = try await world.signIn(person.email, with: browser)
        if trail.handle == nil || trail.token == nil { throw Unmet(try await ending(trail)) }
        let gate = try await world.gate(browser)
        try require(gate.status == 200, "the gate answered \(gate.status)")
        try require(
            gate.values("X-Vestibule-Email").first == person.email,
            "the gate says \(gate.values("X-Vestibule-Email").first ?? "nobody")")
        try require(
            gate.values("X-Vestibule-Organization").first == person.name,
            "the organization is \(gate.values("X-Vestibule-Organization").first ?? "none")")
        return trail
    }

    private func shape(of trails: [LoginTrail]) throws -> String {
        let optional: Set = ["acr", "amr", "name", "groups_incomplete"]
        let shapes = try trails.map { trail in
            let token = try CompactJWS.parse(try unwrap(trail.token, "no token"))
            return Set(try JSONObject.parse(token.unverifiedPayload).keys).subtracting(optional)
        }
        try require(Set(shapes).count == 1, "\(Set(shapes).count) shapes: \(Set(shapes).map { $0.sorted() })")
        return "\(trails.count) sessions, the claims \(shapes.first?.sorted().joined(separator: " ") ?? "")"
    }

    /// Where a login ended that has no session.
    private func ending(_ trail: LoginTrail) async throws -> String {
        let last = try await world.broker.records(kinds: [.loginFailed, .loginDenied]).last
        return "ended with \(trail.last.errorCode ?? "\(trail.last.status)") at \(trail.last.url.host() ?? "")"
            + "\(trail.last.url.path()): \(last?.body ?? "")"
    }

    // MARK: Two connections of one domain

    private func picker() async -> CheckResult {
        await check("a second connection on one domain brings the picker, and the choice is remembered", rule: "S13") {
            let person = try world.person("okta")
            try await world.broker.apply(
                organizations: [], connections: [world.connection(person, named: "okta-second")])
            let browser = world.browser()
            let picker = try await offered(person.email, browser)
            try require(picker == ["okta", "okta-second"], "the picker offers \(picker)")
            let trail = try await pick("okta", person.email, browser)
            if trail.handle == nil { throw Unmet(try await ending(trail)) }
            let again = try await offered(person.email, browser)
            try require(again.first == "okta", "the last choice is not first: \(again)")
            return "\(picker.count) offered, the last choice first"
        }
    }

    private func offered(_ email: String, _ browser: Browser) async throws -> [String] {
        let page = try await pickerPage(email, browser)
        return page.body.matches(of: /name="connection"\s+value="([^"]+)"/).map { String($0.1) }
    }

    private func pickerPage(_ email: String, _ browser: Browser) async throws -> Page {
        let start = try await browser.open(
            "\(world.broker.origin)/vestibule/start?prompt=login&rd=\(Browser.encoded(VendorLoginWorld.target))")
        let login = try unwrap(start.location, "the start was answered \(start.status)")
        let answer = try await browser.post(
            login.absoluteString, form: [("transaction", login.lastPathComponent), ("email", email)])
        return try await browser.open(
            try unwrap(answer.location, "the address was answered \(answer.status)").absoluteString)
    }

    private func pick(_ connection: String, _ email: String, _ browser: Browser) async throws -> LoginTrail {
        let picker = try await pickerPage(email, browser)
        let handle = picker.url.deletingLastPathComponent().lastPathComponent
        let page = try await browser.post(
            "\(world.broker.origin)/vestibule/login/\(handle)",
            form: [("transaction", handle), ("connection", connection)])
        return try await world.walk(page, as: email, with: browser)
    }
}
