import ArgumentParser
import BrokerRuntime
import Foundation

/// `vestibule reload`.
struct Reload: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have a running server read its settings again.",
        discussion: "Checks the file first; an invalid one is not sent. The server's log says what needs a restart.")

    @OptionGroup var settings: ConfigOption

    func run() throws {
        guard let path = try settings.load().pidFile else {
            throw CommandFailure(
                "server.pidFile is not set, so the server is not known; send it SIGHUP yourself", .usage)
        }
        guard let process = PIDFile(path).process else {
            throw CommandFailure("no running server has its process id in \(path)")
        }
        guard kill(process, SIGHUP) == 0 else { throw CommandFailure("process \(process) cannot be signalled") }
        CommandContext.current.output.line("process \(process) was asked to reload")
    }
}
