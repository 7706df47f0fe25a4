import Broker
import BrokerEngine
import BrokerModel

/// What there is to say about one facade of a site.
struct FacadeReport {
    var facade: SiteFacade
    var entries: [FacadeConsole.Entry] = []
    /// The keys that it signs with, or did; nil where it has none of its own.
    var keys: [StoredKey]?
    /// The certificates of the key that signs and of the next, as PEM.
    var certificates: String?
    /// How to get the certificates where they are not here.
    var hint: String?
    /// Why it does not load.
    var problems: [SettingsError.Problem] = []

    static func make(of facade: SiteFacade, at site: Site, with engine: Engine) async throws -> FacadeReport {
        var report = FacadeReport(facade: facade)
        let address = FacadeAddress(site: site.id, kind: facade.kind)
        let root = "\(engine.environment.settings.publicURL)/\(address)"
        if let use = StoredKey.Use(rawValue: facade.kind.rawValue) { report.keys = try await engine.keys.list(use) }
        do throws(SettingsError) {
            _ = try engine.facades.module(at: address)
        } catch {
            report.problems = error.problems
        }
        guard let console = FacadeConsole(facade.kind) else {
            report.entries = [.init("rootURL", "root URL", root)]
            return report
        }
        report.entries = console.offered(root: root) + console.registered(facade.settings)
        guard let route = console.certificatesRoute else { return report }
        report.certificates = try? await engine.facades.published(route, at: address)
        if report.certificates == nil {
            report.hint = "in the metadata: vestibule site show \(site.id) --facade \(facade.kind) --metadata"
        }
        return report
    }

    /// For a person.
    var lines: [String] {
        entries.flatMap(\.lines)
            + (keys?.isEmpty == true ? ["key: not made yet; serve makes it"] : [])
            + (keys ?? []).map { "\($0.state.rawValue) key: \($0.id)" }
            + [hint].compactMap(\.self).map { "certificates: \($0)" }
            + problems.map { "error: \($0.path.isEmpty ? "" : $0.path.joined(separator: ".") + ": ")\($0.text)" }
    }

    /// For a script.
    var json: SettingsValue {
        var members: [String: SettingsValue] = [
            "kind": .string(facade.kind.rawValue), "loads": .bool(problems.isEmpty),
            "keys": .array(
                (keys ?? []).map { .object(["id": .string($0.id), "state": .string($0.state.rawValue)]) }),
        ]
        for entry in entries { members[entry.name] = entry.value }
        members["certificates"] = certificates.map { .string($0) }
        if !problems.isEmpty {
            members["problems"] = .array(
                problems.map { .string(($0.path + [$0.text]).joined(separator: ": ")) })
        }
        return .object(members)
    }
}
