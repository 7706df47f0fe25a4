import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime
import Directory

/// `vestibule access push`.
struct AccessPush: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "Write into a site's JSM who may see which portal, and tell what differs.",
        discussion: """
            So that somebody who gets past the gate is refused by JSM too. Looks only at the service desks of the site's \
            portals. Organizations under jsm.foreign and those that Atlassian's directory keeps are never touched, and \
            neither are requests. Exit status 1 where something could not be written.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: "The site.") var site: String
    @Flag(name: .long, help: "Only tell what would be written.") var dryRun = false
    @Flag(name: .long, help: "Remove more than 20 people, or than 10 %, at once.") var yes = false
    @Flag(name: .long, help: "Remove people and organizations that the broker does not know, too.")
    var strangers = false

    func run() async throws {
        let failed = try await (dryRun ? look : change)()
        guard failed == 0 else { throw CommandFailure("\(failed) steps were not done; push again") }
    }

    private func look() async throws -> Int {
        try await options.read { installation, output in
            AccessPushReport(try await draft(installation), nil).print(to: output, asJSON: options.json)
            return 0
        }
    }

    private func change() async throws -> Int {
        try await options.change { installation, output in
            let draft = try await draft(installation)
            guard yes || !draft.plan.isDrastic else {
                AccessPushReport(draft, nil).print(to: output, asJSON: options.json)
                throw CommandFailure(
                    "\(draft.plan.losing.count) of \(draft.plan.present.count) people would lose a way in; nothing was "
                        + "written: look at the plan, and push with --yes")
            }
            let engine = installation.engine
            let result = try await PortalGrants(engine.environment, audit: engine.audit)
                .push(draft, actor: .operatorHere)
            AccessPushReport(draft, result).print(to: output, asJSON: options.json)
            return result.failures.count
        }
    }

    private func draft(_ installation: Installation) async throws -> PortalGrants.Draft {
        let engine = installation.engine
        let resources = try await engine.environment.store.read { try $0.resources() }
        let site = try resources.chosenSite(site)
        do {
            return try await PortalGrants(engine.environment, audit: engine.audit)
                .draft(site, removesStrangers: strangers)
        } catch let obstacle as PortalGrants.Obstacle {
            switch obstacle {
            case .notConfigured:
                throw CommandFailure("site \(site.id) has no jsm, so that nothing is written there", .usage)
            case .noPortals: throw CommandFailure("site \(site.id) lists no portals", .usage)
            }
        } catch let refusal as PortalGrants.Refusal {
            throw CommandFailure(refusal.text)
        }
    }
}
