import Broker
import Foundation

extension ProviderRule {
    /// What follows a login: refresh, logout, lint, trust.
    public static let sessionRules: [ProviderRule] = [
        refreshRule("session.refresh-same", "access that goes on is the same, with the session kept", .same) {
            outcome in
            guard case .same(let session) = outcome else { throw KitFailure("the answer is \(words(outcome))") }
            try require(!session.handle.isEmpty, "what is needed for the next refresh is lost")
        },
        refreshRule("session.refresh-updated", "a new statement about the person arrives", .updated) { outcome in
            guard case .updated(let identity) = outcome else { throw KitFailure("the answer is \(words(outcome))") }
            try require(identity.upstream?.handle.isEmpty == false, "what is needed for the next refresh is lost")
        },
        refreshRule("session.refresh-revoked", "access that was taken away ends the session", .revoked) { outcome in
            guard case .revoked = outcome else { throw KitFailure("the answer is \(words(outcome))") }
        },
        refreshRule("session.refresh-later", "an IdP that is down ends no session", .down) { outcome in
            guard case .retryLater = outcome else { throw KitFailure("the answer is \(words(outcome))") }
        },
        ProviderRule(
            "session.logout", "signing out at the IdP carries exactly our return address and state",
            clause: "RP-Initiated Logout 1.0 section 2; SAML Profiles 4.4",
            fix: "send LogoutRequest.returnURL octet for octet, and LogoutRequest.state", notApplicable: logoutElsewhere
        ) { row in try await logout(row) },
        ProviderRule(
            "session.logout-down", "an IdP that is down does not keep anybody from signing out here",
            clause: "SPI, UpstreamLogout", fix: "answer .notConfigured, or throw upstreamUnavailable",
            notApplicable: { $0.abilities.contains(.upstreamLogout) ? nil : "nobody is signed out at the IdP" }
        ) { row in
            let driver = try LoginDriver(row)
            let identity = try await driver.login().identity()
            driver.bench.transport.isDown = true
            do throws(LoginError) {
                _ = try await driver.logout(identity)
            } catch {
                try require(error.code == .upstreamUnavailable, "the code is \(error.code)")
            }
        },
        ProviderRule(
            "session.logout-received", "a logout message of the IdP names the session or the person, and is taken once",
            clause: "OpenID Connect Back-Channel Logout 2.6; SAML Core 3.7",
            fix: "verify it as a token, then read sid and sub",
            notApplicable: receives
        ) { row in
            let (driver, arrival) = try await logoutMessage(row, nil)
            let notice = try unwrap(try await driver.receive(arrival), "the module receives none")
            try require(!notice.oneTime.isEmpty, "nothing keeps it from being replayed")
        },
        ProviderRule(
            "session.logout-forged", "a logout message with anything wrong is refused",
            clause: "OpenID Connect Back-Channel Logout 2.6", fix: "make every check of the clause",
            notApplicable: receives
        ) { row in
            for fault in LogoutFault.allCases {
                let (driver, arrival) = try await logoutMessage(row, fault)
                guard let notice = try? await driver.receive(arrival) else { continue }
                throw KitFailure("\(fault.rawValue) was taken: \(notice.target)")
            }
        },
        ProviderRule(
            "session.lint-honest", "lint has nothing against settings that work", clause: "SPI, SettingsLint",
            fix: "warn of what is wrong, not of what is usual",
            notApplicable: { $0.abilities.contains(.settingsLint) ? nil : "no lint" }
        ) { row in
            let driver = try LoginDriver(row)
            let findings = await (driver.provider as? any SettingsLint)?.lint() ?? []
            let errors = findings.filter { $0.severity == .error }.map {
                "\($0.path.joined(separator: ".")): \($0.text)"
            }
            try require(errors.isEmpty, errors.joined(separator: "; "))
        },
        ProviderRule(
            "session.lint-down", "lint answers while the IdP is down, by settings that there are",
            clause: "SPI, SettingsLint",
            fix: "make a finding of the error, and name keys of your own form, not of the OIDCProvider below",
            notApplicable: { $0.abilities.contains(.settingsLint) ? nil : "no lint" }
        ) { row in
            let driver = try LoginDriver(row)
            driver.bench.transport.isDown = true
            let findings = await (driver.provider as? any SettingsLint)?.lint() ?? []
            let keys = Set(row.type.form.fields.map(\.key))
            for finding in findings {
                try require(finding.path.first.map(keys.contains) ?? true, "\(finding.path) is no setting")
                try require(!finding.text.isEmpty, "a finding says nothing")
            }
        },
        ProviderRule(
            "session.trust-down", "trust that cannot be refreshed says so and stays", clause: "SPI, TrustRefresher",
            fix: "keep the last good keys, give the problem",
            notApplicable: { $0.abilities.contains(.trustRefresher) ? nil : "no trust to refresh" }
        ) { row in
            let driver = try LoginDriver(row)
            let before = await (driver.provider as? any TrustRefresher)?.refreshTrust()
            try require(before?.problem == nil, "an honest IdP: \(before?.problem ?? "")")
            driver.bench.transport.isDown = true
            let end = try await driver.login()
            if row.completesOffline == nil { try require(!isIdentity(end), "nobody answered, and a login ended") }
            driver.bench.transport.isDown = false
            _ = try await driver.login().identity()
        },
    ]

