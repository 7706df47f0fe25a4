// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import MockServiceManagement

/// JSM's own ways in, S6 and S7, and the same answers from everybody who asks, S50.
enum DoorChecks {
    /// S6.
    ///
    /// Two portals, one with every door open and one with every door closed.
    static let posture: GateChecks.Check = { world in
        let (open, closed) = (try await found(with: .all, in: world), try await found(with: [], in: world))
        let doors = ["login-free", "sign-up", "password-form", "fallback"]
        for name in doors {
            try require(open[name] == .fail, "\(name) is open, and posture says \(open[name]?.rawValue ?? "nothing")")
            try require(
                closed[name] == .pass, "\(name) is closed, and posture says \(closed[name]?.rawValue ?? "nothing")")
        }
        for (index, name) in doors.enumerated() {
            let only = try await found(with: MockPortal.OpenDoors(rawValue: 1 << index), in: world)
            let failed = only.filter { $0.value == .fail }.keys.sorted()
            try require(failed == [name], "only \(name) is open, and posture names \(failed)")
        }
        for name in ["email-channel", "widget"] {
            try require(open[name] == .unknown && closed[name] == .unknown, "\(name) cannot be told from outside")
        }
        return
            "\(doors.joined(separator: ", ")): fail where open, one by one, pass where closed; mail and widget unknown"
    }

    private static func found(
        with doors: MockPortal.OpenDoors, in world: AcceptanceWorld
    ) async throws -> [String: PostureCheck.Verdict] {
        let portal = try await MockPortal.start(.init(controlSecret: "posture", openDoors: doors))
        let result = await attempt {
            try await world.with(AccessSite.open) {
                try await world.broker.engine.posture.findings(of: TestBroker.site, at: portal.url)
            }
        }
        await portal.stop()
        let findings = try unwrap(try result.get(), "there is no such site")
        try require(
            findings.allSatisfy { !$0.check.advice(.dataCenter).isEmpty && !$0.check.advice(.cloud).isEmpty },
            "a finding without what to click")
        return Dictionary(findings.map { ($0.check.name, $0.verdict) }, uniquingKeysWith: { first, _ in first })
    }

    /// S7.
    ///
    /// Where `ssoOnly` is off, the same requests pass with a session.
    static let closedPaths: GateChecks.Check = { world in
        let person = try await world.person("s7@acme.example")
        let signUps = world.portal.ledger.stats.signups
        for door in world.doors {
            for (name, request) in ways {
                let anonymous = try await door.send(request)
                let known = try await door.send(request, as: person)
                do {
                    try anonymous.refused(.noSession, .forbidden)
                    try known.refused(.forbidden)
                } catch { throw Unmet("\(door.way), \(name): \(error)") }
            }
        }
        try require(world.portal.ledger.stats.signups == signUps, "somebody signed up")
        try await world.with({ $0.access.isSSOOnly = false }) {
            for door in world.doors {
                for (name, request) in ways {
                    let sight = try await door.send(request, as: person)
                    try require(sight.reached.count == 1, "ssoOnly off: \(door.way), \(name): \(sight.description)")
                }
            }
        }
        return "\(ways.count) requests, 403 with a session and closed without: \(GateChecks.ways)"
    }

    private static let ways: [(name: String, request: RawRequest)] = [
        ("sign-up page", RawRequest("GET", "/servicedesk/customer/user/signup")),
        ("sign-up", AcceptanceWorld.form("/servicedesk/customer/user/signup", "email=bot%40spam.example")),
        ("sign-up call", AcceptanceWorld.form("/rest/servicedesk/1/customer/pages/user/signup", "{}")),
        ("password login", AcceptanceWorld.form("/servicedesk/customer/user/login", "os_username=a&os_password=b")),
        ("login.jsp", AcceptanceWorld.form("/login.jsp", "os_username=a&os_password=b")),
        ("password call", AcceptanceWorld.form("/rest/tsv/1.0/authenticate?os_authType=none", "{}")),
        ("password in the query", RawRequest("GET", "\(TestBroker.defaultPath)?os_username=a&os_password=b")),
    ]

    /// S50.
    static let sameEverywhere: GateChecks.Check = { world in
        let person = try await world.person("s50@acme.example")
        return try await world.with(AccessSite.threeNotSeven) {
            for row in rows {
                for door in world.doors {
                    let sight = try await door.send(row.request, as: row.isSignedIn ? person : nil)
                    let seen = sight.verdict.map { "\($0)" } ?? sight.description
                    try require(
                        sight.verdict == row.verdict, "\(door.way), \(row.request.target): \(row.verdict), not \(seen)")
                }
            }
            return "\(rows.count) requests, the same verdict from \(GateChecks.ways)"
        }
    }

    private typealias Row = (request: RawRequest, isSignedIn: Bool, verdict: DoorExpectation.Verdict)

    private static let rows: [Row] =
        ["/servicedesk/customer/portals", "/servicedesk/customer/portal/3", "/plugins/servlet/desk/portal/3"].flatMap {
            [row($0, false, .noSession), row($0, true, .pass)]
        }
        + [
            "/servicedesk/customer/portal/7", "/plugins/servlet/desk/portal/7",
            "/servicedesk/customer/portal/3/create/71",
            "/servicedesk/customer/portal/3/SEC-1", "/rest/servicedeskapi/request/SEC-1",
            "/servicedesk/customer/portal/9",
            "/servicedesk/customer/user/requests?portalId=7", "/browse/SUP-1", "/secure/Dashboard.jspa",
            "/rest/api/2/search?jql=x", "/rest/servicedesk/1/customer/portal/3/user-search?query=a",
        ].map { row($0, true, .forbidden) }
        + [
            "//servicedesk/customer/portal/3", "/vestibule/..;/servicedesk/customer/portal/3",
            "/servicedesk/customer;a=b/portal/3", "/%73ervicedesk/customer/portal/3",
            "/servicedesk/customer/portals%00",
        ].map { row($0, true, .badRequest) }
        + [
            (AcceptanceWorld.ticket, false, .noSession), (AcceptanceWorld.ticketCall, false, .noSession),
            (AcceptanceWorld.ticketCall, true, .pass), (models("3"), true, .pass), (models("7"), true, .forbidden),
            (models("7,"), true, .badRequest), (models("3"), false, .noSession),
        ]

    private static func row(_ target: String, _ isSignedIn: Bool, _ verdict: DoorExpectation.Verdict) -> Row {
        (RawRequest("GET", target), isSignedIn, verdict)
    }

    private static func models(_ portal: String) -> RawRequest {
        RawRequest(
            "POST", "/rest/servicedesk/1/customer/models", headers: [("Content-Type", "application/json")],
            accept: RawRequest.json, body: Array("{\"models\":[\"portal\"],\"options\":{\"portalId\":\(portal)}}".utf8))
    }
}
