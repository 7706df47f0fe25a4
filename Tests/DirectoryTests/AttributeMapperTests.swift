import Broker
import BrokerModel
import Directory
import Testing

@Suite struct AttributeMapperTests {
    private func map(_ rule: AttributeRule, _ claims: Claim...) -> MappedAttributes {
        AttributeMapper(AttributeMapping([rule])).map(claims)
    }

    private func claim(_ name: String, _ values: String..., format: String? = nil) -> Claim {
        Claim(name, nameFormat: format, values: values, from: .idToken)
    }

    @Test func `a claim becomes the attribute of its rule, and nothing else does`() {
        let mapped = map(
            AttributeRule(attribute: "department", claim: "dept"), claim("dept", "Sales"), claim("salary", "1"))
        #expect(mapped == MappedAttributes(values: ["department": ["Sales"]]))
    }

    @Test func `a claim that is absent or empty makes no attribute`() {
        let rule = AttributeRule(attribute: "department", claim: "dept")
        #expect(map(rule) == MappedAttributes())
        #expect(map(rule, claim("dept")) == MappedAttributes())
        #expect(map(rule, claim("Dept", "Sales")) == MappedAttributes())
    }

    @Test func `several values are an error unless a rule says what becomes of them`() {
        let two = claim("g", "a", "b")
        let single = map(AttributeRule(attribute: "x", claim: "g"), two)
        #expect(single == MappedAttributes(problems: ["x": .severalValues]))
        #expect(map(AttributeRule(attribute: "x", claim: "g", values: .all), two).values == ["x": ["a", "b"]])
        #expect(map(AttributeRule(attribute: "x", claim: "g", values: .first), two).values == ["x": ["a"]])
        #expect(map(AttributeRule(attribute: "x", claim: "g", values: .join("; ")), two).values == ["x": ["a; b"]])
        #expect(map(AttributeRule(attribute: "x", claim: "g", values: .join("; ")), claim("g")).values.isEmpty)
    }

    @Test func `a name format must match where the rule names one`() {
        let rule = AttributeRule(attribute: "x", claim: "mail", nameFormat: "uri")
        #expect(map(rule, claim("mail", "wrong", format: "basic")).values.isEmpty)
        #expect(map(rule, claim("mail", "wrong")).values.isEmpty)
        #expect(
            map(rule, claim("mail", "wrong", format: "basic"), claim("mail", "right", format: "uri")).values
                == ["x": ["right"]])
    }

    @Test func `a value that is too long is left out, never cut`() {
        let rule = AttributeRule(attribute: "x", claim: "a")
        let longest = String(repeating: "é", count: AttributeMapper.maximumOctets / 2)
        #expect(map(rule, claim("a", longest)).values == ["x": [longest]])
        #expect(map(rule, claim("a", longest + "x")) == MappedAttributes(problems: ["x": .tooLong]))
    }

    @Test func `a pattern that is none is told`() {
        let rule = AttributeRule(attribute: "x", claim: "a", transforms: [.capture(pattern: "(")])
        #expect(map(rule, claim("a", "b")) == MappedAttributes(problems: ["x": .patternInvalid]))
    }

    /// A step, what goes in, and what comes out.
    struct Step: Sendable {
        var transform: AttributeTransform
        var input: [String]
        var output: [String]

        init(_ transform: AttributeTransform, _ input: [String], _ output: [String]) {
            (self.transform, self.input, self.output) = (transform, input, output)
        }
    }

    static let steps: [Step] = [
        Step(.lower, ["SALES", "Größe", "I"], ["sales", "größe", "i"]),
        Step(.trim, ["  a b\n", "\t", ""], ["a b"]),
        Step(.capture(pattern: "^CN=([^,]+)"), ["CN=Sales,OU=x", "OU=x"], ["Sales"]),
        Step(.capture(pattern: "[0-9]+"), ["cost 4711 center", "none"], ["4711"]),
        Step(.capture(pattern: "a(b)?"), ["ab", "a"], ["b"]),
        Step(.lookup(table: ["1": "one"], otherwise: .keep), ["1", "2"], ["one", "2"]),
        Step(.lookup(table: ["1": "one"], otherwise: .drop), ["1", "2"], ["one"]),
        Step(.lookup(table: ["1": "one"], otherwise: .use("many")), ["1", "2"], ["one", "many"]),
        Step(.standard("none"), [], ["none"]),
        Step(.standard("none"), ["a"], ["a"]),
    ]

    @Test(arguments: steps) func `a step makes of its input what its name says`(step: Step) {
        #expect(step.transform.apply(to: step.input) == step.output)
    }

    @Test func `steps run in their order`() {
        let rule = AttributeRule(
            attribute: "x", claim: "a",
            transforms: [
                .trim, .lower, .capture(pattern: "^dept-(.*)$"), .lookup(table: ["sales": "S"], otherwise: .drop),
                .standard("other"),
            ])
        #expect(map(rule, claim("a", " DEPT-Sales ")).values == ["x": ["S"]])
        #expect(map(rule, claim("a", "DEPT-Unknown")).values == ["x": ["other"]])
        #expect(map(rule).values == ["x": ["other"]])
    }
}
