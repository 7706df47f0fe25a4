// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import MockIdentityProviders
import XMLSecurity

/// What must be accepted (P1 to P10): a verifier that refuses everything is no verifier.
struct PositiveSAMLChecks: SAMLChecks {
    let world: SAMLWorld

    func run() async -> [CheckResult] {
        var results: [CheckResult] = []
        for profile in SAMLProfile.vendors {
            results.append(await accepts("as \(profile.name) writes", "P1", "vendor-\(profile.name)", profile))
        }
        for variant in Self.variants {
            results.append(await accepts(variant.name, variant.rule, SAMLSuite.plain, variant.profile))
        }
        results.append(await accepts("both signed, both required", "P1", "both", SAMLProfile("plain", signs: .both)))
        results.append(await accepts("AuthnRequest by POST", "P1", "posted", .plain))
        results.append(await accepts("AuthnRequest unsigned", "P1", "unsigned-requests", .plain))
        for variant in Self.weak {
            results.append(await accepts("dated exception: \(variant.name)", "M25", "weak", variant.profile))
        }
        results += await requirement()
        results += await clocks()
        return results + [await manyGroups(), await sameCustomer()]
    }

    // MARK: One login

    private struct Variant { var name: String, rule: String, profile: SAMLProfile }

    private static let variants: [Variant] = {
        var list: [Variant] = []
        for part in SAMLProfile.SignedPart.allCases {
            for algorithm in [SignatureAlgorithm.rsaSHA256, .rsaSHA384, .rsaSHA512, .ecdsaSHA256] {
                let name = "\(part.rawValue) signed with \(algorithm)"
                list.append(
                    Variant(name: name, rule: "P3", profile: SAMLProfile("plain", signs: part, algorithm: algorithm)))
            }
            let encrypted = SAMLProfile("plain", signs: part, encryption: .init(.aes256GCM))
            list.append(Variant(name: "\(part.rawValue) signed, encrypted", rule: "P7", profile: encrypted))
        }
        let ways: [(String, SAMLProfile.Encryption)] = [
            ("AES-128-GCM, OAEP with SHA-1", .init(.aes128GCM)),
            ("AES-256-GCM, OAEP with SHA-256 under the older URI", .init(.aes256GCM, digest: .sha256)),
            ("AES-256-GCM, OAEP of XML Encryption 1.1", .init(.aes256GCM, .oaep)),
            (
                "AES-256-GCM, OAEP with SHA-256 throughout",
                .init(.aes256GCM, .oaep, digest: .sha256, maskDigest: .sha256)
            ),
            ("AES-128-GCM, the key beside", .init(.aes128GCM, putsKeyBeside: true)),
        ]
        list += ways.map { Variant(name: $0.0, rule: "P7", profile: SAMLProfile("plain", encryption: $0.1)) }
        return list + [
            Variant(name: "no KeyInfo", rule: "P2", profile: SAMLProfile("plain", sendsCertificate: false)),
            Variant(name: "typed values", rule: "P3", profile: SAMLProfile("plain", typesValues: true)),
            Variant(
                name: "InclusiveNamespaces", rule: "P3",
                profile: SAMLProfile("plain", typesValues: true, keepsTypePrefix: true)),
            Variant(
                name: "InclusiveNamespaces in both signatures", rule: "P3",
                profile: SAMLProfile("plain", signs: .both, typesValues: true, keepsTypePrefix: true)),
            Variant(name: "fractional seconds", rule: "P5", profile: SAMLProfile("plain", writesFractions: true)),
            Variant(
                name: "two audiences", rule: "P6",
                profile: SAMLProfile("plain", secondAudience: "https://other.example")),
            Variant(
                name: "an address in the confirmation", rule: "P10", profile: SAMLProfile("plain", writesAddress: true)),
            Variant(
                name: "attributes that nobody asked for", rule: "P10",
                profile: SAMLProfile("plain", further: [(.init("urn:example:shoe-size", friendlyName: "email"), "42")])),
        ]
    }()

