import ArgumentParser
import Broker
import BrokerModel
import BrokerRuntime

/// `vestibule access`.
struct AccessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access", abstract: "Ask who may see which portal, and why.",
        subcommands: [AccessExplain.self, AccessSimulate.self, AccessRequestsCommand.self, AccessPush.self])
}

extension Resources {
    /// The site of a name; where none is named, the only one.
    func chosenSite(_ name: String?) throws -> Site {
        guard let name else {
            guard let site = sites.values.first else { throw CommandFailure("there is no site") }
            guard sites.count == 1 else {
                let names = sites.keys.sorted().map(\.rawValue).joined(separator: ", ")
                throw CommandFailure("say which site with --site: \(names)", .usage)
            }
            return site
        }
        guard let site = sites[SiteID(rawValue: name)] else { throw CommandFailure("there is no site \(name)") }
        return site
    }
}

extension Site {
    /// A portal by number or by name.
    ///
    /// A number that the site does not list is asked about all the same: the answer says so.
    func chosenPortal(_ text: String) throws -> PortalID {
        if let number = PortalID(decimal: text) { return number }
        let named = portals.filter { $0.name.lowercased() == text.lowercased() }
        guard named.count == 1, let portal = named.first else {
            let known = portals.map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
            throw CommandFailure(
                "\(text) is not the number or the name of a portal; known: \(known.isEmpty ? "none" : known)", .usage)
        }
        return portal.id
    }

    /// A portal as people call it.
    func placeText(_ portal: PortalID, _ requestType: RequestTypeID?) -> String {
        let name = portals.first { $0.id == portal }.map { " (\($0.name))" } ?? ""
        return "portal \(portal)\(name)\(requestType.map { ", request type \($0)" } ?? "") of site \(id)"
    }
}
