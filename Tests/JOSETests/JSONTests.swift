import Foundation
import JOSE
import Testing

struct JSONTests {
    @Test func `reads every kind of value`() throws {
        let value = try JSONValue.parse(
            bytes(#" { "a" : [ 1 , -2.5 , 1e3 , true , false , null ] , "b" : { } , "c" : "x" , "d":[] } "#))
        #expect(value == ["a": [1, -2.5, 1000.0, true, false, nil], "b": [:], "c": "x", "d": []])
    }

    @Test func `reads escapes, surrogate pairs and UTF-8`() throws {
        let value = try JSONValue.parse(bytes(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é😀""#))
        #expect(value == "\"\\/\u{8}\u{c}\n\r\té😀é😀")
    }

    @Test(arguments: [#"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"[{"b":{"a":1,"c":2,"a":3}}]"#])
    func `refuses a duplicate name at any depth and in any spelling`(text: String) {
        #expect(code { try JSONValue.parse(bytes(text)) } == .jsonDuplicateKey)
    }

    @Test func `refuses a duplicate among very many names, and takes as many different ones`() throws {
        let names = (0..<5000).map { #""n\#($0)":\#($0)"# }
        let different = "{" + names.joined(separator: ",") + "}"
        #expect(try JSONObject.parse(bytes(different)).count == 5000)
        let repeated = "{" + (names + [#""n17":0"#]).joined(separator: ",") + "}"
        #expect(code { try JSONValue.parse(bytes(repeated)) } == .jsonDuplicateKey)
    }

    @Test func `takes names apart that are only canonically equivalent`() throws {
        let object = try JSONObject.parse(bytes("{\"\u{e9}\":1,\"e\u{301}\":2,\"\u{212a}id\":3}"))
        #expect(object.count == 3)
        #expect(object["Kid"] == nil)
        #expect(JSONValue.string("\u{212a}") != JSONValue.string("K"))
    }

    @Test(arguments: [
        #""\ud83d""#, #""\ude00""#, #""\ud83d\ud83d""#, #""\ud83dx""#, #""\u12g4""#, #""\x""#, #""\u00"#, "\"\u{1}\"",
        "\"a\nb\"", #""abc"#, #""abc\"#, "'a'",
    ])
    func `refuses lone surrogates, bad escapes, controls and open strings`(text: String) {
        #expect(code { try JSONValue.parse(bytes(text)) } == .jsonInvalid)
    }

    @Test(
        arguments: [
            [0x22, 0xff, 0x22], [0x22, 0xc0, 0xaf, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xe2, 0x82, 0x22],
            [0x22, 0x5c, 0x6e, 0xf5, 0x80, 0x80, 0x80, 0x22], [0xef, 0xbb, 0xbf, 0x31], [0xff, 0xfe, 0x31, 0x00],
        ] as [[UInt8]])
    func `refuses invalid UTF-8, overlong forms, coded surrogates and byte order marks`(octets: [UInt8]) {
        #expect(code { try JSONValue.parse(octets) } == .jsonInvalid)
    }

    @Test(arguments: [
        "", " ", "{", "[", "{}x", "{} {}", "[1,]", "[,1]", #"{"a":1,}"#, #"{"a"}"#, #"{a:1}"#, "{1:2}", "tru", "nul",
        "True", "[1 2]", "]", "/**/1", "NaN", "Infinity", "{}\u{0}", "[1}", "\u{b}1",
    ])
    func `refuses what is no JSON and anything behind the document`(text: String) {
        #expect(code { try JSONValue.parse(bytes(text)) } == .jsonInvalid)
    }

    @Test(arguments: ["01", "-", "+1", ".5", "1.", "1e", "1e+", "-01", "0x1", "1e999", "--1", "1.e1"])
    func `refuses numbers outside the grammar or the range`(text: String) {
        #expect(code { try JSONValue.parse(bytes(text)) } == .jsonInvalid)
    }

    @Test func `keeps integers exact and widens what does not fit`() throws {
        #expect(try JSONValue.parse(bytes("9223372036854775807")) == .integer(.max))
        #expect(try JSONValue.parse(bytes("9223372036854775808")) == .double(9223372036854775808))
        #expect(try JSONValue.parse(bytes("-0")) == .integer(0))
        #expect(try JSONValue.parse(bytes("1.0")).int64 == nil)
        #expect(try JSONValue.parse(bytes("1")).double == 1)
    }

    @Test func `bounds depth and size`() throws {
        let deepest = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
        #expect(throws: Never.self) { try JSONValue.parse(bytes(deepest)) }
        #expect(code { try JSONValue.parse(bytes("[" + deepest + "]")) } == .jsonTooDeep)
        #expect(code { try JSONValue.parse(bytes(String(repeating: #"{"a":"#, count: 100_000))) } == .jsonTooDeep)
        #expect(code { try JSONValue.parse(bytes("[1]"), maximumBytes: 2) } == .jsonTooLarge)
        #expect(code { try JSONValue.parse(Data("[1]".utf8), maximumBytes: 2) } == .jsonTooLarge)
        #expect(code { try JSONObject.parse(bytes("[]")) } == .jsonNotObject)
    }

    @Test func `writes in order with the shortest escapes and reads back what it wrote`() throws {
        let object: JSONObject = [
            "z": "\"\\\n\u{1}\u{1f}/é", "a": [1, 2.5, true, nil], "m": ["k": "v"],
        ]
        let text = #"{"z":"\"\\\n\u0001\u001f/é","a":[1,2.5,true,null],"m":{"k":"v"}}"#
        #expect(object.text == text)
        #expect(try JSONObject.parse(object.serialized()) == object)
    }

    @Test func `survives damaged documents and reads what it writes in all that it takes`() throws {
        let seed = bytes(#"{"a":[1,-2.5e3,true,null,{"b":"\u00e9\ud83d\ude00é\n"}],"c":{"d":[[],{}]},"e":0}"#)
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var taken = 0
        for _ in 0..<20_000 {
            var document = seed
            for _ in 0...random(3) {
                let position = random(document.count)
                switch random(3) {
                case 0: document[position] = UInt8(random(256))
                case 1: document.remove(at: position)
                default: document.insert(seed[random(seed.count)], at: position)
                }
            }
            guard let value = try? JSONValue.parse(document) else { continue }
            taken += 1
            #expect(try JSONValue.parse(value.serialized()) == value)
        }
        #expect(taken > 500)
    }

    @Test func `changes members in place, appends and removes`() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = nil
        object["d"] = "x"
        object["b"] = nil
        #expect(object.text == #"{"a":3,"d":"x"}"#)
        #expect(object.keys == ["a", "d"])
        #expect(object.strings("d") == nil)
    }

    @Test func `reads typed members and nothing of another type`() {
        let object: JSONObject = ["s": "1", "i": 1, "b": true, "l": ["x", "y"], "mixed": ["x", 1], "n": nil]
        #expect(object.string("i") == nil)
        #expect(object.int64("s") == nil)
        #expect(object.bool("s") == nil)
        #expect(object.strings("l") == ["x", "y"])
        #expect(object.strings("mixed") == nil)
        #expect(object.contains("n"))
        #expect(object.string("n") == nil)
    }

    @Test func `reads numeric dates whole or with a fraction, within the years of a calendar`() throws {
        let object: JSONObject = [
            "whole": 1_768_478_400, "fraction": 1_768_478_400.9, "text": "1768478400", "past": -1, "far": 1e30,
            "null": nil,
        ]
        #expect(try object.numericDate("whole") == 1_768_478_400)
        #expect(try object.numericDate("fraction") == 1_768_478_400)
        #expect(try object.numericDate("absent") == nil)
        for name in ["text", "past", "far", "null"] {
            #expect(code { try object.numericDate(name) } == .numericDateInvalid)
        }
    }
}
