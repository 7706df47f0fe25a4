import Broker
import BrokerServer
import Logging
import Outbound

/// The shape of the server's settings file.
enum ServerShape {
    static let listen = ListenAddress.tcp(host: "127.0.0.1", port: 8080)
    static let gateListen = ListenAddress.tcp(host: "127.0.0.1", port: 8081)
    static let storePath = "vestibule.sqlite"

    /// Where the key-encryption key is unless the file says otherwise.
    static let kek = SecretReference("env:VESTIBULE_KEK")!  // a literal that parses

    static let shape = Shape.object([
        .init(
            "publicURL", .text(.url), "The issuer and base of every public URL; ends in /vestibule.", isRequired: true),
        .init("listen", .text(.listener), "Where browsers and proxies reach the pages.", standard: "\(listen)"),
        .init("gate", .object(gate), "The gate: its listener, and the sites that we are the proxy of."),
        .init("server", .object(server), "The server process."),
        .init("store", .object([store]), "Where the state is kept."),
        .init("keys", .object(keys), "Keys and how they rotate."),
        .init("token", .object(token), "The session token."),
        .init("login", .object([login]), "Logins under way."),
        .init("log", .object(log), "The log stream."),
        .init(
            "trustedProxies", .list(.text(.range)),
            "Blocks of the proxies that end TLS; only they and this machine may connect to a plain-http listener.",
            standard: "[]"),
        .init("mail", .object(mail), "The mail server that takes our mail; without one no code can be sent by e-mail."),
        .init("outbound", .object(outbound), "Where the broker may connect to beside the public internet."),
    ])

    private static let gate: [Shape.Member] = [
        .init(
            "listen", .text(.listener),
            "For fronts, metrics and readiness, never public: a loopback address or a unix socket.",
            standard: "\(gateListen)"),
        .init(
            "upstream", .either(.text(.line), .map(.text(.line))),
            "Where the JSM of the one site listens, or a mapping from site to that: the public listener is its proxy."),
        .init(
            "maxBodyMiB", .integer(1...1_048_576), "The largest body that goes through to an upstream, in MiB.",
            standard: "100"),
    ]

    private static let server: [Shape.Member] = [
        .init(
            "tls",
            .object([
                .init("certificate", .text(.file), "PEM file of the certificate with its chain.", isRequired: true),
                .init("privateKey", .text(.file), "PEM file of its private key.", isRequired: true),
            ]), "Serve https on the public listener."),
        .init("pidFile", .text(.file), "Where the process id is written, for `vestibule reload`."),
        .init(
            "shutdownWithin", .text(.duration("1s", "5m")), "How long requests may take to end at a shutdown.",
            standard: "10s"),
    ]

    private static let store = Shape.Member(
        "path", .text(.file), "The SQLite file; made at the first start.", standard: storePath)

    private static let keys: [Shape.Member] = [
        .init("kek", .secret, "The key that seals private keys at rest: 32 random octets.", standard: "\(kek)"),
        .init("previousKeks", .list(.secret), "Earlier such keys, for what they sealed.", standard: "[]"),
        .init(
            "publishBefore", .text(.duration("0s", "30d")), "How long a key is published before it signs.",
            standard: "24h"),
        .init("activeFor", .text(.duration("1h", "730d")), "How long a key signs.", standard: "90d"),
    ]

    private static let token: [Shape.Member] = [
        .init("algorithm", .choice(["ES256", "RS256"]), "What session tokens are signed with.", standard: "ES256"),
        .init("lifetime", .text(.duration("30s", "1h")), "How long a session token lives.", standard: "10m"),
    ]

    private static let login = Shape.Member(
        "lifetime", .text(.duration("1m", "1h")), "How long a login may take.", standard: "10m")

    private static let log: [Shape.Member] = [
        .init("level", .choice(Logger.Level.allCases.map(\.rawValue)), "The lowest level written.", standard: "info"),
        .init(
            "format", .choice(LogFormat.allCases.map(\.rawValue)), "One JSON object or one line of text a record.",
            standard: "json"),
    ]

    private static let mail: [Shape.Member] = [
        .init("host", .text(.host), "Its name, which its certificate must bear, or its address.", isRequired: true),
        .init("port", .integer(1...65535), "Its port; by security 587 (starttls), 465 (tls) or 25 (none-on-loopback)."),
        .init(
            "security", .choice(SMTPServer.Security.allCases.map(\.rawValue)),
            "STARTTLS, which is refused where it is not offered; TLS from the first octet; or none, on this machine only.",
            standard: SMTPServer.Security.startTLS.rawValue),
        .init("from", .text(.address), "The address that mail comes from.", isRequired: true),
        .init("fromName", .text(.line), "The name beside that address."),
        .init("username", .text(.line), "Who we are to the server; with a password, and under TLS only."),
        .init("password", .secret, "Its password, read for each message."),
        .init(
            "trustRoots", .list(.text(.file)), "PEM files with the authorities to trust instead of the system's.",
            standard: "[]"),
    ]

    private static let outbound: [Shape.Member] = [
        .init(
            "allow",
            .list(
                .object([
                    .init("host", .text(.host), "The host as it stands in URLs.", isRequired: true),
                    .init("cidr", .text(.range), "Where it may be.", isRequired: true),
                    .init("connection", .text(.identifier), "Only for this connection."),
                    .init("site", .text(.identifier), "Only for the server of this site's JSM."),
                ])), "Opens a named host at private addresses.", standard: "[]"),
        .init(
            "trustRoots",
            .list(
                .either(
                    .text(.file),
                    .object([
                        .init("file", .text(.file), "A PEM file.", isRequired: true),
                        .init("connection", .text(.identifier), "Only for this connection."),
                        .init("site", .text(.identifier), "Only for the server of this site's JSM."),
                    ]))), "PEM files with the authorities to trust instead of the system's.", standard: "[]"),
    ]
}
