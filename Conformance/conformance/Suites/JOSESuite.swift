// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import Foundation
import JOSE
import JWTWitness

/// Session tokens: what libjwt says of ours, and what the gate says of everybody else's.
enum JOSESuite {
    static func run(_ options: SuiteOptions) async throws -> [CheckResult] {
        var results: [CheckResult] = []
        for algorithm in [JWAlgorithm.es256, .rs256] { results += try await sessionTokens(algorithm) }
        return results + (try await published(options))
    }

    // MARK: Our own tokens

    private static func sessionTokens(_ algorithm: JWAlgorithm) async throws -> [CheckResult] {
        var options = TestBroker.Options()
        options.algorithm = algorithm
        let world = try await World.start(options)
        let results = await attempt { try await sessionTokens(algorithm, in: world) }
        await world.stop()
        return try results.get()
    }

    private static func sessionTokens(_ algorithm: JWAlgorithm, in world: World) async throws -> [CheckResult] {
        let (browser, trail) = try await world.signedIn()
        let token = try unwrap(trail.token, "no token")
        let published = try await browser.open("\(world.broker.origin)/vestibule/jwks")
        let keys = try JWKSet.parse(Array(published.body.utf8))
        let key = try unwrap(
            keys.keys.first { $0.kid == (try? CompactJWS.parse(token).header.kid) }, "the key is not in the JWKS")
        var results = [await witness(token, key, algorithm)]
        results.append(
            await check("jose", "\(algorithm.rawValue): the gate takes the token alone", rule: "M30") {
                try require(try await gate(token, in: world) == 200, "the gate refused a good token")
                return nil
            })
        for hostile in HostileSessionToken.all {
            results.append(
                await check("jose", "\(algorithm.rawValue): \(hostile.name)", rule: hostile.rule) {
                    let forged = try hostile.make(HostileTokens(token), key)
                    let status = try await gate(forged, in: world)
                    try require(status == 401, "the gate answered \(status)")
                    return "401"
                })
        }
        return results
    }

    /// libjwt is what nginx's JWT modules are built on: it must take our tokens, and only them.
    private static func witness(_ token: String, _ key: VerificationKey, _ algorithm: JWAlgorithm) async -> CheckResult
    {
        await check("jose", "\(algorithm.rawValue): libjwt takes a session token", rule: "M30") {
            let witness = LibJWTWitness()
            func accepts(_ token: String) -> Bool {
                witness.accepts(token: token, publicKeyPEM: key.spkiPEM, algorithm: algorithm.rawValue)
            }
            try require(accepts(token), "libjwt refused a session token")
            try require(!accepts(try HostileTokens(token).tampered()), "libjwt took a tampered token")
            return "\(token.utf8.count) octets"
        }
    }

    /// What the gate says to a browser that has this token and no handle.
    private static func gate(_ token: String, in world: World) async throws -> Int {
        let browser = world.browser()
        browser.jar.set(World.cookies.token, token, host: TestBroker.host)
        return try await GateClient(url: world.broker.gateURL)
            .check(DoorRequest(target: TestBroker.defaultPath), from: browser).status
    }

    // MARK: Published vectors

    private static func published(_ options: SuiteOptions) async throws -> [CheckResult] {
        guard let folder = options.vectors else {
            return [
                CheckResult(
                    "jose", "published vectors", .pending("neither --vectors nor VESTIBULE_VECTORS names a folder"))
            ]
        }
        let files = URL(filePath: folder, directoryHint: .isDirectory).appending(path: "jose/wycheproof/")
        let results = try await VectorFolder(files).run()
        let byFile = Dictionary(grouping: results, by: \.group)
        return byFile.sorted { $0.key < $1.key }.map { file, cases in
            let report = Report(title: file, results: cases)
            let outcome: Outcome =
                if let first = report.failureLines.first {
                    .failed("\(report.countingLine); \(first)")
                } else if report.passed == 0 { .pending("no room does this kind of cryptography") } else { .passed }
            return CheckResult("jose", "wycheproof/\(file)", rule: "M30", outcome, detail: report.countingLine)
        }
    }
}
