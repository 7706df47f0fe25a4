import AsyncHTTPClient
import Broker
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

extension TransportError {
    /// The bounded code for whatever the layers below throw.
    ///
    /// The detail names the host and the cause; causes below are words of the libraries and carry neither the query nor
    /// a header.
    init(_ error: any Error, host: String) {
        switch error {
        case let error as TransportError: self = error
        case is NIOTooManyBytesError: self.init(.tooLarge, detail: "\(host) sends more than is taken")
        case let error as HTTPClientError: self.init(Self.code(of: error), detail: "\(host): \(error.shortDescription)")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            self.init(.tlsFailed, detail: "\(host): \(error)")
        case is HTTPParserError, is NIOHTTPDecoderError: self.init(.malformedAnswer, detail: "\(host): \(error)")
        case is CancellationError: self.init(.timedOut, detail: "\(host): the request was given up")
        case let error as IOError: self.init(.unreachable, detail: "\(host): errno \(error.errnoCode)")
        case is NIOConnectionError: self.init(.unreachable, detail: "\(host): no connection")
        default: self.init(.unreachable, detail: "\(host): \(type(of: error))")
        }
    }

    private static func code(of error: HTTPClientError) -> Code {
        switch error {
        case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout, .cancelled: .timedOut
        case .connectTimeout, .alreadyShutdown, .remoteConnectionClosed: .unreachable
        case .tlsHandshakeTimeout, .uncleanShutdown: .tlsFailed
        case .invalidURL, .emptyHost, .emptyScheme: .malformedURL
        default: .malformedAnswer
        }
    }
}

extension Error {
    /// Whether no octet of the request was sent, so that another address may be tried.
    var meansNotConnected: Bool {
        switch self {
        case is NIOConnectionError: true
        case let error as HTTPClientError: error == .connectTimeout
        // Errors of connect(2) only; a reset or a timeout also ends connections that carried a request.
        case let error as IOError:
            [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT].contains(error.errnoCode)
        default: false
        }
    }
}
