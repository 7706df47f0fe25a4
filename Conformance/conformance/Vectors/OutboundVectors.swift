// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import JOSE
import MockServiceManagement
import Outbound

/// Where the broker may connect to: `outbound-url-cases.json`.
enum OutboundVectors {
    static func run(_ file: JSONObject, _ name: String) async throws -> [CheckResult] {
        let cases = try VectorCase.all(in: file, namedBy: "url")
        var results = await cases.run(in: name) { example in
            let hops = try example.text("url").components(separatedBy: " -> ")
            let refused = hops.contains { url in url.contains("://") && refusal(of: url) != nil }
            switch try example.text("expect") {
            case "refuse":
                // A redirect is refused by not being followed; that its target would be refused too is the second door.
                if hops.count > 1 { try await redirectIsNotFollowed() }
                try require(refused, "was allowed")
            case "allow", "accept": try require(!refused, "was refused")
            case let expectation: throw Unmet("unknown expectation \(expectation)")
            }
        }
        // The limits are the frame of the cases and count only where they do not hold.
        let limits = limitsHold(file.object("limits") ?? [:], name)
        if limits.outcome != .passed { results.append(limits) }
        return results
    }

    /// Why the transport does not go there.
    ///
    /// Names resolve to a public address, so that only what is wrong with the URL or a literal address can refuse it.
    private static func refusal(of url: String) -> TransportError? {
        do throws(TransportError) {
            let target = try OutboundURLCheck.target(of: url, under: .standard)
            let publicAddress = IPAddress("8.8.8.8")
            try AddressCheck.check(
                [target.literal ?? publicAddress].compactMap { $0 }, of: target.host, under: .standard)
            return nil
        } catch {
            return error
        }
    }

    /// The real transport, on a real socket, against a server that redirects: one request arrives, and the redirect is
    /// what the caller gets.
    private static func redirectIsNotFollowed() async throws {
        let portal = try await MockPortal.start(.init(controlSecret: "outbound"))
        let transport = try GuardedTransport(policy: try OutboundPolicy(allow: [("jsm.localhost", "127.0.0.0/8")]))
        let response = await attempt {
            try await transport.send(
                OutboundRequest(
                    method: .post, url: try unwrap(URL(string: portal.url + createPath), "no URL"),
                    headerFields: [
                        .accept: "text/html", .contentType: "application/x-www-form-urlencoded",
                        try unwrap(HTTPField.Name("X-Atlassian-Token"), "no name"): "no-check",
                    ], body: Data("summary=a&description=b".utf8)))
        }
        await transport.shutdown()
        let total = portal.ledger.stats.total
        await portal.stop()
        let status = try response.get().status.code
        try require((300..<400).contains(status), "the server answered \(status), not a redirect")
        try require(total == 1, "the redirect was followed: \(total) requests")
    }

    private static let createPath = "/servicedesk/customer/portal/3/create/25"

    private static func limitsHold(_ limits: JSONObject, _ name: String) -> CheckResult {
        let standard = OutboundLimits.standard
        let holds =
            limits.int64("max_bytes").map { Int64(standard.bodyBytes) <= $0 } ?? true
            && limits.int64("timeout_s").map { standard.deadline <= .seconds($0) } ?? true
        return CheckResult(name, "limits", rule: "M52", holds ? .passed : .failed("the transport allows more"))
    }
}
