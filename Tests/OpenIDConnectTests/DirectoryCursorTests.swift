import Broker
import Foundation
import OpenIDConnect
import Testing

/// Where the reading of a directory goes on, as it comes back from the store.
@Suite struct DirectoryCursorTests {
    private func refused(_ data: Data, scope: String = "vendor acme") -> LoginError? {
        refusal { () throws(LoginError) in try DirectoryCursor(data, scope: scope) }
    }

    @Test func `begins with nothing, and comes back as it was`() throws {
        var cursor = try DirectoryCursor(nil, scope: "vendor acme")
        #expect(cursor.values.isEmpty)
        cursor.values = ["token": "a\"b ü", "page": "7"]
        #expect(try DirectoryCursor(cursor.data, scope: "vendor acme") == cursor)
    }

    @Test func `the same values are the same octets, whatever their order was`() throws {
        var one = try DirectoryCursor(nil, scope: "s"), two = one
        for name in ["a", "b", "c"] { one.values[name] = name }
        for name in ["c", "b", "a"] { two.values[name] = name }
        #expect(one.data == two.data)
    }

    @Test(arguments: ["vendor other", "vendor ACME", "", "vendor acme "])
    func `a cursor of other settings is refused by its rule`(scope: String) throws {
        let cursor = try DirectoryCursor(nil, scope: "vendor acme")
        let error = refused(cursor.data, scope: scope)
        #expect(error?.code == .malformedRequest && error?.rule == DirectoryCursor.rule)
    }

    @Test func `a scope that only looks the same is another`() throws {
        let composed = try DirectoryCursor(nil, scope: "\u{e9}")
        #expect(refused(composed.data, scope: "e\u{301}")?.rule == DirectoryCursor.rule)
    }

    @Test(arguments: [
        "", "[]", "null", "x", "{}", #"{"values":{}}"#, #"{"scope":"vendor acme"}"#, #"{"scope":7,"values":{}}"#,
        #"{"scope":"vendor acme","values":[]}"#, #"{"scope":"vendor acme","values":{"page":7}}"#,
        #"{"scope":"vendor acme","values":{"page":null}}"#,
        #"{"scope":"vendor acme","scope":"vendor acme","values":{}}"#,
    ])
    func `what is no cursor is refused`(text: String) {
        #expect(refused(Data(text.utf8))?.rule == DirectoryCursor.rule)
    }

    @Test func `a cursor is at most 256 KiB long`() throws {
        let empty = #"{"scope":"vendor acme","values":{"a":""}}"#.utf8.count
        func text(_ count: Int) -> Data {
            let value = String(repeating: "x", count: count - empty)
            return Data(#"{"scope":"vendor acme","values":{"a":"\#(value)"}}"#.utf8)
        }
        #expect(refused(text(262_144)) == nil)
        #expect(refused(text(262_145))?.detail.hasSuffix("is too long") == true)
    }

    @Test(arguments: [("0", 0), ("7", 7), ("999999999999999", 999_999_999_999_999)])
    func `a number is one from 0 on`(text: String, number: Int) throws {
        var cursor = try DirectoryCursor(nil, scope: "s")
        #expect(try cursor.number("page") == nil)
        cursor.values["page"] = text
        #expect(try cursor.number("page") == number)
    }

    @Test(arguments: ["", "-1", " 1", "1.5", "0x1", "one", "1000000000000000"])
    func `what is no number is no page`(text: String) throws {
        var cursor = try DirectoryCursor(nil, scope: "s")
        cursor.values["page"] = text
        let spoilt = cursor
        #expect(refusal { () throws(LoginError) in try spoilt.number("page") }?.rule == DirectoryCursor.rule)
    }

    @Test func `pages without end are the directory's error`() throws {
        var cursor = try DirectoryCursor(nil, scope: "s")
        try cursor.countPage()
        #expect(cursor.values["pages"] == "1")
        cursor.values["pages"] = String(DirectoryCursor.maximumPages - 2)
        try cursor.countPage()
        let last = cursor
        let error = refusal { () throws(LoginError) in
            var next = last
            try next.countPage()
        }
        #expect(error?.code == .upstreamInvalid)
    }
}
