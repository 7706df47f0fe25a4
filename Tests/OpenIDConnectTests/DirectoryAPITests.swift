import Broker
import Foundation
import HTTPTypes
import OpenIDConnect
import Synchronization
import Testing

/// A vendor's directory: what is not the answer that was asked for says nothing about a person.
@Suite struct DirectoryAPITests {
    private static let path = "/t1/people"
    private let world: World
    private let url: URL

    init() throws {
        world = try World()
        url = try unwrap(URL(string: World.issuer + "/people"))
    }

    private func api(_ refused: @escaping @Sendable () -> Void = {}) -> DirectoryAPI {
        DirectoryAPI("the directory", accessToken: Secret("d1r-token"), transport: world.transport, refused: refused)
    }

    private func answer(_ json: String, _ status: HTTPResponse.Status = .ok, retryAfter: String? = nil) {
        world.transport.on(Self.path) { _ throws(TransportError) in
            var answer = OutboundResponse.json(json, status: status)
            answer.headerFields[.retryAfter] = retryAfter
            return answer
        }
    }

    // MARK: Pages

    @Test func `a page may have as many people as were asked for, and not one more`() {
        for count in [0, 1, 100] {
            #expect(
                refusal { () throws(LoginError) in try DirectoryAPI.requireBounded(count, 100, "the directory") }
                    == nil)
        }
        let error = refusal { () throws(LoginError) in try DirectoryAPI.requireBounded(101, 100, "the directory") }
        #expect(error?.code == .upstreamInvalid)
        #expect(error?.detail == "the directory: more than 100 people on one page")
    }

    // MARK: Answers

    @Test func `an object is read with the token, and with what it prefers`() async throws {
        answer(#"{"id":"7"}"#)
        #expect(try await api().object(at: url, prefer: "return=minimal").string("id") == "7")
        let request = try unwrap(world.transport.requests.last)
        #expect(request.headerFields[.authorization] == "Bearer d1r-token")
        #expect(request.headerFields[try unwrap(HTTPField.Name("Prefer"))] == "return=minimal")
    }

    @Test func `an object with an error in it is none`() async throws {
        answer(#"{"error":{"code":"x"},"id":"7"}"#)
        let (api, url) = (api(), url)
        let object = await refusal { () async throws(LoginError) in try await api.object(at: url) }
        let lookUp = await refusal { () async throws(LoginError) in try await api.lookUp(url) }
        #expect(object?.code == .upstreamError && lookUp?.code == .upstreamError)
    }

    @Test func `a look-up finds, or misses with what was said`() async throws {
        answer(#"{"id":"7"}"#)
        guard case .found(let person) = try await api().lookUp(url) else { throw Absent() }
        #expect(person.string("id") == "7")
        answer(#"{"error":"User not found"}"#, .notFound)
        guard case .missing(let said?) = try await api().lookUp(url) else { throw Absent() }
        #expect(said.string("error") == "User not found")
        answer("<html>", .notFound)
        guard case .missing(nil) = try await api().lookUp(url) else { throw Absent() }
    }

    @Test func `a missing object is an error where nobody looks one up`() async throws {
        answer("{}", .notFound)
        let (api, url) = (api(), url)
        let object = await refusal { () async throws(LoginError) in try await api.object(at: url) }
        let list = await refusal { () async throws(LoginError) in try await api.objects(at: url) }
        #expect(object?.code == .upstreamInvalid && list?.code == .upstreamInvalid)
    }

    // MARK: Refusals

    @Test(
        arguments: [
            (401, LoginError.Code.upstreamError, DirectoryAPI.permission, true),
            (403, .upstreamError, DirectoryAPI.permission, false), (429, .upstreamUnavailable, nil, false),
            (500, .upstreamUnavailable, nil, false), (599, .upstreamUnavailable, nil, false),
        ] as [(Int, LoginError.Code, String?, Bool)])
    func `a refusal says nothing of anybody, and a token that does not count is dropped`(
        status: Int, code: LoginError.Code, rule: String?, isDropped: Bool
    ) async throws {
        answer(#"{"id":"7"}"#, .init(code: status))
        let isToldOf = Told()
        let (api, url) = (api { isToldOf.tell() }, url)
        let error = await refusal { () async throws(LoginError) in try await api.lookUp(url) }
        #expect(error?.code == code && error?.rule == rule)
        #expect(error?.detail.contains("d1r-token") == false)
        #expect(isToldOf.isTold == isDropped)
    }

    @Test(arguments: [
        ("5", ", Retry-After 5"), ("120", ", Retry-After 120"), (nil, ""), ("", ""), ("soon", ""),
        ("1234567", ""), ("-1", ""), ("Fri, 31 Dec 1999 23:59:59 GMT", ""),
    ])
    func `seconds of Retry-After are repeated, and nothing else of it`(field: String?, said: String) async throws {
        answer("{}", .tooManyRequests, retryAfter: field)
        let (api, url) = (api(), url)
        let error = await refusal { () async throws(LoginError) in try await api.object(at: url) }
        #expect(error?.detail == "the directory: HTTP status 429" + said)
    }
}

/// Whether somebody was told.
private final class Told: Sendable {
    private let state = Mutex(false)

    var isTold: Bool { state.withLock { $0 } }
    func tell() { state.withLock { $0 = true } }
}
