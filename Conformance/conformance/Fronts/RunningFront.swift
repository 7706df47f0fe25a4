// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A front that listens.
final class RunningFront: Sendable {
    let front: any Front
    let addresses: FrontAddresses
    private let files: FrontFiles
    private let process: FrontProcess?

    private init(_ front: any Front, _ addresses: FrontAddresses, _ files: FrontFiles, _ process: FrontProcess?) {
        (self.front, self.addresses, self.files, self.process) = (front, addresses, files, process)
    }

    /// Writes its files, starts it, and returns when it accepts connections.
    static func start(_ front: any Front, _ addresses: FrontAddresses) async throws -> RunningFront {
        let program = try front.program?.find()
        let files = try FrontFiles(front.shippedFolder)
        do {
            try front.write(files, addresses)
            let process = try program.map { try FrontProcess($0, front.command(files.folder), in: files.folder) }
            let running = RunningFront(front, addresses, files, process)
            try await running.waitUntilItListens()
            return running
        } catch {
            files.remove()
            throw error
        }
    }

    /// Ends the process, and removes its files.
    func stop() async {
        await process?.stop()
        files.remove()
    }

    /// The end of what it printed.
    var logTail: String {
        let text = (try? String(contentsOf: files.folder.appending(path: FrontProcess.log), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(8).joined(separator: " | ")
    }

    /// The files of its folder that hold a text: logs, above all.
    func files(naming text: String) -> [String] {
        let folder = files.folder
        let names = FileManager.default.enumerator(atPath: folder.path())?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            guard let data = try? Data(contentsOf: folder.appending(path: name)) else { return false }
            return data.range(of: Data(text.utf8)) != nil
        }
    }

    /// Whether it knows the site: some listen before they have read everything.
    private func isServing() async -> Bool {
        guard RawSocket.isListening(addresses.front) else { return false }
        let question = RawRequest("GET", TestBroker.defaultPath).octets(host: addresses.host)
        let answer = try? await RawSocket.exchange(
            question, port: addresses.front, patience: .seconds(5), until: RawAnswer.isComplete)
        return answer.map { ![0, 404].contains(RawAnswer($0).status) } ?? false
    }

    private func waitUntilItListens() async throws {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(20)
        while clock.now < end {
            if await isServing() { return }
            guard process?.isRunning != false else { throw Unmet("\(front.name) did not start: \(logTail)") }
            try await clock.sleep(for: .milliseconds(25))
        }
        await process?.stop()
        throw Unmet("\(front.name) does not listen: \(logTail)")
    }
}

/// A process of ours, with its output in a file.
private final class FrontProcess: @unchecked Sendable {
    /// Its output, in the front's folder.
    static let log = "output.log"

    // `Process` is not marked Sendable; it is started before anybody else sees it, and then only asked and signalled.
    private let process = Process()

    init(_ program: URL, _ command: FrontCommand, in folder: URL) throws {
        let log = folder.appending(path: Self.log)
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        process.executableURL = program
        process.arguments = command.arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(command.environment) { $1 }
        (process.standardOutput, process.standardError) = (output, output)
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    /// Asks it to end, and ends it where it does not within three seconds.
    func stop() async {
        guard process.isRunning else { return }
        process.terminate()
        for _ in 0..<120 where process.isRunning { try? await Task.sleep(for: .milliseconds(25)) }
        // It leads a group of its own. A program that leaves SIGTERM blocked, as it is on the thread that started it, does
        // not see it; without its workers it would leave them behind.
        kill(-process.processIdentifier, SIGKILL)
    }
}
