import Broker
import BrokerModel
import Foundation
import Testing

@testable import BrokerEngine

@Suite struct ConnectionPoolTests {
    @Test func `a module is made once for each revision of its settings`() async throws {
        let here = try await TestInstallation()
        for _ in 0..<3 { try await here.signIn("ann@globex.example") }
        let before = try #require(here.engine.live.resources.connections["globex-oidc"])
        try await here.change { $0.connections[2].name = "Another name" }
        let after = try #require(here.engine.live.resources.connections["globex-oidc"])
        #expect(after.revision > before.revision)
        #expect(here.engine.live.resources.connections["acme-ext"]?.revision == before.revision)
    }

    @Test func `settings that do not load refuse the login, with the operator's detail on record only`() async throws {
        let here = try await TestInstallation()
        let broken = here.connection("globex-oidc", of: "globex") {
            $0.settings = .object(["script": .string("unknown")])
            $0.revision = 99
        }
        try await here.store.write { writer in
            try writer.put(broken)
            try writer.raiseResourceRevision()
        }
        try await here.engine.live.reload()
        let failure = try await here.refusal { try await TestBrowser().go(here.engine, "ann@globex.example") }
        #expect(failure.code == .configurationInvalid)
        #expect(try await here.records(.loginFailed).last?.body.contains("is not a script") == true)
    }

    @Test func `what a connection remembers is its own, bounded, and set by whoever read it last`() async throws {
        let here = try await TestInstallation()
        let memory = try here.engine.connections.context(for: "acme-ext").memory
        let other = try here.engine.connections.context(for: "acme-staff").memory
        #expect(try await memory.compareAndSet("jwks", expected: nil, bytes: Data("1".utf8)))
        #expect(try await !memory.compareAndSet("jwks", expected: nil, bytes: Data("2".utf8)))
        let entry = try #require(try await memory.read("jwks"))
        #expect(entry.bytes == Data("1".utf8) && entry.storedAt == here.clock.now)
        #expect(try await memory.compareAndSet("jwks", expected: entry.version, bytes: Data("3".utf8)))
        #expect(try await !memory.compareAndSet("jwks", expected: entry.version, bytes: Data("4".utf8)))
        #expect(try await other.read("jwks") == nil)
        await #expect(throws: MemoryError.self) {
            try await memory.compareAndSet("big", expected: nil, bytes: Data(count: (1 << 20) + 1))
        }
        await #expect(throws: MemoryError.self) {
            try await memory.compareAndSet(String(repeating: "k", count: 65), expected: nil, bytes: Data())
        }
        here.store.readsFail = true
        await #expect(throws: MemoryError.self) { try await memory.read("jwks") }
    }
}
