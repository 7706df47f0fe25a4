import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

/// Listings of JSM, of which the rules hide a part.
@Suite(.serialized) struct ListingTests {
    private static let listing =
        #"{"size":2,"values":[{"id":"3","projectKey":"SUP", "n":"kept"},{"id":"7","projectKey":"SEC","n":"secret"}]}"#
    private static let target = "/rest/servicedeskapi/servicedesk"

    private static let portals = [3: Portal.Mode.open, 7: .closed].map { number, mode in
        Portal(
            id: PortalID(rawValue: number), name: "Portal \(number)", project: number == 3 ? "SUP" : "SEC", mode: mode)
    }

    private func with(_ answer: WireServer.Answer, _ body: @escaping (InPathWorld) async throws -> Void) async throws {
        try await InPathWorld.with(change: { $0.sites[0].portals = Self.portals }, answer: { _ in answer }, body)
    }

    @Test func `what is hidden is not listed, and what JSM said of its octets goes with it`() async throws {
        try await with(.reply(Self.listing, "Content-Type: application/json\r\nETag: \"a\"\r\n")) {
            world async throws in
            let answer = try await world.ask(
                "GET", Self.target, ["Accept-Encoding: gzip", "If-None-Match: \"a\"", "Range: bytes=0-5"])
            #expect(answer.status == 200)
            #expect(answer.payload.contains("kept"))
            #expect(!answer.payload.contains("secret") && !answer.payload.contains("SEC"))
            #expect(answer.fields("Content-Length") == ["\(answer.payload.utf8.count)"])
            #expect(answer.fields("ETag").isEmpty)
            let request = try #require(world.jsm.requests.first)
            #expect(request.values("Accept-Encoding") == ["identity"])
            #expect(request.values("If-None-Match").isEmpty && request.values("Range").isEmpty)
        }
    }

    @Test(arguments: [
        "<html>", "", "{\"values\":", String(repeating: " ", count: 5 << 20) + "{}",
    ])
    func `a listing that cannot be read is not shown`(body: String) async throws {
        try await with(.reply(body)) { world async throws in
            let answer = try await world.ask("GET", Self.target)
            #expect(answer.status == 502)
            #expect(answer.payload.contains("portal_listing_unreadable"))
        }
    }

    @Test func `a packed listing is not shown, and a failure of JSM is its own`() async throws {
        try await with(.reply(Self.listing, "Content-Encoding: gzip\r\n")) { world async throws in
            #expect(try await world.ask("GET", Self.target).status == 502)
        }
        try await with(.reply("down", status: "500 Oops")) { world async throws in
            let answer = try await world.ask("GET", Self.target)
            #expect(answer.status == 500 && answer.payload == "down")
        }
    }

    @Test func `whoever may see everything gets JSM's own octets`() async throws {
        try await InPathWorld.with(answer: { _ in .reply(Self.listing, "ETag: \"a\"\r\n") }) { world async throws in
            let answer = try await world.ask("GET", Self.target, ["Accept-Encoding: gzip"])
            #expect(answer.payload == Self.listing)
            #expect(answer.fields("ETag") == ["\"a\""])
            #expect(world.jsm.requests.first?.values("Accept-Encoding") == ["gzip"])
        }
    }
}
