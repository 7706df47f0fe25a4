import Broker
import BrokerEngine
import BrokerModel
import FoundationEssentials
import Testing

@Suite struct OpenDoorTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func doors(
        _ organizations: [Organization] = [], glasses: [BreakGlass] = [], _ change: (inout Site) -> Void = { _ in }
    ) -> [String] {
        var site = Site(id: "portal", kind: .dataCenter, origin: "https://portal.example")
        change(&site)
        return OpenDoor.all(of: site, organizations: organizations, glasses: glasses, at: now).map(\.text)
    }

    @Test func `a site as it comes has no open door`() {
        #expect(doors() == [])
    }

    @Test func `every way past the gate is named`() throws {
        let staff = try #require(AddressRange("10.1.0.0/16"))
        let secret = try #require(SecretReference("env:ROBOT"))
        let told = doors { site in
            site.access.isSSOOnly = false
            site.access.staff.networks = [staff]
            site.access.machines = [
                MachineLane(
                    name: "robot", methods: ["GET"], paths: ["/rest/servicedeskapi/request"], networks: [staff],
                    authorization: secret)
            ]
            site.publicPaths = ["/s/**/_/*.css"]
        }
        #expect(told.count == 4)
        #expect(told[0].contains("password sign-in"))
        #expect(told[1].contains("10.1.0.0/16 pass without a session"))
        #expect(told[2].contains("machine robot"))
        #expect(told[3].contains("/s/**/_/*.css"))
    }

    @Test func `whatever only observes is named, until the day on which it refuses`() {
        let later = now + .seconds(60)
        #expect(doors { $0.access.enforcement = .observe }.count == 1)
        #expect(doors { $0.access.enforcement = .enforceFrom(later) }.count == 1)
        #expect(doors { $0.access.enforcement = .enforceFrom(now) } == [])
        let portals = [Portal(id: 3, name: "Help", enforcement: .observe), Portal(id: 7, name: "Legal")]
        #expect(doors { $0.portals = portals }.map { $0.contains("portal 3 (Help)") } == [true])
        let acme = Organization(id: "acme", name: "Acme", enforcement: .observe)
        #expect(doors([acme]).map { $0.contains("acme") } == [true])
        #expect(doors([acme]) { $0.organizations = ["globex"] } == [])
    }

    @Test func `an emergency is named while it lasts`() {
        let glass = BreakGlass(
            reference: "abcdefghjkmn", site: "portal", operatorName: "ada", reason: "the IdP is down",
            codeHash: .init(),
            openedAt: now, expiresAt: now + .seconds(60))
        #expect(doors(glasses: [glass]).map { $0.contains("ada") && $0.contains("the IdP is down") } == [true])
        var closed = glass
        closed.closedAt = now
        #expect(doors(glasses: [closed]) == [])
    }
}
