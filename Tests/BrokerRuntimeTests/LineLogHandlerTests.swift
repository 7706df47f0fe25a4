import Broker
import Foundation
import Logging
import Synchronization
import Testing

@testable import BrokerRuntime

struct LineLogHandlerTests {
    private func lines(
        _ format: LogFormat, level: Logger.Level = .info, _ body: (Logger, LogLevel) -> Void
    ) -> [String] {
        let box = Box()
        let level = LogLevel(level)
        let time = TimeSource { Timestamp(seconds: 1_770_000_000) }
        body(Logger.vestibule(format, level: level, sink: LogSink { box.add($0) }, time: time), level)
        return box.lines
    }

    private final class Box: Sendable {
        private let written = Mutex<[String]>([])
        var lines: [String] { written.withLock { $0 } }
        func add(_ line: String) { written.withLock { $0.append(line) } }
    }

    @Test func `a record is one JSON object`() throws {
        let written = lines(.json) { logger, _ in
            logger.warning("refused", metadata: ["reference": "01abcd", "count": "3", "level": "forged"])
        }
        #expect(
            written == [
                #"{"time":"2026-02-02T02:40:00.000000Z","level":"warning","message":"refused","count":"3","_level":"forged","reference":"01abcd"}"#
            ])
    }

    @Test(arguments: LogFormat.allCases)
    func `line ends and control characters cannot forge a second record`(format: LogFormat) throws {
        let hostile = "a\nb\r\n{\"level\":\"info\"}\u{2028}\u{1B}[2J\u{85}\u{0}\"\\"
        let written = lines(format) { logger, _ in logger.info("\(hostile)", metadata: ["\(hostile)": "\(hostile)"]) }
        #expect(written.count == 1)
        let line = try #require(written.first)
        #expect(!line.unicodeScalars.contains { $0.value < 32 || (127...159).contains($0.value) || $0.value == 0x2028 })
        guard format == .json else { return }
        let value = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        #expect(value["message"] == hostile && value[hostile] == hostile)
    }

    @Test func `a value is bounded`() throws {
        let written = lines(.json) { logger, _ in
            logger.info("m", metadata: ["v": "\(String(repeating: "x", count: 9999))"])
        }
        #expect(try #require(written.first).count < 2300)
    }

    @Test func `the level can change while the logger is in use`() {
        let written = lines(.text, level: .warning) { logger, level in
            logger.info("one")
            level.value = .info
            logger.info("two")
        }
        #expect(written == ["2026-02-02T02:40:00.000000Z INFO two"])
    }

    @Test func `a secret prints as redacted`() {
        let written = lines(.json) { logger, _ in logger.info("s", metadata: ["secret": "\(Secret("hunter2"))"]) }
        #expect(written.first?.contains("<redacted>") == true && written.first?.contains("hunter2") == false)
    }
}
