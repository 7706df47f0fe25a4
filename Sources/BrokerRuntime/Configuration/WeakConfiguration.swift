import Broker
import BrokerEngine
import BrokerServer
import Foundation
import Outbound

/// What must not start: settings that read well and protect nobody.
///
/// One check, one function, one name.
struct WeakConfiguration: Sendable {
    typealias Problems = [SettingsError.Problem]

    /// The check's name, for tests and documentation.
    let name: String
    let problems: @Sendable (ServerConfiguration, _ environment: [String: String]) -> Problems

    static let checks: [WeakConfiguration] = [
        .init(name: "publicURL is https or loopback") { configuration, _ in publicURLIsSafe(configuration) },
        .init(name: "publicURL ends in /vestibule") { configuration, _ in publicURLHasItsPath(configuration) },
        .init(name: "trusted proxies are named") { configuration, _ in proxiesAreNamed(configuration) },
        .init(name: "the public listener is not plain http to the world") { configuration, _ in
            publicListenerIsSafe(configuration)
        },
        .init(name: "the internal listener is local") { configuration, _ in internalListenerIsLocal(configuration) },
        .init(name: "the listeners differ") { configuration, _ in listenersDiffer(configuration) },
        .init(name: "the key-encryption keys are there, random and private") { kekIsStrong($0, environment: $1) },
        .init(name: "TLS files are readable and the key is private") { configuration, _ in tlsIsPrivate(configuration)
        },
        .init(name: "mail goes under TLS or stays on this machine") { configuration, _ in mailIsSafe(configuration) },
        .init(name: "mail credentials are whole and readable") { mailCredentialsAreReadable($0, environment: $1) },
        .init(name: "mail trust roots are readable") { configuration, _ in mailRootsAreReadable(configuration) },
        .init(name: "trust roots are readable") { configuration, _ in trustRootsAreReadable(configuration) },
    ]

    /// Session cookies over plain http are anybody's; an issuer without TLS is whoever answers (RFC 9207 2, OIDC
    /// Discovery 4.3).
    static func publicURLIsSafe(_ configuration: ServerConfiguration) -> Problems {
        let text = configuration.engine.publicURL
        guard let url = URL(string: text), let host = url.host(), !host.isEmpty else { return [] }
        guard url.scheme == "https" || (url.scheme == "http" && LoopbackHost.matches(host)) else {
            return [.init(path: ["publicURL"], text: "must be https; http is for loopback and *.localhost only")]
        }
        return []
    }

    /// Everything public lives under one path, so that one host can serve the portal too.
    static func publicURLHasItsPath(_ configuration: ServerConfiguration) -> Problems {
        guard let url = URL(string: configuration.engine.publicURL), url.path() == "/vestibule", url.query() == nil
        else {
            return [
                .init(
                    path: ["publicURL"],
                    text: "must end in /vestibule, right after the host, such as https://support.example/vestibule")
            ]
        }
        return []
    }

    /// A list that names everybody lets anybody speak plain http to the public listener.
    static func proxiesAreNamed(_ configuration: ServerConfiguration) -> Problems {
        configuration.trustedProxies.enumerated().filter { _, range in
            range.prefixLength < (range.description.contains(":") ? 7 : 8)
        }.map { position, range in
            .init(
                path: ["trustedProxies", String(position)],
                text: "\(range) is almost everybody; name the proxies' own addresses")
        }
    }

    /// Plain http off this machine is allowed only where a proxy that was named ends TLS.
    static func publicListenerIsSafe(_ configuration: ServerConfiguration) -> Problems {
        guard !configuration.publicListener.isLocal, configuration.tls == nil, configuration.trustedProxies.isEmpty
        else { return [] }
        return [
            .init(
                path: ["listen"],
                text: "\(configuration.publicListener) would be plain http to the world: set server.tls, name "
                    + "trustedProxies, or listen on loopback or a unix socket")
        ]
    }

    /// Whoever reaches the gate's listener reads metrics and asks about sessions.
    static func internalListenerIsLocal(_ configuration: ServerConfiguration) -> Problems {
        guard !configuration.internalListener.isLocal else { return [] }
        return [
            .init(
                path: ["gate", "listen"],
                text: "\(configuration.internalListener) can be reached from elsewhere; use loopback or a unix socket")
        ]
    }

    /// One listener for both would publish the gate.
    static func listenersDiffer(_ configuration: ServerConfiguration) -> Problems {
        if case .tcp(_, port: 0) = configuration.publicListener { return [] }
        guard configuration.publicListener == configuration.internalListener else { return [] }
        return [.init(path: ["gate", "listen"], text: "is the public listener; the gate needs its own")]
    }

    /// Without this key nothing at rest is sealed.
    static func kekIsStrong(_ configuration: ServerConfiguration, environment: [String: String]) -> Problems {
        let keys =
            [(["keys", "kek"], configuration.kek)]
            + configuration.previousKEKs.enumerated().map { (["keys", "previousKeks", String($0)], $1) }
        let secrets = SecretSource(environment: environment)
        return keys.flatMap { path, reference -> Problems in
            do throws(SettingsError) {
                _ = try KeyEncryptionKeys.open(reference, with: secrets)
                return []
            } catch {
                return error.problems.map { .init(path: path, text: $0.text) }
            }
        }
    }

    /// A private key that everybody can read is a public key.
    static func tlsIsPrivate(_ configuration: ServerConfiguration) -> Problems {
        guard let tls = configuration.tls else { return [] }
        let certificate = FileManager.default.isReadableFile(atPath: tls.certificate) ? nil : "cannot be read"
        let key = PrivateFile.problem(at: tls.privateKey)
        return [("certificate", certificate), ("privateKey", key)].compactMap { name, text in
            text.map { .init(path: ["server", "tls", name], text: $0) }
        }
    }

    /// An authority file that is gone would leave no way out, found at the first login.
    static func trustRootsAreReadable(_ configuration: ServerConfiguration) -> Problems {
        configuration.outbound.trustRootFiles.enumerated().filter { _, file in
            !FileManager.default.isReadableFile(atPath: file)
        }.map { .init(path: ["outbound", "trustRoots", String($0.offset)], text: "cannot be read") }
    }
}
