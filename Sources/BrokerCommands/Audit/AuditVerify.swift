import ArgumentParser
import BrokerEngine
import BrokerRuntime
import Foundation

/// `vestibule audit verify`.
struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Prove that no event was edited, removed or put in another order.",
        discussion: """
            Whoever can write the store could also cut its tail together with the signed heads. Give --head a file with \
            heads kept elsewhere: lines of the log stream, or what `audit head` printed.
            """)

    @OptionGroup var options: StoreOptions

    @Option(name: .long, help: "A file with signed heads: log lines or one head a line.")
    var head: String?

    func run() async throws {
        try await options.read { installation, output in
            let kept = try head.map(Self.heads) ?? []
            switch try await AuditVerifier(installation.engine.environment).verify(against: kept) {
            case .intact(let records, let signed):
                let open = records > signed ? "; the last \(records - signed) are not signed yet" : ""
                output.line("the audit log is whole: \(records) events, signed up to \(signed)\(open)")
            case .broken(let broken): throw CommandFailure("the audit log is broken: \(broken)")
            }
        }
    }

    /// Every compact JWS in a file of heads or log lines.
    private static func heads(_ file: String) throws -> [String] {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw CommandFailure("\(file) cannot be read", .usage)
        }
        let heads = text.split(separator: "\n").compactMap { line -> String? in
            let words = line.split { !$0.isASCII || !($0.isLetter || $0.isNumber || "-_.".contains($0)) }
            let tokens = words.filter { $0.hasPrefix("eyJ") && $0.split(separator: ".").count == 3 }
            return tokens.first.map(String.init)
        }
        guard !heads.isEmpty else { throw CommandFailure("\(file) has no signed head", .usage) }
        return heads
    }
}
