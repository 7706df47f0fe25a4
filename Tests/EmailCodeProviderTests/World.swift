import Broker
import ConformanceKit
import EmailCodeProvider

/// One connection with its mail server.
struct World {
    static let address = "alice@acme.example"

    var bench = KitBench()
    var randomness = Randomness.system

    var clock: KitClock { bench.clock }
    var mailbox: KitMailbox { bench.mailbox }
    var log: LogCapture { bench.log }

    /// Nothing but mail can be reached, and there is no secret to read.
    init() throws {
        bench.connection = "guests"
        bench.secrets = [:]
        bench.transport.isDown = true
    }

    var context: ProviderContext {
        var context = bench.context
        context.randomness = randomness
        return context
    }

    func provider(
        _ change: (inout EmailCodeProvider.Settings) -> Void = { _ in }
    ) throws -> EmailCodeProvider {
        var settings = EmailCodeProvider.Settings(recipients: ["acme.example", "jo@freelance.example"])
        change(&settings)
        return try EmailCodeProvider(id: "guests", settings: settings, context: context)
    }

    /// A login as the engine drives it.
    func login(_ hint: String? = World.address) throws -> Login {
        Login(world: self, provider: try provider(), hint: hint)
    }
}

extension KitMailbox {
    /// The code of the last mail.
    func code() throws -> String { String(try unwrap(mails.last).text.prefix(8)) }
}

/// Another code than the right one.
func wrong(_ code: String) -> String { String((code.first == "9" ? "0" : "9") + code.dropFirst()) }
