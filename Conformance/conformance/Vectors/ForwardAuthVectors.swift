// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import Foundation
import JOSE

/// The gate: `forward-auth-cases.json`, against a broker with both listeners and a customer who is signed in.
enum ForwardAuthVectors {
    static func run(_ file: JSONObject, _ name: String) async throws -> [CheckResult] {
        let rules = file.object("rules") ?? [:]
        var options = TestBroker.Options()
        options.publicPaths = (rules.strings("public") ?? []).map(mapped)
        let world = try await World.start(options)
        let results = await attempt {
            let door = try await Door(world)
            return try await VectorCase.all(in: file).run(in: name) { try await door.run($0) }
        }
        await world.stop()
        return try results.get()
    }

    /// From the placeholders of the file to our names.
    static func mapped(_ text: String) -> String {
        text.replacingOccurrences(of: "X-Broker-Tenant", with: "X-Vestibule-Organization")
            .replacingOccurrences(of: "X_Broker_Tenant", with: "X_Vestibule_Organization")
            .replacingOccurrences(of: "X-Broker-", with: "X-Vestibule-")
            .replacingOccurrences(of: "x-broker-", with: "x-vestibule-")
            .replacingOccurrences(of: "X_Broker_", with: "X_Vestibule_")
            .replacingOccurrences(of: "__Host-broker", with: World.cookies.token)
            .replacingOccurrences(of: "/broker/", with: "/vestibule/")
    }
}

/// Runs the cases of one file.
private struct Door {
    private let world: World
    private let gate: GateClient
    private let tokens: HostileTokens
    private let alice: Browser
    private let aliceID: String

    init(_ world: World) async throws {
        self.world = world
        gate = GateClient(url: world.broker.gateURL)
        let (browser, trail) = try await world.signedIn()
        alice = browser
        tokens = HostileTokens(try unwrap(trail.token, "no token"))
        let check = try await gate.check(DoorRequest(target: TestBroker.defaultPath), from: browser)
        aliceID = try unwrap(check.values("X-Vestibule-User").first, "a session without a user")
    }

    func run(_ example: VectorCase) async throws {
        let wanted = try DoorExpectation(example.text("expect"))
        let request = try unwrap(example.entry.object("request"), "no request")
        let session = request.string("session")
        switch session {
        case nil: try await run(request, wanted, from: world.browser(), session: nil)
        case "alice": try await run(request, wanted, from: alice, session: "alice")
        case "store-down":
            // Nothing that was verified before may answer for a store that has been away for a second.
            try await world.broker.clock.later(by: .seconds(2)) {
                try await world.broker.store.away {
                    try await run(request, wanted, from: alice, session: session)
                }
            }
        case let other?: throw Unmet("unknown session \(other)")
        }
    }

    private func run(
        _ request: JSONObject, _ wanted: DoorExpectation, from browser: Browser, session: String?
    ) async throws {
        let isExpired = request.text.contains("<expired token>")
        try await world.broker.clock.later(by: isExpired ? .seconds(660) : .zero) {
            let door = try doorRequest(request)
            let check = try await gate.check(door, from: browser)
            let answer = try await gate.answer(door, from: browser)
            try DoorVerdict(check: check, answer: answer, publicURL: "\(world.broker.origin)/vestibule").hold(
                wanted, user: session == "alice" ? aliceID : nil)
            if wanted.isNeverStored { try await loginIsNeverStored() }
        }
    }

    private func doorRequest(_ request: JSONObject) throws -> DoorRequest {
        var door = DoorRequest(
            method: request.string("method") ?? "GET",
            target: ForwardAuthVectors.mapped(try unwrap(request.string("target"), "no target")))
        for (name, value) in request.object("headers") ?? [:] {
            let text = try unwrap(value.string, "\(name) is no text")
            door.headers.append((ForwardAuthVectors.mapped(name), try tokens.filled(ForwardAuthVectors.mapped(text))))
        }
        return door
    }

    /// Every answer of a login, from the first redirect to the one that leaves the broker.
    private func loginIsNeverStored() async throws {
        let browser = world.browser()
        let pages = try await world.signIn("alice@acme.example", with: browser).pages
        for page in pages where page.url.host() == TestBroker.host {
            try require(
                page.values("Cache-Control").contains("no-store"), "\(page.url.path()) may be stored by a cache")
        }
    }
}
