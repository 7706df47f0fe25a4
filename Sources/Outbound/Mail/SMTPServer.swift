package import Broker

/// The mail server that takes our mail, as an operator configured it.
package struct SMTPServer: Sendable, Hashable {
    /// How a connection is protected.
    package enum Security: String, Sendable, Hashable, CaseIterable {
        /// TLS by STARTTLS (RFC 3207); a server that does not offer it is refused.
        case startTLS = "starttls"
        /// TLS from the first octet (RFC 8314 3.3).
        case implicitTLS = "tls"
        /// No TLS: only to this machine's own addresses, and without credentials.
        case noneOnLoopback = "none-on-loopback"

        /// The port where none is configured.
        package var standardPort: Int {
            switch self {
            case .startTLS: 587
            case .implicitTLS: 465
            case .noneOnLoopback: 25
            }
        }
    }

    /// Who we are to the server.
    package struct Credentials: Sendable, Hashable {
        package var username: String
        /// Where the password is; read for each message, so that it can be changed.
        package var password: SecretReference

        package init(username: String, password: SecretReference) {
            self.username = username
            self.password = password
        }
    }

    /// Its name, which its certificate must bear.
    package var host: String
    package var port: Int
    package var security: Security
    /// Whom mail comes from, in the envelope and in the header.
    package var from: EmailAddress
    /// The name beside that address.
    package var fromName: String?
    package var credentials: Credentials?
    /// PEM files with the only authorities to trust; the system's where there are none.
    package var trustRoots: [String]

    package init(
        host: String, port: Int? = nil, security: Security = .startTLS, from: EmailAddress, fromName: String? = nil,
        credentials: Credentials? = nil, trustRoots: [String] = []
    ) {
        self.host = host
        self.port = port ?? security.standardPort
        self.security = security
        self.from = from
        self.fromName = fromName
        self.credentials = credentials
        self.trustRoots = trustRoots
    }
}

/// How long one message may take.
package struct SMTPLimits: Sendable, Hashable {
    /// For everything, from the name to the server's yes; somebody waits for it.
    package var deadline: Duration
    /// For one connection to one address.
    package var connect: Duration

    package init(deadline: Duration = .seconds(15), connect: Duration = .seconds(4)) {
        self.deadline = deadline
        self.connect = connect
    }

    package static let standard = SMTPLimits()
}
