import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime
import Foundation

/// `vestibule break-glass`.
struct BreakGlassCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "break-glass", abstract: "Let staff in when nobody can sign in.",
        subcommands: [BreakGlassOpen.self, BreakGlassList.self, BreakGlassClose.self])
}

/// `vestibule break-glass open`.
struct BreakGlassOpen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open a site for one browser, for a bounded time.",
        discussion: """
            Prints an address and a code, once. The browser that enters the code there passes the gate without a session \
            until the time is over, to JSM's own sign-in. Opening, use and end are in the audit log, and the server logs \
            a warning every minute.
            """)

    @OptionGroup var options: StoreOptions

    @Option(help: "The site; may be left out where there is one.") var site: String?
    @Option(name: .customLong("for"), help: "For how long, at most 12h.") var duration: String = "1h"
    @Option(help: "Why; it is written to the audit log.") var reason: String

    func run() async throws {
        try await options.change { installation, output in
            let engine = installation.engine
            try await engine.live.reload()
            let site = try engine.live.resources.chosenSite(site)
            guard let duration = DurationText.parse(duration) else {
                throw CommandFailure("--for takes a time such as 30m or 2h", .usage)
            }
            let opened: BreakGlassService.Opened
            do {
                opened = try await engine.breakGlass.open(
                    site.id, for: duration, operatorName: NSUserName(), reason: reason)
            } catch let error as SettingsError {
                throw CommandFailure(
                    error.problems.map { "--\($0.path.joined(separator: ".")) \($0.text)" }.joined(separator: "; "),
                    .usage)
            }
            output.line("reference: \(opened.glass.reference.displayed)")
            output.line("open until: \(opened.glass.expiresAt.rfc3339)")
            output.line("address: \(site.origin)/vestibule/break-glass")
            output.line("code, shown once and good for one browser: \(opened.code.reveal())")
        }
    }
}

/// `vestibule break-glass list`.
struct BreakGlassList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the sites that are open.")

    @OptionGroup var options: StoreOptions

    func run() async throws {
        try await options.read { installation, output in
            var table = Table("reference", "site", "operator", "until", "used", "reason")
            for glass in try await installation.engine.breakGlass.list() {
                table.add(
                    glass.reference.displayed, glass.site.rawValue, glass.operatorName, glass.expiresAt.rfc3339,
                    glass.usedAt?.rfc3339, glass.reason)
            }
            table.print(to: output, asJSON: options.json, whenEmpty: "no site is open")
        }
    }
}

/// `vestibule break-glass close`.
struct BreakGlassClose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close a site before its time; the browser that is in is out at once.")

    @OptionGroup var options: StoreOptions

    @Argument(help: "The reference that `open` printed.") var reference: String

    func run() async throws {
        try await options.change { installation, output in
            guard let reference = Reference(typed: reference) else {
                throw CommandFailure("a reference has twelve characters, such as 1A2B-3C4D-5E6F", .usage)
            }
            guard try await installation.engine.breakGlass.close(reference, operatorName: NSUserName()) else {
                throw CommandFailure("nothing is open under this reference")
            }
            output.line("closed")
        }
    }
}
