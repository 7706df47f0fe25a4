// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerModel
import BrokerStorage
import Foundation
import JOSE
import Logging
import OIDCProvider

/// Back-channel logout tokens: `logout-token-cases.json`, through the module that receives them and the store that
/// remembers their ids.
enum LogoutTokenVectors {
    static func run(_ file: JSONObject, _ name: String) async throws -> [CheckResult] {
        let op = try ScriptedOP(try unwrap(file.object("config"), "no config"))
        return try await VectorCase.all(in: file).run(in: name) { example in
            let token = try example.text("token")
            switch try example.text("verdict") {
            case "accept":
                let seen = await attempt { try await notice(of: token, op) }
                if case .failure(let error) = seen { throw Unmet("was refused: \(describe(error))") }
            case "refuse":
                let seen = await attempt { try await notice(of: token, op) }
                if case .success = seen { throw Unmet("was accepted") }
            case "refuse-second": try await refusesSecond(token, op)
            case let verdict: throw Unmet("unknown verdict \(verdict)")
            }
        }
    }

    private static func notice(of token: String, _ op: ScriptedOP) async throws -> LogoutNotice {
        let callback = try LoginCallback(
            method: .post, endpoint: "logout", rawQuery: Data(),
            rawBody: Data("logout_token=\(Browser.encoded(token))".utf8))
        return try await op.provider(idToken: "").receiveLogout(callback)
    }

    /// The module is right to accept it twice: it keeps nothing.
    ///
    /// The store takes its one-time identifier once.
    private static func refusesSecond(_ token: String, _ op: ScriptedOP) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "conformance-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try SQLiteStore(
            path: folder.appending(path: "store.sqlite").path(),
            logger: Logger(label: "vectors") { _ in SwiftLogNoOpLogHandler() })
        defer { store.close() }
        var answers: [Bool] = []
        for _ in 0..<2 {
            let notice = try await notice(of: token, op)
            try require(!notice.oneTime.isEmpty, "the notice has no one-time identifier")
            answers.append(
                try await store.write { writer in
                    try notice.oneTime.allSatisfy { try writer.take($0, scope: "connection/acme") }
                })
        }
        try require(answers == [true, false], "taken: \(answers)")
    }

    private static func describe(_ error: any Error) -> String {
        (error as? LoginError).map { "\($0.code.rawValue) \($0.detail)" } ?? "\(error)"
    }
}
