import Broker
import BrokerModel
import Foundation
import JOSE
import Logging
import Testing

@testable import BrokerEngine

@Suite struct ConnectionKeyTests {
    /// An installation with one connection of the kind that has keys.
    private func installation(isEnabled: Bool = true) async throws -> (TestInstallation, KeyedScript) {
        let script = KeyedScript()
        let here = try await TestInstallation {
            $0.connections.append(.keyed("acme-saml", script) { $0.isEnabled = isEnabled })
        }
        return (here, script)
    }

    private func keys(_ here: TestInstallation) async throws -> [ConnectionKey] {
        ConnectionKeys(try await here.engine.connectionKeys.list()).keys(of: "acme-saml")
    }

    @discardableResult
    private func load(_ engine: Engine) throws -> any IdentityProvider {
        try engine.connections.provider(for: try #require(engine.live.resources.connections["acme-saml"]))
    }

    // MARK: Making

    @Test(arguments: [true, false])
    func `a connection has a current and a next key from the moment it is stored`(isEnabled: Bool) async throws {
        let (here, script) = try await installation(isEnabled: isEnabled)
        let stored = try await keys(here)
        #expect(stored.map(\.state) == [.active, .next])
        try load(here.engine)
        let handles = try #require(script.made.last)
        #expect(handles.map(\.id) == stored.map(\.id))
        #expect(try await here.records(.connectionKeyMade).count == 2)
    }

    @Test func `a key is RSA of 2048 bits, its id the hash of its public half, and its halves fit`() async throws {
        let (here, script) = try await installation()
        try load(here.engine)
        for handle in try #require(script.made.last) {
            #expect(handle.id == Digests.hex(Digests.sha256([UInt8](handle.subjectPublicKeyInfo))))
            let key = try SigningKey(pkcs8DER: [UInt8](handle.pkcs8), algorithm: .rs256)
            #expect(key.publicKey.spkiDER == [UInt8](handle.subjectPublicKeyInfo))
            #expect(handle.subjectPublicKeyInfo.count == 294)
        }
    }

    @Test func `a kind without keys gets none`() async throws {
        let (here, _) = try await installation()
        #expect(Set(try await here.engine.connectionKeys.list().map(\.connection)) == ["acme-saml"])
    }

    @Test func `applying again makes no other keys`() async throws {
        let (here, _) = try await installation()
        let before = try await keys(here)
        try await here.change("acme-saml") { $0.name = "Another name" }
        try await here.engine.maintain()
        #expect(try await keys(here) == before)
    }

    @Test func `a dry run makes no keys`() async throws {
        let here = try await TestInstallation()
        var wanted = try await here.engine.resources.export()
        wanted.connections.append(.keyed("acme-saml", KeyedScript()))
        try await here.apply(wanted, isDryRun: true)
        #expect(try await here.engine.connectionKeys.list().isEmpty)
    }

    @Test func `keys that are missing do not let the connection load, and housekeeping makes them`() async throws {
        let (here, _) = try await installation()
        try await here.store.write { writer in
            for key in try writer.connectionKeys(of: nil) { _ = try writer.delete(connectionKey: key.id) }
            try writer.raiseResourceRevision()
        }
        try await here.engine.live.reload()
        #expect(throws: SettingsError.self) { try load(here.engine) }
        try await here.engine.maintain()
        #expect(throws: Never.self) { try load(here.engine) }
    }

    @Test func `two processes that make keys at once end with the same`() async throws {
        let (here, script) = try await installation()
        let other = try await here.otherEngine(seed: 3)
        try await here.store.write { writer in
            for key in try writer.connectionKeys(of: nil) { _ = try writer.delete(connectionKey: key.id) }
            try writer.raiseResourceRevision()
        }
        try await here.engine.live.reload()
        try await other.live.reload()
        async let one: Void = here.engine.connectionKeys.maintain()
        async let two: Void = other.connectionKeys.maintain()
        _ = try await (one, two)
        try await here.engine.live.reload()
        try await other.live.reload()
        try load(here.engine)
        try load(other)
        #expect(try await keys(here).map(\.state) == [.active, .next])
        #expect(script.made.suffix(2).first == script.made.last)
        // Two by the first apply, two now; the loser's are not recorded.
        #expect(try await here.records(.connectionKeyMade).count == 4)
    }

