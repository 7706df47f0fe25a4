import Broker
import Foundation
import HTTPTypes
import Testing

@testable import TrustDocuments

@Suite struct RemoteDocumentTests {
    let world = World()
    private let place = World.source

    private func text(_ document: RemoteDocument<String>) async throws(LoginError) -> String {
        try await document.current(at: place).value
    }

    @Test func `asks once, in the format's words, and serves from then on`() async throws {
        let document = world.document()
        #expect(try await text(document) == "one")
        world.source.say("two")
        #expect(try await text(document) == "one")
        #expect(world.source.requests.map(\.headerFields) == [[.accept: "text/*"]])
    }

    @Test func `messages from outside cause one fetch in all processes together`() async throws {
        let (one, two) = (world.document(), world.document())
        let snapshots = [try await one.current(at: place), try await two.current(at: place)]
        #expect(world.source.count == 1)
        await withTaskGroup { group in
            for index in 0..<1000 {
                group.addTask {
                    let document = index % 2 == 0 ? one : two
                    _ = await document.newer(than: snapshots[index % 2], at: place, for: .login)
                }
            }
        }
        #expect(world.source.count == 2)
        for index in 0..<1000 {
            let document = index % 2 == 0 ? one : two
            let now = try await document.current(at: place)
            #expect(await document.newer(than: now, at: place, for: .login) == nil)
        }
        #expect(world.source.count == 2)
        world.clock.advance(by: .seconds(76))
        for document in [one, two] {
            let now = try await document.current(at: place)
            _ = await document.newer(than: now, at: place, for: .login)
        }
        #expect(world.source.count == 3)
    }

    @Test func `a process that lost the race waits for the winner's fetch and takes it over`() async throws {
        let (source, memory, key) = (world.source, world.memory, RemoteDocument<String>.memoryKey("test", place))
        let winner = world.document()
        let loser = world.document(pause: {
            source.open()
            while (try? await memory.read(key))?.bytes != Data("two".utf8) { await Task.yield() }
        })
        let (old, same) = (try await winner.current(at: place), try await loser.current(at: place))
        source.say("two")
        source.shut()
        async let first = winner.newer(than: old, at: place, for: .login)
        while source.count < 2 { await Task.yield() }
        let second = await loser.newer(than: same, at: place, for: .login)
        source.open()
        #expect(second?.value == "two")
        #expect(await first?.value == "two")
        #expect(source.count == 2)
        #expect(!world.pauses.all.isEmpty)
    }

    @Test func `a process that died in its fetch is not waited for without end`() async throws {
        let document = world.document()
        let old = try await document.current(at: place)
        let key = RemoteDocument<String>.memoryKey("test", place) + ".login"
        let dead = FetchClaim.Attempt(until: world.clock.now + .seconds(60), isUnderWay: true)
        #expect(try await world.memory.compareAndSet(key, expected: nil, bytes: dead.bytes))
        #expect(await document.newer(than: old, at: place, for: .login) == nil)
        #expect(world.pauses.all.count == 30)
        #expect(await document.newer(than: old, at: place, for: .login) == nil)
        #expect(world.pauses.all.count == 30)
        #expect(world.source.count == 1)
    }

    @Test func `one budget does not spend the other's fetch`() async throws {
        let document = world.document()
        let old = try await document.current(at: place)
        #expect(await document.newer(than: old, at: place, for: .logout) != nil)
        let now = try await document.current(at: place)
        #expect(await document.newer(than: now, at: place, for: .login) != nil)
        #expect(world.source.count == 3)
    }

    @Test func `without the store a message causes no fetch, and age does`() async throws {
        let document = world.document()
        let old = try await document.current(at: place)
        world.memory.goAway()
        #expect(await document.newer(than: old, at: place, for: .login) == nil)
        #expect(world.source.count == 1)
        world.source.say("two")
        world.clock.advance(by: .seconds(3600))
        #expect(try await text(document) == "two")
    }

    @Test func `what is due is fetched by one process`() async throws {
        let documents = (0..<4).map { _ in world.document() }
        for document in documents { _ = try await text(document) }
        world.clock.advance(by: .seconds(3600))
        world.source.say(nil)
        for document in documents { #expect(try await text(document) == "one") }
        #expect(world.source.count == 2)
        world.source.say("two")
        world.clock.advance(by: .seconds(76))
        for document in documents { #expect(try await text(document) == "two") }
        #expect(world.source.count == 3)
    }

    @Test func `a state that ends is looked at again before it ends, and no more than once a minute`() async throws {
        let document = world.document()
        world.source.say("one until \(world.clock.now.seconds + 1800)")
        _ = try await text(document)
        world.clock.advance(by: .seconds(1199))
        _ = try await text(document)
        #expect(world.source.count == 1)
        world.clock.advance(by: .seconds(1))
        for _ in 0..<10 { _ = try await text(document) }
        #expect(world.source.count == 2)
        world.clock.advance(by: .seconds(60))
        for _ in 0..<10 { _ = try await text(document) }
        #expect(world.source.count == 3)
    }

    @Test func `a refused answer leaves the last good state, and says why`() async throws {
        let document = world.document()
        _ = try await text(document)
        world.source.say("bad news")
        #expect(try await document.refresh(at: place).value == "one")
        #expect(await document.problem?.detail == "bad news")
        world.source.say("two")
        #expect(try await document.refresh(at: place).value == "two")
        #expect(await document.problem == nil)
        #expect(world.replaced.all == ["one -> two"])
    }

    @Test func `a restart reads what is remembered, and only through the same checks`() async throws {
        _ = try await text(world.document())
        world.source.say(nil)
        let restarted = world.document()
        #expect(await restarted.known(at: place)?.value == "one")
        #expect(world.source.count == 1)
        let key = RemoteDocument<String>.memoryKey("test", place)
        #expect(try await world.memory.compareAndSet(key, expected: 1, bytes: Data("bad memory".utf8)))
        #expect(await world.document().known(at: place) == nil)
    }

    @Test func `a source that was never reached is asked again after the first cool-down`() async throws {
        let (eager, patient) = (world.document(), world.document(firstCoolDown: .seconds(5)))
        world.source.say(nil)
        for document in [eager, patient] {
            for _ in 0..<3 {
                do throws(LoginError) {
                    _ = try await text(document)
                    Issue.record("an answer from nowhere")
                } catch {
                    #expect(error.code == .upstreamUnavailable)
                }
            }
        }
        #expect(world.source.count == 4)
        world.source.say("one")
        world.clock.advance(by: .seconds(5))
        #expect(try await text(patient) == "one")
    }

    @Test func `another source's memory does not serve`() throws {
        let (one, two) = (URL(filePath: "/t1/jwks"), URL(filePath: "/t2/jwks"))
        #expect(RemoteDocument<Int>.memoryKey("jwks", one) != RemoteDocument<Int>.memoryKey("jwks", two))
        #expect(RemoteDocument<Int>.memoryKey("a name of 20 letters", one).utf8.count <= 64 - ".logout".utf8.count)
    }
}
