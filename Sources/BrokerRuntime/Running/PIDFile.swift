import Broker
package import Foundation

/// The file that tells `vestibule reload` whom to signal.
package struct PIDFile: Sendable {
    let path: String

    package init(_ path: String) { self.path = path }

    /// The process id in it, where that process lives.
    package var process: pid_t? {
        guard let text = PrivateFile.text(of: path), let process = pid_t(text), process > 0, kill(process, 0) == 0
        else {
            return nil
        }
        return process
    }

    func write() throws(ConfigurationError) {
        do {
            try Data("\(getpid())\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw ConfigurationError([.init(file: path, key: "server.pidFile", text: "cannot be written")])
        }
    }

    /// Removes it if it is still ours.
    func remove() {
        if process == getpid() { try? FileManager.default.removeItem(atPath: path) }
    }
}
