extension ProviderTemplate {
    /// The manifest.
    var manifest: String {
        #"""
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
            name: "\#(kind)-provider",
            products: [.library(name: "\#(name)Provider", targets: ["\#(name)Provider"])],
            dependencies: [
                // The broker: the provider SPI, OpenID Connect, the kit, and the command line.
                .package(name: "vestibule", path: "\#(vestibule)")
            ],
            targets: [
                .target(
                    name: "\#(name)Provider",
                    dependencies: [
                        .product(name: "Broker", package: "vestibule"), .product(name: "OpenIDConnect", package: "vestibule"),
                        .product(name: "OIDCProvider", package: "vestibule"),
                    ]),
                .executableTarget(
                    name: "vestibule-\#(kind)",
                    dependencies: ["\#(name)Provider", .product(name: "BrokerCommands", package: "vestibule")]),
                .testTarget(
                    name: "\#(name)ProviderTests",
                    dependencies: ["\#(name)Provider", .product(name: "ConformanceKit", package: "vestibule")]),
            ]
        )

        """#
    }

    /// What a repository leaves out.
    var ignored: String {
        #"""
        .build/
        Package.resolved

        """#
    }

    /// The executable.
    var main: String {
        #"""
        import BrokerCommands
        import \#(name)Provider

        await Vestibule.run(providers: [\#(name)Provider.self])

        """#
    }
}
