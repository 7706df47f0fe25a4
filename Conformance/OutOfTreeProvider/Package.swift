// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "northwind-provider",
    products: [.library(name: "NorthwindProvider", targets: ["NorthwindProvider"])],
    dependencies: [
        // The broker: the provider SPI, OpenID Connect, the kit, and the command line.
        .package(name: "vestibule", path: "../..")
    ],
    targets: [
        .target(
            name: "NorthwindProvider",
            dependencies: [
                .product(name: "Broker", package: "vestibule"), .product(name: "OpenIDConnect", package: "vestibule"),
                .product(name: "OIDCProvider", package: "vestibule"),
            ]),
        .executableTarget(
            name: "vestibule-northwind",
            dependencies: ["NorthwindProvider", .product(name: "BrokerCommands", package: "vestibule")]),
        .testTarget(
            name: "NorthwindProviderTests",
            dependencies: ["NorthwindProvider", .product(name: "ConformanceKit", package: "vestibule")]),
    ]
)
