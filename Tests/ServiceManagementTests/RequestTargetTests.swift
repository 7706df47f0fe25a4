import ServiceManagement
import Testing

struct RequestTargetTests {
    @Test func `reads path, segments and query`() throws {
        let target = try RequestTarget("/servicedesk/customer/portal/3?a=b?c")
        #expect(target.path == "/servicedesk/customer/portal/3")
        #expect(target.segments == ["servicedesk", "customer", "portal", "3"])
        #expect(target.query == "a=b?c")
        #expect(!target.endsWithSlash)
    }

    @Test func `tells no query from an empty one`() throws {
        #expect(try RequestTarget("/a").query == nil)
        #expect(try RequestTarget("/a?").query == "")
    }

    @Test func `decodes segments once`() throws {
        let target = try RequestTarget("/gr%C3%BC%C3%9Fe/a%20b/100%25/alice%40acme.example/")
        #expect(target.segments == ["grüße", "a b", "100%", "alice@acme.example"])
        #expect(target.endsWithSlash)
        #expect(try RequestTarget("/").segments.isEmpty)
    }

    @Test func `throws why a target is refused`() {
        #expect(throws: TargetRefusal.encodedUnreserved) { try RequestTarget("/%73ervicedesk") }
        #expect(throws: TargetRefusal.dotSegment) { try RequestTarget("/vestibule/../servicedesk") }
    }
}
