package import Broker
package import BrokerEngine
import BrokerModel

/// Organizations, connections and sites as an operator wrote them.
package struct ResourceDocument: Sendable {
    /// What the file asks for.
    package let wanted: WantedResources
    private let documents: NamedDocuments

    /// Reads a file.
    ///
    /// - Throws: Everything that is malformed or unknown, each with its line and key. What only the store can judge is
    ///   found by `ResourceService.apply`; `located` gives those problems their lines.
    package static func load(
        _ file: String, providers: ProviderRegistry, facades: FacadeRegistry
    ) throws(ConfigurationError) -> ResourceDocument {
        try ResourceDocument(YAMLDocument.load(file), providers: providers, facades: facades)
    }

    /// Reads a text; `file` names it in problems.
    package static func read(
        _ text: String, file: String, providers: ProviderRegistry, facades: FacadeRegistry
    ) throws(ConfigurationError) -> ResourceDocument {
        try ResourceDocument(YAMLDocument(text, file: file), providers: providers, facades: facades)
    }

    private init(
        _ document: YAMLDocument, providers: ProviderRegistry, facades: FacadeRegistry
    ) throws(ConfigurationError) {
        let problems =
            ResourceShape.shape.problems(in: document.value) + ResourceSense.problems(in: document.value)
        guard problems.isEmpty else {
            throw ConfigurationError(problems.map { document.located($0) }.inOrderOfPlace)
        }
        documents = NamedDocuments(in: document, providers: providers)
        guard documents.problems.isEmpty else { throw ConfigurationError(documents.problems.inOrderOfPlace) }
        wanted = WantedResources(
            organizations: (document.value.list("organizations") ?? []).compactMap { Organization(reading: $0) },
            connections: (documents.value.list("connections") ?? []).compactMap {
                Connection(reading: $0, providers: providers)
            },
            sites: (document.value.list("sites") ?? []).compactMap { Site(reading: $0, facades: facades) })
    }

    /// Problems that `apply` found, with their lines.
    package func located(_ error: SettingsError) -> ConfigurationError {
        ConfigurationError(error.problems.map { documents.located($0) }.inOrderOfPlace)
    }
}

/// What a shape cannot say: members that must agree with each other.
enum ResourceSense {
    static func problems(in value: SettingsValue) -> [SettingsError.Problem] {
        (value.list("organizations") ?? []).enumerated().flatMap { linkRules($1, ["organizations", String($0)]) }
            + (value.list("sites") ?? []).enumerated().flatMap { position, site in
                lifetimes(site, ["sites", String(position)]) + admission(site, ["sites", String(position)])
            }
    }

    private static func linkRules(_ organization: SettingsValue, _ path: [String]) -> [SettingsError.Problem] {
        (organization.list("linkRules") ?? []).enumerated().compactMap { position, rule in
            guard let names = rule.elements, names.count != 2 || names.first == names.last else { return nil }
            return .init(path: path + ["linkRules", String(position)], text: "must be two different connections")
        }
    }

    private static func lifetimes(_ site: SettingsValue, _ path: [String]) -> [SettingsError.Problem] {
        let standard = ResourceDefaults.site.lifetimes
        let session = site["session"]
        guard (session?.duration("idle") ?? standard.idle) > (session?.duration("absolute") ?? standard.absolute) else {
            return []
        }
        return [.init(path: path + ["session", "idle"], text: "must not be longer than session.absolute")]
    }

    /// An empty list reads as nobody and would mean everybody.
    private static func admission(_ site: SettingsValue, _ path: [String]) -> [SettingsError.Problem] {
        guard site.list("organizations")?.isEmpty == true else { return [] }
        return [.init(path: path + ["organizations"], text: "must name one at least; leave it out to admit all")]
    }
}
