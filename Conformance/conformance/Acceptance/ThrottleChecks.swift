// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import BrokerModel
import Foundation

/// Limits on who tries too often: S9.
///
/// In worlds of their own, whose clocks stand still: no bucket gets a token back while a check runs.
enum ThrottleChecks {
    static let limits: GateChecks.Check = { _ in
        for check in [addresses, silentDiscovery, evasions, oneLogin, beginnings, callbackFlood] {
            let world = try await World.start(connections: [AcceptanceWorld.staff, AcceptanceWorld.contractor])
            world.broker.clock.freeze()
            let result = await attempt { try await check(world) }
            await world.stop()
            try result.get()
        }
        return
            "addresses, logins and callbacks of a network are limited, exactly and alike for every domain; a spoofed "
            + "header and another host of a /64 do not help; a login under a flood of 200 callbacks goes on"
    }

    static let known = "somebody@acme.example"
    static let unknown = "somebody@unknown.example"

    // MARK: Addresses

    /// Sixty pass, of any domain; then every domain is refused alike, and another network is not.
    @Sendable private static func addresses(_ world: World) async throws {
        try await drain(world) { _ in "203.0.113.9" }
        try await refusesAlike(world)
        try await passes(Visitor(world, from: "203.0.113.10"))
        try await isRecorded("addresses_per_network", in: world)
    }

    /// The same where discovery tells nothing: equal answers before the limit, and after it.
    @Sendable private static func silentDiscovery(_ world: World) async throws {
        var options = TestBroker.Options()
        options.discovery = .uniform
        try await world.broker.apply(options, organizations: [], connections: [])
        var shapes: Set<String> = []
        for email in [known, "somebody@globex.example", unknown] {
            let visitor = Visitor(world, from: "203.0.113.10")
            let login = try await visitor.begin()
            shapes.insert(shape(of: try await visitor.type(email, at: login), login))
        }
        try require(shapes.count == 1, "uniform discovery tells domains apart: \(shapes)")
        try await drain(world) { _ in "203.0.113.9" }
        try await refusesAlike(world)
    }

    /// What a client writes of itself, and the part of an address that is its own choice, make no new network.
    @Sendable private static func evasions(_ world: World) async throws {
        try await drain(world) { "198.51.100.\($0), 203.0.113.9" }
        try await isRefused(Visitor(world, from: "192.0.2.1, 203.0.113.9"))
        try await isRefused(Visitor(world, from: "203.0.113.10, 203.0.113.9"))
        try await isRefused(Visitor(world, from: "::ffff:203.0.113.9"))
        try await drain(world) { "2001:db8:1:2:\(String($0, radix: 16)):7::1" }
        try await isRefused(Visitor(world, from: "2001:db8:1:2:ffff:ffff:ffff:ffff"))
        try await passes(Visitor(world, from: "2001:db8:1:3::1"))
    }

    /// Sixty in one login, wherever they come from.
    @Sendable private static func oneLogin(_ world: World) async throws {
        let visitor = Visitor(world, from: "203.0.113.9")
        let login = try await visitor.begin()
        var statuses: [Int] = []
        for number in 0...60 {
            let elsewhere = Visitor(world, from: "198.51.100.\(number)", with: visitor.browser)
            statuses.append(try await elsewhere.type("p\(number)@unknown.example", at: login).status)
        }
        let refused = statuses.enumerated().filter { $0.element == 429 }.map(\.offset)
        try require(refused == [60], "of 61 addresses in one login those refused are \(refused)")
    }

    // MARK: Logins and callbacks

    /// Logins that are begun again and again.
    @Sendable private static func beginnings(_ world: World) async throws {
        let url = "\(world.broker.origin)/vestibule/start?prompt=login"
        for number in 0..<200 {
            let page = try await Visitor(world, from: "203.0.113.9").open(url)
            try require(page.status == 303, "login \(number) of a network was answered \(page.status)")
        }
        let refused = try await Visitor(world, from: "203.0.113.9").open(url)
        try require(isLimit(refused), "login 200 of a network was answered \(refused.status)")
        _ = try await Visitor(world, from: "203.0.113.10").begin()
        try await isRecorded("logins_per_network", in: world)
    }

    /// A flood with made-up states, while somebody of that very network and connection is at the IdP.
    @Sendable private static func callbackFlood(_ world: World) async throws {
        let person = Visitor(world, from: "203.0.113.9")
        let start = try await person.open(
            "\(world.broker.origin)/vestibule/start?connection=\(AcceptanceWorld.staff)"
                + "&login_hint=\(Browser.encoded("s9@acme.example"))")
        let answer = try await person.follow(start) { !$0.path().hasPrefix("/vestibule/cb/") }
        let way = try unwrap(answer.location, "the IdP sent nobody back: \(answer.status)")

        for number in 0..<200 {
            let page = try await Visitor(world, from: "203.0.113.9").forge(number, at: AcceptanceWorld.staff)
            try require(page.status == 400, "message \(number) was answered \(page.status)")
        }
        for (network, connection) in [
            ("203.0.113.9", AcceptanceWorld.staff), ("203.0.113.9", AcceptanceWorld.contractor),
            ("203.0.113.10", AcceptanceWorld.staff),
        ] {
            let page = try await Visitor(world, from: network).forge(200, at: connection)
            try require(isLimit(page), "after the flood \(network) at \(connection) was answered \(page.status)")
        }
        let other = try await Visitor(world, from: "203.0.113.10").forge(200, at: AcceptanceWorld.contractor)
        try require(other.status == 400, "another network and connection was answered \(other.status)")

        _ = try await person.open(way.absoluteString)
        let handle = person.browser.jar.value(World.cookies.handle, host: TestBroker.host)
        try require(handle != nil, "the flood kept out somebody who was signing in")
    }
}
