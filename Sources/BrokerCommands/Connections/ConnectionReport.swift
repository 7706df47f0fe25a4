import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// What there is to say about one connection.
struct ConnectionReport {
    var connection: Connection
    /// Whether the connection and its organization are enabled.
    var isEnabled: Bool
    /// Why it does not load; nil where it does.
    var loadingProblems: [SettingsError.Problem]?
    /// What it trusts; nil where nobody was asked, or there is nothing to ask.
    var trust: TrustStatus?
    var lint: [LintFinding] = []
    var exceptions: [WeakeningException] = []
    /// How many live sessions its identity provider does not confirm, and since when the first.
    var unconfirmed: (count: Int, since: Timestamp?) = (0, nil)

    /// Loads a connection, and asks its identity provider unless `isOffline`.
    static func make(
        of connection: Connection, isEnabled: Bool, with engine: Engine, isOffline: Bool
    ) async -> ConnectionReport {
        var report = ConnectionReport(connection: connection, isEnabled: isEnabled)
        report.unconfirmed = await engine.refreshes.unconfirmed(of: connection.id)
        let provider: any IdentityProvider
        do throws(SettingsError) {
            provider = try engine.connections.provider(for: connection)
        } catch {
            report.loadingProblems = error.problems
            return report
        }
        report.exceptions = (provider as? any ExceptionHolder)?.exceptions ?? []
        guard !isOffline else { return report }
        report.trust = await (provider as? any TrustRefresher)?.refreshTrust()
        report.lint = await (provider as? any SettingsLint)?.lint() ?? []
        return report
    }

    /// Whether people cannot sign in.
    var hasError: Bool {
        loadingProblems != nil || trust?.problem != nil || lint.contains { $0.severity == .error }
    }

    /// What is wrong or will be, each a line with its severity before it.
    func findings(at now: Timestamp) -> [String] {
        let loading = (loadingProblems ?? []).map { Self.line("error", $0.path, $0.text) }
        let refreshing = [trust?.problem].compactMap { $0 }.map { Self.line("error", [], $0) }
        let certificates = (trust?.keys ?? []).compactMap { CertificateEnd.warning(of: $0, at: now) }
            .map { Self.line("warning", [], $0) }
        let weak = exceptions.filter { $0.until > now }
            .map { Self.line("warning", [], "exception \($0.name) is active until \($0.until.day)") }
        return loading + refreshing + certificates + weak + sessionFindings
            + lint.map { Self.line($0.severity.rawValue, $0.path, $0.text) }
    }

    private var sessionFindings: [String] {
        guard unconfirmed.count > 0, let since = unconfirmed.since else { return [] }
        let grace = DurationText.write(connection.refreshGrace ?? Connection.standardRefreshGrace)
        let text = "live sessions that it does not confirm: \(unconfirmed.count), the first since \(since.rfc3339)"
        return [Self.line("warning", [], "\(text); each ends after \(grace)")]
    }

    private static func line(_ severity: String, _ path: [String], _ text: String) -> String {
        path.isEmpty ? "\(severity): \(text)" : "\(severity): \(path.joined(separator: ".")): \(text)"
    }

    /// For a script.
    func json(at now: Timestamp) -> SettingsValue {
        var members: [String: SettingsValue] = [
            "connection": .string(connection.id.rawValue), "kind": .string(connection.kind.rawValue),
            "organization": .string(connection.organization.rawValue), "enabled": .bool(isEnabled),
            "loads": .bool(loadingProblems == nil), "findings": .array(findings(at: now).map { .string($0) }),
            "exceptions": .array(
                exceptions.map {
                    .object([
                        "name": .string($0.name), "until": .string($0.until.rfc3339), "active": .bool($0.until > now),
                    ])
                }),
        ]
        members["unconfirmedSessions"] = .integer(Int64(unconfirmed.count))
        members["unconfirmedSince"] = unconfirmed.since.map { .string($0.rfc3339) }
        if let trust {
            members["keys"] = .array(trust.keys.map(Self.json))
            members["lastGood"] = trust.lastGood.map { .string($0.rfc3339) }
            members["problem"] = trust.problem.map { .string($0) }
        }
        return .object(members)
    }

    private static func json(_ key: TrustStatus.Key) -> SettingsValue {
        var members: [String: SettingsValue] = ["id": .string(key.id), "algorithm": .string(key.algorithm)]
        members["notAfter"] = key.notAfter.map { .string($0.rfc3339) }
        return .object(members)
    }
}
