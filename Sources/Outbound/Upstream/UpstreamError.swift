import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why a request got no answer of the upstream.
package enum UpstreamError: String, Error, Sendable, CaseIterable, CustomStringConvertible {
    /// Nobody listens, the name is unknown, or its certificate is not to be believed.
    case unreachable
    /// It took the request and did not answer in time.
    case timedOut = "timed_out"
    /// What it answered is no HTTP, or more of it than a head may have.
    case malformed
    /// It closed the connection before there was an answer.
    case hungUp = "hung_up"
    /// The body that came to us was larger than is let through.
    case bodyTooLarge = "body_too_large"
    /// The client went away.
    case cancelled

    /// The code only.
    package var description: String { rawValue }

    /// The bounded code for whatever the layers below throw.
    init(_ error: any Error) {
        switch error {
        case let error as UpstreamError: self = error
        case let error as HTTPClientError: self = Self.code(of: error)
        case is CancellationError: self = .cancelled
        case is HTTPParserError, is NIOHTTPDecoderError: self = .malformed
        case let error as IOError where [ECONNRESET, EPIPE].contains(error.errnoCode): self = .hungUp
        default: self = .unreachable
        }
    }

    private static func code(of error: HTTPClientError) -> UpstreamError {
        switch error {
        case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout: .timedOut
        case .remoteConnectionClosed: .hungUp
        case .cancelled, .requestStreamCancelled, .bodyLengthMismatch: .cancelled
        case .connectTimeout, .alreadyShutdown, .tlsHandshakeTimeout, .uncleanShutdown: .unreachable
        default: .malformed
        }
    }
}
