import Broker
import NIOCore
import NIOPosix
import NIOSSL

extension MailError {
    /// What ended a conversation with the mail server, in words of ours: nothing that the server wrote.
    init(_ error: any Error, server: SMTPServer) {
        let place = "\(server.host):\(server.port)"
        switch error {
        case let error as MailError: self = error
        case let error as SMTPReplyError:
            self.init(.refused, detail: "\(place) sent \(error.rawValue)")
        case let error as TransportError where error.code == .timedOut:
            self.init(.unavailable, detail: "\(place) did not take the message in time")
        case let error as TransportError: self.init(.unavailable, detail: error.detail)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            self.init(.refused, detail: "\(place) TLS failed: \(error)")
        case let error as IOError: self.init(.unavailable, detail: "\(place) errno \(error.errnoCode)")
        case is CancellationError: self.init(.unavailable, detail: "\(place) was given up")
        default: self.init(.unavailable, detail: "\(place) \(type(of: error))")
        }
    }
}
