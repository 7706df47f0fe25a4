import Testing

@testable import BrokerEngine

@Suite struct PathPatternTests {
    @Test(arguments: [
        ("/status", ["status"]), ("/s/*", ["s", "a"]), ("/s/*", ["s", "a", "b", "c"]),
        ("/s/**/_/*.css", ["s", "x", "y", "_", "z.css"]), ("/s/**/_/*.css", ["s", "_", "_", "z.css"]),
        ("/a*z/x", ["abz", "x"]), ("/a*z/x", ["az", "x"]), ("/**/x/**/y", ["a", "x", "b", "y", "c", "y"]),
    ]) func `fits`(pattern: String, path: [String]) {
        #expect(PathPattern(pattern)?.matches(path) == true)
    }

    @Test(arguments: [
        ("/status", ["status", "x"]), ("/status", []), ("/status", ["STATUS"]), ("/s/*", ["s"]), ("/s/**", ["s"]),
        ("/s/**/_/*.css", ["s", "_", "z.css"]), ("/s/**/_/*.css", ["s", "x", "_", "y", "z.css"]),
        ("/s/**/_/*.css", ["s", "x", "_", "z.css", "more"]), ("/a*a/x", ["a", "x"]), ("/*/x", ["x"]),
    ]) func `does not fit`(pattern: String, path: [String]) {
        #expect(PathPattern(pattern)?.matches(path) == false)
    }

    @Test(arguments: ["", "status", "/", "/a//b", "/a/", "/a*b*c", "/a**"])
    func `is no pattern`(text: String) {
        #expect(PathPattern(text) == nil)
    }

    @Test func `a hostile path costs no more than its length allows`() throws {
        let pattern = try #require(PathPattern("/**/x/**/x/**/x/**/y"))
        let path = Array(repeating: "x", count: 4096)
        #expect(!pattern.matches(path))
    }
}
