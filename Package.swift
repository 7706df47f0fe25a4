// swift-tools-version: 6.2
import PackageDescription

// The rooms of the house and the doors between them. `Tests/Rooms/check` holds what SwiftPM makes of this file against
// `Tests/Rooms/edges.txt`, so that a new door is a reviewed line and never a side effect.

// MARK: Third-party packages, each with its reason

let packages: [String: Package.Dependency] = [
    // JOSE signatures and sealing: BoringSSL behind a typed API.
    "swift-crypto": .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    // Structured logging that a host application can redirect.
    "swift-log": .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    // HTTP values shared by the provider SPI and the server, without choosing a server.
    "swift-http-types": .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
    // The metrics API that libraries below us already speak.
    "swift-metrics": .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
    // Event loops and channels: the gate's fast path and the pinned outbound connections.
    "swift-nio": .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    // TLS for outbound trust roots and for `server.tls`.
    "swift-nio-ssl": .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
    // The values that Hummingbird's channels carry, for the gate's fast path.
    "swift-nio-extras": .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
    // The HTTP server.
    "hummingbird": .package(
        url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
    // The HTTP client under the guarded transport.
    "async-http-client": .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
    // Start, stop and signals in order.
    "swift-service-lifecycle": .package(
        url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    // SQLite with prepared statements, savepoints and a reader pool.
    "GRDB.swift": .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    // YAML with line numbers, for configuration errors that name file, line and key.
    "Yams": .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    // Command-line parsing with help and completions.
    "swift-argument-parser": .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    // Logic-less page templates that escape by default.
    "swift-mustache": .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.1"),
]

// MARK: Rooms

/// A door from one room to another, or to a product of a package.
enum Door {
    case room(String)
    case product(String, of: String)

    var target: Target.Dependency {
        switch self {
        case .room(let name): .target(name: name)
        case .product(let name, let package): .product(name: name, package: package)
        }
    }
}

enum RoomKind { case library, executable, test, clang, system(pkgConfig: String, apt: String) }

/// What a C room is compiled with. SwiftPM takes no `-D` from pkg-config, and xmlsec's structures depend on these.
let definitions: [String: [CSetting]] = [
    "CXMLSec": [
        .define("XMLSEC_NO_SIZE_T"), .define("XMLSEC_OPENSSL3_ENGINES", to: "1"), .define("XMLSEC_NO_GOST", to: "1"),
        .define("XMLSEC_NO_GOST2012", to: "1"), .define("XMLSEC_NO_CRYPTO_DYNAMIC_LOADING", to: "1"),
        .define("XMLSEC_CRYPTO_OPENSSL", to: "1"), .define("__XMLSEC_FUNCTION__", to: "__func__"),
    ]
]

struct Room {
    let name: String
    let kind: RoomKind
    let folder: String
    let doors: [Door]
    /// Published as a library product for integrators.
    var product = false
    var exclude: [String] = []
}

let crypto = Door.product("Crypto", of: "swift-crypto")
let cryptoExtras = Door.product("CryptoExtras", of: "swift-crypto")
let logging = Door.product("Logging", of: "swift-log")
let httpTypes = Door.product("HTTPTypes", of: "swift-http-types")
let metrics = Door.product("Metrics", of: "swift-metrics")
let coreMetrics = Door.product("CoreMetrics", of: "swift-metrics")
let nioCore = Door.product("NIOCore", of: "swift-nio")
let nioPosix = Door.product("NIOPosix", of: "swift-nio")
let nioHTTP1 = Door.product("NIOHTTP1", of: "swift-nio")
let nioHTTPTypes = Door.product("NIOHTTPTypes", of: "swift-nio-extras")
let nioFoundation = Door.product("NIOFoundationCompat", of: "swift-nio")
let nioSSL = Door.product("NIOSSL", of: "swift-nio-ssl")
let hummingbird = Door.product("Hummingbird", of: "hummingbird")
let hummingbirdCore = Door.product("HummingbirdCore", of: "hummingbird")
let hummingbirdTLS = Door.product("HummingbirdTLS", of: "hummingbird")
let asyncHTTPClient = Door.product("AsyncHTTPClient", of: "async-http-client")
let lifecycle = Door.product("ServiceLifecycle", of: "swift-service-lifecycle")
let unixSignals = Door.product("UnixSignals", of: "swift-service-lifecycle")
let grdb = Door.product("GRDB", of: "GRDB.swift")
let yams = Door.product("Yams", of: "Yams")
let argumentParser = Door.product("ArgumentParser", of: "swift-argument-parser")
let mustache = Door.product("Mustache", of: "swift-mustache")

func source(_ name: String, _ doors: [Door], product: Bool = false) -> Room {
    Room(name: name, kind: .library, folder: "Sources/\(name)", doors: doors, product: product)
}

/// `Plugins/` holds ordinary targets, one per identity provider; they are not SwiftPM build plugins.
func plugin(_ name: String, _ doors: [Door], product: Bool = false) -> Room {
    Room(name: name, kind: .library, folder: "Plugins/\(name)", doors: doors, product: product)
}

/// A C library of the system: module map and flags, no code.
func system(_ name: String, pkgConfig: String, apt: String) -> Room {
    Room(name: name, kind: .system(pkgConfig: pkgConfig, apt: apt), folder: "Sources/\(name)", doors: [])
}

func conformance(_ name: String, _ doors: [Door], kind: RoomKind = .library, product: Bool = false) -> Room {
    Room(name: name, kind: kind, folder: "Conformance/\(name)", doors: doors, product: product)
}

/// What fuzzers share, and the fuzzers themselves.
func fuzzing(_ name: String, _ doors: [Door], kind: RoomKind = .library) -> Room {
    Room(name: name, kind: kind, folder: "Conformance/Fuzzing/\(name)", doors: doors)
}

func tests(_ room: String, _ doors: [Door] = [], exclude: [String] = []) -> Room {
    Room(
        name: "\(room)Tests", kind: .test, folder: "Tests/\(room)Tests", doors: [.room(room)] + doors, exclude: exclude)
}

func rooms(_ names: String...) -> [Door] { names.map { .room($0) } }

/// Every plugin of the house, for the rooms that prove or name them all.
let everyProvider = rooms(
    "OIDCProvider", "SAMLProvider", "GoogleProvider", "CognitoProvider", "KeycloakProvider", "AzureB2CProvider",
    "EntraProvider", "OktaProvider", "OAuth2Provider", "EmailCodeProvider")

let house: [Room] = [
    // The SPI and the formats
    source("Broker", [logging, httpTypes], product: true),
    source("JOSE", [crypto, cryptoExtras]),
    system("CLibJWT", pkgConfig: "libjwt", apt: "libjwt-dev"),
    source("JWTWitness", rooms("CLibJWT")),
    source("TrustDocuments", rooms("Broker") + [crypto, httpTypes]),
    source("OpenIDConnect", rooms("TrustDocuments", "JOSE", "Broker") + [httpTypes], product: true),
    system("CLibXML2", pkgConfig: "libxml-2.0", apt: "libxml2-dev"),
    system("CXMLSec1", pkgConfig: "xmlsec1-openssl", apt: "libxmlsec1-dev"),
    system("COpenSSL", pkgConfig: "openssl", apt: "libssl-dev"),
    system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    Room(
        name: "CXMLSec", kind: .clang, folder: "Sources/CXMLSec",
        doors: rooms("CLibXML2", "CXMLSec1", "COpenSSL", "CZlib")),
    source("XMLSecurity", rooms("CXMLSec")),
    source("SAML", rooms("TrustDocuments", "XMLSecurity", "Broker") + [logging], product: true),
    source("ServiceManagement", rooms("Broker") + [httpTypes]),
    source(
        "Outbound",
        rooms("Broker") + [logging, httpTypes, asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioFoundation, nioSSL]),

    // The broker
    source("BrokerModel", rooms("Broker")),
    source("Directory", rooms("BrokerModel", "ServiceManagement", "Broker")),
    source(
        "BrokerEngine", rooms("Directory", "BrokerModel", "JOSE", "ServiceManagement", "Broker") + [logging, httpTypes]),
    source("BrokerStorage", rooms("BrokerModel", "Broker") + [grdb, logging]),
    Room(name: "CWebAssets", kind: .clang, folder: "Sources/CWebAssets", doors: [], exclude: ["assets"]),
    source(
        "BrokerServer",
        rooms("BrokerEngine", "Directory", "BrokerModel", "ServiceManagement", "Outbound", "Broker", "CWebAssets") + [
            hummingbird, hummingbirdCore, hummingbirdTLS, nioCore, nioHTTPTypes, nioSSL, mustache,
            metrics, coreMetrics, logging, httpTypes, lifecycle,
        ]),
    source(
        "BrokerRuntime",
        rooms(
            "BrokerServer", "BrokerStorage", "BrokerEngine", "Directory", "BrokerModel", "JOSE", "ServiceManagement",
            "Outbound", "JWTWitness", "Broker") + [yams, lifecycle, unixSignals, logging, metrics, coreMetrics]),
    source(
        "BrokerCommands",
        rooms("BrokerRuntime", "BrokerEngine", "BrokerModel", "Directory", "Broker") + [argumentParser, logging],
        product: true),
    Room(
        name: "vestibule", kind: .executable, folder: "Sources/vestibule",
        doors: rooms("BrokerCommands", "OpenIDFacade", "SAMLFacade") + everyProvider),

    // What we are toward JSM
    source(
        "OpenIDFacade", rooms("BrokerEngine", "BrokerModel", "OpenIDConnect", "JOSE", "Broker") + [httpTypes],
        product: true),
    source("SAMLFacade", rooms("BrokerEngine", "BrokerModel", "SAML", "XMLSecurity", "Broker"), product: true),

    // Identity providers
    plugin("OIDCProvider", rooms("OpenIDConnect", "Broker"), product: true),

    plugin("SAMLProvider", rooms("SAML", "XMLSecurity", "Broker"), product: true),
    plugin("GoogleProvider", rooms("OIDCProvider", "OpenIDConnect", "Broker") + [httpTypes], product: true),
    plugin("OktaProvider", rooms("OIDCProvider", "OpenIDConnect", "Broker"), product: true),
    plugin("CognitoProvider", rooms("OIDCProvider", "OpenIDConnect", "Broker") + [httpTypes, crypto], product: true),
    plugin("KeycloakProvider", rooms("OIDCProvider", "OpenIDConnect", "Broker") + [httpTypes], product: true),
    plugin("EntraProvider", rooms("OIDCProvider", "OpenIDConnect", "Broker") + [httpTypes], product: true),
    plugin("AzureB2CProvider", rooms("OIDCProvider", "OpenIDConnect", "Broker"), product: true),
    plugin("OAuth2Provider", rooms("OpenIDConnect", "Broker") + [httpTypes], product: true),
    plugin("EmailCodeProvider", rooms("Broker"), product: true),

    // Conformance
    // What an integrator proves a provider module with.
    conformance("ConformanceKit", rooms("JOSE", "Broker") + [httpTypes, logging], product: true),
    // Every kind and profile of the house as the kit takes them, with the vendors' own attacks.
    conformance(
        "ProviderCatalogue",
        rooms("ConformanceKit", "OpenIDConnect", "SAML", "XMLSecurity", "JOSE", "Broker") + [httpTypes] + everyProvider),
    // What the SAML benchmark runs: small, so that a release build of it takes seconds.
    conformance("measure", rooms("SAML", "XMLSecurity", "Broker"), kind: .executable),
    conformance("StoreConformance", rooms("BrokerModel", "Broker")),
    // What every front must do, as values: requests by the thousand, and what may come of each.
    conformance("FrontConformance", rooms("Outbound", "Broker")),
    fuzzing("SAMLFuzzing", rooms("SAML", "XMLSecurity", "Broker")),
    // What the two mocks share: a loopback listener and HTML that escapes.
    conformance("MockServer", [hummingbird, hummingbirdTLS, logging, nioCore, nioSSL]),
    conformance(
        "MockIdentityProviders",
        rooms("MockServer", "JOSE", "SAML", "XMLSecurity", "Broker") + [hummingbird, httpTypes]),
    conformance(
        "MockServiceManagement",
        rooms("MockServer", "Outbound", "OpenIDConnect", "JOSE", "SAML", "XMLSecurity", "Broker") + [
            hummingbird, httpTypes, logging,
        ]),
    conformance(
        "conformance",
        rooms(
            "MockServer", "MockIdentityProviders", "MockServiceManagement", "BrokerRuntime", "BrokerServer",
            "BrokerStorage", "BrokerEngine", "BrokerModel", "Directory", "OpenIDFacade", "SAMLFacade", "OpenIDConnect",
            "SAML", "XMLSecurity", "JOSE", "JWTWitness", "ServiceManagement", "Outbound", "Broker", "ConformanceKit",
            "ProviderCatalogue", "FrontConformance") + everyProvider + [
                argumentParser, httpTypes, logging, lifecycle, asyncHTTPClient, nioCore, crypto, cryptoExtras,
            ], kind: .executable),

    // Tests
    tests("Broker", [httpTypes, logging]),
    tests("JOSE", [crypto, cryptoExtras]),
    tests("JWTWitness", rooms("JOSE")),
    tests("TrustDocuments", rooms("Broker") + [httpTypes, logging]),
    tests("OpenIDConnect", rooms("JOSE", "Broker") + [httpTypes, logging, crypto]),
    tests("XMLSecurity", rooms("TrustDocuments"), exclude: ["Fixtures"]),
    tests("SAML", rooms("SAMLFuzzing", "TrustDocuments", "XMLSecurity", "Broker") + [httpTypes, logging]),
    tests("ServiceManagement", rooms("FrontConformance", "Broker") + [httpTypes]),
    tests("Outbound", rooms("Broker") + [httpTypes, logging, nioCore, nioPosix, nioHTTP1, nioSSL]),
    tests("BrokerModel", rooms("Broker")),
    tests("Directory", rooms("BrokerModel", "ServiceManagement", "Broker")),
    tests(
        "BrokerEngine",
        rooms("BrokerModel", "Directory", "JOSE", "ServiceManagement", "Broker", "BrokerStorage") + [
            httpTypes, logging,
        ]),
    tests("BrokerStorage", rooms("StoreConformance", "BrokerModel", "Broker") + [grdb, logging]),
    tests(
        "BrokerServer",
        rooms(
            "BrokerStorage", "BrokerEngine", "BrokerModel", "OIDCProvider", "MockIdentityProviders", "JOSE", "Outbound",
            "Broker", "CWebAssets", "EmailCodeProvider") + [
                httpTypes, logging, lifecycle, asyncHTTPClient, nioCore, nioHTTP1, mustache,
            ]),
    tests(
        "BrokerRuntime",
        rooms("BrokerServer", "BrokerModel", "BrokerEngine", "BrokerStorage", "OIDCProvider", "Outbound", "Broker") + [
            logging
        ]),
    tests(
        "BrokerCommands",
        rooms("BrokerRuntime", "BrokerModel", "BrokerEngine", "OIDCProvider", "MockServiceManagement", "Broker")),
    tests("SAMLProvider", rooms("SAML", "XMLSecurity", "Broker") + [httpTypes, logging]),
    tests(
        "OpenIDFacade",
        rooms("BrokerEngine", "BrokerModel", "BrokerStorage", "OpenIDConnect", "JOSE", "Broker") + [httpTypes, logging]),
    tests(
        "SAMLFacade",
        rooms("BrokerEngine", "BrokerModel", "BrokerStorage", "SAML", "XMLSecurity", "JOSE", "Broker") + [logging]),
    tests("OIDCProvider", rooms("ConformanceKit", "OpenIDConnect", "JOSE", "Broker") + [httpTypes, logging]),
    tests(
        "GoogleProvider",
        rooms("ConformanceKit", "OIDCProvider", "OpenIDConnect", "JOSE", "Broker") + [httpTypes, logging]),
    tests(
        "OktaProvider",
        rooms("ConformanceKit", "OIDCProvider", "OpenIDConnect", "JOSE", "Broker") + [httpTypes, logging]),
    tests(
        "CognitoProvider",
        rooms("ConformanceKit", "OIDCProvider", "OpenIDConnect", "JOSE", "Broker") + [httpTypes, logging]),
    tests(
        "KeycloakProvider",
        rooms("ConformanceKit", "OIDCProvider", "OpenIDConnect", "JOSE", "Broker") + [httpTypes, logging]),
    tests(
        "EntraProvider",
        rooms("ConformanceKit", "OIDCProvider", "OpenIDConnect", "JOSE", "Broker") + [httpTypes, logging]),
    tests(
        "AzureB2CProvider",
        rooms("ConformanceKit", "OIDCProvider", "OpenIDConnect", "JOSE", "Broker") + [httpTypes, logging]),
    tests("OAuth2Provider", rooms("ConformanceKit", "OpenIDConnect", "JOSE", "Broker") + [httpTypes, logging]),
    tests("EmailCodeProvider", rooms("ConformanceKit", "Broker") + [logging]),
    tests("ConformanceKit", rooms("JOSE", "Broker") + [httpTypes, logging]),
    tests("ProviderCatalogue", rooms("ConformanceKit", "JOSE", "Broker") + [httpTypes]),
    tests("MockIdentityProviders", rooms("ConformanceKit", "JOSE", "Broker") + everyProvider + [httpTypes, logging]),
    tests(
        "MockServiceManagement",
        rooms("MockIdentityProviders", "ServiceManagement", "Outbound", "JOSE", "Broker") + [httpTypes]),
]

/// Rooms of the hardening build only: libFuzzer is linked by nothing else (`Conformance/Fuzzing/run`).
let fuzzers: [Room] = [
    fuzzing("CLibFuzzer", [], kind: .clang),
    fuzzing("fuzz", rooms("CLibFuzzer", "SAMLFuzzing", "SAML", "XMLSecurity", "Broker"), kind: .executable),
]

// MARK: Which rooms to build

let isHardening = Context.environment["VESTIBULE_HARDENING"] == "1"
let known = isHardening ? house + fuzzers : house

/// `VESTIBULE_ROOMS=A,B` builds those rooms, what they import and their tests, and resolves only the packages they
/// need. `VESTIBULE_HARDENING=1` names the rooms that sanitizers and fuzzers look at.
let wanted: Set<String>? =
    (Context.environment["VESTIBULE_ROOMS"] ?? (isHardening ? "Broker,JOSE,XMLSecurity,SAML,fuzz" : nil)).map { names in
        var open = names.split(separator: ",").map(String.init)
        for name in open where house.contains(where: { $0.name == "\(name)Tests" }) { open.append("\(name)Tests") }
        var closure: Set<String> = []
        while let next = open.popLast() {
            guard closure.insert(next).inserted, let room = known.first(where: { $0.name == next }) else { continue }
            for case .room(let name) in room.doors { open.append(name) }
        }
        return closure
    }

let selected = known.filter { wanted?.contains($0.name) ?? true }

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let targets: [Target] = selected.map { room in
    let dependencies = room.doors.map(\.target)
    return switch room.kind {
    case .library:
        .target(
            name: room.name, dependencies: dependencies, path: room.folder, exclude: room.exclude,
            swiftSettings: strict)
    case .executable:
        .executableTarget(
            name: room.name, dependencies: dependencies, path: room.folder, exclude: room.exclude,
            swiftSettings: strict)
    case .test:
        .testTarget(
            name: room.name, dependencies: dependencies, path: room.folder, exclude: room.exclude,
            swiftSettings: strict)
    case .clang:
        .target(
            name: room.name, dependencies: dependencies, path: room.folder, exclude: room.exclude,
            cSettings: definitions[room.name])
    case .system(let pkgConfig, let apt):
        .systemLibrary(name: room.name, path: room.folder, pkgConfig: pkgConfig, providers: [.apt([apt])])
    }
}

let usedPackages = Set(
    selected.flatMap(\.doors).compactMap { door in if case .product(_, let of) = door { of } else { nil } })

let package = Package(
    name: "vestibule",
    products: selected.filter(\.product).map { .library(name: $0.name, targets: [$0.name]) },
    dependencies: packages.filter { usedPackages.contains($0.key) }.sorted { $0.key < $1.key }.map(\.value),
    targets: targets
)
