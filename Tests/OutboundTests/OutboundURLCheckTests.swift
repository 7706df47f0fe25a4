import Broker
import Outbound
import Testing

struct OutboundURLCheckTests {
    private let policy: OutboundPolicy

    init() throws {
        policy = try OutboundPolicy(allow: [
            (host: "idp.localhost", cidr: "127.0.0.0/8"), (host: "127.0.0.1", cidr: "127.0.0.0/8"),
            (host: "keycloak", cidr: "10.0.0.0/8"), (host: "metadata.google.internal", cidr: "0.0.0.0/0"),
        ])
    }

    private func code(_ url: String) -> TransportError.Code? {
        do throws(TransportError) {
            _ = try OutboundURLCheck.target(of: url, under: policy)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `reads host, port and the rest`() throws {
        let target = try OutboundURLCheck.target(of: "HTTPS://OP.Example:8443/a/%2e?b=C", under: .standard)
        #expect(target.usesTLS)
        #expect(target.host == "op.example")
        #expect(target.port == 8443)
        #expect(target.literal == nil)
        #expect(target.url == "https://op.example:8443/a/%2e?b=C")
    }

    @Test func `gives a URL without a path one`() throws {
        #expect(try OutboundURLCheck.target(of: "https://op.example", under: .standard).url == "https://op.example/")
        #expect(
            try OutboundURLCheck.target(of: "https://op.example?a", under: .standard).url == "https://op.example/?a")
    }

    @Test func `reads addresses in their usual form`() throws {
        #expect(try OutboundURLCheck.target(of: "https://8.8.8.8/", under: .standard).literal == IPAddress("8.8.8.8"))
        let target = try OutboundURLCheck.target(of: "https://[2001:4860::1]:444/", under: .standard)
        #expect(target.literal == IPAddress("2001:4860::1"))
        #expect(target.host == "2001:4860::1")
        #expect(target.port == 444)
    }

    @Test(arguments: [
        "https://op.example/", "https://xn--bcher-kva.example/", "https://a-b.1c.example/", "https://keycloak/",
        "http://idp.localhost:8080/", "http://127.0.0.1:8080/", "https://idp.localhost/",
    ])
    func `accepts what the policy lets out`(url: String) {
        #expect(code(url) == nil)
    }

    @Test(arguments: [
        "", "op.example", "//op.example/", "ftp://op.example/", "file:///etc/hostname", "https:op.example",
        "https:/op.example",
        "https://", "https:///x", "https://?x", "http://op.example/", "http://keycloak/", "http://localhost/",
        "https://op.example@127.0.0.1/", "https://@op.example/", "https://a:b@op.example/", "https://op.example#x",
        "https://op.example/ x", "https://op.example/\n", "https://op.example\\@evil.example/",
        "https://bücher.example/",
        "https://\u{2460}\u{2461}\u{2466}.0.0.1/", "https://１２７.0.0.1/", "https://127.0.0.1\u{3002}example/",
        "https://0177.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/", "https://0x7f000001/",
        "https://0x7f.0.0.1/", "https://0x/", "https://127.0.0.01/", "https://127.0.0.256/", "https://1.2.3.4.5/",
        "https://127.0.0.1./", "https://op.example./", "https://.op.example/", "https://op..example/",
        "https://-op.example/",
        "https://op_x.example/", "https://op%2eexample/", "https://op.example:/", "https://op.example:0/",
        "https://op.example:65536/", "https://op.example:+1/", "https://op.example:443:1/", "https://op.example:4a/",
        "https://[::1/", "https://[::1]x/", "https://[op.example]/", "https://[127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://[]/", "https://::1/", "https://op.example/\"", "https://op.example/{}", "https://op.example/\u{0}",
    ])
    func `refuses what two parsers could read differently, and all but https`(url: String) {
        #expect(code(url) == .malformedURL)
    }

    @Test(arguments: [
        "https://localhost/", "https://LOCALHOST:8443/", "https://other.localhost/",
        "https://metadata.google.internal/",
        "https://metadata/", "https://instance-data.ec2.internal/",
    ])
    func `refuses names that are never looked up`(url: String) {
        #expect(code(url) == .addressRefused)
    }

    @Test func `bounds the URL`() {
        let path = String(repeating: "a", count: OutboundURLCheck.maximumBytes - "https://op.example/".utf8.count)
        #expect(code("https://op.example/\(path)") == nil)
        #expect(code("https://op.example/\(path)a") == .malformedURL)
    }

    @Test func `an opening for one host opens no other`() {
        #expect(code("http://other.localhost/") == .malformedURL)
        #expect(code("https://other.localhost/") == .addressRefused)
    }

    @Test func `no detail repeats the query`() {
        do throws(TransportError) {
            _ = try OutboundURLCheck.target(of: "http://op.example/?code=s3cr3t", under: policy)
            Issue.record("accepted")
        } catch {
            #expect(!error.detail.contains("s3cr3t"))
            #expect("\(error)" == "malformed_url")
        }
    }
}