    // MARK: Rotating

    @Test func `a rotation makes the next key current and keeps the old one last`() async throws {
        let (here, script) = try await installation()
        try load(here.engine)
        let before = try await keys(here).map(\.id)
        try await here.engine.connectionKeys.rotate("acme-saml", actor: .administrator("root"))
        try load(here.engine)
        let handles = try #require(script.made.last).map(\.id)
        #expect(handles.count == 3)
        #expect(handles.first == before[1] && handles.last == before[0])
        #expect(!before.contains(handles[1]))
        let body = try #require(try await here.records(.connectionKeysRotated).last).body
        #expect(body.contains("administrator:root") && before.allSatisfy(body.contains))
    }

    @Test func `another process uses the new key once it has looked`() async throws {
        let (here, script) = try await installation()
        let other = try await here.otherEngine()
        try load(other)
        try await here.engine.connectionKeys.rotate("acme-saml", actor: .system)
        try await other.live.reload()
        try load(other)
        #expect(script.made.last?.first == script.made.first?[1])
    }

    @Test func `a retired key decrypts for thirty days and is then destroyed`() async throws {
        let (here, _) = try await installation()
        try await here.engine.connectionKeys.rotate("acme-saml", actor: .system)
        let old = try #require(try await keys(here).last).id
        here.clock.advance(by: .seconds(30 * 86400) - .microseconds(1))
        try await here.engine.maintain()
        #expect(try await keys(here).last?.id == old)
        here.clock.advance(by: .microseconds(1))
        try await here.engine.maintain()
        #expect(try await keys(here).map(\.state) == [.active, .next])
        #expect(try await here.records(.connectionKeyRemoved).last?.body.contains(old) == true)
    }

    @Test func `of two rotations at once one is done`() async throws {
        let (here, _) = try await installation()
        let other = try await here.otherEngine()
        let results = await withTaskGroup(of: Bool.self) { group in
            for engine in [here.engine, other] {
                group.addTask {
                    (try? await engine.connectionKeys.rotate("acme-saml", actor: .system)) != nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let done = results.filter { $0 }.count
        // One that began after the other had ended is a rotation of its own.
        #expect(done >= 1)
        #expect(try await here.records(.connectionKeysRotated).count == done)
        #expect(try await keys(here).count == 2 + done)
    }

    @Test func `a rotation of what has no keys says why`() async throws {
        let (here, _) = try await installation()
        await #expect(throws: ConnectionKeyError.unknownConnection) {
            try await here.engine.connectionKeys.rotate("nobody", actor: .system)
        }
        await #expect(throws: ConnectionKeyError.kindHasNoKeys) {
            try await here.engine.connectionKeys.rotate("acme-staff", actor: .system)
        }
    }

    @Test func `a rotation whose write fails changes nothing`() async throws {
        let (here, _) = try await installation()
        let before = try await keys(here)
        here.store.fail(write: 1)
        await #expect(throws: StoreError.self) {
            try await here.engine.connectionKeys.rotate("acme-saml", actor: .system)
        }
        here.store.fail(write: nil)
        #expect(try await keys(here) == before)
    }

    // MARK: Hostile stores

    @Test func `a current key that was tampered with keeps its connection from loading, and no other`() async throws {
        let (here, _) = try await installation()
        let good = try await keys(here)
        try await tamper(here, good[0]) { $0.sealedPrivateKey[40] ^= 1 }
        let error = #expect(throws: SettingsError.self) { try load(here.engine) }
        let text = try #require(error).description
        #expect(text.contains(good[0].id) && text.contains("sealed_tampered") && text.contains("keys rotate"))
        try await here.signIn("ann@globex.example")
        // What the text says helps.
        try await here.engine.connectionKeys.rotate("acme-saml", actor: .system)
        #expect(throws: Never.self) { try load(here.engine) }
    }

