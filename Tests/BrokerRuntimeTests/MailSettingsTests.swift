import Broker
import BrokerRuntime
import Foundation
import Outbound
import Testing

/// The `mail` section: what it means, and what of it refuses to start.
struct MailSettingsTests {
    private func refused(_ mail: String, _ extra: [String: String] = [:]) throws -> [String] {
        try Workshop().refusal(minimal + "mail: {\(mail)}\n", extra)?.problems.map(\.key) ?? []
    }

    private let least = "host: mx.example, from: no-reply@broker.example"

    @Test func `a host and an address are enough, and mean STARTTLS on 587`() throws {
        let mail = try #require(try Workshop().load(minimal + "mail: {\(least)}\n").mail)
        #expect(
            mail
                == SMTPServer(
                    host: "mx.example", port: 587, from: try #require(EmailAddress("no-reply@broker.example"))))
        #expect(try Workshop().load(minimal).mail == nil)
    }

    @Test(arguments: [("starttls", 587), ("tls", 465)])
    func `every key is read`(security: String, port: Int) throws {
        let workshop = try Workshop()
        try workshop.write("ca.pem", "c")
        try workshop.write("pass", "hunter2")
        let yaml =
            "\(least), security: \(security), fromName: \"Acme Süd\", username: u, "
            + "password: \"file:pass\", trustRoots: [ca.pem]"
        let mail = try #require(try workshop.load(minimal + "mail: {\(yaml)}\n").mail)
        #expect(mail.port == port && mail.security.rawValue == security && mail.fromName == "Acme Süd")
        #expect(mail.credentials?.username == "u")
        #expect(mail.credentials?.password == SecretReference("file:" + workshop.path("pass")))
        #expect(mail.trustRoots == [workshop.path("ca.pem")])
    }

    @Test func `a port is a number, in the environment as text`() throws {
        #expect(try Workshop().load(minimal + "mail: {\(least), port: 2525}\n").mail?.port == 2525)
        let variables = ["VESTIBULE_MAIL_PORT": "2526", "VESTIBULE_MAIL_HOST": "other.example"]
        let mail = try Workshop().load(minimal + "mail: {\(least), port: 2525}\n", variables).mail
        #expect(mail?.port == 2526 && mail?.host == "other.example")
        #expect(try refused("\(least), port: 0") == ["mail.port"])
        #expect(try refused("\(least), port: 65536") == ["mail.port"])
        #expect(try refused("\(least), port: smtp") == ["mail.port"])
    }

    @Test(arguments: [
        ("host: mx.example", "mail.from"), ("from: a@b.example", "mail.host"),
        ("host: mx.example, from: b", "mail.from"),
        ("host: \"mx.example:25\\nQUIT\", from: a@b.example", "mail.host"),
    ])
    func `what is missing or malformed is named`(yaml: String, key: String) throws {
        #expect(try refused(yaml) == [key])
    }

    @Test func `what is no key or no word here is named`() throws {
        #expect(try refused("\(least), securty: tls") == ["mail.securty"])
        #expect(try refused("\(least), security: none") == ["mail.security"])
        #expect(try refused("\(least), fromName: \"a\\r\\nBcc: eve@evil.example\"") == ["mail.fromName"])
    }

    @Test(arguments: ["mx.example", "10.0.0.1", "localhost.example", "127.0.0.1.example"])
    func `mail without TLS off this machine refuses to start`(host: String) throws {
        #expect(
            try refused("host: \(host), from: a@b.example, security: none-on-loopback") == ["mail.security"])
    }

    @Test(arguments: ["127.0.0.1", "localhost", "mx.localhost", "\"::1\""])
    func `mail without TLS on this machine is fine, but not with a password`(host: String) throws {
        let yaml = "host: \(host), from: a@b.example, security: none-on-loopback"
        #expect(try refused(yaml) == [])
        #expect(try refused("\(yaml), username: u, password: env:ACME_SECRET") == ["mail.security"])
    }

    @Test func `half of the credentials, or a password that cannot be read, refuses to start`() throws {
        #expect(try refused("\(least), username: u") == ["mail.username"])
        #expect(try refused("\(least), password: env:ACME_SECRET") == ["mail.password"])
        #expect(try refused("\(least), username: u, password: env:NOT_THERE") == ["mail.password"])
        #expect(try refused("\(least), username: u, password: hunter2") == ["mail.password"])
    }

    @Test func `trust roots that are not there refuse to start`() throws {
        #expect(try refused("\(least), trustRoots: [no.pem]") == ["mail.trustRoots[0]"])
    }
}
