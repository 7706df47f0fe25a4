// SPDX-License-Identifier: Apache-2.0

import Foundation
import MockServiceManagement

extension FrontRow {
    /// JSM's own ways in.
    static let doors: [FrontRow] = [
        closed(
            "sign-up",
            [
                ("GET", "/servicedesk/customer/user/signup"), ("POST", "/servicedesk/customer/user/signup"),
                ("POST", "/rest/servicedesk/1/customer/pages/user/signup"),
            ]),
        closed(
            "password login",
            [
                ("POST", "/login.jsp"), ("GET", "/servicedesk/customer/portals?os_username=a&os_password=b"),
                ("POST", "/rest/tsv/1.0/authenticate?os_authType=none"),
            ]),
        closed(
            "agents' pages",
            [
                ("GET", "/browse/SUP-1"), ("GET", "/secure/Dashboard.jspa"), ("GET", "/projects/SUP"),
                ("GET", "/rest/api/2/search?jql=x"),
            ]),
        closed("user search", [("GET", "/rest/servicedesk/1/customer/portal/3/user-search?query=a")]),
        .init("a customer's own Authorization is refused", needs: [.closedDoors]) { door in
            for value in ["Basic YWRtaW46YWRtaW4=", "Bearer stolen"] {
                let lines = [("Authorization", value)]
                try await door.send(RawRequest("GET", TestBroker.defaultPath, headers: lines), as: door.behind.alice)
                    .refused(.forbidden)
            }
        },
        .init("without a session no door opens, and nobody signs up", "M40") { door in
            for (method, target) in [
                ("POST", "/rest/servicedesk/1/customer/pages/user/signup"), ("POST", "/login.jsp"),
                ("GET", "/browse/SUP-1"), ("POST", "/servicedesk/customer/user/signup"),
            ] {
                let sight = try await door.send(RawRequest(method, target, body: Array("email=bot@spam.example".utf8)))
                try sight.refused(.noSession, .forbidden, .badRequest)
            }
        },
    ]

    /// Staff and machines.
    static let lanes: [FrontRow] = [
        .init("staff: agents' pages and every portal", needs: [.lanes]) { door in
            for target in ["/browse/SUP-1", "/servicedesk/customer/portal/7", "/secure/Dashboard.jspa"] {
                try await door.open(target, as: door.behind.agent).isSaid(to: door.behind.agent)
            }
        },
        .init("a machine passes with its credential", needs: [.lanes]) { door in
            let sight = try await machine(door, "/rest/servicedeskapi/info")
            try sight.isSaidToBeNobody()
            let sent = sight.reached.flatMap { $0.values("Authorization") }
            try require(sent == [FrontWorld.machineSecret], "the portal got \(sent.count) credentials")
        },
        .init("a machine does nothing else", needs: [.lanes]) { door in
            try await machine(door, "/rest/servicedeskapi/info/x").refused(.noSession, .forbidden, .badRequest)
            try await machine(door, "/servicedesk/customer/portal/3").refused(.noSession, .forbidden)
            try await machine(door, "/rest/servicedeskapi/info", method: "POST").refused(.noSession, .forbidden)
        },
        .init("a machine from another network", needs: [.lanes, .edge]) { door in
            try await machine(door, "/rest/servicedeskapi/servicedesk").refused(.noSession, .forbidden)
            for name in ["X-Forwarded-For", "X-Vestibule-Client", "X-Real-IP", "Forwarded"] {
                let value = name == "Forwarded" ? "for=10.0.0.1" : "10.0.0.1"
                try await machine(door, "/rest/servicedeskapi/servicedesk", adding: [(name, value)])
                    .refused(.noSession, .forbidden, .badRequest)
            }
        },
        .init("a machine without its credential, or with nearly the right one") { door in
            let secret = FrontWorld.machineSecret
            for value in [
                "", "Bearer wrong", String(secret.dropLast()), "\(secret)0", secret.lowercased(),
                "Basic \(secret.dropFirst(7))",
            ] {
                let lines = value.isEmpty ? [] : [("Authorization", value)]
                try await door.call("GET", "/rest/servicedeskapi/info", headers: lines)
                    .refused(.noSession, .forbidden, .badRequest)
            }
            let twice = [("Authorization", secret), ("Authorization", secret)]
            try await door.call("GET", "/rest/servicedeskapi/servicedesk", headers: twice)
                .refused(.noSession, .forbidden, .badRequest)
        },
    ]

    private static func machine(
        _ door: FrontDoor, _ target: String, method: String = "GET", adding headers: [(String, String)] = []
    ) async throws -> FrontSight {
        // Where every client looks like a proxy on this machine, it has to say so as one.
        let proxy = door.running.front.lacks.contains(.edge) ? [("X-Forwarded-For", "127.0.0.1")] : []
        return try await door.call(
            method, target, headers: [("Authorization", FrontWorld.machineSecret)] + proxy + headers)
    }

    private static func closed(_ name: String, _ requests: [(String, String)]) -> FrontRow {
        .init("\(name) is closed to customers", needs: [.closedDoors]) { door in
            for (method, target) in requests {
                let body = method == "POST" ? Array("email=a@b.example".utf8) : []
                let sight = try await door.send(RawRequest(method, target, body: body), as: door.behind.alice)
                do { try sight.refused(.forbidden) } catch { throw Unmet("\(method) \(target): \(error)") }
            }
        }
    }
}
