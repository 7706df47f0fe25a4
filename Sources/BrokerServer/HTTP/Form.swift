import Broker
import Foundation
import HTTPTypes
import Hummingbird

/// The fields of a posted form, each at most once.
struct Form: Sendable {
    private let parameters: CallbackParameters

    /// The largest form that our pages post.
    static let maximumOctets = 16 * 1024

    /// Reads a request's body.
    ///
    /// Anything but one urlencoded form of ours refuses.
    init(_ request: Request) async throws(LoginError) {
        guard request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true else {
            throw LoginError(.malformedRequest, detail: "the body is not a form")
        }
        parameters = try CallbackParameters(formEncoded: await request.octets(upTo: Self.maximumOctets))
    }

    subscript(name: String) -> String? { parameters[name] }
}

extension Request {
    /// The whole body, bounded.
    func octets(upTo limit: Int) async throws(LoginError) -> Data {
        do {
            return Data((try await body.collect(upTo: limit)).readableBytesView)
        } catch {
            throw LoginError(.malformedRequest, detail: "the body is larger than \(limit) octets, or broke off")
        }
    }

    /// Query parameters, each at most once.
    func query() throws(LoginError) -> CallbackParameters {
        try CallbackParameters(formEncoded: Data((uri.query ?? "").utf8))
    }
}
