import Broker
import BrokerModel
import Foundation

extension StoreRule {
    static let audit: [StoreRule] = [
        StoreRule("appends records, each position once") { store in
            try expectEqual(try await store.read { try $0.lastAuditRecord() }, nil)
            try await store.write { writer in
                try writer.insert(sampleRecord(1))
                try writer.insert(sampleRecord(2))
            }
            try await expectConflict { try await store.write { try $0.insert(sampleRecord(2, kind: .logout)) } }
            try expectEqual(try await store.read { try $0.lastAuditRecord() }, sampleRecord(2))
        },
        StoreRule("finds records by every filter, in order, at most so many") { store in
            var marked = sampleRecord(2, kind: .loginSucceeded)
            (marked.reference, marked.customer) = ("r", "c_1")
            (marked.organization, marked.connection) = ("acme", "acme-oidc")
            let second = marked
            try await store.write { writer in
                try writer.insert(sampleRecord(3, kind: .logout))
                try writer.insert(second)
                try writer.insert(sampleRecord(1))
            }
            let filters: [(AuditFilter, [Int64])] = [
                (AuditFilter(), [1, 2, 3]), (AuditFilter(reference: "r"), [2]), (AuditFilter(customer: "c_1"), [2]),
                (AuditFilter(organization: "acme"), [2]), (AuditFilter(connection: "acme-oidc"), [2]),
                (AuditFilter(customer: "c_2"), []), (AuditFilter(after: 1), [2, 3]),
                (AuditFilter(kinds: [.logout, .loginStarted]), [1, 3]), (AuditFilter(kinds: []), []),
                (AuditFilter(from: noon + .seconds(2)), [2, 3]), (AuditFilter(to: noon + .seconds(2)), [1]),
                (AuditFilter(kinds: [.loginSucceeded], customer: "c_1", from: noon, to: noon + .seconds(3)), [2]),
            ]
            for (filter, expected) in filters {
                let found = try await store.read { try $0.auditRecords(filter, limit: 9).map(\.sequence) }
                try expectEqual(found, expected)
            }
            try expectEqual(try await store.read { try $0.auditRecords(AuditFilter(), limit: 2).count }, 2)
            try expectEqual(try await store.read { try $0.auditRecords(AuditFilter(after: 1), limit: 1) }, [second])
        },
        StoreRule("keeps every signed head, oldest first") { store in
            let heads = [(1, 0), (3, 60), (3, 120)].map { sequence, seconds in
                AuditHead(
                    sequence: sequence, hash: hash(3), signedAt: noon + .seconds(seconds), signature: "a.b.c")
            }
            try expectEqual(try await store.read { try $0.lastAuditHead() }, nil)
            try await store.write { writer in for head in heads.reversed() { try writer.insert(head) } }
            try expectEqual(try await store.read { try $0.auditHeads() }, heads)
            try expectEqual(try await store.read { try $0.lastAuditHead() }, heads.last)
        },
    ]

    static let personalKeys: [StoreRule] = [
        StoreRule("keeps one personal key for an owner until it is destroyed") { store in
            try await store.write { writer in
                try writer.insertPersonalKey("c_1", sealed: Data([1]))
                try writer.insertPersonalKey("login/r", sealed: Data([2]))
            }
            try await expectConflict { try await store.write { try $0.insertPersonalKey("c_1", sealed: Data([3])) } }
            try expectEqual(try await store.read { try $0.personalKey("c_1") }, Data([1]))
            try await store.write { try $0.deletePersonalKey("c_1") }
            try expectEqual(try await store.read { try $0.personalKey("c_1") }, nil)
            try expectEqual(try await store.read { try $0.personalKey("login/r") }, Data([2]))
        }
    ]
}
