public import Foundation
public import HTTPTypes

/// The one way out to the network.
///
/// Its implementation decides where a module may connect to.
///
/// The guarded transport takes https only, checks every address after resolution and connects to the address it
/// checked, follows no redirect, and bounds time (5 s) and size (1 MiB).
public protocol HTTPTransport: Sendable {
    /// Sends one request and waits for the whole answer. Any HTTP status is an answer; an error means there is none.
    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse
}

/// A request to an upstream.
public struct OutboundRequest: Sendable {
    /// The method.
    public var method: HTTPRequest.Method
    /// An absolute https URL.
    public var url: URL
    /// Header fields beside those that the transport sets itself (`Host`, `Content-Length`).
    public var headerFields: HTTPFields
    /// The body, if there is one.
    public var body: Data?

    /// A request; GET without a body unless said.
    public init(
        method: HTTPRequest.Method = .get, url: URL, headerFields: HTTPFields = [:], body: Data? = nil
    ) {
        self.method = method
        self.url = url
        self.headerFields = headerFields
        self.body = body
    }
}

/// An upstream's answer, whole.
public struct OutboundResponse: Sendable {
    /// The status as sent; a redirect is delivered, never followed.
    public var status: HTTPResponse.Status
    /// The header fields as sent.
    public var headerFields: HTTPFields
    /// The whole body, at most 1 MiB.
    public var body: Data

    /// An answer.
    public init(status: HTTPResponse.Status, headerFields: HTTPFields = [:], body: Data = Data()) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
    }
}

/// Why there was no answer.
public struct TransportError: Error, Sendable, CustomStringConvertible {
    /// The bounded cause, fit for a metric label.
    public enum Code: String, Sendable, CaseIterable {
        /// The URL is not an absolute https URL with a plain host.
        case malformedURL = "malformed_url"
        /// The address is private, link-local, loopback, or otherwise not allowed.
        case addressRefused = "address_refused"
        /// The name did not resolve.
        case nameNotResolved = "name_not_resolved"
        /// Nothing answered at the address.
        case unreachable = "unreachable"
        /// TLS failed, above all an untrusted certificate or another host's.
        case tlsFailed = "tls_failed"
        /// The answer did not come in time.
        case timedOut = "timed_out"
        /// The answer is larger than the transport takes.
        case tooLarge = "too_large"
        /// The answer is not HTTP.
        case malformedAnswer = "malformed_answer"
    }

    /// The bounded cause.
    public let code: Code
    /// What the operator needs to know: host and cause, never the URL's query or a header.
    public let detail: String

    /// An error with its operator detail.
    public init(_ code: Code, detail: String) {
        self.code = code
        self.detail = detail
    }

    /// The code only.
    public var description: String { code.rawValue }
}
