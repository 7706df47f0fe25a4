package import Broker
package import Foundation

/// Reads secrets from the environment and from files, when they are used.
package struct SecretSource: Sendable {
    private let environment: [String: String]
    /// Where relative paths begin.
    private let base: URL?

    package init(environment: [String: String], base: URL? = nil) {
        self.environment = environment
        self.base = base
    }

    /// The same for provider modules.
    package var resolver: SecretResolver {
        SecretResolver { reference throws(SettingsError) in try value(of: reference) }
    }

    /// The secret behind a reference.
    ///
    /// The error names the place and never what was found there.
    package func value(of reference: SecretReference) throws(SettingsError) -> Secret<String> {
        let reference = base.map { reference.absolute(from: $0) } ?? reference
        switch reference.place {
        case .environment(let name):
            guard let text = environment[name], !text.isEmpty else {
                throw SettingsError(at: [], "environment variable \(name) is not set")
            }
            guard text.utf8.count <= PrivateFile.maximumOctets else {
                throw SettingsError(at: [], "environment variable \(name) is longer than 64 KiB")
            }
            return Secret(text)
        case .file(let path):
            if let problem = PrivateFile.problem(at: path) { throw SettingsError(at: [], "\(reference): \(problem)") }
            guard let text = PrivateFile.text(of: path), !text.isEmpty else {
                throw SettingsError(at: [], "\(reference): the file is empty, longer than 64 KiB or not UTF-8")
            }
            return Secret(text)
        }
    }
}

extension SecretReference {
    /// The reference with its file's path from a folder on.
    func absolute(from base: URL) -> SecretReference {
        guard case .file(let path) = place else { return self }
        return SecretReference("file:\(base.absolutePath(of: path))") ?? self
    }
}

extension URL {
    /// A path as written in a file of this folder.
    func absolutePath(of path: String) -> String {
        path.hasPrefix("/") ? path : appending(path: path).standardizedFileURL.path
    }
}
