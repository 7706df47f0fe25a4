// SPDX-License-Identifier: Apache-2.0

import BrokerModel
import Foundation
import MockIdentityProviders
import Synchronization

/// Every fault in a full login: no session, one page for all, the exact rule in the audit log, nothing dialled out.
final class RefusedSAMLChecks: SAMLChecks {
    let world: SAMLWorld
    /// Every page that refused a message, without its reference.
    private let pages = Mutex<[String: Set<String>]>([:])

    init(world: SAMLWorld) { self.world = world }

    func run() async -> [CheckResult] {
        // Two messages that stay pending or past: for what is replayed or mixed up.
        _ = try? await world.signedIn("before@acme.example", connection: SAMLSuite.plain)
        var results: [CheckResult] = []
        for fault in SAMLFault.allCases { results.append(await refuses(fault)) }
        return results + [await onePage(), await nothingWasLured()]
    }

    private func refuses(_ fault: SAMLFault) async -> CheckResult {
        await check(fault.rawValue, rule: fault.rule) {
            let before = try await world.broker.position()
            let browser = world.browser()
            if fault == .otherRequest { try await leaveARequestBehind() }
            try world.tenant().setFault(fault)
            let answer = try await world.answer(
                for: "\(fault.rawValue.replacing(".", with: "-"))@acme.example", connection: SAMLSuite.plain,
                with: browser)
            let started = ContinuousClock.now
            let trail = try await world.deliver(answer, with: browser)
            let spent = ContinuousClock.now - started
            try require(trail.handle == nil && trail.token == nil, "a session was opened")
            try require(try await world.gate(browser) != 200, "the gate let the browser in")
            let refusal = try await theRefusal(after: before)
            try require(
                refusal.matches(fault.expectation),
                "expected \(fault.expectation), the audit log says \(refusal.code) \(refusal.rule ?? "-"): \(refusal.detail ?? "")"
            )
            try require(spent < .seconds(1), "it took \(spent)")
            try look(at: trail.last, refusal, fault)
            return "\(trail.last.status) \(refusal.rule ?? refusal.code)"
        }
    }

    /// Another browser asks and does not come back.
    private func leaveARequestBehind() async throws {
        let other = world.browser()
        _ = try await world.answer(for: "other@acme.example", connection: SAMLSuite.plain, with: other)
    }

    private func theRefusal(after position: Int64) async throws -> AuditedRefusal {
        let refusals = try await world.refusals(after: position)
        try require(try await world.successes(after: position) == 0, "the audit log says that it succeeded")
        try require(refusals.count == 1, "the audit log has \(refusals.count) refusals")
        return refusals[0]
    }

    private func look(at page: Page, _ refusal: AuditedRefusal, _ fault: SAMLFault) throws {
        try require((400..<600).contains(page.status), "ended with \(page.status) at \(page.url.path())")
        let reference = try unwrap(page.reference, "the page shows no reference id")
        try require(refusal.reference == reference, "page and audit log name two references")
        try require(page.errorCode == refusal.code, "the page says \(page.errorCode ?? "-")")
        guard refusal.code == "message_refused" else { return }
        let text = page.body.replacing(reference, with: "REFERENCE")
        pages.withLock { _ = $0[text, default: []].insert(fault.rawValue) }
    }

    // MARK: All of them

    /// What tells two refusals apart tells an attacker how far a message got.
    private func onePage() async -> CheckResult {
        await check("one page for every refused message", rule: "M53") {
            let seen = pages.withLock { $0 }
            let others = seen.values.sorted { $0.count > $1.count }.dropFirst().flatMap { $0 }
            try require(seen.count == 1, "\(seen.count) pages; other ones: \(others.sorted().prefix(5))")
            return "\(seen.values.first?.count ?? 0) refusals"
        }
    }

    private func nothingWasLured() async -> CheckResult {
        await check("no address from a message was fetched", rule: "M10") {
            let lured = try world.tenant().counts["lure"] ?? 0
            try require(lured == 0, "\(lured) requests")
            return nil
        }
    }
}
