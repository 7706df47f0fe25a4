// swift-tools-version: 6.2
import PackageDescription

// The peer that the gate is raced against: the smallest server that Hummingbird makes.
//
// It depends on the project only so that both resolve to the same packages and share one scratch folder: what is raced
// is the code above Hummingbird and not two releases of it.
let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(path: "../.."),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "hello", dependencies: [.product(name: "Hummingbird", package: "hummingbird")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
    ]
)
