import Broker
import Foundation
import HTTPTypes

extension ProviderRule {
    /// What may not end a login.
    public static let completeRules: [ProviderRule] = [
        ProviderRule(
            "complete.state", "another state than the sent one is refused", clause: "RFC 6749 10.12",
            fix: "compare the state with PendingLogin.sent.state before anything else",
            notApplicable: { only([.openIDConnect, .oauth2], $0) }
        ) { row in
            for state in ["STAT3-of-somebody-else", "", nil] as [String?] {
                let driver = try LoginDriver(row)
                let end = try await driver.login { $0["state"] = state }
                try Verdict.refused(.stateMismatch).check(end)
                let redeemed = driver.bench.transport.requests.contains { $0.method == .post }
                try require(!redeemed, "the code was redeemed before the state was looked at")
            }
        },
        ProviderRule(
            "complete.mix-up", "an answer that names another issuer is refused before the code goes anywhere",
            clause: "RFC 9207 2.4",
            fix: "compare iss of the callback with the issuer, and refuse what cannot be compared",
            notApplicable: { only([.openIDConnect, .oauth2], $0) }
        ) { row in
            let driver = try LoginDriver(row)
            let end = try await driver.login { $0["iss"] = "https://other.example" }
            try Verdict.refused(.issuerMismatch).check(end)
            let redeemed = driver.bench.transport.requests.contains { $0.method == .post }
            try require(!redeemed, "the code was redeemed before iss was looked at")
        },
        ProviderRule(
            "complete.kept-state", "state that the module did not write is refused", clause: "SPI, PendingLogin.state",
            fix: "read the kept state strictly; what cannot be read is no login",
            notApplicable: { _ in nil }
        ) { row in
            for bytes in [Data("{}".utf8), Data([0xff, 0, 1]), Data(repeating: 0x41, count: 8192)] {
                var (begun, driver) = try await begun(row)
                guard !begun.step.state.bytes.isEmpty else { return }
                let arrival = try await driver.upstream.visit(begun.step.action, .honest)
                begun.step.state = LoginState(bytes)
                if case .identity? = try? await driver.resume(arrival, begun) {
                    throw KitFailure("\(bytes.count) octets of foreign state end in an identity")
                }
            }
        },
        ProviderRule(
            "complete.other-login", "the answer to one login does not complete another",
            clause: "OpenID Connect Core 3.1.3.7 step 11; SAML Profiles 4.1.4.3, InResponseTo",
            fix: "compare nonce or InResponseTo with PendingLogin.sent"
        ) { row in
            let driver = try LoginDriver(row)
            let (victim, attacker) = (try await driver.begin(), try await driver.begin())
            var arrival = try await driver.upstream.visit(attacker.step.action, KitVisit(.bob))
            // The attacker has the victim's browser send it under the victim's own state.
            for name in ["state", "RelayState"] where arrival[name] != nil { arrival[name] = victim.secrets.state }
            var other = victim
            if case .ask = victim.step.action { other.step = victim.step }
            if case .identity? = try? await driver.resume(arrival, other) {
                throw KitFailure("the other login's answer ends in an identity")
            }
        },
        ProviderRule(
            "complete.endpoint", "what comes to another endpoint is no login", clause: "SPI, CallbackEndpoint",
            fix: "check LoginCallback.endpoint first"
        ) { row in
            for endpoint in [CallbackEndpoint.logout, "metadata", "no-such-endpoint"] {
                let end = try await LoginDriver(row).login { $0.endpoint = endpoint }
                try require(!isIdentity(end), "a login ended at endpoint \(endpoint)")
                try refusedCleanly(end)
            }
        },
        ProviderRule(
            "complete.method", "what comes by another method than the one that was asked for is refused",
            clause: "OAuth 2.0 Form Post Response Mode 1.0; SAML Bindings 3.5", fix: "check LoginCallback.method"
        ) { row in
            let end = try await LoginDriver(row).login { $0.method = $0.method == .get ? .post : .get }
            try require(!isIdentity(end), "the login ended all the same")
            try refusedCleanly(end)
        },
        ProviderRule(
            "complete.empty", "a callback without any parameter is refused", clause: "SPI, LoginCallback",
            fix: "treat an absent parameter as an error, never as nothing to check"
        ) { row in
            let end = try await LoginDriver(row).login { $0.parameters = [] }
            try require(!isIdentity(end), "the login ended all the same")
        },
        ProviderRule(
            "complete.denied", "an IdP that says no ends in a denial, not in an error",
            clause: "RFC 6749 4.1.2.1; SAML Core 3.2.2.2", fix: "return .denied where the IdP or the person refuses",
            notApplicable: asks
        ) { row in
            let end = try await LoginDriver(row).login(KitVisit(.alice, .isRefused))
            guard case .denied(let denial) = end else { throw KitFailure("the login ended with \(end)") }
            try require(
                denial.reason == .refusedByIdP || denial.reason == .cancelled, "the reason is \(denial.reason.rawValue)"
            )
        },
        ProviderRule(
            "complete.down", "an IdP that went down in between is upstream_unavailable", clause: "SPI, LoginError.Code",
            fix: "map every TransportError to upstreamUnavailable", notApplicable: { $0.completesOffline }
        ) { row in
            for code in TransportError.Code.allCases where code != .malformedURL {
                let (begun, driver) = try await begun(row)
                let arrival = try await driver.upstream.visit(begun.step.action, .honest)
                failEverything(driver.bench.transport, code)
                do throws(LoginError) {
                    _ = try await driver.resume(arrival, begun)
                } catch {
                    let codes: Set<LoginError.Code> = [.upstreamUnavailable, .upstreamInvalid]
                    try require(codes.contains(error.code), "\(code.rawValue) becomes \(error.code)")
                    continue
                }
                throw KitFailure("a login ended although nobody answered (\(code.rawValue))")
            }
        },
        ProviderRule(
            "complete.leaks", "no error, denial, claim or log line carries a token, a code or a secret",
            clause: "RFC 6819 section 4.3.3; SPI, LoginError.detail",
            fix: "say what was wrong, never what was found there"
        ) { row in try await Leaks.look(row) },
    ]

    static func isIdentity(_ end: LoginEnd) -> Bool { if case .identity = end { true } else { false } }

    /// A module's fault is no answer to what came from outside.
    static func refusedCleanly(_ end: LoginEnd) throws(KitFailure) {
        guard case .refused(let error) = end else { return }
        try require(error.code != .providerMisbehaved, "the code is provider_misbehaved: \(error.detail)")
    }

    private static func failEverything(_ transport: ScriptedTransport, _ code: TransportError.Code) {
        guard code != .unreachable else {
            transport.isDown = true
            return
        }
        transport.failAll(code)
    }
}
