// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import Foundation
import JOSE

/// The cases of `forward-auth-cases.json`, as rows.
struct FrontVectors: Sendable {
    /// What the file says is public, in our names.
    let publicPaths: [String]
    let rows: [FrontRow]

    /// Reads the file of the checkout.
    init() throws {
        let url = try FrontFiles.project().appending(path: "Conformance/Vectors/own-dev/forward-auth-cases.json")
        let file = try JSONObject.parse(Data(contentsOf: url), maximumBytes: 1 << 20)
        publicPaths = (file.object("rules")?.strings("public") ?? []).map(ForwardAuthVectors.mapped)
        rows = try VectorCase.all(in: file).map(Self.row)
    }

    private static func row(_ example: VectorCase) throws -> FrontRow {
        let expectation = try DoorExpectation(example.text("expect"))
        let request = try unwrap(example.entry.object("request"), "\(example.name) has no request")
        var needs: Set<FrontAbility> = expectation.clearsCookies ? [.clearedCookies] : []
        if request.string("session") == "store-down" { needs.insert(.storeCheck) }
        return FrontRow("case \(example.name)", example.entry.string("rule"), needs: needs) { door in
            let run = FrontVector(request: request, expectation: expectation, door: door)
            try await run.run()
        }
    }
}

/// One case at one front.
private struct FrontVector: Sendable {
    let request: JSONObject
    let expectation: DoorExpectation
    let door: FrontDoor

    func run() async throws {
        let (clock, store) = (door.behind.broker.clock, door.behind.broker.store)
        switch request.string("session") {
        case nil:
            // Whoever asks for an expired token gets a good one, later.
            let isExpired = request.text.contains("<expired token>")
            try await clock.later(by: isExpired ? .seconds(660) : .zero) { try await hold(as: nil) }
        case "alice": try await hold(as: door.behind.alice)
        case "store-down":
            try await clock.later(by: .seconds(2)) { try await store.away { try await hold(as: door.behind.alice) } }
        case let other?: throw Unmet("unknown session \(other)")
        }
    }

    private func hold(as person: FrontPerson?) async throws {
        let sight = try await door.send(try rawRequest(), as: person)
        if !expectation.verdicts.isEmpty {
            let verdict = try unwrap(sight.verdict, "\(sight.description), which is no verdict")
            try require(expectation.verdicts.contains(verdict), sight.description)
        }
        if expectation.staysOnHost {
            try require(sight.isSentToLogin, "sent to \(sight.answer.value("Location"))")
        }
        if expectation.clearsCookies {
            let cleared = sight.answer.values("Set-Cookie").contains {
                $0.hasPrefix("\(World.cookies.token)=;") && $0.contains("Max-Age=0")
            }
            try require(cleared, "the answer does not clear the cookie")
        }
        if expectation.identityIsOurs, let person, expectation.verdicts == [.pass] { try sight.isSaid(to: person) }
        if expectation.isNeverStored {
            try require(sight.answer.values("Cache-Control") == ["no-store"], "the answer may be stored")
        }
    }

    private func rawRequest() throws -> RawRequest {
        let tokens = HostileTokens(door.behind.alice.token)
        let headers = try (request.object("headers") ?? [:]).map { name, value in
            let text = try unwrap(value.string, "\(name) is no text")
            return (ForwardAuthVectors.mapped(name), try tokens.filled(ForwardAuthVectors.mapped(text)))
        }
        return RawRequest(
            request.string("method") ?? "GET",
            ForwardAuthVectors.mapped(try unwrap(request.string("target"), "no target")), headers: headers)
    }
}
