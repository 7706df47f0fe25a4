import Broker
import ConformanceKit
import EntraProvider
import Foundation
import HTTPTypes
import JOSE
import Synchronization
import Testing

@Suite struct GroupTests {
    static let graph = "https://graph.microsoft.com/v1.0/me/transitiveMemberOf/microsoft.graph.group"
    static let groups = (0..<4).map { "0000000\($0)-0000-4000-8000-000000000000" }
    static let overage: [(String, JSONValue)] = [
        ("_claim_names", ["groups": "src1"]), ("_claim_names", "src1"), ("hasgroups", true), ("hasgroups", "true"),
    ]

    let world: World
    init() throws { world = try World() }

    private func group(_ index: Int, isSecurityGroup: JSONValue? = true) -> JSONValue {
        var group: JSONObject = ["id": .string(Self.groups[index])]
        group["securityEnabled"] = isSecurityGroup
        return .object(group)
    }

    private func page(_ groups: [JSONValue], next: JSONValue? = nil) -> String {
        var page: JSONObject = ["value": .array(groups)]
        page["@odata.nextLink"] = next
        return page.text
    }

    private func grantOverage() throws { try world.grant { $0["_claim_names"] = ["groups": "src1"] } }

    private func asked() async throws -> GroupSet {
        try grantOverage()
        return try await world.bench.login(try world.provider { $0.graphGroups = true }).groups
    }

    private var toGraph: [OutboundRequest] {
        world.bench.transport.requests.filter { $0.url.absoluteString.hasPrefix(Self.graph) }
    }

    // MARK: The claim

    @Test func `groups in the token are the groups`() async throws {
        try world.grant { $0["groups"] = [.string(Self.groups[1]), .string(Self.groups[0])] }
        let groups = try await world.bench.login(try world.provider { $0.graphGroups = true }).groups
        #expect(groups == GroupSet(Self.groups.prefix(2), completeness: .complete))
        #expect(toGraph.isEmpty)
    }

    @Test(arguments: [["Admins"], "00000000-0000-4000-8000-000000000000", [7], .null] as [JSONValue])
    func `a groups claim of other than ids tells nothing`(value: JSONValue) async throws {
        try world.grant { $0["groups"] = value }
        #expect(try await world.bench.login(try world.provider()).groups == GroupSet([], completeness: .failed))
    }

    @Test func `a token without groups is not a person without groups`() async throws {
        try world.grant()
        #expect(try await world.bench.login(try world.provider()).groups == .unsupported)
        world.bench.transport.on(Self.graph, json: page([group(0)]))
        let groups = try await world.bench.login(try world.provider { $0.graphGroups = true }).groups
        #expect(groups == GroupSet([Self.groups[0]], completeness: .complete))
    }

    @Test(arguments: overage)
    func `overage is said and not taken for an empty list`(name: String, value: JSONValue) async throws {
        try world.grant {
            $0[name] = value
            $0["groups"] = []
        }
        #expect(try await world.bench.login(try world.provider()).groups == GroupSet([], completeness: .overage))
        world.bench.transport.on(Self.graph, json: page([group(0)]))
        let groups = try await world.bench.login(try world.provider { $0.graphGroups = true }).groups
        #expect(groups == GroupSet([Self.groups[0]], completeness: .complete))
    }

    // MARK: Graph

    @Test func `reads three pages of security groups`() async throws {
        let pages = [
            page([group(0), group(3, isSecurityGroup: false)], next: .string(Self.graph + "?$skiptoken=2")),
            page([group(1)], next: .string(Self.graph + "?$skiptoken=3")), page([group(2)]),
        ]
        world.bench.transport.on(Self.graph) { request throws(TransportError) in
            let query = request.url.query() ?? ""
            return .json(query.hasSuffix("token=2") ? pages[1] : query.hasSuffix("token=3") ? pages[2] : pages[0])
        }
        #expect(try await asked() == GroupSet(Self.groups.prefix(3), completeness: .complete))
        #expect(toGraph.count == 3)
        #expect(toGraph.first?.url.query() == "$select=id,securityEnabled&$top=999")
        #expect(toGraph.allSatisfy { $0.headerFields[.authorization] == "Bearer graph-token" })
    }

    @Test func `a person in no group is in no group`() async throws {
        world.bench.transport.on(Self.graph, json: page([]))
        #expect(try await asked() == GroupSet([], completeness: .complete))
    }

    @Test(arguments: [HTTPResponse.Status.unauthorized, .forbidden, .internalServerError, .tooManyRequests, .found])
    func `a refusal or failure of Graph is not an empty list`(status: HTTPResponse.Status) async throws {
        world.bench.transport.on(Self.graph, json: page([group(0)]), status: status)
        #expect(try await asked() == GroupSet([], completeness: .failed))
    }

    @Test func `Graph being away on a later page leaves the list unknown`() async throws {
        let first = page([group(0)], next: .string(Self.graph + "?$skiptoken=2"))
        world.bench.transport.on(Self.graph) { request throws(TransportError) in
            if request.url.query()?.contains("skiptoken") == true { throw TransportError(.timedOut, detail: "graph") }
            return .json(first)
        }
        #expect(try await asked() == GroupSet([], completeness: .failed))
        #expect(toGraph.count == 2)
    }

    @Test(arguments: [
        "https://evil.example/v1.0/me", "http://graph.microsoft.com/v1.0/me", "https://graph.microsoft.com:8443/v1.0",
        "https://graph.microsoft.com@evil.example/", "https://x@graph.microsoft.com/v1.0/me", "/v1.0/me",
        "https://graph.microsoft.com.evil.example/", "https://graph.microsoft.com/v1.0 /", "",
    ])
    func `the token follows no next page to another origin`(next: String) async throws {
        world.bench.transport.on(Self.graph, json: page([group(0)], next: .string(next)))
        #expect(try await asked() == GroupSet([], completeness: .failed))
        let last = try unwrap(world.bench.transport.requests.last)
        #expect(last.url.absoluteString.hasPrefix(Self.graph))
        #expect(toGraph.count == 1)
    }

    @Test(arguments: [7, .null, ["https://graph.microsoft.com/v1.0/me"]] as [JSONValue])
    func `a next page that is no text is not the last page`(next: JSONValue) async throws {
        world.bench.transport.on(Self.graph, json: page([group(0)], next: next))
        #expect(try await asked() == GroupSet([], completeness: .failed))
    }

    @Test func `pages without end are given up`() async throws {
        world.bench.transport.on(Self.graph, json: page([group(0)], next: .string(Self.graph + "?$skiptoken=again")))
        #expect(try await asked() == GroupSet([], completeness: .overage))
        #expect(toGraph.count == 10)
    }

    static let malformed = [
        "", "[]", "{}", #"{"value":{}}"#, #"{"value":["x"]}"#, #"{"value":[{"id":"x","securityEnabled":true}]}"#,
        #"{"value":[{"id":"00000000-0000-4000-8000-000000000000","securityEnabled":null}]}"#,
        #"{"value":[{"id":"00000000-0000-4000-8000-000000000000"}]}"#,
    ]

    @Test(arguments: malformed)
    func `an answer that is none is not an empty list`(body: String) async throws {
        world.bench.transport.on(Self.graph, json: body)
        #expect(try await asked() == GroupSet([], completeness: .failed))
    }
}
