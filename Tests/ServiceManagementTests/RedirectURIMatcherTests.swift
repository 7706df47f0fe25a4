import ServiceManagement
import Testing

struct RedirectURIMatcherTests {
    let matcher = RedirectURIMatcher(["https://jsm.example/cb", "https://jsm.example/caf\u{E9}"])

    @Test func `takes a registered URI`() {
        #expect(matcher.matches("https://jsm.example/cb"))
    }

    @Test(arguments: [
        "", "https://jsm.example/cb/", "https://jsm.example/c", "https://jsm.example/CB", "https://jsm.example:443/cb",
        "https://jsm.example/cafe\u{301}",
    ])
    func `takes no other bytes`(uri: String) {
        #expect(!matcher.matches(uri))
    }

    @Test func `takes nothing where nothing is registered`() {
        #expect(!RedirectURIMatcher([]).matches(""))
    }

    struct File: Decodable {
        struct Case: Decodable {
            let redirect_uri: String
            let verdict: String
        }
        let registered: [String]
        let cases: [Case]
    }

    @Test(.enabled(if: Vectors.folder != nil, Vectors.hint))
    func `agrees with every shared case`() throws {
        let file = try Vectors.load("redirect-uri-cases.json", as: File.self)
        let matcher = RedirectURIMatcher(file.registered)
        #expect(file.cases.count >= 10)
        for vector in file.cases {
            #expect(matcher.matches(vector.redirect_uri) == (vector.verdict == "allow"), "\(vector.redirect_uri)")
        }
    }
}
