import Broker
import ServiceManagement
import Testing

struct BodyReadingTests {
    private let grammar = URLGrammar()

    private func models(_ options: String) throws -> NamedPlaces {
        try grammar.read(body: Array("{\"models\":[\"portal\"],\"options\":{\(options)}}".utf8), as: .models)
    }

    @Test func `reads every place in which a models call names something`() throws {
        #expect(try models(#""portalId":"3""#).portals == [3])
        #expect(try models(#""portal":{"id":3}"#).portals == [3])
        #expect(try models(#""reqCreate":{"id":25}"#).requestTypes == [25])
        #expect(try models(#""reqDetails":{"key":"sup-1","portalId":4}"#).projects == ["SUP"])
        let filter = try models(
            #""allReqFilter":{"portalId":"5","requestTypeId":"6","statusFilter":{"statusPortalId":"7"}},"serviceDeskId":8"#
        )
        #expect(filter.portals == [5, 7])
        #expect(filter.requestTypes == [6])
        #expect(filter.serviceDesks == [8])
        #expect(try models(#""reqCreate":{"projectKey":"sec"}"#).projects == ["SEC"])
    }

    @Test func `reads escapes in names and values`() throws {
        #expect(try models(#""port\u0061lId":"\u0037""#).portals == [7])
        #expect(try models(#""\u0070ortal":{"\u0069\u0064":"7"}"#).portals == [7])
    }

    @Test func `takes an empty text for no name`() throws {
        #expect(try models(#""portalId":"","reqDetails":{"key":"","portalId":""}"#).isEmpty)
        #expect(try models("").isEmpty)
    }

    @Test(arguments: [
        "3.0", "3e0", "-3", "true", "null", "[3]", "{}", "\"03\"", "\"+3\"", "\"٣\"", "\" 3\"", "0", "\"3\\u0000\"",
    ])
    func `does not read another value as a number`(value: String) throws {
        #expect(try models("\"portalId\":\(value)").isUnreadable)
        #expect(try models("\"reqCreate\":{\"id\":\(value)}").isUnreadable)
    }

    @Test func `does not map a project's number`() throws {
        #expect(try models(#""projectId":10300"#).isUnreadable)
        #expect(try models(#""projectId":"""#).isEmpty)
        #expect(try models(#""reqDetails":{"key":10007}"#).isUnreadable)
    }

    @Test(arguments: [
        ("{\"a\":1,\"a\":1}", BodyRefusal.duplicateMember), ("{\"a\":1,\"\\u0061\":2}", .duplicateMember),
        ("{\"x\":[{\"a\":{},\"a\":{}}]}", .duplicateMember), ("", .malformed), ("{", .malformed), ("{}x", .malformed),
        ("{} {}", .malformed), ("\u{FEFF}{}", .malformed), ("[]", .malformed), ("{\"a\":01}", .malformed),
        ("{\"a\":1.}", .malformed), ("{\"a\":.5}", .malformed), ("{\"a\":+1}", .malformed), ("{\"a\":1e}", .malformed),
        ("{\"a\":-}", .malformed), ("{\"a\":NaN}", .malformed), ("{\"a\":tru}", .malformed), ("{'a':1}", .malformed),
        ("{\"a\":1,}", .malformed), ("{\"a\":[1,]}", .malformed), ("{\"a\" 1}", .malformed), ("{a:1}", .malformed),
        ("{\"a\":\"\n\"}", .malformed), ("{\"a\":\"\\x\"}", .malformed), ("{\"a\":\"\\ud800\"}", .malformed),
        ("{\"a\":\"\\udc00\"}", .malformed), ("{\"a\":\"\\ud800\\u0041\"}", .malformed),
        ("{\"a\":\"\\u00\"}", .malformed),
        ("{\"a\":1}/**/", .malformed), ("{\"a\":" + String(repeating: "[", count: 70), .tooDeep),
    ])
    func `refuses what is not strict JSON`(body: String, refusal: BodyRefusal) {
        #expect(throws: refusal) { try grammar.read(body: Array(body.utf8), as: .models) }
    }

    @Test func `refuses octets that are no text, and more than it reads`() {
        #expect(throws: BodyRefusal.malformed) {
            try grammar.read(body: Array("{\"a\":\"".utf8) + [0xC0, 0xB1] + Array("\"}".utf8), as: .models)
        }
        let large = "{\"a\":\"" + String(repeating: "x", count: URLGrammar.maximumBodyBytes) + "\"}"
        for form in BodyForm.allCases {
            #expect(throws: BodyRefusal.tooLarge) { try grammar.read(body: Array(large.utf8), as: form) }
        }
    }

    @Test(arguments: [
        "{\"a\":0}", "{\"a\":-0.5E+10}", "{\"a\":[0,10,\"\\ud83d\\ude00\\/\\n\"]}", " {\t} \r\n", "{\"a\":1e-2}",
    ])
    func `reads JSON in every form that it has`(body: String) throws {
        #expect(try grammar.read(body: Array(body.utf8), as: .models).isEmpty)
    }

    @Test func `reads desk and type of a request, and nothing of its fields`() throws {
        let body = """
            {"serviceDeskId":"13","requestTypeId":25,"requestFieldValues":{"issueKey":"SEC-1","portalId":7},\
            "requestParticipants":["a"],"raiseOnBehalfOf":"b"}
            """
        let names = try grammar.read(body: Array(body.utf8), as: .request)
        #expect(names.serviceDesks == [13])
        #expect(names.requestTypes == [25])
        #expect(names.portals.isEmpty && names.projects.isEmpty && !names.isUnreadable)
    }

    @Test(arguments: [
        "{}", #"{"serviceDeskId":1}"#, #"{"requestTypeId":1}"#, #"{"serviceDeskId":"a","requestTypeId":1}"#,
    ])
    func `does not read a request without desk and type`(body: String) throws {
        #expect(try grammar.read(body: Array(body.utf8), as: .request).isUnreadable)
    }

    @Test func `reads the fields of a form`() throws {
        let form = "summary=a+b%26portalId%3D9&portalId=7&Project%4Bey=sec&projectId=10300&requestTypeId="
        let names = try grammar.read(body: Array(form.utf8), as: .form)
        #expect(names.portals == [7])
        #expect(names.projects == ["SEC"])
        #expect(!names.isUnreadable)
        #expect(try grammar.read(body: Array("os_username=a&os_password=b".utf8), as: .form).isUnreadable)
        #expect(try grammar.read(body: [], as: .form).isEmpty)
    }

    @Test(arguments: [
        "--b\r\nContent-Disposition: form-data; name=\"portalId\"\r\n\r\n7", "{\"portalId\":7}", "[7]", "a=\u{e9}",
    ])
    func `refuses a form in another clothing`(body: String) {
        #expect(throws: BodyRefusal.malformed) { try grammar.read(body: Array(body.utf8), as: .form) }
    }
}
