import Testing
import XMLSecurity

/// Every limit at its exact bound: the last that passes and the first that does not.
@Suite struct LimitTests {
    private let small = XMLLimits(bytes: 1000, elements: 10, depth: 4, attributesPerElement: 3, allowsRemarks: false)

    private func code(_ text: String, _ limits: XMLLimits? = nil) -> XMLSecurityError.Code? {
        refusal { _ = try parse(text, limits ?? small) }?.code
    }

    @Test func `a message is at most 256 KiB, 2000 elements and 64 deep`() {
        #expect(XMLLimits.message.bytes == 262_144)
        #expect(XMLLimits.message.elements == 2000)
        #expect(XMLLimits.message.depth == 64)
        #expect(XMLLimits.message.attributesPerElement == 64)
        #expect(!XMLLimits.message.allowsRemarks)
    }

    @Test func `counts octets`() {
        let filling = { (count: Int) in "<a>" + String(repeating: "x", count: count - 7) + "</a>" }
        #expect(code(filling(1000)) == nil)
        #expect(code(filling(1001)) == .tooLarge)
        #expect(code(filling(262_144), .message) == nil)
        #expect(code(filling(262_145), .message) == .tooLarge)
    }

    @Test func `counts elements, the root among them`() {
        let holding = { (count: Int) in "<a>" + String(repeating: "<b/>", count: count - 1) + "</a>" }
        #expect(code(holding(10)) == nil)
        #expect(code(holding(11)) == .tooManyElements)
        #expect(code(holding(2000), .message) == nil)
        #expect(code(holding(2001), .message) == .tooManyElements)
    }

    @Test func `counts depth from the root`() {
        let nested = { (depth: Int) in
            String(repeating: "<a>", count: depth) + "x" + String(repeating: "</a>", count: depth)
        }
        #expect(code(nested(4)) == nil)
        #expect(code(nested(5)) == .tooDeep)
        #expect(code(nested(64), .message) == nil)
        #expect(code(nested(65), .message) == .tooDeep)
        #expect(code(nested(10_000), .message) == .tooDeep)
    }

    @Test func `an empty element counts for the depth it stands in and no longer`() {
        #expect(code("<a><b><c><d/><d /><d></d></c></b></a>") == nil)
        #expect(code("<a><b><c><d><e/></d></c></b></a>") == .tooDeep)
        #expect(code("<a><b x='/'><c y='>'/></b><b><c/></b></a>") == nil)
    }

    @Test func `counts attributes and declarations of one element together`() {
        #expect(code("<a b='' c='' d=''/>") == nil)
        #expect(code("<a b='' c='' d='' e=''/>") == .tooManyAttributes)
        #expect(code("<a b='' c='' d='' xmlns:e='u:e'/>") == .tooManyAttributes)
        #expect(code("<a b='====' c=\"=='='\" d='>=' />") == nil)
        let many = { (count: Int) in "<a " + (0..<count).map { "a\($0)=''" }.joined(separator: " ") + "/>" }
        #expect(code(many(64), .message) == nil)
        #expect(code(many(65), .message) == .tooManyAttributes)
        #expect(code(many(20_000), .message) == .tooManyAttributes)
    }

    @Test func `does not take equals signs of text, comments and CDATA for attributes`() {
        let remarks = XMLLimits(bytes: 1000, elements: 10, depth: 4, attributesPerElement: 3, allowsRemarks: true)
        #expect(code("<a><![CDATA[<x a=b c=d e=f g=h i=j>]]></a>") == nil)
        #expect(code("<a>a=b c=d e=f g=h</a>") == nil)
        #expect(code("<a><!-- <b><c><d><e><f q=1 q=2 q=3 q=4> --><b/></a>", remarks) == nil)
        #expect(code("<a><?p <b><c><d><e a=1 b=1 c=1 d=1 ?><b/></a>", remarks) == nil)
    }

    @Test func `a namespace name has at most 512 octets`() {
        let named = { (count: Int) in "<a xmlns='u:" + String(repeating: "x", count: count - 2) + "'/>" }
        #expect(code(named(512), .message) == nil)
        #expect(code(named(513), .message) == .namespaceTooLong)
        let prefixed = "<a><b xmlns:p='u:" + String(repeating: "x", count: 511) + "'/></a>"
        #expect(code(prefixed, .message) == .namespaceTooLong)
    }
}