    private static let weak = [
        Variant(
            name: "AES-CBC", rule: "M25", profile: SAMLProfile("plain", signs: .response, encryption: .init(.aes256CBC))
        ),
        Variant(
            name: "RSA 1.5", rule: "M25",
            profile: SAMLProfile("plain", signs: .response, encryption: .init(.aes128GCM, .rsa15))),
        Variant(name: "RSA-SHA1", rule: "M8", profile: SAMLProfile("plain", algorithm: .rsaSHA1)),
    ]

    private func accepts(
        _ name: String, _ rule: String, _ connection: String, _ profile: SAMLProfile
    ) async -> CheckResult {
        await check(name, rule: rule) {
            try world.tenant().setProfile(profile)
            let (browser, _) = try await world.signedIn(address(name), connection: connection)
            try require(try await world.gate(browser) == 200, "the gate refused the new session")
            return "session"
        }
    }

    /// Each login has a person of its own.
    private func address(_ name: String) -> String {
        "p-\(Digests.sha256Hex(name).prefix(12))@acme.example"
    }

    private func requirement() async -> [CheckResult] {
        var results: [CheckResult] = []
        for part in [SAMLProfile.SignedPart.response, .assertion] {
            results.append(
                await check("\(part.rawValue) signed where both are required", rule: "M2") {
                    try world.tenant().setProfile(SAMLProfile("plain", signs: part))
                    let (before, browser) = (try await world.broker.position(), world.browser())
                    let trail = try await world.signIn(
                        "both-\(part.rawValue)@acme.example", connection: "both", with: browser)
                    try require(trail.handle == nil, "a session was opened")
                    let rule = try await world.refusals(after: before).last?.rule
                    try require(rule == "signature_requirement_not_met", "refused by \(rule ?? "nothing")")
                    return rule
                })
        }
        return results
    }

    /// The message is as old, or as young, as the skew lets it be.
    private func clocks() async -> [CheckResult] {
        var results: [CheckResult] = []
        for (name, seconds) in [("170 s behind", 470), ("170 s ahead", -170)] {
            results.append(
                await check("a clock that is \(name)", rule: "P5") {
                    let browser = world.browser()
                    let email = address(name)
                    let page = try await world.signInPage(for: email, connection: SAMLSuite.plain, with: browser)
                    // The confirmation ends after 300 seconds.
                    let isAhead = seconds < 0
                    let answer =
                        isAhead
                        ? try await world.broker.clock.later(by: .seconds(-seconds)) {
                            try await world.answer(for: email, on: page, with: browser)
                        } : try await world.answer(for: email, on: page, with: browser)
                    let trail = try await world.broker.clock.later(by: .seconds(isAhead ? 0 : seconds)) {
                        try await world.deliver(answer, with: browser)
                    }
                    try require(trail.handle != nil, "no session: \(trail.last.errorCode ?? "")")
                    return "session"
                })
        }
        return results
    }

    /// P4: two hundred groups, entities in values.
    private func manyGroups() async -> CheckResult {
        await check("200 groups, markup in values", rule: "P4") {
            let groups = (1...200).map { "Group <\($0)> & \"friends\"" }
            var profile = SAMLProfile.plain
            profile.further = groups.map { (profile.groups, $0) }
            try world.tenant().setProfile(profile)
            _ = try await world.signedIn(address("groups"), connection: SAMLSuite.plain)
            return "session"
        }
    }

    /// The same NameID is the same customer.
    private func sameCustomer() async -> CheckResult {
        await check("the second login is the same customer", rule: "P1") {
            let first = try await subject(address("again"))
            let second = try await subject(address("again"))
            try require(first == second, "two customers")
            return "one customer"
        }
    }

    private func subject(_ email: String) async throws -> String {
        let (_, trail) = try await world.signedIn(email, connection: SAMLSuite.plain)
        let payload = try CompactJWS.parse(try unwrap(trail.token, "no token")).unverifiedPayload
        return try unwrap(try JSONObject.parse(payload).string("sub"), "no sub")
    }
}
