package import HTTPTypes
package import NIOCore

/// A request as the upstream gets it.
package struct UpstreamRequest: Sendable {
    /// Its body.
    package enum Body: Sendable {
        case none
        /// Octets that were read before.
        case octets(ByteBuffer)
        /// What a client is still sending; nil where it did not say how much.
        case relayed(BodyRelay, length: Int64?)
    }

    package var method: HTTPRequest.Method
    /// The raw target, sent octet for octet.
    package var target: String
    /// The value of the `Host` field.
    package var host: String
    /// Every other field, but for what frames the body.
    package var fields: HTTPFields
    package var body: Body

    package init(
        method: HTTPRequest.Method, target: String, host: String, fields: HTTPFields, body: Body = .none
    ) {
        self.method = method
        self.target = target
        self.host = host
        self.fields = fields
        self.body = body
    }

    /// Whether it can be sent again, should a kept connection turn out to be closed: nothing was done, and there is
    /// nothing that was sent already (RFC 9110 9.2.2).
    var isRepeatable: Bool {
        guard case .none = body else { return false }
        return method == .get || method == .head
    }
}

/// What an upstream answers: the head, and a body that comes as it is read.
package struct UpstreamResponse: Sendable {
    package var status: HTTPResponse.Status
    package var fields: HTTPFields
    package var body: UpstreamBody
}
