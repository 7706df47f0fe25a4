import Broker
import BrokerModel
import Testing

@testable import BrokerEngine

@Suite struct ConnectionExceptionTests {
    private func installation(sha1: Int64?) async throws -> TestInstallation {
        let script = KeyedScript()
        return try await TestInstallation {
            $0.connections.append(.keyed("acme-saml", script) { $0.settings = Self.settings(script, sha1) })
        }
    }

    private static func settings(_ script: KeyedScript, _ sha1: Int64?) -> SettingsValue {
        var members: [String: SettingsValue] = ["script": .string(script.name)]
        members["sha1"] = sha1.map { .integer($0) }
        return .object(members)
    }

    private func set(_ sha1: Int64?, _ here: TestInstallation) async throws {
        let script = KeyedScript()
        try await here.change("acme-saml") { $0.settings = Self.settings(script, sha1) }
    }

    private func told(_ here: TestInstallation) async throws -> [String] {
        try await here.records(.connectionException).map(\.body)
    }

    @Test func `an exception is recorded when it comes, changes and goes, each with its day`() async throws {
        let here = try await installation(sha1: 1_790_000_000)
        try await set(1_790_086_400, here)
        try await set(nil, here)
        let events = try await told(here)
        try #require(events.count == 3)
        for (event, change) in zip(events, ["added", "changed", "removed"]) {
            #expect(event.contains(#""change":"\#(change)""#) && event.contains(#""exception":"sha1""#))
            #expect(event.contains(#""connection":"acme-saml""#) && event.contains("administrator:root"))
        }
        #expect(events[0].contains(#""until":"2026-09-21T"#) && !events[0].contains("before"))
        #expect(events[1].contains(#""until":"2026-09-22T"#) && events[1].contains(#""before":"2026-09-21T"#))
        #expect(events[2].contains(#""before":"2026-09-22T"#) && !events[2].contains("until"))
    }

    @Test func `a change of something else records no exception`() async throws {
        let here = try await installation(sha1: 1_790_000_000)
        try await here.change("acme-saml") { $0.name = "Another name" }
        try await set(1_790_000_000, here)
        #expect(try await told(here).count == 1)
    }

    @Test func `a connection that is deleted takes its exception along`() async throws {
        let here = try await installation(sha1: 1_790_000_000)
        var wanted = try await here.engine.resources.export()
        wanted.connections.removeAll { $0.id == "acme-saml" }
        try await here.apply(wanted, prune: true)
        let events = try await told(here)
        #expect(events.count == 2 && events[1].contains(#""change":"removed""#))
    }

    @Test func `a connection without exceptions records none`() async throws {
        #expect(try await told(installation(sha1: nil)).isEmpty)
    }
}
