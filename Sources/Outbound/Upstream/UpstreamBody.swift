import AsyncHTTPClient
package import NIOCore

/// The body of an upstream's answer; nothing is read that nobody asked for.
///
/// Whoever drops it before its end closes the connection.
package struct UpstreamBody: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    private let body: HTTPClientResponse.Body

    init(_ body: HTTPClientResponse.Body) { self.body = body }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var iterator: HTTPClientResponse.Body.AsyncIterator

        /// The next piece; nil at the end.
        ///
        /// - Throws: `UpstreamError`: the body broke off.
        package mutating func next() async throws -> ByteBuffer? {
            do { return try await iterator.next() } catch { throw UpstreamError(error) }
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(iterator: body.makeAsyncIterator()) }

    /// The whole body, where it is no larger than a bound; nil where it is.
    package func octets(upTo bound: Int) async throws -> ByteBuffer? {
        var whole = ByteBuffer()
        for try await piece in self {
            guard whole.readableBytes + piece.readableBytes <= bound else { return nil }
            whole.writeImmutableBuffer(piece)
        }
        return whole
    }
}
