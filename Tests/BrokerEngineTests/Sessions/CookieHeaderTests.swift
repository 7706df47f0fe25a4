import Testing

@testable import BrokerEngine

@Suite struct CookieHeaderTests {
    private func value(_ header: String) -> CookieHeader.Value { CookieHeader.value(of: "__Host-v", in: header) }

    @Test(arguments: ["__Host-v=abc", "a=1; __Host-v=abc", "a=1;__Host-v=abc;b=2", ";; \t__Host-v=abc;"])
    func `one cookie is found`(header: String) {
        #expect(value(header) == .one("abc"))
    }

    @Test(arguments: [
        "", "a=1", "__host-v=abc", "x__Host-v=abc", "__Host-v", "__Host-v =abc", "a=__Host-v=abc", "__Host-vv=abc",
    ]) func `another name is absent`(header: String) {
        #expect(value(header) == .absent)
    }

    @Test(arguments: ["__Host-v=a; __Host-v=b", "__Host-v=a; __Host-v=a", "__Host-v=; b=1; __Host-v=x"])
    func `two cookies of one name are several`(header: String) {
        #expect(value(header) == .several)
    }

    @Test func `a value keeps its equals signs and its quotes`() {
        #expect(value("__Host-v=\"a=b==\"") == .one("\"a=b==\""))
        #expect(value("__Host-v=") == .one(""))
    }

    @Test func `the names after a prefix are listed`() {
        #expect(CookieHeader.suffixes(after: "p-", in: "p-a=1; q=2; p-b=3; xp-c=4") == ["a", "b"])
    }

    @Test func `names carry the prefix where the connection is secure`() {
        #expect(CookieNames(isSecure: true).token == "__Host-vestibule")
        #expect(CookieNames(isSecure: true).loginPrefix == "__Host-vestibule-login-")
        #expect(CookieNames(isSecure: false).handle == "vestibule-session")
    }
}
