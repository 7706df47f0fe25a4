import BrokerServer

extension ServerConfiguration {
    /// What the listeners need.
    var server: ServerSettings {
        ServerSettings(
            publicListener: publicListener, internalListener: internalListener, tls: tls,
            trustedPeers: trustedProxies, inPath: inPath, shutdownBound: shutdownWithin)
    }
}
