import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime
import Foundation

/// `vestibule site show`.
struct SiteShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a site, and what is entered at its JSM for each facade.",
        discussion: """
            Exit status 1 where a facade does not load. --metadata prints the document that a facade publishes, as at \
            its URL, for a console that takes a file.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: "The site.")
    var site: String

    @Option(name: .long, help: "Only the facade of this kind.")
    var facade: String?

    @Flag(name: .long, help: "Print the document that the facade publishes: metadata (SAML) or discovery (OpenID).")
    var metadata = false

    func run() async throws {
        try await options.read { installation, output in
            let engine = installation.engine
            // A facade answers from what this process has read.
            try await engine.live.reload()
            guard let site = engine.live.resources.sites[SiteID(rawValue: site)] else {
                throw CommandFailure("there is no such site")
            }
            let chosen = site.facades.filter { facade == nil || $0.kind.rawValue == facade }
            guard !chosen.isEmpty || facade == nil else { throw CommandFailure("the site has no such facade") }
            if metadata { return output.document(try await document(of: site, chosen, engine)) }
            var reports: [FacadeReport] = []
            for facade in chosen { reports.append(try await .make(of: facade, at: site, with: engine)) }
            print(site, reports, to: output)
            guard reports.allSatisfy({ $0.problems.isEmpty }) else {
                throw CommandFailure("a facade of the site has errors")
            }
        }
    }

    private func document(of site: Site, _ chosen: [SiteFacade], _ engine: Engine) async throws -> String {
        guard chosen.count <= 1 else {
            let kinds = chosen.map(\.kind.rawValue).joined(separator: " or ")
            throw CommandFailure("say which with --facade: \(kinds)", .usage)
        }
        guard let facade = chosen.first, let route = FacadeConsole(facade.kind)?.publishedRoute else {
            throw CommandFailure("the site has no facade that publishes a document")
        }
        let address = FacadeAddress(site: site.id, kind: facade.kind)
        do {
            guard let document = try await engine.facades.published(route, at: address) else {
                throw CommandFailure("the facade publishes nothing")
            }
            return document
        } catch let error as SettingsError {
            throw CommandFailure("the facade does not load: \(error.description)")
        } catch let error as FacadeError {
            throw CommandFailure("\(error.code): \(error.detail)")
        }
    }

    private func print(_ site: Site, _ reports: [FacadeReport], to output: Output) {
        guard !options.json else { return output.json(site.document(with: reports)) }
        for (name, value) in [
            ("site", site.id.rawValue), ("kind", site.kind.rawValue), ("origin", site.origin),
            ("organizations", site.admittedText),
            ("portal cookies", site.cookiesOfPortal.isEmpty ? "-" : site.cookiesOfPortal.joined(separator: ", ")),
        ] { output.line("\(name): \(value)") }
        for report in reports {
            output.line()
            output.line("facade \(report.facade.kind)")
            for line in report.lines { output.line("  \(line)") }
            if let certificates = report.certificates { output.document(certificates) }
        }
    }
}

extension FacadeService {
    /// A document that a facade publishes at a route; nil where it publishes none there.
    func published(_ route: String, at address: FacadeAddress) async throws -> String? {
        let request = FacadeRequest(method: .get, route: route)
        guard case .document(let document, nil) = try await module(at: address)?.respond(to: request),
            document.status == 200
        else { return nil }
        return String(decoding: document.body, as: UTF8.self)
    }
}

extension Site {
    /// For a script.
    fileprivate func document(with reports: [FacadeReport]) -> SettingsValue {
        .object([
            "id": .string(id.rawValue), "kind": .string(kind.rawValue), "origin": .string(origin),
            "organizations": .array(organizations.map { .string($0.rawValue) }),
            "portalCookies": .array(cookiesOfPortal.map { .string($0) }),
            "facades": .array(reports.map(\.json)),
        ])
    }
}
