import Broker
import NIOSSL

/// The certificate authorities that a connection trusts, parsed once and shared by every client that needs them.
struct TrustRoots: Sendable {
    /// The files that they came from; empty for the system's.
    let files: [String]
    private let certificates: [NIOSSLCertificate]?

    /// Where Debian, Red Hat, SUSE and Alpine keep the system's authorities.
    private static let systemFiles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]

    /// Parsed when first needed: every client would parse the whole bundle again otherwise.
    private static let system: [NIOSSLCertificate]? = systemFiles.lazy.compactMap { file in
        try? NIOSSLCertificate.fromPEMFile(file)
    }.first

    /// Reads PEM files.
    ///
    /// - Throws: Every file that cannot be read, or that holds no certificate.
    init(files: [String]) throws(SettingsError) {
        self.files = files
        var problems: [SettingsError.Problem] = []
        var certificates: [NIOSSLCertificate] = []
        for (position, file) in files.enumerated() {
            if let found = try? NIOSSLCertificate.fromPEMFile(file), !found.isEmpty {
                certificates += found
            } else {
                let path = ["trustRoots", String(position)]
                problems.append(.init(path: path, text: "\(file) is not a PEM file with certificates"))
            }
        }
        guard problems.isEmpty else { throw SettingsError(problems) }
        self.certificates = files.isEmpty ? nil : certificates
    }

    /// TLS as a client: 1.2 or later, the certificate's chain and host name checked.
    var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .fullVerification
        configuration.trustRoots = (certificates ?? Self.system).map { .certificates($0) } ?? .default
        return configuration
    }
}
