import Broker
import Outbound
import Testing

struct AddressCheckTests {
    private func refusal(
        _ addresses: [String], of host: String = "op.example", under policy: OutboundPolicy = .standard
    ) throws -> TransportError.Code? {
        let addresses = try addresses.map { try #require(IPAddress($0)) }
        do throws(TransportError) {
            try AddressCheck.check(addresses, of: host, under: policy)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [
        "8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.1",
        "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
        "223.255.255.255", "2001:4860:4860::8888", "2a00:1450::1", "2600::", "::ffff:8.8.8.8",
    ])
    func `the public internet is open`(address: String) throws {
        #expect(try refusal([address]) == nil)
    }

    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
        "127.255.255.255",
        "169.254.1.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1",
        "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
        "240.0.0.1", "255.255.255.255", "100.100.100.200", "168.63.129.16",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1",
        "2001:10::1", "2002:7f00:1::", "2002:0808:0808::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fdff::1",
        "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1", "4000::1",
    ])
    func `everything else is closed`(address: String) throws {
        #expect(try refusal([address]) == .addressRefused)
    }

    @Test func `one bad address among good ones refuses`() throws {
        #expect(try refusal(["8.8.8.8", "1.1.1.1"]) == nil)
        #expect(try refusal(["8.8.8.8", "10.0.0.1"]) == .addressRefused)
        #expect(try refusal(["10.0.0.1", "8.8.8.8"]) == .addressRefused)
    }

    @Test func `no address is no answer`() throws {
        #expect(try refusal([]) == .nameNotResolved)
    }

    @Test func `an opening is for its host and its block`() throws {
        let policy = try OutboundPolicy(allow: [
            (host: "Keycloak.Acme.example", cidr: "10.1.0.0/16"), (host: "six", cidr: "fd12::/16"),
        ])
        #expect(try refusal(["10.1.2.3"], of: "keycloak.acme.example", under: policy) == nil)
        #expect(try refusal(["::ffff:10.1.2.3"], of: "keycloak.acme.example", under: policy) == nil)
        #expect(try refusal(["8.8.8.8"], of: "keycloak.acme.example", under: policy) == nil)
        #expect(try refusal(["10.2.0.1"], of: "keycloak.acme.example", under: policy) == .addressRefused)
        #expect(try refusal(["10.1.2.3"], of: "op.example", under: policy) == .addressRefused)
        #expect(try refusal(["fd12::1"], of: "six", under: policy) == nil)
        #expect(try refusal(["fd13::1"], of: "six", under: policy) == .addressRefused)
    }

    @Test(arguments: [
        "169.254.169.254", "169.254.0.1", "fe80::1", "fd00:ec2::254", "100.100.100.200", "168.63.129.16",
        "fd20:ce::254",
        "::ffff:169.254.169.254", "::169.254.169.254", "64:ff9b::169.254.169.254", "64:ff9b:1::169.254.169.254",
        "2002:a9fe:a9fe::1", "2001:0:a9fe:a9fe::1", "2001:0:808:808::5601:5601",
    ])
    func `link-local and metadata addresses stay closed whatever is opened`(address: String) throws {
        let policy = try OutboundPolicy(allow: [
            (host: "op.example", cidr: "0.0.0.0/0"), (host: "op.example", cidr: "::/0"),
        ])
        #expect(try refusal([address], under: policy) == .addressRefused)
        #expect(try refusal(["10.0.0.1", "fd12::1", "127.0.0.1"], under: policy) == nil)
    }

    @Test func `a refusal names host and address`() throws {
        let address = try #require(IPAddress("10.0.0.1"))
        do throws(TransportError) {
            try AddressCheck.check([address], of: "op.example", under: .standard)
            Issue.record("accepted")
        } catch {
            #expect(error.detail == "op.example is at 10.0.0.1, which is not allowed")
        }
    }
}

struct AddressRangeTests {
    @Test(arguments: ["10.0.0.0/8", "0.0.0.0/0", "8.8.8.8/32"])
    func `reads CIDR notation`(text: String) {
        #expect(AddressRange(text)?.description == text)
    }

    @Test(arguments: [
        "", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.1/8", "10.0.0.0/8/8", "10/8",
        "fd00::/129",
        "fd00::1/8", "op.example/8", "010.0.0.0/8", "[fd00::]/8",
    ])
    func `reads nothing else`(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test func `holds what its prefix fixes`() throws {
        let range = try #require(AddressRange("fd00::/8"))
        #expect(range.contains(try #require(IPAddress("fdff::1"))))
        #expect(!range.contains(try #require(IPAddress("fc00::1"))))
        #expect(!range.contains(try #require(IPAddress("10.0.0.1"))))
        #expect(try #require(AddressRange("::/0")).contains(try #require(IPAddress("::1"))))
    }

    @Test func `configuration names each bad range`() {
        #expect(throws: SettingsError(at: ["allow", "1", "cidr"], "must be a block of addresses such as 10.0.0.0/8")) {
            try OutboundPolicy(allow: [(host: "a", cidr: "10.0.0.0/8"), (host: "b", cidr: "10.0.0.1/8")])
        }
    }
}

struct IPAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("255.255.255.255", "255.255.255.255"), ("::1", "0:0:0:0:0:0:0:1"),
        ("2001:DB8::8.8.8.8", "2001:db8:0:0:0:0:808:808"),
    ])
    func `reads the usual forms`(text: String, full: String) {
        #expect(IPAddress(text)?.description == full)
        #expect(IPAddress(full) == IPAddress(text))
    }

    @Test(arguments: [
        "", "1", "127.1", "0177.0.0.1", "127.0.0.01", "1.2.3.256", "1.2.3.-4", "+1.2.3.4", "1.2.3.4 ", "1.2.3.4.5",
        "１.2.3.4", "[::1]", "::1%lo", "::g", "1:2", ":::", "0x7f.0.0.1",
    ])
    func `reads nothing else`(text: String) {
        #expect(IPAddress(text) == nil)
    }
}
