import Broker
import Foundation
import Outbound

extension SMTPServer {
    /// Takes what fits; nil where what must be there is not.
    init?(reading value: SettingsValue, path: (String) -> String, secret: (String) -> SecretReference?) {
        guard let host = value.text("host"), let from = value.text("from").flatMap({ EmailAddress($0) }) else {
            return nil
        }
        let password = value.text("password").flatMap(secret)
        self.init(
            host: host.lowercased(), port: value.number("port"),
            security: value.text("security").flatMap { Security(rawValue: $0) } ?? .startTLS, from: from,
            fromName: value.text("fromName"),
            credentials: value.text("username").flatMap { name in
                password.map { Credentials(username: name, password: $0) }
            },
            trustRoots: value.texts("trustRoots").map(path))
    }
}

extension WeakConfiguration {
    /// Whoever reads the network would read the codes, and could sign in with them.
    static func mailIsSafe(_ configuration: ServerConfiguration) -> Problems {
        guard let mail = configuration.mail, mail.security == .noneOnLoopback else { return [] }
        guard LoopbackHost.matches(mail.host) else {
            return [
                .init(
                    path: ["mail", "security"],
                    text: "\(mail.host) is not this machine, so mail needs starttls or tls")
            ]
        }
        guard configuration.value["mail"]?["username"] == nil, configuration.value["mail"]?["password"] == nil else {
            return [.init(path: ["mail", "security"], text: "a password goes under TLS only: use starttls or tls")]
        }
        return []
    }

    /// A half of them, or a password that cannot be read, would be found at the first login.
    static func mailCredentialsAreReadable(
        _ configuration: ServerConfiguration, environment: [String: String]
    ) -> Problems {
        let (username, password) = (configuration.value["mail"]?["username"], configuration.value["mail"]?["password"])
        guard (username == nil) == (password == nil) else {
            return [
                .init(
                    path: ["mail", username == nil ? "password" : "username"],
                    text: username == nil ? "needs a username" : "needs a password")
            ]
        }
        guard let credentials = configuration.mail?.credentials else { return [] }
        do throws(SettingsError) {
            _ = try SecretSource(environment: environment).value(of: credentials.password)
            return []
        } catch {
            return error.problems.map { .init(path: ["mail", "password"], text: $0.text) }
        }
    }

    /// An authority file that is gone would let no mail out.
    static func mailRootsAreReadable(_ configuration: ServerConfiguration) -> Problems {
        (configuration.mail?.trustRoots ?? []).enumerated().filter { _, file in
            !FileManager.default.isReadableFile(atPath: file)
        }.map { .init(path: ["mail", "trustRoots", String($0.offset)], text: "cannot be read") }
    }
}
