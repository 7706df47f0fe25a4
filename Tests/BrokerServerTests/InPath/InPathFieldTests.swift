import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

/// What JSM and the browser read in header fields.
@Suite(.serialized) struct InPathFieldTests {
    private static let spellings = [
        "X-Vestibule-User: root", "x-vestibule-user: root", "X-VESTIBULE-EMAIL: root@x", "X_Vestibule_User: root",
        "X-Vestibule_User: root", "X.Vestibule.User: root", "X-Vestibule-Other: root",
        "X-Vestibule-Raw-Target: /secure",
        "X-Forwarded-For: 6.6.6.6, 192.0.2.7", "X-Forwarded-User: root", "X_Forwarded_For: 6.6.6.6",
        "X-Forwarded-Port: 1", "X-Original-URL: /secure", "X-Rewrite-URL: /secure", "Remote-User: root",
        "REMOTE_USER: root", "X-Remote-User: root", "X-HTTP-Method-Override: DELETE", "X-HTTP-Method: PUT",
        "X-Method-Override: PUT", "Forwarded: for=6.6.6.6", "X-Client-IP: 6.6.6.6", "True-Client-IP: 6.6.6.6",
    ]

    @Test func `nothing that the client says about itself gets to JSM, in any spelling`() async throws {
        try await InPathWorld.with { world async throws in
            #expect(try await world.ask("GET", InPathWorld.page, Self.spellings).status == 200)
            let request = try #require(world.jsm.requests.first)
            #expect(!request.head.contains("root"))
            #expect(!request.head.contains("6.6.6.6"))
            #expect(!request.head.contains("/secure"))
            #expect(!request.head.contains("DELETE") && !request.head.contains("PUT"))
            #expect(!request.names.contains { $0.contains("_") || $0.contains(".") })
            #expect(request.values("X-Vestibule-User").count == 1)
            // Our own machine is a proxy of ours, so the last address it names is the client's.
            #expect(request.values("X-Forwarded-For") == ["192.0.2.7"])
        }
    }

    /// The address of a proxy that says nothing is nobody's: else all the people behind it would sit where staff do (M42).
    @Test func `staff are where the proxy says, and nobody is where it says nothing that can be read`() async throws {
        let staff = try #require(AddressRange("127.0.0.0/8"))
        let office = try #require(AddressRange("192.0.2.0/24"))
        try await InPathWorld.with(change: { $0.sites[0].access.staff.networks = [staff, office] }) {
            world async throws in
            for said in [
                [], ["X-Forwarded-For: 192.0.2.7:443"], ["X-Forwarded-For: "], ["X-Forwarded-For: 192.0.2.7, x"],
            ] {
                #expect(try await world.ask("GET", InPathWorld.page, said, cookies: "").status == 401, "\(said)")
            }
            #expect(world.jsm.requests.isEmpty)
            let inside = try await world.ask("GET", InPathWorld.page, ["X-Forwarded-For: 192.0.2.7"], cookies: "")
            #expect(inside.status == 200)
            #expect(world.jsm.requests.first?.values("X-Vestibule-User") == [])
        }
    }

    @Test func `what is for one connection stays there, and cannot take our headers away`() async throws {
        let fields = [
            "Connection: X-Vestibule-User, X-Secret-Hop, cookie", "X-Secret-Hop: 1", "Keep-Alive: timeout=5",
            "Proxy-Authorization: Basic eA==", "Proxy-Connection: keep-alive", "TE: trailers", "Trailer: X-A",
            "Upgrade: h2c", "HTTP2-Settings: AAMAAABk", "X-Kept: yes",
        ]
        try await InPathWorld.with(answer: { _ in
            .octets(
                "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
                    + "Proxy-Authenticate: Basic\r\nX-Kept: yes\r\nContent-Length: 2\r\n\r\nok")
        }) { world async throws in
            let answer = try await world.ask("GET", InPathWorld.page, fields)
            #expect(answer.status == 200)
            let request = try #require(world.jsm.requests.first)
            #expect(request.values("X-Kept") == ["yes"])
            #expect(request.values("X-Vestibule-User").count == 1)
            for name in [
                "X-Secret-Hop", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Upgrade",
                "HTTP2-Settings", "Transfer-Encoding",
            ] {
                #expect(request.values(name).isEmpty, "\(name)")
            }
            #expect(answer.fields("X-Kept") == ["yes"])
            #expect(["X-Hop", "Keep-Alive", "Proxy-Authenticate"].allSatisfy { answer.fields($0).isEmpty })
        }
    }

    @Test func `JSM gets its own cookies and none of ours`() async throws {
        try await InPathWorld.with { world async throws in
            let more =
                "a=1; \(world.cookies); b=2;  __Host-vestibule-login-x=9;vestibule-reset=1; c=\"3\"; vestibules=4"
            #expect(try await world.ask(cookies: more).status == 200)
            let request = try #require(world.jsm.requests.first)
            #expect(request.values("Cookie") == ["a=1; b=2; c=\"3\"; vestibules=4"])
        }
    }

    @Test(arguments: ["a=1,vestibule=x", "a=1, vestibule-session=x"])
    func `a cookie that JSM might take for one of ours takes all with it`(hand: String) async throws {
        try await InPathWorld.with { world async throws in
            #expect(try await world.ask(cookies: "\(world.cookies); \(hand)").status == 200)
            #expect(world.jsm.requests.first?.values("Cookie") == [])
        }
    }

    @Test func `a public path is open to whoever comes, whom JSM does not know by a session of its own`() async throws {
        try await InPathWorld.with(change: { $0.sites[0].publicPaths = ["/images/*"] }) { world async throws in
            #expect(try await world.ask("GET", "/images/a.png", cookies: "JSESSIONID=abc; x=1").status == 200)
            let request = try #require(world.jsm.requests.first)
            #expect(request.values("Cookie").isEmpty)
            #expect(!request.names.contains { $0.lowercased().hasPrefix("x-vestibule") })
        }
    }

    @Test func `a renewed token goes to the browser beside JSM's cookies, and JSM cannot set ours`() async throws {
        try await InPathWorld.with(answer: { _ in
            .reply(
                "ok",
                "Set-Cookie: JSESSIONID=a; Path=/\r\nSet-Cookie: vestibule=planted\r\nSet-Cookie: __Host-vestibule-session=x\r\n"
                    + "Set-Cookie: =vestibule=planted\r\nSet-Cookie: other=b\r\n")
        }) { world async throws in
            let handle = world.cookies.components(separatedBy: "; ").filter { $0.hasPrefix("vestibule-session=") }
            let answer = try await world.ask(cookies: handle.joined())
            #expect(answer.status == 200)
            let cookies = answer.fields("Set-Cookie")
            #expect(cookies.prefix(2) == ["JSESSIONID=a; Path=/", "other=b"])
            #expect(cookies.count == 3)
            #expect(cookies.last?.hasPrefix("vestibule=ey") == true)
        }
    }

    @Test(arguments: [
        ("", "private"), ("Cache-Control: public, max-age=60\r\n", "private, max-age=60"),
        ("Cache-Control: max-age=60, s-maxage=9\r\n", "private, max-age=60"),
        ("Cache-Control: no-store\r\n", "no-store"),
        ("Cache-Control: private\r\nCache-Control: max-age=1\r\n", "private, max-age=1"),
        ("Cache-Control: private=\"a\"\r\n", "private"),
    ])
    func `a shared cache keeps nothing`(given: String, kept: String) async throws {
        try await InPathWorld.with(answer: { _ in .reply("ok", given) }) { world async throws in
            #expect(try await world.ask().fields("Cache-Control") == [kept])
        }
    }
}
