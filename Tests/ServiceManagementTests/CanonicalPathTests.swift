import ServiceManagement
import Testing

struct CanonicalPathTests {
    @Test(arguments: [
        "/", "/servicedesk", "/servicedesk/customer/portals", "/servicedesk/customer/portal/3/create/12",
        "/servicedesk/customer/portal/3/", "/s/-abc.1_2~x/_/batch.css", "/rest/servicedeskapi/request/AB-12",
        "/a?x=1", "/a?", "/?q=%2F%2e%00//..;\\", "/a%20b", "/gr%C3%BC%c3%9fe", "/%F0%9F%98%80", "/100%25",
        "/a/...b/.c/d..", "/user/alice%40acme.example", "/user/alice@acme.example", "/x(1)!$&'*+,=:[]|",
    ])
    func `accepts what has one reading`(target: String) {
        #expect(CanonicalPath.refusal(of: target) == nil)
        #expect(CanonicalPath.isCanonical(target))
    }

    @Test(arguments: [
        ("", TargetRefusal.empty), ("*", .notRooted), ("servicedesk", .notRooted), (" /a", .notRooted),
        ("http://evil.example/servicedesk", .absoluteForm), ("HTTPS://evil.example/", .absoluteForm),
        ("//", .emptySegment), ("//evil.example/", .emptySegment), ("/a//b", .emptySegment), ("/a//", .emptySegment),
        ("/.", .dotSegment), ("/..", .dotSegment), ("/a/../b", .dotSegment), ("/a/./b", .dotSegment),
        ("/a/..?x", .dotSegment), ("/a/...", .dotSegment), ("/a/.?", .dotSegment),
        ("/%2e%2e/a", .encodedUnreserved), ("/%2E/a", .encodedUnreserved), ("/.%2e/a", .encodedUnreserved),
        ("/%252e%252e/a", .doubleEncoding), ("/a%252fb", .doubleEncoding), ("/a%25f", .doubleEncoding),
        ("/a;v=1/b", .pathParameter), ("/a/..;/b", .pathParameter), ("/;jsessionid=1", .pathParameter),
        ("/a%3bv=1", .encodedDelimiter), ("/a\\b", .backslash), ("/a%5cb", .encodedDelimiter),
        ("/a%2fb", .encodedDelimiter), ("/a%2Fb", .encodedDelimiter), ("/a%3f.css", .encodedDelimiter),
        ("/a%23", .encodedDelimiter), ("/a%00", .encodedControl), ("/a%0d%0aX", .encodedControl),
        ("/a%7f", .encodedControl), ("/a%c2%85", .encodedControl), ("/a#b", .fragment), ("/a?b#c", .fragment),
        ("/a\r\nX: y", .control), ("/a b", .control), ("/a\u{0}", .control), ("/a\u{7F}", .control),
        ("/a?b c", .control), ("/a?\t", .control), ("/ü", .notASCII), ("/a?ü", .notASCII), ("/\u{FF0F}a", .notASCII),
        ("/a%", .malformedEscape), ("/a%2", .malformedEscape), ("/a%zz", .malformedEscape),
        ("/a%u002f", .malformedEscape),
        ("/%73ervicedesk", .encodedUnreserved), ("/%7Ea", .encodedUnreserved), ("/a\"b", .disallowedCharacter),
        ("/a<b>", .disallowedCharacter), ("/a{b}", .disallowedCharacter), ("/a^b", .disallowedCharacter),
        ("/%c0%af", .invalidUTF8), ("/%c0%ae%c0%ae/", .invalidUTF8), ("/%e0%80%af", .invalidUTF8),
        ("/%ed%a0%80", .invalidUTF8), ("/%f4%90%80%80", .invalidUTF8), ("/%f0%80%80%af", .invalidUTF8),
        ("/%ff", .invalidUTF8), ("/%80", .invalidUTF8), ("/%c3", .invalidUTF8), ("/%c3x", .invalidUTF8),
        ("/%c3/%bc", .invalidUTF8), ("/%c3%2f", .invalidUTF8),
    ])
    func `refuses what two programs could read differently`(target: String, refusal: TargetRefusal) {
        #expect(CanonicalPath.refusal(of: target) == refusal)
    }

    @Test func `takes 8 KiB and not an octet more`() {
        let longest = "/" + String(repeating: "a", count: CanonicalPath.maximumBytes - 1)
        #expect(CanonicalPath.isCanonical(longest))
        #expect(CanonicalPath.refusal(of: longest + "a") == .tooLong)
    }

    @Test func `takes octets as well as text`() {
        let octets: [UInt8] = Array("/servicedesk/customer".utf8)
        let isCanonical = CanonicalPath.isCanonical(octets.span)
        #expect(isCanonical)
        let longer = octets + [0xC3]
        let refusal = CanonicalPath.refusal(of: longer.span)
        #expect(refusal == .notASCII)
    }

    @Test func `a refusal prints its code`() {
        #expect("\(TargetRefusal.encodedDelimiter)" == "encoded_delimiter")
    }
}
