// SPDX-License-Identifier: Apache-2.0

import Broker
import JOSE
import MockIdentityProviders
import Testing

@Suite(.serialized) struct LoginTests {
    /// A login, and what has to come of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let vendor: String
        let fault: String
        /// The error's code or the denial's reason; nil where the login succeeds.
        let refusal: String?

        init(_ vendor: String, _ fault: String, _ refusal: String?) {
            self.vendor = vendor
            self.fault = fault
            self.refusal = refusal
        }

        var testDescription: String { "\(vendor): \(fault)" }
    }

    @Test(arguments: OPProfile.vendors.map(\.name))
    func `each vendor's own module signs its people in`(vendor: String) async throws {
        try await World.with(vendor) { world in
            let identity = try await world.identity()
            #expect(identity.email?.address.description == "alice@\(world.connection.domain)")
            #expect(identity.email?.evidence != Email.Evidence.none)
            #expect(identity.displayName == (vendor == "adfs" ? #"ACME\alice"# : "Alice Archer"))
            #expect(identity.oneTime.count == 1)
            #expect(identity.groups.completeness == (vendor.hasPrefix("azure") ? .unsupported : .complete))
            let bob = try await world.identity("bob")
            #expect(bob.subject != identity.subject)
            #expect(bob.groups.values != identity.groups.values || vendor.hasPrefix("azure"))
        }
    }

    static let cases = [
        Case("google", "hd-foreign", "not_admitted"), Case("google", "hd-absent", "not_admitted"),
        Case("google", "vendor-aud-other", "audience_mismatch"), Case("google", "kid-odd-octets", nil),
        Case("cognito", "access-token-as-id-token", "audience_mismatch"), Case("cognito", "key-rolled", nil),
        Case("cognito", "aud-absent", "audience_mismatch"),
        Case("keycloak", "access-token-as-id-token", "audience_mismatch"),
        Case("keycloak", "email-only-in-userinfo", nil), Case("keycloak-legacy", "aud-list", nil),
        Case("keycloak-legacy", "aud-list-without-azp", "audience_mismatch"),
        Case("azure-b2c", "other-policy", "issuer_mismatch"), Case("azure-b2c", "auth-time-float", nil),
        Case("azure-b2c-tfp", "other-policy", "issuer_mismatch"),
        Case("azure-b2c-tfp", "vendor-aud-other", "audience_mismatch"),
        Case("entra", "tid-not-listed", "issuer_mismatch"),
        Case("entra", "access-token-as-id-token", "issuer_mismatch"),
        Case("okta", "access-token-as-id-token", "audience_mismatch"), Case("okta", "alg-none", "signature_invalid"),
        Case("okta-custom", "nonce-wrong", "nonce_mismatch"), Case("okta-custom", "kid-odd-octets", nil),
        Case("auth0", "iss-missing", "issuer_mismatch"), Case("auth0", "exp-past", "time_invalid"),
        Case("onelogin", "email-only-in-userinfo", nil), Case("onelogin", "wrong-key", "signature_invalid"),
        Case("jumpcloud", "vendor-aud-other", "audience_mismatch"), Case("jumpcloud", "sub-missing", "subject_invalid"),
        Case("pingone", "key-rolled", nil), Case("pingone", "nonce-missing", "nonce_mismatch"),
        Case("adfs", "access-token-as-id-token", "issuer_mismatch"), Case("adfs", "state-wrong", "state_mismatch"),
        Case("github", "code-replayed", "upstream_error"), Case("github", "state-wrong", "state_mismatch"),
        Case("oauth2", "code-replayed", "upstream_error"), Case("oauth2", "error-access-denied", "upstream_denied"),
    ]

    @Test(arguments: cases)
    func `a vendor's oddity has the outcome that the protocol and the module's settings give it`(
        row: Case
    ) async throws {
        try await World.with(row.vendor) { world in
            let refusal = try await world.refusal(fault: row.fault)
            #expect(refusal == row.refusal)
        }
    }

    @Test(arguments: [("email-verified-true-text", Email.Evidence.idpVerified), ("email-verified-false-text", .none)])
    func `Cognito's truth in texts speaks for an address, and its untruth does not`(
        fault: String, evidence: Email.Evidence
    ) async throws {
        try await World.with("cognito") { world in
            let seen1 = try await world.identity(fault: fault).email?.evidence
            #expect(seen1 == evidence)
        }
    }

    @Test(arguments: ["email-verified-true-text", "email-verified-false-text"])
    func `nobody else may write truth as a text`(fault: String) async throws {
        try await World.with("auth0") { world in
            let seen2 = try await world.identity(fault: fault).email?.evidence
            #expect(seen2 == Email.Evidence.none)
        }
    }

    @Test func `of Entra ID's many tenants, each listed one signs in at one address with an issuer of its own`()
        async throws
    {
        let first = try await issuersOfBoth()
        #expect(Set(first).count == 2)
    }

    @Test func `a person who is disabled cannot sign in`() async throws {
        try await World.with("keycloak") { world in
            try world.vendor.setDisabled(true, user: "alice")
            await #expect(throws: Browser.Problem.self) { try await world.login() }
            try world.vendor.setDisabled(false, user: "alice")
            _ = try await world.identity()
        }
    }

    private func issuersOfBoth() async throws -> [String] {
        let ids = OPProfile.entra.people.compactMap { $0.extra.string("tid") }
        var issuers: [String] = []
        try await World.with("entra") { world in issuers.append(try await world.identity().subject.issuer) }
        let tenants = [String(issuers[0].split(separator: "/")[2])] + ids
        try await World.with("entra", adding: ["tenants": .array(tenants.map { .string($0) })]) { world in
            issuers = [
                try await world.identity("alice").subject.issuer, try await world.identity("eve").subject.issuer,
            ]
        }
        return issuers
    }

    @Test func `somebody of a tenant that is not listed is not let in by an address that all tenants share`()
        async throws
    {
        let other = "00000000-0000-4000-8000-000000000001"
        let listed = try await issuersOfBoth().map { String($0.split(separator: "/")[2]) }
        try await World.with("entra", adding: ["tenants": .array([.string(listed[0]), .string(other)])]) { world in
            let seen3 = try await world.refusal("eve", fault: "")
            #expect(seen3 == "not_admitted")
        }
    }
}
