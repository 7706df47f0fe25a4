import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule connection replace`.
struct ConnectionReplace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace",
        abstract: "Move an organization from one connection to another, without second accounts.",
        discussion: """
            From then on people are sent to the new connection, which is enabled. The first login of each through it is \
            tied to the customer whom the old one knew, by verified e-mail inside the organization's own domain or by \
            an earlier subject that the identity names: once, and only where exactly one customer can be meant. When \
            the time is over, or with --finish, the old connection is disabled and its sessions end. Whoever comes \
            later meets the ordinary rules, and `customer link`.
            """)

    @OptionGroup var options: StoreOptions
    @OptionGroup var confirmation: ConfirmOption

    @Argument(help: "The connection that people leave.") var old: String
    @Argument(help: "The connection that takes its place.") var new: String?
    @Flag(help: "Say who would be found and who would not, and change nothing.") var preview = false
    @Option(help: "For how many days people are moved.") var days = 30
    @Flag(help: "End a replacement that runs.") var finish = false

    func validate() throws {
        guard finish != (new != nil), !(finish && preview) else {
            throw ValidationError("name both connections, or the old one with --finish")
        }
        guard (1...365).contains(days) else { throw ValidationError("--days is from 1 to 365") }
    }

    func run() async throws {
        let left = ConnectionID(rawValue: old)
        do {
            guard let new else { return try await end(left) }
            let right = ConnectionID(rawValue: new)
            if preview {
                try await options.read { installation, output in
                    print(try await installation.engine.replacements.preview(left, by: right), to: output)
                }
            } else {
                try await start(left, right)
            }
        } catch let error as ReplacementError {
            throw CommandFailure(Self.text(of: error))
        }
    }

    private func start(_ left: ConnectionID, _ right: ConnectionID) async throws {
        try await options.change { installation, output in
            let engine = installation.engine
            let forecasts = try await engine.replacements.preview(left, by: right)
            guard let connection = engine.live.resources.connections[right] else {
                throw ReplacementError.unknownConnection(right)
            }
            // One that does not load would let nobody in.
            _ = try engine.connections.provider(for: connection)
            let found = forecasts.count { $0.outcome == .matched }
            try confirmation.confirm(
                "Send everybody to \(right) instead of \(left)? \(found) of \(forecasts.count) customers would be found "
                    + "by e-mail.")
            let until = engine.environment.time.now + .seconds(Int64(days) * 86400)
            try await engine.replacements.start(left, by: right, until: until, actor: .operatorHere)
            output.line("\(right) takes the place of \(left) until \(until.day)")
        }
    }

    private func end(_ left: ConnectionID) async throws {
        try await options.change { installation, output in
            try confirmation.confirm("Disable \(left) and end the sessions that it opened?")
            try await installation.engine.replacements.finish(left, actor: .operatorHere)
            output.line("\(left) is disabled; the replacement is over")
        }
    }

    private func print(_ forecasts: [ReplacementForecast], to output: Output) {
        var table = Table("customer", "e-mail", "outcome", "meaning")
        for forecast in forecasts {
            table.add(
                forecast.customer.rawValue, forecast.email?.description, forecast.outcome.rawValue,
                forecast.outcome.meaning)
        }
        table.print(to: output, asJSON: options.json, whenEmpty: "nobody signed in through \(old) yet")
        let counts = ReplacementForecast.Outcome.allCases.map { outcome in
            "\(forecasts.count { $0.outcome == outcome }) \(outcome.rawValue)"
        }
        output.note("\(counts.joined(separator: ", ")); nothing was changed")
    }

    private static func text(of error: ReplacementError) -> String {
        switch error {
        case .unknownConnection(let id): "there is no connection \(id)"
        case .sameConnection: "a connection does not take its own place"
        case .otherOrganization: "the connections are of different organizations"
        case .guest(let id): "connection \(id) is for guests, whose identities never link"
        case .running(let rule): "\(rule.new) is taking the place of \(rule.old); finish that first"
        case .notRunning: "nothing takes the place of this connection"
        }
    }
}

extension ReplacementForecast.Outcome {
    /// One sentence for the operator.
    fileprivate var meaning: String {
        switch self {
        case .matched: "the first login through the new connection is tied to this customer"
        case .moved: "moved already"
        case .ambiguous: "several identities of the old connection: refused; look with customer show"
        case .unverified: "no verified e-mail: found by an earlier subject only, or by customer link"
        case .foreign: "the new connection may not speak for this e-mail: refused"
        case .disabled: "disabled, and stays so"
        }
    }
}
