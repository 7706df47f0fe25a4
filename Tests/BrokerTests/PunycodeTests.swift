import Testing

@testable import Broker

/// RFC 3492 7.1: the sample strings, in lower case where the RFC annotates upper case.
struct PunycodeTests {
    static let samples: [(unicode: String, code: String)] = [
        ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
        ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
        ("他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb"),
        ("pročprostěnemluvíčesky", "proprostnemluvesky-uyb24dma41a"),
        ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
        ("यहलोगहिन्दीक्योंनहींबोलसकतेहैं", "i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd"),
        ("なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
        ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
        ("porquénopuedensimplementehablarenespañol", "porqunopuedensimplementehablarenespaol-fmd56a"),
        ("tạisaohọkhôngthểchỉnóitiếngviệt", "tisaohkhngthchnitingvit-kjcr8268qyxafd2f1b9g"),
        ("3年b組金八先生", "3b-ww4c5e180e575a65lsy2b"),
        ("安室奈美恵-with-super-monkeys", "-with-super-monkeys-pc58ag80a8qai00g7n9n"),
        ("hello-another-way-それぞれの場所", "hello-another-way--fc4qua05auwb3674vfr0b"),
        ("ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v"),
        ("majiでkoiする5秒前", "majikoi5-783gue6qz075azm5e"),
        ("パフィーdeルンバ", "de-jg4avhby1noc0d"),
        ("そのスピードで", "d9juau41awczczp"),
    ]

    @Test(arguments: samples)
    func `encodes and decodes the samples of RFC 3492`(unicode: String, code: String) {
        #expect(Punycode.encode(unicode) == code)
        #expect(Punycode.decode(code).map { Array($0.unicodeScalars) } == Array(unicode.unicodeScalars))
    }

    @Test func `an ASCII label gains a hyphen`() {
        #expect(Punycode.encode("-> $1.00 <-") == "-> $1.00 <--")
        #expect(Punycode.decode("-> $1.00 <--") == "-> $1.00 <-")
    }

    @Test(arguments: ["99999999", "ü", "a-b_c", "zzzzzzzzzzzzzzzzzzzzzzzz", "A-KVA", "k", "\u{0}"])
    func `decodes no text that is not a code`(code: String) {
        #expect(Punycode.decode(code) == nil)
    }

    @Test func `decodes no surrogate and nothing above the last scalar`() {
        #expect(Punycode.decode("u78b") == "\u{D7A3}")
        #expect(Punycode.decode("ib9b") == nil, "U+D800")
        #expect(Punycode.decode("en32g") == nil, "U+110000")
    }
}