    @Test func `a public half that was exchanged is noticed`() async throws {
        let (here, _) = try await installation()
        let good = try await keys(here)
        try await tamper(here, good[1]) { $0.publicKey = good[0].publicKey }
        #expect(throws: SettingsError.self) { try load(here.engine) }
    }

    @Test func `a key that was moved to another connection does not open`() async throws {
        let (here, _) = try await installation()
        let keyring = here.engine.environment.keyring
        let key = try await keys(here)[0]
        #expect(throws: Never.self) { try key.open(with: keyring) }
        var moved = key
        moved.connection = "globex-saml"
        #expect(throws: JOSEError(.sealedTampered)) { try moved.open(with: keyring) }
    }

    @Test func `a key-encryption key that does not open a connection's key is noticed at the start`() async throws {
        let (here, _) = try await installation()
        #expect(try await here.engine.keys.unreadable().isEmpty)
        let stranger = SealingKeys(current: try KeyEncryptionKey(bytes: SeededRandomness(seed: 7).source.bytes(32)))
        let foreign = try ConnectionKey.generate(
            .rsa2048, for: "acme-saml", .retired, at: here.clock.now, keyring: stranger)
        try await here.store.write { _ = try $0.place(foreign) }
        #expect(try await here.engine.keys.unreadable() == [foreign.id])
    }

    private func tamper(
        _ here: TestInstallation, _ key: ConnectionKey, _ change: (inout ConnectionKey) -> Void
    ) async throws {
        var changed = key
        change(&changed)
        let tampered = changed
        try await here.store.write { writer in
            _ = try writer.update(tampered, from: tampered.state)
            try writer.raiseResourceRevision()
        }
        try await here.engine.live.reload()
    }

    // MARK: Leaving

    @Test func `a connection that is deleted takes its keys along, and a new one of its name begins anew`() async throws
    {
        let (here, _) = try await installation()
        let wanted = try await here.engine.resources.export()
        let before = Set(try await keys(here).map(\.id))
        var without = wanted
        without.connections.removeAll { $0.id == "acme-saml" }
        try await here.apply(without, prune: true)
        #expect(try await here.engine.connectionKeys.list().isEmpty)
        try await here.apply(wanted)
        let after = Set(try await keys(here).map(\.id))
        #expect(after.count == 2 && after.isDisjoint(with: before))
    }

    @Test func `nothing of a private key is in the log, the audit log or an export`() async throws {
        let (here, script) = try await installation()
        try load(here.engine)
        try await here.engine.connectionKeys.rotate("acme-saml", actor: .system)
        let secrets = script.made.flatMap { $0 }.map { $0.pkcs8.base64EncodedString().suffix(64) }
        let sealed = try await keys(here).map { $0.sealedPrivateKey.base64EncodedString().suffix(64) }
        let exported = String(describing: try await here.engine.resources.export())
        let written = here.log.lines + (try await here.records().map(\.body)) + [exported, "\(script.made)"]
        #expect(!secrets.isEmpty)
        for secret in secrets + sealed { #expect(!written.contains { $0.contains(secret) }) }
    }
}

extension TestInstallation {
    /// Changes one stored connection.
    func change(_ id: ConnectionID, _ change: (inout Connection) -> Void) async throws {
        try await self.change { wanted in
            for index in wanted.connections.indices where wanted.connections[index].id == id {
                change(&wanted.connections[index])
            }
        }
    }
}

extension Connection {
    static func keyed(
        _ id: ConnectionID, _ script: KeyedScript, of organization: OrganizationID = "acme",
        _ change: (inout Connection) -> Void = { _ in }
    ) -> Connection {
        var connection = Connection(
            id: id, organization: organization, kind: "keyed", name: "Sign-in \(id)",
            settings: .object(["script": .string(script.name)]))
        change(&connection)
        return connection
    }
}
