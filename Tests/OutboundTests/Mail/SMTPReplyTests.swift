import Testing

@testable import Outbound

@Suite struct SMTPReplyTests {
    private func read(_ text: String) -> Result<[SMTPReply], SMTPReplyError> {
        var parser = SMTPReplyParser()
        do throws(SMTPReplyError) { return .success(try parser.take(Array(text.utf8))) } catch {
            return .failure(error)
        }
    }

    @Test(arguments: [
        ("220 mx.example ready\r\n", [SMTPReply(code: 220, lines: ["mx.example ready"])]),
        ("250\r\n", [SMTPReply(code: 250, lines: [""])]),
        ("250-a\r\n250-B C\r\n250 d\r\n", [SMTPReply(code: 250, lines: ["a", "B C", "d"])]),
        ("250 a\r\n221 b\r\n", [SMTPReply(code: 250, lines: ["a"]), SMTPReply(code: 221, lines: ["b"])]),
        ("250-a\r\n", []), ("25", []), ("", []),
    ])
    func `answers are read line by line`(text: String, replies: [SMTPReply]) {
        #expect(read(text) == .success(replies))
    }

    @Test(arguments: [
        "220 ready\n", "\r\n", "22 ready\r\n", "hello there\r\n", "220+ready\r\n", "199 x\r\n", "600 x\r\n",
        "250-a\r\n251 b\r\n", "250 a\rb\r\n", "250 a\0b\r\n", "+OK POP3\r\n", "２２０ x\r\n", "HTTP/1.1 400 Bad\r\n",
    ])
    func `what is no answer is refused`(text: String) {
        #expect(read(text) == .failure(.malformed))
    }

    @Test func `answers come in pieces of any size`() throws {
        var parser = SMTPReplyParser()
        var replies: [SMTPReply] = []
        for octet in "250-one\r\n250 two\r\n".utf8 { replies += try parser.take([octet]) }
        #expect(replies == [SMTPReply(code: 250, lines: ["one", "two"])])
        #expect(parser.isBetweenReplies)
        _ = try parser.take(Array("25".utf8))
        #expect(!parser.isBetweenReplies)
    }

    @Test func `an answer without an end is refused at its bound`() throws {
        #expect(read(String(repeating: "250-x\r\n", count: 100)) == .success([]))
        #expect(read(String(repeating: "250-x\r\n", count: 101)) == .failure(.tooManyLines))
        #expect(read("250 " + String(repeating: "x", count: 2042) + "\r\n") != .failure(.lineTooLong))
        #expect(read("250 " + String(repeating: "x", count: 2043) + "\r\n") == .failure(.lineTooLong))
        #expect(read(String(repeating: "2", count: 3000)) == .failure(.lineTooLong))
    }

    @Test(arguments: [
        ("550 5.1.1 no such user alice", "550 5.1.1"), ("550 no", "550"), ("250", "250"), ("550 a.b.c", "550"),
        ("550 12345678.1.1", "550"),
    ])
    func `of an answer's text only the enhanced code is repeated`(line: String, summary: String) throws {
        #expect(try read(line + "\r\n").get().first?.summary == summary)
    }
}
