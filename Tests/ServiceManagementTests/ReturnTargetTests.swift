import ServiceManagement
import Testing

struct ReturnTargetTests {
    let target = ReturnTarget(
        ownOrigin: "https://portal.acme.example", allowedOrigins: ["https://help.acme.example:8443"], default: "/home")

    @Test(arguments: [
        ("/servicedesk/customer/portal/1?q=a%20b#c", "/servicedesk/customer/portal/1?q=a%20b#c"),
        ("https://portal.acme.example", "/"), ("https://portal.acme.example/", "/"),
        ("https://portal.acme.example/a?b#c", "/a?b#c"), ("https://portal.acme.example?b", "/?b"),
        ("https://portal.acme.example#c", "/#c"),
        ("https://help.acme.example:8443/a", "https://help.acme.example:8443/a"),
        ("https://help.acme.example:8443", "https://help.acme.example:8443/"),
        ("/a?rd=https://evil.example", "/a?rd=https://evil.example"),
    ])
    func `returns to a place of our own`(raw: String, resolved: String) {
        #expect(target.resolve(raw) == resolved)
    }

    @Test(arguments: [
        "", " ", "/ ", "//evil.example", "/\\evil.example", "/\t/evil.example", "/a\u{0}", "/a?\\", "/a#\\b",
        "/a#b#\u{7F}",
        "https://help.acme.example", "https://help.acme.example:844", "https://help.acme.example:84433/",
        "https://HELP.acme.example:8443/", "http://portal.acme.example/", "https://portal.acme.example@evil.example/",
        "https://portal.acme.example:443@evil.example/", "https://portal.acme.example.evil.example",
        "https://portal.acme.example//evil.example", "https://portal.acme.example/..//evil.example",
        "https://portal.acme.example\\evil.example", "https://portal.acme.example/a#\r\nX: y",
        "https:portal.acme.example/", "data:text/html,x", "servicedesk", "?a", "#a", "/%2e%2e/x", "/é",
        "https://portal.acme.examplе/",
    ])
    func `falls back for everything else`(raw: String) {
        #expect(target.resolve(raw) == "/home")
        #expect(target.allowed(raw) == nil)
    }

    @Test func `falls back where the target is too long`() {
        #expect(target.resolve("/" + String(repeating: "a", count: 9000)) == "/home")
        #expect(target.resolve("/#" + String(repeating: "a", count: 9000)) == "/home")
    }
}

/// Every case of `own-dev/return-to-cases.json`.
struct ReturnTargetVectorTests {
    struct File: Decodable {
        struct Case: Decodable {
            let value: String
            let verdict: String
        }
        let allowed_origins: [String]
        let `default`: String
        let cases: [Case]
    }

    @Test(.enabled(if: Vectors.folder != nil, Vectors.hint))
    func `agrees with every shared case`() throws {
        let file = try Vectors.load("return-to-cases.json", as: File.self)
        let target = ReturnTarget(allowedOrigins: file.allowed_origins, default: file.default)
        #expect(file.cases.count >= 24)
        for vector in file.cases {
            switch vector.verdict {
            case "allow": #expect(target.resolve(vector.value) == vector.value, "\(vector.value)")
            case "fallback-to-default": #expect(target.resolve(vector.value) == file.default, "\(vector.value)")
            default: Issue.record("unknown verdict \(vector.verdict)")
            }
        }
    }
}
