package import Broker
package import BrokerEngine
package import BrokerServer
import Foundation
import JOSE
package import Logging
package import Outbound

/// The settings of one server: what the file says, with the environment over it.
///
/// Every path is absolute.
package struct ServerConfiguration: Sendable, Hashable {
    /// The file that it came from.
    package var file: String
    package var publicListener: ListenAddress
    package var internalListener: ListenAddress
    /// The sites that the public listener is the proxy of.
    package var inPath: InPathSettings?
    package var tls: ServerSettings.TLSFiles?
    /// Where the server writes its process id.
    package var pidFile: String?
    /// How long a shutdown may take.
    package var shutdownWithin: Duration
    package var storePath: String
    package var kek: SecretReference
    package var previousKEKs: [SecretReference]
    package var engine: EngineSettings
    package var logLevel: Logger.Level
    package var logFormat: LogFormat
    /// Who may connect to a public listener without TLS, beside this machine; empty for any peer.
    package var trustedProxies: [AddressRange]
    package var outbound: OutboundSettings
    /// The mail server; nil where there is none.
    package var mail: SMTPServer?
    /// The document behind it, to tell two configurations apart by their keys.
    var value: SettingsValue

    /// Reads a file, lets the environment override it, and refuses what is malformed, unknown or weak.
    ///
    /// - Throws: Every problem at once, each with its line and key.
    package static func load(
        file: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ConfigurationError) -> ServerConfiguration {
        let document = try YAMLDocument.load(file)
        let overrides = EnvironmentOverrides(environment)
        let value = overrides.applied(to: document.value)
        let configuration = ServerConfiguration(value, file: file)
        let shape =
            ServerShape.shape.problems(in: value) + OutboundSettings.problems(in: value)
            + InPathSettings.problems(in: value)
        let malformed = Set(shape.map(\.path))
        let weak = WeakConfiguration.checks.flatMap { $0.problems(configuration, environment) }
            .filter { problem in !malformed.contains { problem.path.starts(with: $0) } }
        guard shape.isEmpty, weak.isEmpty else {
            throw ConfigurationError(
                (shape + weak).map { overrides.located($0) ?? document.located($0) }.inOrderOfPlace)
        }
        return configuration
    }

    /// Takes what fits; the standard holds for all else.
    private init(_ value: SettingsValue, file: String) {
        let base = URL(fileURLWithPath: file).deletingLastPathComponent()
        let path = { (text: String) in base.absolutePath(of: text) }
        let secret = { (text: String) in SecretReference(text)?.absolute(from: base) }
        let (server, keys, log) = (value["server"], value["keys"], value["log"])
        self.value = value
        self.file = file
        publicListener = value.text("listen").flatMap { ListenAddress($0) } ?? ServerShape.listen
        internalListener = value["gate"]?.text("listen").flatMap { ListenAddress($0) } ?? ServerShape.gateListen
        tls = server?["tls"].map { tls in
            .init(certificate: path(tls.text("certificate") ?? ""), privateKey: path(tls.text("privateKey") ?? ""))
        }
        pidFile = server?.text("pidFile").map(path)
        shutdownWithin = server?.duration("shutdownWithin") ?? .seconds(10)
        storePath = path(value["store"]?.text("path") ?? ServerShape.storePath)
        kek = keys?.text("kek").flatMap(secret) ?? ServerShape.kek
        previousKEKs = (keys?.texts("previousKeks") ?? []).compactMap(secret)
        engine = EngineSettings(reading: value)
        logLevel = log?.text("level").flatMap { Logger.Level(rawValue: $0) } ?? .info
        logFormat = log?.text("format").flatMap { LogFormat(rawValue: $0) } ?? .json
        trustedProxies = value.texts("trustedProxies").compactMap { AddressRange($0) }
        mail = value["mail"].flatMap { SMTPServer(reading: $0, path: path, secret: secret) }
        outbound = OutboundSettings(reading: value["outbound"] ?? .object([:]), path: path)
        inPath = InPathSettings(reading: value["gate"], outbound: outbound)
    }
}

extension EngineSettings {
    fileprivate init(reading value: SettingsValue) {
        self.init(publicURL: value.text("publicURL") ?? "")
        let (token, keys) = (value["token"], value["keys"])
        tokenAlgorithm = token?.text("algorithm").flatMap { JWAlgorithm(rawValue: $0) } ?? tokenAlgorithm
        tokenLifetime = token?.duration("lifetime") ?? tokenLifetime
        loginLifetime = value["login"]?.duration("lifetime") ?? loginLifetime
        keyPublishBefore = keys?.duration("publishBefore") ?? keyPublishBefore
        keyActiveFor = keys?.duration("activeFor") ?? keyActiveFor
    }
}

extension [ConfigurationError.Problem] {
    /// In the order in which an operator meets them.
    var inOrderOfPlace: Self {
        sorted { ($0.line ?? 0, $0.column ?? 0, $0.key) < ($1.line ?? 0, $1.column ?? 0, $1.key) }
    }
}
