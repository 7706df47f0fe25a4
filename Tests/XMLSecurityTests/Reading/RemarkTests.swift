import Testing
import XMLSecurity

/// Comments and processing instructions (CVE-2017-11427): nowhere in a message, never beside text in metadata.
@Suite struct RemarkTests {
    static let beside = [
        "<a>alice<!-- x -->@evil.example</a>", "<a><!-- x -->alice</a>", "<a>alice<!----></a>", "<a>alice<?p?>bob</a>",
        "<a><![CDATA[alice]]><!-- x --></a>", "<a>x<!-- x --><b/></a>", "<a><b><!-- x -->alice</b></a>",
    ]
    static let between = [
        "<a><!-- x --><b/></a>", "<a> <!-- x --> <b/> <?p x?> </a>", "<!-- x --><a/>", "<a/><!-- x -->", "<?p x?><a/>",
        "<?xml version='1.0'?><!-- x --><a/>", "<a/><?p?>", "<a><!-- x --></a>",
        "<?oasis-xml-catalog catalog='http://127.0.0.1:9/c'?><a/>",
    ]

    @Test(arguments: beside + between)
    func `a message holds no remark anywhere`(text: String) {
        #expect(refusal { _ = try parse(text) }?.code == .remark)
    }

    @Test(arguments: beside)
    func `metadata holds none beside text`(text: String) {
        #expect(refusal { _ = try parse(text, .metadata) }?.code == .remark)
    }

    @Test(arguments: between)
    func `metadata may hold some between elements`(text: String) throws {
        #expect(try parse(text, .metadata).root.localName == "a")
    }

    @Test func `an element with a remark has no text, not even an empty one`() throws {
        let root = try parse("<a><b><!-- x --></b><c></c></a>", .metadata).root
        #expect(root.children.map(\.text) == [nil, ""])
    }
}
