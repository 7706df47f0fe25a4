// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation

/// SIGTERM and SIGINT as something to wait for.
///
/// Sendable: the sources are made once and only kept alive here.
final class StopSignals: @unchecked Sendable {
    private let sources: [any DispatchSourceSignal]
    private let stream: AsyncStream<Void>

    init() {
        let (stream, tell) = AsyncStream.makeStream(of: Void.self)
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { tell.yield(()) }
            source.resume()
            return source
        }
        self.stream = stream
    }

    /// Returns when one of them arrived.
    func wait() async { for await _ in stream { return } }
}
