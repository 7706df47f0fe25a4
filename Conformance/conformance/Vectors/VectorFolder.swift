// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE

/// A folder of vectors, and who runs which file.
struct VectorFolder: Sendable {
    /// Runs the cases of one file; `url` is where it stands, for cases that are in files beside it.
    typealias Runner = @Sendable (_ file: JSONObject, _ name: String, _ url: URL) async throws -> [CheckResult]

    private let folder: URL

    init(_ folder: URL) { self.folder = folder }

    /// A runner whose cases are all in the one file.
    private static func alone(
        _ run: @escaping @Sendable (_ file: JSONObject, _ name: String) async throws -> [CheckResult]
    ) -> Runner {
        { file, name, _ in try await run(file, name) }
    }

    private static let runners: [(suffix: String, run: Runner)] = [
        ("id-token-cases.json", alone(IDTokenVectors.run)), ("logout-token-cases.json", alone(LogoutTokenVectors.run)),
        ("email-routing-cases.json", alone(EmailRoutingVectors.run)),
        ("return-to-cases.json", alone(ReturnTargetVectors.run)),
        ("redirect-uri-cases.json", alone(RedirectURIVectors.run)),
        ("outbound-url-cases.json", alone(OutboundVectors.run)),
        ("forward-auth-cases.json", alone(ForwardAuthVectors.run)),
        ("redirect-binding-cases.json", RedirectBindingVectors.run), ("saml/expected.json", SAMLVectors.run),
        ("scim-cases.json", alone(PendingVectors(why: "no room speaks SCIM yet").run)),
        ("_test.json", alone(WycheproofVectors.run)),
    ]

    /// Runs every file that somebody knows, in order of name.
    func run() async throws -> [CheckResult] {
        let files = try files()
        guard !files.isEmpty else { throw Unmet("\(folder.path()) holds no vectors") }
        var results: [CheckResult] = []
        for path in files { results += await self.results(of: path) }
        return results
    }

    /// The files below the folder; what is neither a list of cases nor known by name is material of other files.
    private func files() throws -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: folder.path()) else {
            throw Unmet("\(folder.path()) is no folder")
        }
        return walk.compactMap { $0 as? String }.filter { $0.hasSuffix(".json") }.sorted().filter {
            Self.runner(of: full($0)) != nil || $0.hasSuffix("-cases.json")
        }
    }

    /// With the folder's own name before it, so that `expected.json` is known in `saml` wherever the walk begins.
    private func full(_ path: String) -> String { "\(folder.lastPathComponent)/\(path)" }

    private static func runner(of path: String) -> Runner? {
        runners.first { path.hasSuffix("/\($0.suffix)") || ($0.suffix.hasPrefix("_") && path.hasSuffix($0.suffix)) }?
            .run
    }

    private func results(of path: String) async -> [CheckResult] {
        guard let run = Self.runner(of: full(path)) else {
            return [CheckResult(path, "the whole file", .failed("no runner knows this kind of file"))]
        }
        do {
            let url = folder.appending(path: path)
            return try await run(JSONObject.parse(Data(contentsOf: url), maximumBytes: 1 << 26), path, url)
        } catch {
            return [CheckResult(path, "the whole file", .failed("\(error)"))]
        }
    }
}

/// A file whose room does not exist yet: its cases are counted, not run.
struct PendingVectors: Sendable {
    let why: String

    func run(_ file: JSONObject, _ name: String) async throws -> [CheckResult] {
        ["cases", "filters", "patches", "http"].flatMap { list in
            (file.array(list) ?? []).enumerated().map { index, entry in
                let id = entry.object?.string("id") ?? entry.object?.string("file") ?? "\(list)[\(index)]"
                return CheckResult(name, id, rule: entry.object?.string("rule"), .pending(why))
            }
        }
    }
}

/// One case of a file.
struct VectorCase: Sendable {
    let entry: JSONObject
    let name: String

    /// The cases of a file, named by their id or by what stands in a member.
    static func all(in file: JSONObject, namedBy member: String = "id") throws -> [VectorCase] {
        let list = try unwrap(file.array("cases"), "the file has no cases")
        return list.enumerated().map { index, value in
            let entry = value.object ?? [:]
            let text = entry.string("id") ?? entry.string(member) ?? String(index)
            return VectorCase(entry: entry, name: text.debugDescription.trimmingCharacters(in: ["\""]))
        }
    }

    /// A member that must be there.
    func text(_ member: String) throws -> String {
        try unwrap(entry.string(member), "the case has no \(member)")
    }

    /// Runs the case.
    func check(in file: String, _ body: (VectorCase) async throws -> Void) async -> CheckResult {
        do {
            try await body(self)
            return CheckResult(file, name, rule: entry.string("rule"), .passed)
        } catch let pending as PendingCase {
            return CheckResult(file, name, rule: entry.string("rule"), .pending(pending.why))
        } catch {
            let why = entry.string("why").map { " [\($0)]" } ?? ""
            return CheckResult(file, name, rule: entry.string("rule"), .failed("\(error)\(why)"))
        }
    }
}

/// A case that nothing here can run yet.
struct PendingCase: Error {
    let why: String
}

extension Collection where Element == VectorCase {
    /// Runs the cases one after another.
    func run(in file: String, _ body: (VectorCase) async throws -> Void) async -> [CheckResult] {
        var results: [CheckResult] = []
        for example in self { results.append(await example.check(in: file, body)) }
        return results
    }
}
