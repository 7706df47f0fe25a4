import Broker
import Foundation
import Testing

struct CallbackParametersTests {
    private func parameters(_ text: String) throws -> CallbackParameters {
        try CallbackParameters(formEncoded: Data(text.utf8))
    }

    @Test func `decodes names and values`() throws {
        let parameters = try parameters("state=a%2Bb&code=x+y%3D&empty=&bare&gr%C3%BC%C3%9Fe=%E2%82%AC")
        #expect(parameters["state"] == "a+b")
        #expect(parameters["code"] == "x y=")
        #expect(parameters["empty"] == "")
        #expect(parameters["bare"] == "")
        #expect(parameters["grüße"] == "€")
        #expect(parameters["absent"] == nil)
        #expect(parameters.names == ["bare", "code", "empty", "grüße", "state"])
    }

    @Test func `keeps an equals sign in a value`() throws {
        #expect(try parameters("SAMLResponse=PHM+PC9zPg==")["SAMLResponse"] == "PHM PC9zPg==")
    }

    @Test func `nothing is no parameters`() throws {
        #expect(try parameters("").names.isEmpty)
        #expect(try parameters("&&").names.isEmpty)
    }

    @Test(arguments: [
        "state=a&state=b", "state=a&state=a", "state=a&st%61te=b", "state&state=", "a=%", "a=%4", "a=%zz", "a=%+1",
        "a=%ff", "a=%c0%af", "a=%ed%a0%80", "%=1", "a=\u{FF05}41&a=1",
    ])
    func `refuses what two readers could read differently`(text: String) {
        #expect { try parameters(text) } throws: { ($0 as? LoginError)?.code == .malformedRequest }
    }

    @Test func `refuses raw octets that are not UTF-8`() {
        #expect(throws: LoginError.self) { try CallbackParameters(formEncoded: Data([0x61, 0x3D, 0xFF])) }
    }

    @Test func `takes 64 parameters and not one more`() throws {
        let most = (1...CallbackParameters.maximumCount).map { "p\($0)=x" }.joined(separator: "&")
        #expect(try parameters(most).names.count == 64)
        #expect(throws: LoginError.self) { try parameters(most + "&one=more") }
    }

    @Test func `reads the query of a GET and the body of a POST`() throws {
        let get = try LoginCallback(method: .get, rawQuery: Data("state=query".utf8))
        #expect(get.parameters["state"] == "query")
        #expect(get.endpoint == .login)
        let post = try LoginCallback(
            method: .post, endpoint: .logout, rawQuery: Data("state=query".utf8), rawBody: Data("state=body".utf8))
        #expect(post.parameters["state"] == "body")
        #expect(post.rawQuery == Data("state=query".utf8))
    }

    @Test func `reads a slice of a larger buffer`() throws {
        let buffer = Data("GET /cb?state=a&code=b HTTP/1.1".utf8)
        #expect(try CallbackParameters(formEncoded: buffer[8..<22])["code"] == "b")
    }

    @Test func `bounds the query and the body`() {
        let query = Data(repeating: 0x61, count: LoginCallback.maximumQueryBytes + 1)
        #expect { try LoginCallback(method: .get, rawQuery: query) } throws: {
            ($0 as? LoginError)?.code == .malformedRequest
        }
        let body = Data(repeating: 0x61, count: LoginCallback.maximumBodyBytes + 1)
        #expect { try LoginCallback(method: .post, rawQuery: Data(), rawBody: body) } throws: {
            ($0 as? LoginError)?.code == .malformedRequest
        }
    }

    @Test func `no detail repeats what was sent`() {
        do {
            _ = try parameters("code=s3cr3t&code=s3cr3t")
            Issue.record("accepted")
        } catch {
            let detail = (error as? LoginError)?.detail ?? ""
            #expect(!detail.contains("s3cr3t"))
            #expect("\(error)" == "malformed_request")
        }
    }
}
