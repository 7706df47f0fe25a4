import Foundation

/// Threads of their own for work that blocks.
///
/// SQLite blocks, and the threads of Swift's cooperative pool must not: there are as many as cores, and once all of them
/// wait for a reader, nobody is left to give one back. Dispatch shares those threads, so it is no way out.
///
/// `@unchecked Sendable`: `jobs`, `running` and `isStopped` are touched only while `condition` is locked.
final class WorkerThreads: @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: [@Sendable () -> Void] = []
    private var running = 0
    private var isStopped = false

    /// Starts the threads.
    ///
    /// They live until `stop`.
    init(count: Int, name: String) {
        for index in 0..<count {
            let thread = Thread { [self] in run() }
            thread.name = "\(name)-\(index)"
            thread.start()
        }
    }

    /// Runs a job on one of the threads.
    ///
    /// False where they were stopped.
    func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        condition.withLock {
            guard !isStopped else { return false }
            jobs.append(job)
            condition.signal()
            return true
        }
    }

    /// Lets the threads end once what was submitted is done, and does not wait for it.
    func end() {
        condition.withLock {
            isStopped = true
            condition.broadcast()
        }
    }

    /// Lets the threads end, and returns once what was submitted is done: nothing may read a database that is closed.
    ///
    /// Not from one of the threads: it would wait for itself.
    func stop() {
        end()
        condition.withLock {
            while !jobs.isEmpty || running > 0 { condition.wait() }
        }
    }

    private func run() {
        while let job = next() {
            job()
            condition.withLock {
                running -= 1
                condition.broadcast()
            }
        }
    }

    private func next() -> (@Sendable () -> Void)? {
        condition.withLock {
            while jobs.isEmpty, !isStopped { condition.wait() }
            guard !jobs.isEmpty else { return nil }
            running += 1
            return jobs.removeFirst()
        }
    }
}
