import Broker
import BrokerModel
import BrokerStorage
import Foundation
import GRDB
import Synchronization
import Testing

@Suite struct CommitNoticeTests {
    private let folder = try? TemporaryFolder()

    @Test func `tells observers of a commit before the writer goes on`() async throws {
        let store = try #require(folder).openStore()
        let count = Counter()
        let observation = store.observe { count.raise() }
        try await store.write { try $0.raiseResourceRevision() }
        #expect(count.value == 1)
        observation.cancel()
        try await store.write { try $0.raiseResourceRevision() }
        #expect(count.value == 1)
    }

    @Test func `tells observers nothing of a body that changed nothing`() async throws {
        let store = try #require(folder).openStore()
        let count = Counter()
        store.observe { count.raise() }
        _ = try await store.write { try $0.resourceRevision() }
        #expect(count.value == 0)
    }

    @Test func `notices a commit of another process at the next look, once`() async throws {
        let folder = try #require(folder)
        let (ours, theirs) = (try folder.openStore(), try folder.openStore())
        let count = Counter()
        ours.observe { count.raise() }
        let watcher = try ours.watchForeignCommits(every: .seconds(3600))
        watcher.poll()
        #expect(count.value == 0)
        try await theirs.write { try $0.raiseResourceRevision() }
        watcher.poll()
        watcher.poll()
        #expect(count.value == 1)
    }

    @Test(.timeLimit(.minutes(1))) func `looks by itself`() async throws {
        let folder = try #require(folder)
        let (ours, theirs) = (try folder.openStore(), try folder.openStore())
        let (stream, change) = AsyncStream.makeStream(of: Void.self)
        var changes = stream.makeAsyncIterator()
        ours.observe { change.yield() }
        _ = try ours.watchForeignCommits(every: .milliseconds(5))
        try await theirs.write { try $0.raiseResourceRevision() }
        #expect(await changes.next() != nil)
        #expect(try await ours.read { try $0.resourceRevision() } == 1)
    }

    @Test func `says when it last read the store`() async throws {
        let folder = try #require(folder)
        let reading = Clock(Timestamp(seconds: 100))
        let store = try folder.openStore(time: TimeSource { reading.now })
        let watcher = try store.watchForeignCommits(every: .seconds(3600))
        #expect(watcher.lastHealthyRead == Timestamp(seconds: 100))
        reading.now = Timestamp(seconds: 101)
        watcher.poll()
        #expect(watcher.lastHealthyRead == Timestamp(seconds: 101))
        watcher.stop()
        reading.now = Timestamp(seconds: 102)
        watcher.poll()
        #expect(watcher.lastHealthyRead == Timestamp(seconds: 101))
    }

    @Test func `does not call a store healthy that it cannot read`() async throws {
        let folder = try #require(folder)
        let reading = Clock(Timestamp(seconds: 100))
        let store = try folder.openStore(time: TimeSource { reading.now })
        let watcher = try store.watchForeignCommits(every: .seconds(3600))
        try await DatabaseQueue(path: folder.path).write { try $0.execute(sql: "ALTER TABLE counters RENAME TO gone") }
        reading.now = Timestamp(seconds: 101)
        watcher.poll()
        #expect(watcher.lastHealthyRead == Timestamp(seconds: 100))
    }
}

/// Counts from any thread.
final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func raise() { count.withLock { $0 += 1 } }
}

/// A clock that a test sets.
final class Clock: Sendable {
    private let moment: Mutex<Timestamp>
    init(_ now: Timestamp) { moment = Mutex(now) }
    var now: Timestamp {
        get { moment.withLock { $0 } }
        set { moment.withLock { $0 = newValue } }
    }
}
