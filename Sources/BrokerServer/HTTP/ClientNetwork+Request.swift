import Broker
import BrokerEngine
import HTTPTypes
import Hummingbird
import Outbound

extension ClientNetwork {
    /// Where a request's browser is.
    ///
    /// A proxy of ours says it in `X-Forwarded-For`, and only the last entry is its own: what stands before may have come
    /// with the request. Nobody else is believed. A proxy that says nothing leaves the place unknown: its own address would
    /// make one network of all the people behind it, and one of them could lock out the others.
    init?(of request: Request, peer: IPAddress?, isProxy: Bool) {
        guard let address = isProxy ? Self.lastForwarded(request) : peer else { return nil }
        self.init(of: address)
    }

    /// The browser's address under the same rule: a proxy that says nothing, or no address, may stand where staff sit.
    static func address(of request: Request, peer: IPAddress?, isProxy: Bool) -> IPAddress? {
        isProxy ? lastForwarded(request) : peer
    }

    private static func lastForwarded(_ request: Request) -> IPAddress? {
        guard let line = request.headers[values: .xForwardedFor].last,
            let last = line.split(separator: ",", omittingEmptySubsequences: false).last
        else { return nil }
        return IPAddress(String(last.trimmingBlanks))
    }
}

extension HTTPField.Name {
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
}
