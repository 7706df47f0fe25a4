import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule access simulate`.
struct AccessSimulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Tell who would gain and who would lose a portal by a resources file.",
        discussion: """
            The file is one that apply reads, whole or with sites only. It is checked as by apply, and nothing is \
            changed. Known, active customers are compared, each with the connection of their last sign-in; who would \
            have to sign in anew counts as let in, and observe as enforce.
            """)

    @OptionGroup var options: StoreOptions

    @Option(name: [.customShort("f"), .long], help: "The resources file.")
    var file: String

    @Option(name: .long, help: "Only this site.")
    var site: String?

    func run() async throws {
        let context = CommandContext.current
        let document = try ResourceDocument.load(
            file, providers: try ProviderRegistry(context.providers), facades: try FacadeRegistry(context.facades))
        let only = site.map { SiteID(rawValue: $0) }
        guard document.wanted.sites.contains(where: { only == nil || $0.id == only }) else {
            throw CommandFailure(only.map { "the file has no site \($0)" } ?? "the file has no site", .usage)
        }
        try await options.read { installation, output in
            do {
                _ = try await installation.engine.resources.apply(
                    document.wanted, prune: false, isDryRun: true, actor: .operatorHere)
            } catch let error as SettingsError {
                throw document.located(error)
            }
            let shifts = try await AccessReview(installation.engine.environment).simulate(
                document.wanted, site: only)
            guard !options.json else { return output.json(.array(shifts.map(\.document))) }
            for line in shifts.flatMap(\.lines) { output.line(line) }
        }
    }
}

extension AccessShift {
    fileprivate var lines: [String] {
        let place = portal.map { ", portal \($0)\(name.map { " (\($0))" } ?? "")" } ?? ""
        return [
            "site \(site)\(place): \(gains.count) would gain it, \(loses.count) would lose it, "
                + "\(admitted) of \(total) would see it"
        ] + gains.map { "  + \($0.line)" } + loses.map { "  - \($0.line)" }
    }

    fileprivate var document: SettingsValue {
        var members: [String: SettingsValue] = [
            "site": .string(site.rawValue), "gains": .array(gains.map(\.document)),
            "loses": .array(loses.map(\.document)), "admitted": .integer(Int64(admitted)),
            "total": .integer(Int64(total)),
        ]
        members["portal"] = portal.map { .integer($0.rawValue) }
        members["name"] = name.map { .string($0) }
        return .object(members)
    }
}

extension AccessShift.Person {
    fileprivate var line: String {
        "\(email?.description ?? "-") (\(customer), \(organization)): \(because.text)"
    }

    fileprivate var document: SettingsValue {
        var members: [String: SettingsValue] = [
            "customer": .string(customer.rawValue), "organization": .string(organization.rawValue),
            "reason": .string(because.text),
        ]
        members["email"] = email.map { .string($0.description) }
        return .object(members)
    }
}
