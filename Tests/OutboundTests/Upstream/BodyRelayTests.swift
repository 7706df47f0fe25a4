import NIOCore
import Outbound
import Testing

struct BodyRelayTests {
    private struct Broken: Error {}

    @Test func `pieces arrive in order, then the end`() async throws {
        let relay = BodyRelay()
        async let sent: [Bool] = {
            var sent: [Bool] = []
            for piece in ["a", "b", "c"] { sent.append(await relay.send(ByteBuffer(string: piece))) }
            relay.finish()
            return sent
        }()
        var received = ""
        for try await piece in relay { received += String(buffer: piece) }
        #expect(received == "abc")
        #expect(await sent == [true, true, true])
    }

    @Test func `a sender waits until its piece was taken`() async throws {
        let relay = BodyRelay()
        let sender = Task {
            _ = await relay.send(ByteBuffer(string: "a"))
            return await relay.send(ByteBuffer(string: "b"))
        }
        let iterator = relay.makeAsyncIterator()
        #expect(try await iterator.next().map { String(buffer: $0) } == "a")
        relay.abandon()
        #expect(await sender.value == false)
    }

    @Test func `what broke off throws at the receiver, waiting or not`() async throws {
        let relay = BodyRelay()
        relay.finish(throwing: Broken())
        await #expect(throws: Broken.self) { try await relay.makeAsyncIterator().next() }
        let waiting = BodyRelay()
        let receiver = Task { try await waiting.makeAsyncIterator().next() }
        await Task.yield()
        waiting.finish(throwing: Broken())
        await #expect(throws: Broken.self) { try await receiver.value }
    }

    @Test func `an abandoned relay lets both sides go`() async throws {
        let relay = BodyRelay()
        let receiver = Task { try await relay.makeAsyncIterator().next() }
        await Task.yield()
        relay.abandon()
        await #expect(throws: CancellationError.self) { try await receiver.value }
        #expect(await relay.send(ByteBuffer(string: "a")) == false)
    }
}
