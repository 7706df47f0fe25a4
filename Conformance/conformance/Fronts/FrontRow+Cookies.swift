// SPDX-License-Identifier: Apache-2.0

import BrokerEngine
import Foundation
import MockServiceManagement

extension FrontRow {
    private static var token: String { World.cookies.token }
    private static var handle: String { World.cookies.handle }

    /// Cookies of ours, and the portal's.
    static let cookies: [FrontRow] = [
        .init("two session cookies of one name open nothing", "M44") { door in
            let alice = door.behind.alice
            for cookie in [
                "\(token)=\(alice.token); \(token)=\(alice.token)",
                "\(handle)=\(alice.handle); \(handle)=\(alice.handle)",
                "\(token)=\(alice.token); \(token)=x",
            ] {
                try await refuses(cookie, door)
            }
        },
        .init("malformed cookies open nothing", "M44") { door in
            let alice = door.behind.alice
            for cookie in [
                "\(token)=!!!", "\(token)=; \(handle)=", "\(token)=\(alice.handle)", "\(handle)=\(alice.token)",
                "__Host-\(token)=\(alice.token)", "\(token)=\(String(repeating: "A", count: 7000))", ";;;=;", "=",
                "\(token)",
            ] {
                try await refuses(cookie, door)
            }
        },
        .init("a token that opens nothing is taken back", "M44", needs: [.clearedCookies]) { door in
            let sight = try await door.send(
                RawRequest("GET", TestBroker.defaultPath, headers: [("Cookie", "\(token)=!!!")]))
            let cleared = sight.answer.values("Set-Cookie").contains {
                $0.hasPrefix("\(token)=;") && $0.contains("Max-Age=0")
            }
            try require(cleared, "the answer sets \(sight.answer.values("Set-Cookie"))")
        },
        .init("the portal gets its own cookies and none of ours", "M50", needs: [.cutCookies]) { door in
            let ours = ["vestibule-choice=acme-staff", "vestibule-login-1=v1", "__Host-vestibule-login-2=v2"]
            let theirs = ["atlassian.xsrf.token=t", "vestibules=2", "my-vestibule=3", "__Host-other=4"]
            let session = door.behind.alice.cookies
            let mixed = zip(ours + [""], theirs).flatMap { [$0, $1] }.filter { !$0.isEmpty }
            for jar in [[session] + ours + theirs, theirs + ours + [session], mixed + [session]] {
                let lines = [("Cookie", jar.joined(separator: "; "))]
                let sight = try await door.send(RawRequest("GET", TestBroker.defaultPath, headers: lines))
                let got = try sight.passed().values("Cookie").joined(separator: "; ")
                try require(got == theirs.joined(separator: "; "), "the portal got \(got)")
            }
            let bare = try await door.open(TestBroker.defaultPath, as: door.behind.alice).passed().values("Cookie")
            try require(bare.allSatisfy(\.isEmpty), "the portal got \(bare)")
        },
        .init("two Cookie lines are one") { door in
            let lines = [("Cookie", "atlassian.xsrf.token=t"), ("Cookie", door.behind.alice.cookies)]
            try await door.send(RawRequest("GET", TestBroker.defaultPath, headers: lines)).isSaid(to: door.behind.alice)
        },
        .init("the portal's own cookies come back beside ours") { door in
            let sight = try await door.open("/servicedesk/customer/portal/3/create/25", as: door.behind.alice)
            try sight.passed()
            try require(
                sight.answer.values("Set-Cookie").contains { $0.hasPrefix("atlassian.xsrf.token=") },
                "the browser got \(sight.answer.values("Set-Cookie"))")
        },
        .init("no shared cache may keep what passed", "M45") { door in
            let sight = try await door.open(TestBroker.defaultPath, as: door.behind.alice)
            try sight.passed()
            let cache = sight.answer.values("Cache-Control").joined(separator: ", ").lowercased()
            try require(
                (cache.contains("private") || cache.contains("no-store")) && !cache.contains("public"),
                "Cache-Control is \(cache)")
        },
    ]

    private static func refuses(_ cookie: String, _ door: FrontDoor) async throws {
        let sight = try await door.send(RawRequest("GET", TestBroker.defaultPath, headers: [("Cookie", cookie)]))
        do { try sight.refused(.noSession, .badRequest) } catch { throw Unmet("\(cookie.prefix(40)): \(error)") }
    }
}
