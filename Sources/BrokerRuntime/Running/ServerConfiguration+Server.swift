import BrokerServer

extension ServerConfiguration {
    /// What the listeners need.
    var server: ServerSettings {
        ServerSettings(
            publicListener: publicListener.listener, internalListener: internalListener.listener,
            tls: tls.map { .init(certificate: $0.certificate, privateKey: $0.privateKey) },
            trustedPeers: trustedProxies, shutdownBound: shutdownWithin)
    }
}

extension ListenAddress {
    fileprivate var listener: ServerSettings.Listener {
        switch self {
        case .tcp(let host, let port): .tcp(host: host, port: port)
        case .unix(let path): .unix(path: path)
        }
    }
}
