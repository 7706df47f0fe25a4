// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import JOSE
import ServiceManagement

/// Where an address leads: `email-routing-cases.json`.
enum EmailRoutingVectors {
    static func run(_ file: JSONObject, _ name: String) async throws -> [CheckResult] {
        let resources = try resources(of: try unwrap(file.object("domain_map"), "no domain_map"))
        return try await VectorCase.all(in: file, namedBy: "input").run(in: name) { example in
            let seen = answer(to: try example.text("input"), in: resources)
            let wanted = try example.text("expect")
            try require(seen == wanted, "expected \(wanted), got \(seen)")
        }
    }

    /// One organization with one connection for each domain.
    private static func resources(of domains: JSONObject) throws -> Resources {
        var byConnection: [String: [EmailDomain]] = [:]
        for (domain, connection) in domains {
            byConnection[try unwrap(connection.string, "no connection for \(domain)"), default: []]
                .append(try unwrap(EmailDomain(domain), "\(domain) is no domain"))
        }
        return Resources(
            organizations: byConnection.map { name, domains in
                Organization(id: OrganizationID(rawValue: name), name: name, domains: domains)
            },
            connections: byConnection.keys.map { name in
                Connection(
                    id: ConnectionID(rawValue: name), organization: OrganizationID(rawValue: name), kind: "oidc",
                    name: name, settings: .object([:]))
            })
    }

    private static func answer(to typed: String, in resources: Resources) -> String {
        guard let address = EmailAddress(typed: typed) else { return "reject" }
        return switch RealmRouting.route(address, in: resources) {
        case .connection(let connection): connection.id.rawValue
        case .unknown: "none"
        case .choice: "choice"
        case .closed: "closed"
        }
    }
}

/// Where a browser may be sent afterwards: `return-to-cases.json`.
enum ReturnTargetVectors {
    static func run(_ file: JSONObject, _ name: String) async throws -> [CheckResult] {
        let standard = try unwrap(file.string("default"), "no default")
        let origins = try unwrap(file.strings("allowed_origins"), "no allowed_origins")
        let target = ReturnTarget(allowedOrigins: origins, default: standard)
        return try await VectorCase.all(in: file, namedBy: "value").run(in: name) { example in
            let value = try example.text("value")
            let seen = target.resolve(value)
            switch try example.text("verdict") {
            case "allow": try require(seen.utf8.elementsEqual(value.utf8), "was sent to \(seen)")
            case "fallback-to-default": try require(seen == standard, "was sent to \(seen)")
            case let verdict: throw Unmet("unknown verdict \(verdict)")
            }
        }
    }
}

/// Which redirect URIs are registered ones: `redirect-uri-cases.json`.
enum RedirectURIVectors {
    static func run(_ file: JSONObject, _ name: String) async throws -> [CheckResult] {
        let matcher = RedirectURIMatcher(try unwrap(file.strings("registered"), "no registered URIs"))
        return try await VectorCase.all(in: file, namedBy: "redirect_uri").run(in: name) { example in
            let isAllowed = matcher.matches(try example.text("redirect_uri"))
            switch try example.text("verdict") {
            case "allow": try require(isAllowed, "was refused")
            case "refuse": try require(!isAllowed, "was allowed")
            case let verdict: throw Unmet("unknown verdict \(verdict)")
            }
        }
    }
}
