import Broker
import Foundation
import Testing

@testable import TrustDocuments

@Suite struct FetchClaimTests {
    let clock = TestClock()
    let memory: TestMemory
    init() { memory = TestMemory(clock: clock) }

    private var claim: FetchClaim { FetchClaim(memory: memory, key: "a", longest: .seconds(75)) }

    private func take() async -> FetchClaim.Outcome {
        await claim.take(until: clock.now + .seconds(60), now: clock.now)
    }

    @Test func `one of many takes it, and it is free again after its time`() async {
        let outcomes = await withTaskGroup(of: FetchClaim.Outcome.self) { group in
            for _ in 0..<100 { group.addTask { await take() } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .taken } == 1)
        #expect(outcomes.count { $0 == .held(until: clock.now + .seconds(60)) } == 99)
        clock.advance(by: .seconds(59))
        #expect(await take() != .taken)
        clock.advance(by: .seconds(1))
        #expect(await take() == .taken)
    }

    @Test func `finishing ends the waiting and not the cool-down`() async {
        let until = clock.now + .seconds(60)
        #expect(await take() == .taken)
        #expect(await claim.isUnderWay(now: clock.now))
        await claim.finish(until: until)
        #expect(await claim.isUnderWay(now: clock.now) == false)
        #expect(await take() == .held(until: until))
    }

    @Test func `an attempt of a clock that runs ahead does not keep others away`() async throws {
        let far = FetchClaim.Attempt(until: clock.now + .seconds(3600), isUnderWay: true)
        #expect(try await memory.compareAndSet("a", expected: nil, bytes: far.bytes))
        #expect(await take() == .taken)
    }

    @Test func `what is no attempt is none`() async throws {
        for text in ["", "x", "1 open more", "open 1"] {
            #expect(FetchClaim.Attempt(Data(text.utf8)) == nil)
        }
        #expect(try await memory.compareAndSet("a", expected: nil, bytes: Data("nonsense".utf8)))
        #expect(await take() == .taken)
    }

    @Test func `a store that is away is said`() async {
        memory.goAway()
        #expect(await take() == .unknown)
    }
}
