// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerModel
import Foundation
import MockIdentityProviders

/// Where the IdP's keys come from: rollover without a restart, one look for an unknown key, the last good state kept (M27,
/// P6, P12).
struct TrustSAMLChecks: SAMLChecks {
    let world: SAMLWorld

    func run() async -> [CheckResult] {
        var results = [await firstLogin("tls"), await firstLogin("pinned"), await unknownKeyOnce(), await rollover()]
        for (step, fault) in SAMLMetadataFault.allCases.enumerated() {
            results.append(await fault.needsSignature ? refusesPinned(fault) : staysGood(fault, from: 4 + 2 * step))
        }
        return results + [await anotherEntityIDRefused()]
    }

    private var tenant: SAMLTenantState { get throws { try world.tenant(SAMLWorld.rolling) } }
    private func fetches() throws -> Int { try tenant.counts["metadata"] ?? 0 }

    /// Publishes metadata that every kind of trust takes.
    private func publish(
        _ keys: SAMLMetadataSwitches.Keys = .active, isSigned: Bool = true, _ fault: SAMLMetadataFault? = nil
    ) throws {
        try tenant.setMetadata(.init(keys: keys, isSigned: isSigned, fault: fault))
    }

    /// What was fetched is too old after each step; the clock of these checks only ever goes forward.
    private func at<Value>(_ step: Int, _ body: () async throws -> Value) async throws -> Value {
        try await world.broker.clock.later(by: .seconds(7200 * step), body)
    }

    private func firstLogin(_ connection: String) async -> CheckResult {
        await check("trust: \(connection)", rule: "P9") {
            try publish()
            _ = try await world.signedIn("\(connection)@acme.example", connection: connection)
            return "session"
        }
    }

    /// Twenty messages under a stranger's key are one look at the metadata.
    private func unknownKeyOnce() async -> CheckResult {
        await check("twenty unknown keys are one look at the metadata", rule: "P12") {
            try publish()
            // Whatever was fetched before is older than the pause between two looks, and not too old.
            return try await world.broker.clock.later(by: .seconds(120)) {
                let before = try fetches()
                for number in 1...20 {
                    try tenant.setFault(.keyInfoStranger)
                    let trail = try await world.signIn(
                        "stranger-\(number)@acme.example", connection: "tls", with: world.browser())
                    try require(trail.handle == nil, "a session was opened")
                }
                let looks = try fetches() - before
                try require(looks == 1, "\(looks) fetches")
                return "1 fetch"
            }
        }
    }

    /// Old and new together, then only the new one, then one that nobody announced: and nobody restarted anything.
    private func rollover() async -> CheckResult {
        await check("certificate rollover", rule: "P12") {
            try await at(1) {
                try publish(.activeAndNext)
                _ = try await world.signedIn("roll-1@acme.example", connection: "tls")
                try tenant.rotateKey()
                _ = try await world.signedIn("roll-2@acme.example", connection: "tls")
            }
            try await at(2) {
                try publish()
                _ = try await world.signedIn("roll-3@acme.example", connection: "tls")
            }
            return try await world.broker.clock.later(by: .seconds(7200 * 2 + 120)) {
                let before = try fetches()
                try tenant.rotateKey()
                _ = try await world.signedIn("roll-4@acme.example", connection: "tls")
                let looks = try fetches() - before
                try require(looks == 1, "\(looks) fetches for the key that nobody announced")
                return "old and new, new alone, and 1 fetch for a key that nobody announced"
            }
        }
    }

    /// Broken metadata changes nothing; the operator reads why.
    private func staysGood(_ fault: SAMLMetadataFault, from step: Int) async -> CheckResult {
        await check("metadata \(fault.rawValue)", rule: fault.rule) {
            try publish()
            try await at(step) {
                _ = try await world.signedIn("good-\(fault.rawValue)@acme.example", connection: "tls")
            }
            try publish(.active, fault)
            return try await at(step + 1) {
                let before = try fetches()
                _ = try await world.signedIn("after-\(fault.rawValue)@acme.example", connection: "tls")
                let lured = try tenant.counts["lure"] ?? 0
                try require(try fetches() > before, "the broken metadata was never fetched")
                try require(lured == 0, "a redirect was followed")
                return "the last good one stays"
            }
        }
    }

    /// A fresh connection that has no last good state: nobody is sent anywhere.
    private func refusesPinned(_ fault: SAMLMetadataFault) async -> CheckResult {
        await check("metadata \(fault.rawValue)", rule: fault.rule) {
            let name = "pinned-\(fault.rawValue)"
            try publish(.active, fault)
            let settings: [String: SettingsValue] = [
                "trust": .string("pinned-signature"),
                "metadataURL": .string("\(world.idp.base(SAMLWorld.rolling))/metadata"),
                "metadataCertificate": .string(try tenant.certificatePEM()),
            ]
            let wanted = SAMLWorld.Wanted(name, tenant: SAMLWorld.rolling, settings)
            try await world.broker.apply(organizations: [], connections: [try world.connection(wanted)])
            let before = try await world.broker.position()
            let page = try await world.signInPage(for: "p@acme.example", connection: name, with: world.browser())
            try require(page.url.host() == TestBroker.host && page.status >= 400, "the browser was sent to the IdP")
            return try await world.lastRefusal(after: before)
        }
    }

    private func anotherEntityIDRefused() async -> CheckResult {
        await check("a connection whose metadata names another IdP does not load", rule: "M27") {
            var wanted = SAMLWorld.Wanted("misnamed")
            wanted.settings["entityID"] = .string("https://idp.invalid/saml")
            do {
                try await world.broker.apply(organizations: [], connections: [try world.connection(wanted)])
            } catch {
                return String("\(error)".prefix(120))
            }
            throw Unmet("it was taken")
        }
    }
}

extension SAMLMetadataFault {
    /// Whether only a signature shows it.
    fileprivate var needsSignature: Bool { self == .strangerSignature || self == .tampered }
}
