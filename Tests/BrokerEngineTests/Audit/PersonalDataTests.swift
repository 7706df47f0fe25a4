import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

@Suite struct PersonalDataTests {
    private func personal(_ here: TestInstallation, of id: CustomerID) async throws -> [[String: String]?] {
        try await here.store.read { reader in
            try reader.auditRecords(AuditFilter(customer: id), limit: 100).map {
                try here.engine.audit.personal(of: $0, in: reader)
            }
        }
    }

    @Test func `personal data is readable with the key and nowhere in the body`() async throws {
        let here = try await TestInstallation()
        let ann = try await here.signIn("ann@globex.example", subject: "ann's subject")
        let read = try await personal(here, of: ann.customer.id).compactMap { $0 }
        #expect(read.contains { $0["email"] == "ann@globex.example" && $0["name"] == "Ann Other" })
        #expect(read.contains { $0["subject"] == "ann's subject" })
        for record in try await here.records() {
            #expect(!["ann@", "Ann Other", "ann's subject", "globex.example"].contains { record.body.contains($0) })
        }
    }

    @Test func `one record's data does not open in the place of another's`() async throws {
        let here = try await TestInstallation()
        let ann = try await here.signIn("ann@globex.example")
        let records = try await here.store.read {
            try $0.auditRecords(AuditFilter(kinds: [.customerCreated, .customerLinked]), limit: 9)
        }
        var moved = records[0]
        moved.sequence = records[1].sequence
        let bob = try await here.signIn("bob@globex.example")
        var taken = records[0]
        taken.customer = bob.customer.id
        #expect(taken.customer != ann.customer.id)
        for record in [moved, taken] {
            await #expect(throws: (any Error).self) {
                try await here.store.read { [record] in try here.engine.audit.personal(of: record, in: $0) }
            }
        }
    }

    @Test func `erasing makes a person's past unreadable and leaves the log intact`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let ann = try await here.signIn("ann@globex.example", in: browser)
        let bob = try await here.signIn("bob@globex.example")
        try await here.engine.customers.erase(ann.customer.id, actor: .administrator("root"))
        try await here.engine.audit.signHead()
        guard case .intact = try await AuditVerifier(here.engine.environment).verify() else {
            throw Unexpected("an intact log")
        }
        #expect(try await personal(here, of: ann.customer.id).allSatisfy { $0 == nil })
        #expect(try await personal(here, of: bob.customer.id).contains { $0?["email"] == "bob@globex.example" })
        #expect(await here.engine.gate.decide(browser.request()).outcome == .noSession)
        let left = try #require(try await here.engine.customers.find(ann.customer.id.rawValue))
        #expect(left.customer.status == .erased && left.customer.email == nil && left.customer.displayName == nil)
        #expect(left.links.isEmpty && left.customer.groups.values.isEmpty && left.customer.attributes.isEmpty)
        #expect(try await here.engine.customers.find("ann@globex.example") == nil)
        // Who comes back is somebody new.
        #expect(try await here.signIn("ann@globex.example").customer.id != ann.customer.id)
    }

    @Test func `an export holds everything about one person and nothing about another`() async throws {
        let here = try await TestInstallation()
        let ann = try await here.signIn("ann@globex.example")
        try await here.signIn("bob@globex.example")
        let export = try await here.engine.customers.export(ann.customer.id, actor: .administrator("root"))
        #expect(export.record.customer.email == .address("ann@globex.example"))
        #expect(export.record.links.count == 1 && export.record.sessions.count == 1)
        #expect(export.events.map(\.record.kind) == [.customerCreated, .customerLinked, .loginSucceeded])
        #expect(export.events.allSatisfy { $0.personal?["email"] == "ann@globex.example" })
        #expect(try await here.records(.customerExported).count == 1)
    }

    @Test func `what is done to nobody is refused`() async throws {
        let here = try await TestInstallation()
        let customers = here.engine.customers
        await #expect(throws: CustomerError.notFound) { try await customers.erase("c_x", actor: .system) }
        await #expect(throws: CustomerError.notFound) { try await customers.export("c_x", actor: .system) }
        await #expect(throws: CustomerError.notFound) {
            try await customers.setStatus(.disabled, of: "c_x", actor: .system)
        }
        let subject = SubjectKey(connection: "globex-oidc", issuer: "i", subject: "s")
        await #expect(throws: CustomerError.notFound) { try await customers.unlink(subject, actor: .system) }
        await #expect(throws: CustomerError.notFound) { try await customers.link(subject, to: "c_x", actor: .system) }
        let ann = try await here.signIn("ann@globex.example")
        await #expect(throws: CustomerError.linkedAlready) {
            try await customers.link(ann.session.subject, to: ann.customer.id, actor: .system)
        }
        try await customers.erase(ann.customer.id, actor: .system)
        await #expect(throws: CustomerError.notFound) {
            try await customers.setStatus(.active, of: ann.customer.id, actor: .system)
        }
    }

    @Test func `disabling twice is one event`() async throws {
        let here = try await TestInstallation()
        let ann = try await here.signIn("ann@globex.example")
        for _ in 0..<2 {
            try await here.engine.customers.setStatus(.disabled, of: ann.customer.id, actor: .administrator("root"))
        }
        #expect(try await here.records(.customerDisabled).count == 1)
        #expect(try await here.records(.sessionEnded).count == 1)
    }
}
