import SAMLFuzzing
import Testing
import XMLSecurity

/// What is made to cost the parser more than its size, each found by fuzzing or by reading: minutes of it are a flood.
struct CostTests {
    /// A document that is refused, or taken, for the price of its size.
    struct Shape: CustomStringConvertible, Sendable {
        let description: String
        let text: String

        init(_ description: String, _ text: String) {
            self.description = description
            self.text = text
        }
    }

    private static let attributes = (0..<90_000).map { "a\($0)=\"\"" }.joined(separator: " ")

    static let shapes = [
        Shape("comments in a comment", "<a>" + String(repeating: "<!--", count: 60_000)),
        Shape(
            "comments behind a torn declaration", "<?xml version=\"1.0\" >" + String(repeating: "<!--", count: 60_000)),
        Shape("attributes behind a torn declaration", "<?xml version=\"1.0\" ><a \(attributes)/>"),
        Shape("attributes behind a torn end tag", "<a><b></b <c \(attributes)/></a>"),
        Shape("attributes behind an instruction without a name", "<a><? <b \(attributes)/> ?></a>"),
        Shape("attributes in a comment that a control character ends", "<a><!-- \u{1} <b \(attributes)/> --></a>"),
        Shape("nothing but references", "<a>" + String(repeating: "&", count: 250_000)),
    ]

    @Test(arguments: shapes) func `refuses what is made to be expensive at the price of its size`(shape: Shape) {
        let (isRefused, seconds) = ProcessorTime.measure {
            (try? XMLDocument(parsing: Array(shape.text.utf8), limits: .metadata)) == nil
        }
        #expect(isRefused)
        #expect(seconds < ProcessorTime.limit)
    }

    /// Every prefix is looked for among all the declarations around it.
    @Test func `reads the deepest declarations that metadata may have at the price of its size`() throws {
        let outer = (0..<31).map { level in
            "<n " + (0..<32).map { "xmlns:n\(level)_\($0)=\"u:\(level)\"" }.joined(separator: " ") + ">"
        }
        let inner = "<n0_0:l " + (1..<20).map { "n0_\($0):a\($0)=\"\"" }.joined(separator: " ") + "/>"
        let text = outer.joined() + String(repeating: inner, count: 3800) + String(repeating: "</n>", count: 31)
        let (document, seconds) = try ProcessorTime.measure {
            try XMLDocument(parsing: Array(text.utf8), limits: .metadata)
        }
        #expect(document.root.localName == "n")
        #expect(seconds < ProcessorTime.limit)
    }

    @Test func `takes comments, instructions and a declaration where metadata may have them`() throws {
        let text =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a - b --><a><?x y > z?><!-- <b> --><b/></a >\n<!---->"
        #expect(try XMLDocument(parsing: Array(text.utf8), limits: .metadata).root.localName == "a")
    }
}
