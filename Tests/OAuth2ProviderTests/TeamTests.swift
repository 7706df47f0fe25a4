import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import OAuth2Provider
import Testing

@Suite struct TeamTests {
    let world: World
    init() throws { world = try World() }

    private func team(_ slug: String, _ organization: String = "Acme") -> String {
        "{\"slug\":\"\(slug)\",\"name\":\"x\",\"organization\":{\"login\":\"\(organization)\"}}"
    }

    /// One page of teams; `link` is the header's value.
    private func page(_ query: String, _ teams: String, link: String? = nil, status: HTTPResponse.Status = .ok) {
        world.transport.on("/user/teams?\(query)") { _ throws(TransportError) in
            var answer = OutboundResponse.json("[\(teams)]", status: status)
            if let name = HTTPField.Name("Link") { answer.headerFields[name] = link }
            return answer
        }
    }

    private func groups() async throws -> GroupSet {
        try await world.login(try world.gitHub { $0.teams = true }).groups
    }

    private static let failed = GroupSet([], completeness: .failed)

    @Test func `teams of all pages become groups`() async throws {
        let next = "<https://api.github.com/user/teams?page=2>; rel=\"next\", "
        page("per_page=100", team("Staff"), link: next + "<https://api.github.com/user/teams?page=3>; rel=\"last\"")
        page(
            "page=2", team("it") + "," + team("it", "globex"),
            link: "<https://api.github.com/user/teams?page=1>; rel=\"prev\", "
                + "<https://API.github.com:443/user/teams?page=3>; foo=\"a\"; rel=\"last next\"")
        page("page=3", team("ops"), link: "<https://api.github.com/user/teams?page=1>; rel=\"first\"")
        #expect(
            try await groups()
                == GroupSet(["acme/it", "acme/ops", "acme/staff", "globex/it"], completeness: .complete))
    }

    @Test func `somebody in no team is in no group, completely`() async throws {
        page("per_page=100", "")
        #expect(try await groups() == GroupSet([], completeness: .complete))
    }

    @Test(arguments: [
        "https://evil.example/user/teams?page=2", "http://api.github.com/user/teams?page=2",
        "https://api.github.com:8443/user/teams?page=2", "https://api.github.com.evil.example/user/teams?page=2",
        "https://api.github.com@evil.example/user/teams?page=2", "/user/teams?page=2", "//evil.example/x", "",
        "javascript:alert(1)",
    ])
    func `a next page elsewhere gets no token, and the list has failed`(target: String) async throws {
        page("per_page=100", team("staff"), link: "<\(target)>; rel=\"next\"")
        page("page=2", team("admins"))
        #expect(try await groups() == Self.failed)
        #expect(world.transport.requests.allSatisfy { ["api.github.com", "github.com"].contains($0.url.host()) })
        #expect(world.transport.count("/user/teams") == 1)
    }

    @Test(arguments: [
        "https://api.github.com/user/teams?page=2; rel=\"next\"", "<https://api.github.com/x; rel=\"next\"", "rel=next",
    ])
    func `a Link header that cannot be read is not the end of the list`(link: String) async throws {
        page("per_page=100", team("staff"), link: link)
        #expect(try await groups() == Self.failed)
    }

    @Test(arguments: ["<https://api.github.com/next>; rel=\"prev\"", "<https://a.example/>; title=\"next\"", "garbage"])
    func `a Link header without a next page ends the list`(link: String) async throws {
        page("per_page=100", team("staff"), link: link)
        #expect(try await groups() == GroupSet(["acme/staff"], completeness: .complete))
    }

    @Test func `a list that does not end has failed`() async throws {
        page("per_page=100", team("staff"), link: "<https://api.github.com/user/teams?per_page=100>; rel=\"next\"")
        #expect(try await groups() == Self.failed)
        #expect(world.transport.count("/user/teams") == 20)
    }

    @Test func `twenty pages are read to the end`() async throws {
        page("per_page=100", team("t1"), link: "<https://api.github.com/user/teams?page=2>; rel=\"next\"")
        for number in 2...20 {
            let next = "<https://api.github.com/user/teams?page=\(number + 1)>; rel=\"next\""
            page("page=\(number)", team("t\(number)"), link: number < 20 ? next : nil)
        }
        let groups = try await groups()
        #expect(groups.values.count == 20 && groups.completeness == .complete)
    }

    @Test func `a page that does not come fails the list, and the login goes on without groups`() async throws {
        for status in [HTTPResponse.Status.unauthorized, .forbidden, .notFound, .internalServerError] {
            page("per_page=100", team("staff"), link: "<https://api.github.com/user/teams?page=2>; rel=\"next\"")
            page("page=2", "", status: status)
            #expect(try await groups() == Self.failed)
            page("per_page=100", "", status: status)
            #expect(try await groups() == Self.failed)
        }
        world.transport.fail("/user/teams?per_page=100")
        #expect(try await groups() == Self.failed)
        #expect(world.log.text.contains("teams are unknown"))
    }

    @Test(arguments: [
        "{}", #"{"slug":"staff"}"#, #"{"slug":"","organization":{"login":"acme"}}"#, "7", "null",
        #"{"slug":"staff","organization":{"login":null}}"#,
    ])
    func `a team without a name fails the list`(team: String) async throws {
        page("per_page=100", self.team("it") + "," + team)
        #expect(try await groups() == Self.failed)
    }
}
