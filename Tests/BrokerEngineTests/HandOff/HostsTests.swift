import BrokerModel
import Testing

@testable import BrokerEngine

@Suite struct HostsTests {
    private func hosts(_ publicURL: String, _ origins: [String]) -> Hosts {
        let sites = origins.enumerated().map { index, origin in
            Site(id: SiteID(rawValue: "site-\(index)"), kind: .dataCenter, origin: origin)
        }
        return Hosts(publicURL: publicURL, sites: Dictionary(uniqueKeysWithValues: sites.map { ($0.id, $0) }))
    }

    @Test(arguments: [
        ("https://portal.example/vestibule", "portal.example"), ("http://LOCALHOST:8080/vestibule", "localhost"),
        ("https://[::1]:8443/vestibule", "[::1]"), ("https://[2001:db8::1]/vestibule", "[2001:db8::1]"),
        ("https://portal.example:8443", "portal.example"),
    ]) func `a port is no part of a host's name, because cookies know none`(_ url: String, _ name: String) {
        #expect(Hosts.name(in: url) == name)
    }

    @Test func `a host that is no site's is the broker's own`() {
        let hosts = hosts("https://login.example/vestibule", ["https://one.example", "https://two.example"])
        #expect(hosts.brokerPlace == .broker)
    }

    @Test func `a host that is a site's too holds that site's handles`() {
        let hosts = hosts("https://two.example/vestibule", ["https://one.example", "https://two.example"])
        #expect(hosts.brokerPlace == .site("site-1"))
    }

    @Test func `of two sites at one name the one with the broker's port is meant`() {
        let hosts = hosts(
            "https://portal.localhost:8443/vestibule",
            ["https://portal.localhost:9000", "https://portal.localhost:8443"])
        #expect(hosts.brokerPlace == .site("site-1"))
    }

    @Test(arguments: [
        ("https://one.example", true), ("https://login.example.one.example", true), ("https://login.example", false),
        ("https://login.example:8443", false), ("https://xlogin.example", true),
    ]) func `a site is apart when its name is another`(_ origin: String, _ isApart: Bool) {
        let hosts = hosts("https://login.example/vestibule", [])
        #expect(hosts.isApart(Site(id: "a", kind: .dataCenter, origin: origin)) == isApart)
    }
}
