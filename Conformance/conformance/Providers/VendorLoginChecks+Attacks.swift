// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import MockIdentityProviders

extension VendorLoginChecks {
    /// What a vendor's mock does once, and the code that page and audit log must name; nil is a session.
    struct Attack: Sendable {
        var vendor: String
        var fault: VendorFault
        var code: String?
        /// Its number in the list of conformance cases.
        var number: String?

        init(_ vendor: String, _ fault: VendorFault, _ code: String?, _ number: String? = nil) {
            (self.vendor, self.fault, self.code, self.number) = (vendor, fault, code, number)
        }
    }

    private static let all: [Attack] = [
        Attack("google", .hdForeign, "not_admitted", "20"), Attack("google", .hdAbsent, "not_admitted", "20"),
        Attack("entra", .tidNotListed, "issuer_mismatch", "15"),
        Attack("entra", .domainOwnerUnverified, "email_unverified", "16"),
        Attack("azure-b2c", .otherPolicy, "issuer_mismatch", "18"),
        Attack("cognito", .accessTokenAsIDToken, "audience_mismatch", "19"),
        Attack("cognito", .emailVerifiedFalseText, "email_unverified"),
        Attack("cognito", .emailVerifiedTrueText, nil),
        Attack("okta", .emailVerifiedTrueText, "email_unverified"),
        Attack("okta", .emailVerifiedFalseText, "email_unverified"),
        Attack("okta", .accessTokenAsIDToken, "audience_mismatch"),
        Attack("jumpcloud", .audOther, "audience_mismatch", "21"), Attack("jumpcloud", .audAbsent, "audience_mismatch"),
        Attack("keycloak", .audListWithoutAzp, "audience_mismatch", "14"), Attack("keycloak", .audList, nil),
        Attack("keycloak", .kidOddOctets, nil), Attack("keycloak", .keyRolled, nil, "7"),
        Attack("keycloak", .authTimeFloat, nil), Attack("pingone", .emailOnlyInUserInfo, nil),
    ]

    /// Every attack in a whole login of its own.
    func attacks() async -> [CheckResult] {
        var results: [CheckResult] = []
        for attack in Self.all {
            let name = "\(attack.vendor) \(attack.fault.rawValue)"
            results.append(
                await conformance.check(ProvidersSuite.group, name, rule: attack.number) { try await run(attack) })
        }
        return results
    }

    private func run(_ attack: Attack) async throws -> String {
        let vendor = try unwrap(world.vendors.vendor(attack.vendor), "no vendor")
        vendor.setVendorFault(attack.fault)
        defer { vendor.setVendorFault(nil) }
        // Keys are fetched again once a minute at most.
        world.broker.clock.advance(by: .seconds(120))
        let before = try await world.broker.position()
        let trail = try await world.signIn(try world.person(attack.vendor).email, with: world.browser())
        let events = try await world.broker.records(
            after: before, kinds: [.loginSucceeded, .loginFailed, .loginDenied])
        guard let code = attack.code else {
            try require(trail.handle != nil, "no session: \(events.map(\.body))")
            return "accepted: session"
        }
        try require(trail.handle == nil && trail.token == nil, "a session was opened")
        try require(trail.last.errorCode == code, "the page says \(trail.last.errorCode ?? "-"): \(events.map(\.body))")
        let body = try JSONObject.parse(Array(try unwrap(events.last, "nothing in the audit log").body.utf8))
        try require(body.string("code") == code, "the audit log says \(body.string("code") ?? "-")")
        return "\(trail.last.status) \(code)"
    }

    // MARK: Groups that cannot be looked up

    /// Overage with Graph in every state: a session, and groups that are whole, or said not to be.
    func lostGroups() async -> CheckResult {
        await conformance.check(ProvidersSuite.group, "entra overage with Graph 401, 500 and 3 pages", rule: "17") {
            let vendor = try unwrap(world.vendors.vendor("entra"), "no vendor")
            // Somebody of many groups that were never known whole: those would be kept.
            let people = world.vendors.sampleConnections.first { $0.name == "entra" }?.people ?? []
            let email = try unwrap(people.first { $0.userName == "gina" }, "no gina").email
            defer { vendor.setAPIFault(nil) }
            var seen: [String] = []
            for (fault, wanted) in [
                (APIFault.unauthorized, GroupSet.Completeness.failed), (.failing, .failed), (.secondPageFails, .failed),
                (.threePages, .complete),
            ] {
                vendor.setVendorFault(.overage)
                vendor.setAPIFault(fault)
                let trail = try await world.signIn(email, with: world.browser())
                try require(trail.handle != nil, "\(fault.rawValue): \(trail.last.errorCode ?? "no session")")
                let customer = try unwrap(try await world.broker.engine.customers.find(email), "no customer").customer
                // What could not be looked up keeps what was known, and says that it is not whole.
                try require(
                    customer.groups.completeness == wanted,
                    "\(fault.rawValue): groups are \(customer.groups.completeness.rawValue)")
                seen.append("\(fault.rawValue) \(wanted.rawValue)")
            }
            return seen.joined(separator: ", ")
        }
    }

    /// Nothing that a vendor gave away is anywhere that somebody reads.
    func leaks() async -> CheckResult {
        await conformance.check(ProvidersSuite.group, "no token, code or secret in log or audit log", rule: "M53") {
            let text = try await world.broker.records().map(\.body).joined(separator: "\n") + world.broker.log.text
            let issued = world.vendors.provider.issuedSecrets.map(\.value) + world.vendors.sampleSecrets.values
            let secrets = Set(issued).filter { $0.count >= 8 }
            try require(!secrets.isEmpty && !text.isEmpty, "there is nothing to search")
            let found = secrets.filter { text.contains($0) }
            try require(found.isEmpty, "\(found.count) of \(secrets.count)")
            return "\(secrets.count) secrets, \(text.utf8.count) octets"
        }
    }
}