    private static func refreshRule(
        _ id: String, _ title: String, _ behaviour: KitRefresh,
        _ check: @escaping @Sendable (RefreshOutcome) throws -> Void
    ) -> ProviderRule {
        ProviderRule(
            id, title, clause: "OpenID Connect Core 12; SPI, RefreshOutcome",
            fix: "answer what the refresh says: same, updated, revoked, retryLater",
            notApplicable: { row in
                guard row.abilities.contains(.sessionRefresher) else { return "sessions are not refreshed" }
                return row.refreshes ? nil : "the IdP gives nothing to refresh with"
            }
        ) { row in
            let driver = try LoginDriver(row)
            let identity = try await driver.login().identity()
            driver.upstream.setRefresh(behaviour)
            let outcome = try unwrap(try await driver.refresh(identity), "the login left nothing to refresh with")
            try check(outcome)
        }
    }

    private static func words(_ outcome: RefreshOutcome) -> String {
        switch outcome {
        case .same: "same"
        case .updated: "updated"
        case .revoked: "revoked"
        case .retryLater: "retryLater"
        case .notConfigured: "notConfigured"
        }
    }

    private static let logoutElsewhere: @Sendable (ProviderUnderTest) -> String? = { row in
        guard row.abilities.contains(.upstreamLogout) else { return "nobody is signed out at the IdP" }
        return switch row.logout {
        case .standard: nil
        case .vendor(let how): "vendor.sign-out: \(how)"
        case .none: "the IdP signs nobody out"
        }
    }

    private static func logout(_ row: ProviderUnderTest) async throws {
        let driver = try LoginDriver(row)
        let identity = try await driver.login().identity()
        let step = try unwrap(try await driver.logout(identity), "the login left nothing to sign out with")
        let sent: [String: String]
        switch step {
        case .redirect(let url): sent = try await parameters(.redirect(url))
        case .formPost(let url, let fields): sent = try await parameters(.formPost(url, fields))
        case .done, .notConfigured: throw KitFailure("nobody is sent to the IdP")
        }
        guard row.family != .saml else {
            try require(sent["SAMLRequest"] != nil, "there is no SAMLRequest")
            try require(sent["RelayState"] == "L0GOUT-state", "RelayState is \(sent["RelayState"] ?? "absent")")
            return
        }
        let address = sent["post_logout_redirect_uri"]
        try require(address == driver.bench.signedOutURL.absoluteString, "the return address is \(address ?? "absent")")
        try require(sent["state"] == "L0GOUT-state", "state is \(sent["state"] ?? "absent")")
    }

    private static let receives: @Sendable (ProviderUnderTest) -> String? = { row in
        guard row.abilities.contains(.logoutReceiver) else { return "no logout message is received" }
        return row.family == .openIDConnect ? nil : "checked by the family's own tests"
    }

    private static func logoutMessage(
        _ row: ProviderUnderTest, _ fault: LogoutFault?
    ) async throws -> (LoginDriver, KitArrival) {
        let driver = try LoginDriver(row)
        _ = try await driver.login().identity()
        return (driver, try unwrap(try driver.upstream.logoutMessage(fault), "the IdP sends none"))
    }
}
