// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a message may cost, however hostile it is: a second and 64 MiB.
enum MessageBounds {
    static func run(_ body: () async throws -> Void) async throws {
        let (clock, before) = (ContinuousClock(), peakKiB())
        let start = clock.now
        try await body()
        try require(clock.now - start < .seconds(1), "took longer than a second")
        try require(peakKiB() - before < 64 << 10, "took more than 64 MiB")
    }

    /// The most memory that the process ever had; it grows where a message takes more than any before it.
    private static func peakKiB() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss)
    }
}
