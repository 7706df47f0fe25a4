package import Broker
import Outbound

/// Where the server listens and how it stops.
package struct ServerSettings: Sendable, Hashable {
    /// PEM files of the public listener's certificate.
    package struct TLSFiles: Sendable, Hashable {
        /// The chain, leaf first.
        package var certificate: String
        /// The key.
        package var privateKey: String

        package init(certificate: String, privateKey: String) {
            self.certificate = certificate
            self.privateKey = privateKey
        }
    }

    /// Pages, callbacks and published documents.
    package var publicListener: ListenAddress
    /// The gate, metrics and readiness; never reachable from outside.
    package var internalListener: ListenAddress
    /// TLS of the public listener, where no proxy does it.
    package var tls: TLSFiles?
    /// Where a public listener without TLS takes connections from, beside this machine: the proxies that end TLS.
    ///
    /// Empty takes any peer, which is for listeners on loopback.
    package var trustedPeers: [AddressRange]
    /// What the public listener is the proxy of; nil where it has our own pages only.
    package var inPath: InPathSettings?
    /// How long requests under way may take after a stop signal.
    package var shutdownBound: Duration

    package init(
        publicListener: ListenAddress, internalListener: ListenAddress, tls: TLSFiles? = nil,
        trustedPeers: [AddressRange] = [], inPath: InPathSettings? = nil, shutdownBound: Duration = .seconds(10)
    ) {
        self.publicListener = publicListener
        self.internalListener = internalListener
        self.tls = tls
        self.trustedPeers = trustedPeers
        self.inPath = inPath
        self.shutdownBound = shutdownBound
    }
}

/// The ports that were bound; nil for a unix socket.
package struct BoundListeners: Sendable, Hashable {
    /// The public listener's port.
    package var publicPort: Int?
    /// The internal listener's port.
    package var internalPort: Int?
}
