import ArgumentParser
import Broker
import BrokerModel

/// `vestibule audit`.
struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read the audit log, or prove that it is whole.",
        subcommands: [AuditTail.self, AuditVerify.self, AuditHeadCommand.self, AuditExport.self, AuditCatalogue.self])
}

/// Which events a command is about.
struct AuditOptions: ParsableArguments {
    @Option(name: .long, help: "Only of this customer, by id or e-mail.")
    var customer: String?

    @Option(name: .long, help: "Only of this organization.")
    var organization: String?

    @Option(name: .long, help: "Only of this connection.")
    var connection: String?

    @Option(name: .long, help: "Only of the login or refusal with this reference id.")
    var reference: String?

    @Option(name: .long, help: ArgumentHelp("Only of this kind, such as login.failed; may repeat."))
    var kind: [String] = []

    @Option(name: .long, help: "Only from this moment: RFC 3339, a day, or how long ago (2h, 7d).")
    var from: Moment?

    @Option(name: .long, help: "Only before this moment.")
    var to: Moment?

    @Flag(name: .long, help: "Open sealed personal data too.")
    var personal = false
}
