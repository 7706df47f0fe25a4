/// How much time and space one request may take.
package struct OutboundLimits: Sendable, Hashable {
    /// For everything, from the name to the last octet of the body.
    package var deadline: Duration
    /// For one connection to one address, so that another address still has a chance.
    package var connect: Duration
    /// The most octets of a body.
    package var bodyBytes: Int
    /// The most addresses of one host that are tried.
    package var addresses: Int

    /// Limits.
    package init(
        deadline: Duration = .seconds(5), connect: Duration = .seconds(2), bodyBytes: Int = 1024 * 1024,
        addresses: Int = 3
    ) {
        self.deadline = deadline
        self.connect = connect
        self.bodyBytes = bodyBytes
        self.addresses = addresses
    }

    /// 5 s and 1 MiB.
    package static let standard = OutboundLimits()
}
