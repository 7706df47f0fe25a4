import Broker
import BrokerEngine
import BrokerModel
import BrokerStorage
import NIOHTTP1
import Testing

/// What a connection publishes for the operator of its IdP.
@Suite(.serialized) struct MetadataTests {
    private func with(
        _ change: (inout Connection) -> Void = { _ in }, _ body: (TestBroker) async throws -> Void
    ) async throws {
        try await TestBroker.with(
            change: { wanted in
                var connection = Connection(
                    id: "acme-saml", organization: "acme", kind: "publishing", name: "Acme", settings: .object([:]))
                change(&connection)
                wanted.connections.append(connection)
            }, body)
    }

    private func get(_ path: String, _ broker: TestBroker) async throws -> Browser.Page {
        try await Browser().send(.GET, "\(broker.origin)/vestibule/\(path)")
    }

    @Test(arguments: [true, false])
    func `metadata is served, also before the connection is enabled`(isEnabled: Bool) async throws {
        try await with {
            $0.isEnabled = isEnabled
        } _: { broker in
            let page = try await get("cb/acme-saml/metadata", broker)
            #expect(page.status == 200)
            #expect(page.headers.first(name: "Content-Type") == "application/samlmetadata+xml")
            #expect(page.headers.first(name: "Cache-Control") == "public, max-age=300")
            #expect(page.headers.first(name: "X-Content-Type-Options") == "nosniff")
            #expect(page.setCookies.isEmpty)
            #expect(page.body.hasPrefix("<sp acs=\"\(broker.origin)/vestibule/cb/acme-saml\"><key>"))
        }
    }

    @Test func `current and next key are published, and a rotation shows at once`() async throws {
        try await with { broker in
            let before = try await keys(broker)
            try #require(before.count == 2)
            try await broker.engine.connectionKeys.rotate("acme-saml", actor: .system)
            let after = try await keys(broker)
            #expect(after.count == 2 && after[0] == before[1] && !before.contains(after[1]))
        }
    }

    private func keys(_ broker: TestBroker) async throws -> [String] {
        try await get("cb/acme-saml/metadata", broker).body.matches(of: #/<key>([0-9a-f]{64})</key>/#)
            .map { String($0.output.1) }
    }

    @Test(arguments: ["unknown", "acme", "acme-saml%2F..", "ACME-SAML"])
    func `an unknown connection and a kind that publishes nothing are not found`(id: String) async throws {
        try await with { broker in
            let page = try await get("cb/\(id)/metadata", broker)
            #expect(page.status == 404)
        }
    }

    @Test func `a module that fails is one plain line with a reference and nothing of the cause`() async throws {
        try await with {
            $0.settings = .object(["fails": .bool(true)])
        } _: { broker in
            let page = try await get("cb/acme-saml/metadata", broker)
            #expect(page.status == 503)
            #expect(page.headers.first(name: "Content-Type") == "text/plain; charset=utf-8")
            #expect(page.headers.first(name: "Cache-Control") == "no-store")
            #expect(page.body.contains(#/Reference [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\n$/#))
            #expect(!page.body.contains("operator"))
        }
    }

    @Test func `a connection that does not load is the same, and others are served`() async throws {
        try await with { broker in
            try await broker.store.write { writer in
                for key in try writer.connectionKeys(of: "acme-saml") { _ = try writer.delete(connectionKey: key.id) }
                try writer.raiseResourceRevision()
            }
            try await broker.engine.live.reload()
            let page = try await get("cb/acme-saml/metadata", broker)
            #expect(page.status == 503)
            let browser = Browser()
            try await browser.signIn(broker)
        }
    }

    @Test func `the logins of a connection with metadata are where they were`() async throws {
        try await with { broker in
            let callback = try await get("cb/acme-saml?code=x&state=y", broker)
            #expect(callback.status == 400)
            let nowhere = try await get("cb/acme-saml/metadata/more", broker)
            #expect(nowhere.status == 404)
        }
    }
}
