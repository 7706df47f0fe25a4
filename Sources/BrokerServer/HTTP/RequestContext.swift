import Broker
import BrokerEngine
import Hummingbird
import NIOCore
import Outbound

/// The context of one request.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who is at the other end of the connection; nil for a unix socket.
    let peer: IPAddress?
    /// Where the browser is; `TrustedPeers` knows, because it knows which peers are proxies.
    var network: ClientNetwork?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
    }

    /// No body of a page's form is larger.
    var maxUploadSize: Int { 64 * 1024 }
}
