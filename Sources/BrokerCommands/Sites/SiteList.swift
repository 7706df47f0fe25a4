import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule site list`.
struct SiteList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List sites.")

    @OptionGroup var options: StoreOptions

    func run() async throws {
        try await options.read { installation, output in
            var table = Table("site", "kind", "origin", "organizations", "facades")
            for site in try await installation.engine.resources.export().sites {
                table.add(
                    site.id.rawValue, site.kind.rawValue, site.origin, site.admittedText,
                    site.facades.isEmpty ? nil : site.facades.map(\.kind.rawValue).joined(separator: ","))
            }
            table.print(to: output, asJSON: options.json, whenEmpty: "there are no sites")
        }
    }
}

extension Site {
    /// Who may enter.
    var admittedText: String {
        organizations.isEmpty ? "all" : organizations.map(\.rawValue).joined(separator: ",")
    }
}
