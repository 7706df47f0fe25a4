import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule posture`.
struct PostureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "posture", abstract: "Ask a site's JSM which of its own doors are open, and say what to click.",
        discussion: """
            JSM is asked as somebody who is not signed in, at its own address and not through the gate; that address \
            must be allowed in `outbound` where it is private. Exit status 1 where a door is open. What JSM tells nobody \
            outside is `unknown`, with where to look.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: "The site.") var site: String
    @Option(
        help: ArgumentHelp(
            "Where its JSM is, past the gate; a Cloud site's own origin unless said.", valueName: "origin"))
    var url: String?

    func run() async throws {
        let open = try await options.read { installation, output in
            let engine = installation.engine
            try await engine.live.reload()
            guard let site = engine.live.resources.sites[SiteID(rawValue: site)] else {
                throw CommandFailure("there is no such site")
            }
            guard let base = url ?? site.jsm?.origin ?? (site.kind == .cloud ? site.origin : nil) else {
                throw CommandFailure("say with --url where its JSM is, past the gate", .usage)
            }
            let origin = base.hasSuffix("/") ? String(base.dropLast()) : base
            let findings = try await engine.posture.findings(of: site.id, at: origin) ?? []
            options.json
                ? output.json(.array(findings.map { $0.json(site.kind) })) : print(findings, of: site, to: output)
            return findings.count { $0.verdict == .fail }
        }
        guard open == 0 else { throw CommandFailure(open == 1 ? "1 door is open" : "\(open) doors are open") }
    }

    private func print(_ findings: [Posture.Finding], of site: Site, to output: Output) {
        for finding in findings {
            output.line("\(finding.verdict.rawValue.uppercased())  \(finding.check.name): \(finding.check.question)")
            for line in finding.evidence { output.line("      \(line)") }
            if finding.verdict != .pass { output.line("      \(finding.check.advice(site.kind))") }
        }
    }
}

extension Posture.Finding {
    fileprivate func json(_ kind: Site.Kind) -> SettingsValue {
        .object([
            "check": .string(check.name), "verdict": .string(verdict.rawValue),
            "evidence": .array(evidence.map { .string($0) }), "advice": .string(check.advice(kind)),
        ])
    }
}
