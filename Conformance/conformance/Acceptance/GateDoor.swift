// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import BrokerModel
import Foundation
import MockServiceManagement

/// How a request may come to the portal.
enum GateWay: String, CaseIterable, Sendable {
    case nginx, forward, traefik, envoy
    /// The broker is the front.
    case inPath = "in-path"

    /// The headers that fronts of this dialect overwrite on every request, and the client therefore cannot send.
    fileprivate var overwritten: Set<String> {
        switch self {
        case .nginx: ["x-vestibule-site", "x-vestibule-client", "x-vestibule-target", "x-vestibule-method"]
        case .forward: ["x-vestibule-site", "x-vestibule-client", "x-forwarded-uri", "x-forwarded-method"]
        case .traefik: ["x-vestibule-site", "x-forwarded-for", "x-forwarded-uri", "x-forwarded-method"]
        case .envoy: ["x-vestibule-site", "x-vestibule-client", "x-envoy-auth-partial-body"]
        case .inPath: []
        }
    }
}

/// The portal behind a front in a few lines, or behind the broker itself.
///
/// The front asks the gate in one of its dialects, passes on 200 and nothing else, and lets no identity header through but
/// the gate's. The shipped configurations are tested on the real proxies; this proves the dialects.
struct GateDoor: Sendable {
    let way: GateWay
    let world: World
    let portal: MockPortal

    /// Sends a request, and sees what became of it at both ends.
    func send(_ request: RawRequest, as person: FrontPerson? = nil) async throws -> FrontSight {
        let before = portal.ledger.stats
        let answer = try await answer(to: request, as: person)
        let after = portal.ledger.stats
        return FrontSight(
            answer: answer, reached: Array(portal.ledger.requests.suffix(min(256, after.total - before.total))),
            tickets: Array(after.tickets.dropFirst(before.tickets.count)), signUps: after.signups - before.signups,
            portals: after.portals.filter { $0.value > before.portals[$0.key] ?? 0 }.compactMap { Int($0.key) },
            publicURL: "\(world.broker.origin)/vestibule", mode: way == .inPath ? .inPath : .gate)
    }

    /// What the client gets, whatever the portal does; many may ask at once.
    func answer(to request: RawRequest, as person: FrontPerson? = nil) async throws -> RawAnswer {
        var request = request
        if let person { request.headers.append(("Cookie", person.cookies)) }
        guard way != .inPath, !Self.isJudgedInPath(request) || way == .envoy else {
            return try await exchange(request, with: world.broker.origin)
        }
        let verdict = try await exchange(question(about: request), with: world.broker.gateURL)
        if verdict.status == 200 { return try await passOn(request, verdict) }
        guard way == .nginx else { return verdict }
        var question = question(about: request)
        (question.method, question.target) = (request.method, "/gate/nginx/answer")
        return try await exchange(question, with: world.broker.gateURL)
    }

    /// The two addresses whose body names the portal: the shipped configurations send them to the broker.
    private static func isJudgedInPath(_ request: RawRequest) -> Bool {
        let path = request.target.prefix { $0 != "?" }
        return ["/rest/servicedesk/1/customer/models", "/rest/servicedeskapi/request"].contains(String(path))
    }

    // MARK: The front's part

    private func question(about request: RawRequest) -> RawRequest {
        var headers = request.headers.filter { !way.overwritten.contains($0.0.lowercased()) }
        headers.append(("X-Vestibule-Site", TestBroker.site.rawValue))
        switch way {
        case .nginx:
            headers += [("X-Vestibule-Target", request.target), ("X-Vestibule-Method", request.method)]
        case .forward, .traefik:
            headers += [("X-Forwarded-Uri", request.target), ("X-Forwarded-Method", request.method)]
        case .envoy: headers.append(("X-Envoy-Auth-Partial-Body", "false"))
        case .inPath: break
        }
        headers.append((way == .traefik ? "X-Forwarded-For" : "X-Vestibule-Client", "127.0.0.1"))
        guard way == .envoy else {
            return RawRequest("GET", "/gate/\(way.rawValue)", headers: headers, accept: request.accept)
        }
        return RawRequest(
            request.method, "/gate/envoy\(request.target)", headers: headers, accept: request.accept,
            body: request.body)
    }

    private func passOn(_ request: RawRequest, _ verdict: RawAnswer) async throws -> RawAnswer {
        var request = request
        request.headers.removeAll { header in
            let name = header.0.lowercased().replacing("_", with: "-")
            return name.hasPrefix("x-vestibule-") || name == "cookie"
        }
        for name in BrokerEngine.IdentityHeaders.names {
            verdict.values(name).forEach { request.headers.append((name, $0)) }
        }
        return try await exchange(request, with: portal.url)
    }

    private func exchange(_ request: RawRequest, with origin: String) async throws -> RawAnswer {
        let port = try unwrap(URL(string: origin)?.port, "\(origin) has no port")
        let host = try unwrap(URL(string: world.broker.origin)?.port, "no port")
        return RawAnswer(
            try await RawSocket.exchange(
                request.octets(host: "\(TestBroker.host):\(host)"), port: port, until: RawAnswer.isComplete))
    }
}
