import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule access explain`.
struct AccessExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Tell whether a customer may see a portal, and why.",
        discussion: """
            Shows what decides, every rule with what it came to (true, false or unknown), and what it looked at. How and \
            when the customer signed in is taken from their newest live session. Exit status 0 whatever the answer is.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: "The customer, by id or e-mail.")
    var person: String

    @Argument(help: "The portal, by number or name.")
    var portal: String

    @Option(name: .long, help: "The site; may be left out where there is one.")
    var site: String?

    @Option(name: .long, help: "Ask about one request type of the portal.")
    var requestType: String?

    func run() async throws {
        try await options.read { installation, output in
            let resources = try await installation.engine.environment.store.read { try $0.resources() }
            let site = try resources.chosenSite(site)
            let portal = try site.chosenPortal(portal)
            let type = try chosenType()
            let record = try await installation.customer(person)
            let explanation = AccessReview(installation.engine.environment).explain(
                record, at: site, portal: portal, requestType: type, in: resources)
            let report = AccessReport(
                customer: record.customer, site: site, portal: portal, requestType: type, explanation: explanation)
            guard !options.json else { return output.json(report.document) }
            for line in report.lines { output.line(line) }
        }
    }

    private func chosenType() throws -> RequestTypeID? {
        guard let requestType else { return nil }
        guard let number = RequestTypeID(decimal: requestType) else {
            throw CommandFailure("\(requestType) is not the number of a request type", .usage)
        }
        return number
    }
}
