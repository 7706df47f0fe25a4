import Broker
import BrokerModel

extension StoreRule {
    static let atomicity: [StoreRule] = [
        StoreRule("undoes everything when a body throws, and throws it on") { store in
            do {
                try await store.write { writer in
                    try writer.insert(try sampleCustomer())
                    try writer.raiseResourceRevision()
                    _ = try writer.take(OneTimeIdentifier("id", until: noon), scope: "acme")
                    throw Refusal()
                }
                throw StoreRuleFailure(description: "expected the body's error")
            } catch is Refusal {}
            let (customer, revision) = try await store.read { (try $0.customer("c_1"), try $0.resourceRevision()) }
            try expectEqual(customer, nil)
            try expectEqual(revision, 0)
            let isFirst = try await store.write { try $0.take(OneTimeIdentifier("id", until: noon), scope: "acme") }
            try expect(isFirst, "the identifier not to be taken")
        },
        StoreRule("shows a writer its own changes and gives back what the body returns") { store in
            let seen = try await store.write { writer in
                try writer.insert(try sampleCustomer())
                return try writer.customer("c_1")?.displayName
            }
            try expectEqual(seen, "Ada Lovelace")
        },
        StoreRule("lets a body go on after a conflict that it caught, without half of the failed call") { store in
            try await store.write { writer in
                try writer.put(Organization(id: "acme", name: "Acme", domains: [try domain("acme.example")]))
                let rival = Organization(
                    id: "rival", name: "Rival", domains: [try domain("rival.example"), try domain("acme.example")])
                do {
                    try writer.put(rival)
                    throw StoreRuleFailure(description: "expected a conflict")
                } catch let error as StoreError where error.code == .conflict {}
                try writer.insert(try sampleCustomer())
            }
            let (resources, customer) = try await store.read { (try $0.resources(), try $0.customer("c_1")) }
            try expectEqual(Array(resources.organizations.keys), ["acme"])
            try expect(customer != nil, "what the body did after the conflict")
            try await store.write {
                try $0.put(Organization(id: "other", name: "Other", domains: [try domain("rival.example")]))
            }
        },
        StoreRule("reads from one state even while others write") { store in
            try await store.write { try $0.raiseResourceRevision() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await store.write { writer in
                            try writer.raiseResourceRevision()
                            try writer.raiseResourceRevision()
                        }
                    }
                    group.addTask {
                        let (first, second) = try await store.read {
                            (try $0.resourceRevision(), try $0.resources().revision)
                        }
                        try expectEqual(first, second)
                        try expect(first % 2 == 1, "a whole transaction, got revision \(first)")
                    }
                }
                try await group.waitForAll()
            }
        },
    ]
}
