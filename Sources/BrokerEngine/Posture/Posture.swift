import Broker
package import BrokerModel
import Foundation
import HTTPTypes

/// Asks a site's JSM itself, as somebody who is not signed in, which of its own doors are open.
package struct Posture: Sendable {
    private let environment: EngineEnvironment
    private let live: LiveState

    init(_ environment: EngineEnvironment, live: LiveState) {
        self.environment = environment
        self.live = live
    }

    /// What one check found.
    package struct Finding: Sendable {
        package var check: PostureCheck
        package var verdict: PostureCheck.Verdict
        /// What the verdict rests on, for an operator: paths and statuses, or why nothing was heard.
        package var evidence: [String]
    }

    /// The findings of a site; nil where there is none of this name.
    ///
    /// - Parameter base: Where its JSM is asked, past the gate: an origin without a trailing slash.
    package func findings(of id: SiteID, at base: String) async throws -> [Finding]? {
        try await live.reload()
        guard let site = live.resources.sites[id] else { return nil }
        let transport = environment.siteTransport(id)
        var findings: [Finding] = []
        for check in PostureCheck.all {
            findings.append(await Self.run(check, site: site, base: base, transport: transport))
        }
        return findings
    }

    private static func run(
        _ check: PostureCheck, site: Site, base: String, transport: any HTTPTransport
    ) async -> Finding {
        let paths = check.probes(site)
        guard !paths.isEmpty else {
            return Finding(check: check, verdict: .unknown, evidence: ["JSM does not tell this to anybody outside"])
        }
        var (answers, evidence, isSilent) = ([PostureAnswer](), [String](), false)
        for path in paths {
            do throws(TransportError) {
                let answer = try await ask(base + path, transport)
                answers.append(answer)
                evidence.append("GET \(path): \(answer.status)")
            } catch {
                isSilent = true
                evidence.append("GET \(path): \(error.code.rawValue), \(error.detail)")
            }
        }
        let verdict = check.verdict(of: answers)
        return Finding(check: check, verdict: isSilent && verdict == .pass ? .unknown : verdict, evidence: evidence)
    }

    private static func ask(
        _ address: String, _ transport: any HTTPTransport
    ) async throws(TransportError) -> PostureAnswer {
        guard let url = URL(string: address) else { throw TransportError(.malformedURL, detail: "not a URL") }
        let response = try await transport.send(OutboundRequest(url: url, headerFields: [.accept: "text/html"]))
        return PostureAnswer(
            status: response.status.code, location: response.headerFields[.location] ?? "",
            text: String(decoding: response.body, as: UTF8.self))
    }
}
