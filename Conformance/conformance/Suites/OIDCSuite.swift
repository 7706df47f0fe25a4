// SPDX-License-Identifier: Apache-2.0

import BrokerModel
import Foundation
import JOSE
import MockIdentityProviders

/// Every mistake that an OpenID provider can make, each in a full login over real sockets: browser, broker, provider.
///
/// Each fault has a connection of its own, so that nothing that one login fetched helps the next.
enum OIDCSuite {
    /// The connection of logins without a fault.
    private static let honest = "honest"

    static func run(_ options: SuiteOptions) async throws -> [CheckResult] {
        var settings = TestBroker.Options()
        settings.deadline = .seconds(3)
        let world = try await World.start(
            settings, connections: [honest] + OPFault.allCases.map(\.rawValue), slowness: .seconds(6))
        let results = await attempt {
            var results = [await login(without: world)]
            for fault in OPFault.allCases { results.append(await login(with: fault, in: world)) }
            return results + [await nothingWasLured(world)] + (try await leaks(world))
        }
        await world.stop()
        return try results.get()
    }

    // MARK: One login

    private static func login(without world: World) async -> CheckResult {
        await check("oidc", "no fault") {
            let before = try await world.broker.position()
            let (browser, _) = try await world.signedIn("honest@acme.example", connection: honest)
            try await succeeded(world, after: before, browser)
            return "session"
        }
    }

    private static func login(with fault: OPFault, in world: World) async -> CheckResult {
        await check("oidc", fault.rawValue, rule: fault.rule) {
            let tenant = try unwrap(world.op.tenant(World.tenant), "no tenant")
            tenant.setFault(fault)
            defer { tenant.setFault(nil) }
            let before = try await world.broker.position()
            let browser = world.browser()
            let trail = try await world.signIn(
                "\(fault.rawValue)@acme.example", connection: fault.rawValue, with: browser)
            guard let code = fault.expectedCode else {
                try await succeeded(world, after: before, browser)
                return "accepted: session"
            }
            return try await refused(trail, code: code, fault, world, after: before)
        }
    }

    private static func succeeded(_ world: World, after position: Int64, _ browser: Browser) async throws {
        let events = try await world.broker.records(
            after: position, kinds: [.loginSucceeded, .loginFailed, .loginDenied])
        try require(events.map(\.kind) == [.loginSucceeded], "audit: \(events.map(\.kind.rawValue))")
        let gate = try await GateClient(url: world.broker.gateURL)
            .check(DoorRequest(target: TestBroker.defaultPath), from: browser)
        try require(gate.status == 200, "the gate answered \(gate.status) to the new session")
    }

    private static func refused(
        _ trail: LoginTrail, code: String, _ fault: OPFault, _ world: World, after position: Int64
    ) async throws -> String {
        try require(trail.handle == nil && trail.token == nil, "a session was opened")
        let page = trail.last
        try require((400..<600).contains(page.status), "ended with \(page.status) at \(page.url.path())")
        let reference = try unwrap(page.reference, "the page shows no reference id")
        let events = try await world.broker.records(
            after: position, kinds: [.loginSucceeded, .loginFailed, .loginDenied])
        try require(events.count == 1, "audit: \(events.map(\.kind.rawValue))")
        let isDenial = fault == .errorAccessDenied
        try require(events[0].kind == (isDenial ? .loginDenied : .loginFailed), "audit: \(events[0].kind.rawValue)")
        let body = try JSONObject.parse(Array(events[0].body.utf8))
        let seen = body.string("code") ?? "-"
        try require(seen == code, "expected \(code), the audit log says \(seen): \(body.object("facts")?.text ?? "")")
        try require(page.errorCode == code, "expected \(code), the page says \(page.errorCode ?? "-")")
        try require(events[0].reference?.displayed == reference, "page and audit log name two references")
        return "\(page.status) \(code)"
    }

    // MARK: All of them

    private static func nothingWasLured(_ world: World) async -> CheckResult {
        await check("oidc", "no address from a token was fetched", rule: "M32") {
            let lured = world.op.tenant(World.tenant)?.counts["lure"] ?? 0
            try require(lured == 0, "\(lured) requests")
            return nil
        }
    }

    /// No code, token, client secret or session of the provider, and no session of ours, is anywhere that somebody reads.
    private static func leaks(_ world: World) async throws -> [CheckResult] {
        let places = [
            ("audit log", try await world.broker.records().map(\.body).joined(separator: "\n")),
            ("log lines", world.broker.log.text), ("answers to the browser", world.seen.text),
        ]
        let secrets = Set(world.op.issuedSecrets.map(\.value)).union(world.seen.secrets).filter { $0.count >= 8 }
        var results: [CheckResult] = []
        for (place, text) in places {
            results.append(
                await check("oidc", "no secret in: \(place)", rule: "M53") {
                    try require(!text.isEmpty && !secrets.isEmpty, "there is nothing to search")
                    let found = secrets.filter { text.contains($0) }
                    try require(found.isEmpty, "\(found.count) of \(secrets.count)")
                    return "\(secrets.count) secrets, \(text.utf8.count) octets"
                })
        }
        return results
    }
}
