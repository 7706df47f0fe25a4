import Broker
import Foundation

/// Looks for marked secrets in all that an operator can read.
enum Leaks {
    static func look(_ row: ProviderUnderTest) async throws(KitFailure) {
        try await look(try LoginDriver(row), spoiling: { _ in }, "an honest login")
        try await look(try LoginDriver(row), spoiling: { $0["state"] = "STAT3-other" }, "another state")
        try await look(try LoginDriver(row), spoiling: { $0.endpoint = .logout }, "another endpoint")
        let down = try LoginDriver(row)
        try await look(down, spoiling: { _ in down.bench.transport.isDown = true }, "an IdP that is down")
        let offline = try LoginDriver(row)
        offline.bench.mailbox.fail(.refused)
        try await look(offline, spoiling: { _ in }, "a mail server that refuses")
        if row.family == .openIDConnect {
            for fault in OpenIDFault.all where fault.isWorthLookingForLeaks {
                guard let driver = try? fault.driver(row) else { continue }
                try await look(driver, spoiling: { _ in }, fault.id)
            }
        }
        for vendorCase in row.cases {
            try await look(try LoginDriver(row, vendorCase), spoiling: { _ in }, vendorCase.description)
        }
    }

    private static func look(
        _ driver: LoginDriver, spoiling: @Sendable (inout KitArrival) -> Void, _ occasion: String
    ) async throws(KitFailure) {
        var seen: [String] = []
        var secrets: [String] = driver.bench.secretValues
        do throws(LoginError) {
            let begun = try await driver.begin()
            secrets += [begun.secrets.codeVerifier, begun.secrets.nonce, begun.secrets.state]
            let end = try? await driver.complete(begun, spoil: spoiling)
            seen.append(end.map(words) ?? "")
        } catch {
            seen.append(words(error))
        }
        seen.append(driver.bench.log.text)
        let text = seen.joined(separator: "\n")
        for secret in secrets + driver.upstream.marks where secret.utf8.count >= 8 && text.contains(secret) {
            throw KitFailure("\(occasion): something secret is written down (\(secret.prefix(8))...)")
        }
    }

    private static func words(_ end: LoginEnd) -> String {
        switch end {
        case .identity(let identity):
            // What becomes of an identity is told to operators; its session handle is sealed.
            "\(identity) " + identity.claims.flatMap(\.values).joined(separator: " ")
        case .denied(let denial): denial.detail
        case .refused(let error): words(error)
        }
    }

    static func words(_ error: any Error) -> String {
        guard let error = error as? LoginError else { return "\(error)" }
        return "\(error) \(error.detail) \(error.rule ?? "") \(error.underlying.map(words) ?? "")"
    }
}
