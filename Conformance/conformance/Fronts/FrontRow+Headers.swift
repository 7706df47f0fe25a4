// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import Foundation
import MockServiceManagement

extension FrontRow {
    private static let lie = "6.6.6.6"

    /// An identity that a client claims, in every spelling that somebody reads as ours.
    private static let lies: [(String, String)] = BrokerEngine.IdentityHeaders.names.flatMap { name in
        var mixed = name
        if let first = name.firstIndex(of: "-") { mixed.replaceSubrange(first...first, with: "_") }
        let last = name.replacingOccurrences(of: "Vestibule-", with: "Vestibule_")
        return [name, name.lowercased(), name.uppercased(), name.replacingOccurrences(of: "-", with: "_"), mixed, last]
            .map { ($0, "admin") }
    }

    /// What other products believe in.
    private static let believed = [
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Uri", "X-Forwarded-Method",
        "X-Forwarded-User", "X-Forwarded-Email", "X-Original-URI", "X-Original-URL", "X-Real-IP", "Forwarded",
        "Remote-User",
        "X-Rewrite-URL", "X-HTTP-Method-Override", "X_Forwarded_For", "X_Forwarded_User", "Remote_User",
    ]

    /// What a client says about itself.
    static let headers: [FrontRow] = [
        .init("a claimed identity opens nothing, in \(lies.count) spellings", "M43") { door in
            for lie in lies {
                try await door.send(RawRequest("GET", TestBroker.defaultPath, headers: [lie])).refused(
                    .noSession, .badRequest)
            }
        },
        .init("a claimed identity beside a session never arrives, one at a time", "M43") { door in
            for lie in lies { try await isAlice([lie], door) }
        },
        .init("a claimed identity beside a session never arrives, all and doubled", "M43") { door in
            for claimed in [lies, lies + lies, Array(lies.reversed())] { try await isAlice(claimed, door) }
        },
        .init("a claimed identity does not arrive by a public path", "M43", needs: [.publicPaths]) { door in
            for claimed in lies.map({ [$0] }) + [lies + lies] {
                try await door.send(RawRequest("GET", publicPath, headers: claimed)).isSaidToBeNobody()
            }
        },
        .init("a public path brings the portal nobody, GET and HEAD only", needs: [.publicPaths]) { door in
            let lines = [("Cookie", "JSESSIONID=stolen")]
            let sight = try await door.send(RawRequest("GET", publicPath, headers: lines))
            try sight.isSaidToBeNobody()
            let got = sight.reached.flatMap { $0.values("Cookie") }.filter { !$0.isEmpty }
            try require(got.isEmpty || door.running.front.lacks.contains(.cutCookies), "the portal got \(got)")
            try await door.post(publicPath, form: "a=b").refused(.noSession, .forbidden)
        },
        .init("forwarding headers of the client never arrive", "M42", needs: [.edge]) { door in
            for count in 1...2 {
                for names in believed.map({ [$0] }) + [believed] {
                    let lines = (names + (count == 2 ? names : [])).map { ($0, lie) }
                    let sight = try await door.send(
                        RawRequest("GET", TestBroker.defaultPath, headers: lines), as: door.behind.alice)
                    let request = try sight.passed(TestBroker.defaultPath)
                    let arrived = request.headers.filter { $0.value.contains(lie) }.map(\.name)
                    try require(arrived.isEmpty, "arrived: \(arrived)")
                }
            }
        },
        .init("the gate's question cannot be asked by the client", "M42") { door in
            let question = [
                ("X-Vestibule-Site", "x"), ("X-Vestibule-Target", publicPath), ("X-Vestibule-Method", "GET"),
                ("X-Vestibule-Client", "127.0.0.1"), ("X-Forwarded-Uri", publicPath), ("X-Forwarded-Method", "GET"),
                ("X-Original-URI", publicPath), ("X-Original-URL", publicPath), ("X-HTTP-Method-Override", "GET"),
            ]
            for lines in question.map({ [$0] }) + [question, question + question] {
                let sight = try await door.send(
                    RawRequest("POST", TestBroker.defaultPath, headers: lines, accept: RawRequest.json, body: [0x78]))
                try sight.refused(.noSession, .forbidden, .badRequest)
            }
        },
        .init("a header that the client calls hop-by-hop is ours all the same", "M42") { door in
            let named = BrokerEngine.IdentityHeaders.names + ["X-Forwarded-Uri", "X-Vestibule-Site", "Cookie"]
            let lines = [("Connection", "close, \(named.joined(separator: ", "))")]
            let sight = try await door.send(
                RawRequest("GET", TestBroker.defaultPath, headers: lines), as: door.behind.alice)
            if sight.reached.isEmpty {
                try sight.refused(.noSession, .badRequest)
            } else {
                try sight.isSaid(to: door.behind.alice)
            }
        },
        .init("another Host is no site of ours", "M42") { door in
            for host in ["evil.example", "\(TestBroker.host).evil.example", "127.0.0.1"] {
                let sight = try await door.send(
                    RawRequest("GET", TestBroker.defaultPath, host: host), as: door.behind.alice)
                try require(
                    sight.reached.isEmpty && sight.answer.status >= 400, "\(host): \(sight.description)")
            }
        },
    ]

    /// A path that the site lists as public.
    static let publicPath = "/s/abc/_/site.css"

    private static func isAlice(_ claimed: [(String, String)], _ door: FrontDoor) async throws {
        let sight = try await door.send(
            RawRequest("GET", TestBroker.defaultPath, headers: claimed), as: door.behind.alice)
        do {
            try sight.isSaid(to: door.behind.alice)
            let all = sight.reached.flatMap(\.headers).filter { $0.value == "admin" }
            try require(all.isEmpty, "arrived: \(all.map(\.name))")
        } catch {
            throw Unmet("\(claimed.count == 1 ? claimed[0].0 : "\(claimed.count) of them"): \(error)")
        }
    }
}
