import Broker
import BrokerModel
import Foundation
import JOSE
import Testing

@testable import BrokerEngine

/// Keys of the kind that a connection's settings need.
@Suite struct ConnectionKeyKindTests {
    private func installation(keys: String) async throws -> (TestInstallation, KeyedScript) {
        let script = KeyedScript()
        let here = try await TestInstallation {
            $0.connections.append(.keyed("acme-saml", script) { $0.set(keys: keys, script) })
        }
        return (here, script)
    }

    private func connection(_ here: TestInstallation) throws -> Connection {
        try #require(here.engine.live.resources.connections["acme-saml"])
    }

    private func change(_ here: TestInstallation, keys: String, _ script: KeyedScript) async throws {
        var wanted = try connection(here)
        wanted.set(keys: keys, script)
        _ = try await here.engine.resources.apply(
            WantedResources(organizations: [], connections: [wanted], sites: []), prune: false, isDryRun: false,
            actor: .system)
        try await here.engine.live.reload()
    }

    private func stored(_ here: TestInstallation) async throws -> [ConnectionKey] {
        try await here.engine.connectionKeys.list().filter { $0.connection == "acme-saml" }
    }

    @Test func `a connection that signs with ES256 gets keys on P-256`() async throws {
        let (here, script) = try await installation(keys: "P-256")
        #expect(Set(try await stored(here).map(\.algorithm)) == [.p256])
        _ = try here.engine.connections.provider(for: try connection(here))
        let handles = try #require(script.made.last)
        #expect(handles.count == 2)
        for handle in handles {
            let key = try SigningKey(pkcs8DER: [UInt8](handle.pkcs8), algorithm: .es256)
            #expect(key.publicKey.spkiDER == [UInt8](handle.subjectPublicKeyInfo))
        }
    }

    @Test func `a rotation on P-256 makes the next key current`() async throws {
        let (here, script) = try await installation(keys: "P-256")
        _ = try here.engine.connections.provider(for: try connection(here))
        try await here.engine.connectionKeys.rotate("acme-saml", actor: .system)
        _ = try here.engine.connections.provider(for: try connection(here))
        #expect(script.made.last?.first == script.made.first?[1])
    }

    @Test func `a connection whose settings need none has none, publishes nothing, and loads`() async throws {
        let (here, _) = try await installation(keys: "none")
        #expect(try await stored(here).isEmpty)
        #expect(try await here.engine.connections.metadata(of: try connection(here)) == nil)
        await #expect(throws: ConnectionKeyError.kindHasNoKeys) {
            try await here.engine.connectionKeys.rotate("acme-saml", actor: .system)
        }
    }

    @Test func `changed settings bring their keys along, and old ones are not handed over`() async throws {
        let (here, script) = try await installation(keys: "none")
        try await change(here, keys: "P-256", script)
        _ = try here.engine.connections.provider(for: try connection(here))
        let curve = try #require(script.made.last)
        #expect(curve.count == 2)
        try await change(here, keys: "RSA-2048", script)
        _ = try here.engine.connections.provider(for: try connection(here))
        let rsa = try #require(script.made.last)
        #expect(rsa.count == 2 && Set(rsa).isDisjoint(with: curve))
        #expect(try await stored(here).count == 4)
    }
}

extension Connection {
    fileprivate mutating func set(keys: String, _ script: KeyedScript) {
        settings = .object(["script": .string(script.name), "keys": .string(keys)])
    }
}
