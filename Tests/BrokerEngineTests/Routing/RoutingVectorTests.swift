import Broker
import BrokerEngine
import BrokerModel
import Testing

@Suite(.enabled(if: Vectors.folder != nil, Vectors.hint))
struct RoutingVectorTests {
    struct File: Decodable {
        struct Case: Decodable {
            var input: String
            var expect: String
            var why: String
        }
        var domain_map: [String: String]
        var cases: [Case]
    }

    @Test func `every address of the shared cases goes where it must`() async throws {
        let file: File = try Vectors.load("email-routing-cases.json")
        #expect(file.cases.count >= 29)
        let here = try await TestInstallation { wanted in
            wanted.organizations = file.domain_map.map { domain, id in
                Organization(id: OrganizationID(rawValue: id), name: id, domains: [.domain(domain)])
            }
            wanted.connections = file.domain_map.values.map { id in
                Connection(
                    id: ConnectionID(rawValue: id), organization: OrganizationID(rawValue: id), kind: "test", name: id,
                    settings: wanted.connections[0].settings)
            }
        }
        for vector in file.cases {
            #expect(try await verdict(vector.input, here) == vector.expect, "\(vector.why): \(vector.input)")
        }
    }

    /// What production does with a typed address, in the words of the file.
    private func verdict(_ input: String, _ here: TestInstallation) async throws -> String {
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        do {
            switch try await here.engine.login.identify(input, browser.visit(login)) {
            case .step(_, let connection, _): return connection.rawValue
            case .choose: return "none"
            default: return "another turn"
            }
        } catch let failure as LoginFailure where failure.code == .emailMalformed {
            return "reject"
        }
    }
}
