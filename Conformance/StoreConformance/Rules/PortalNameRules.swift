import Broker
import BrokerModel

extension StoreRule {
    static let portalNames: [StoreRule] = [
        StoreRule("gives a customer a name, another one, and none") { store in
            let (first, second) = (try address("ada@acme.example"), try address("ada@new.example"))
            try expectEqual(try await names(in: store), [nil, nil])
            try await store.write { writer in
                try writer.setPortalName(first, of: "c_1")
                try writer.setPortalName(first, of: "c_1")
                try writer.setPortalName(try address("bob@acme.example"), of: "c_2")
            }
            try expectEqual(try await names(in: store), ["ada@acme.example", "bob@acme.example"])
            try expectEqual(try await store.read { try $0.customer(named: first) }, "c_1")
            try await store.write { try $0.setPortalName(second, of: "c_1") }
            let (old, new) = try await store.read {
                (try $0.customer(named: first), try $0.customer(named: second))
            }
            try expectEqual(old, nil)
            try expectEqual(new, "c_1")
            try await store.write { writer in
                try writer.deletePortalName(of: "c_1")
                try writer.deletePortalName(of: "c_9")
            }
            try expectEqual(try await names(in: store), [nil, "bob@acme.example"])
        },
        StoreRule("refuses a name that somebody else has, and leaves both their names") { store in
            let taken = try address("ada@acme.example")
            try await store.write { writer in
                try writer.setPortalName(taken, of: "c_1")
                try writer.setPortalName(try address("bob@acme.example"), of: "c_2")
            }
            for customer: CustomerID in ["c_2", "c_3"] {
                try await expectConflict(hiding: ["ada", "c_"]) {
                    try await store.write { try $0.setPortalName(taken, of: customer) }
                }
            }
            try expectEqual(try await names(in: store), ["ada@acme.example", "bob@acme.example"])
            try expectEqual(try await store.read { try $0.portalName(of: "c_3") }, nil)
            // To JSM the same person, and so to us.
            let shouted = try address(taken.description.uppercased())
            try await expectConflict { try await store.write { try $0.setPortalName(shouted, of: "c_3") } }
            try expectEqual(try await store.read { try $0.customer(named: shouted) }, "c_1")
        },
        StoreRule("compares names by their normalised text") { store in
            try await store.write { try $0.setPortalName(try address("ada@b\u{FC}cher.example"), of: "c_1") }
            let punycode = try address("ada@XN--BCHER-KVA.example")
            try expectEqual(try await store.read { try $0.customer(named: punycode) }, "c_1")
            try await expectConflict { try await store.write { try $0.setPortalName(punycode, of: "c_2") } }
        },
        StoreRule("frees a name that its customer gave up") { store in
            let name = try address("ada@acme.example")
            try await store.write { writer in
                try writer.setPortalName(name, of: "c_1")
                try writer.setPortalName(try address("ada@new.example"), of: "c_1")
                try writer.setPortalName(name, of: "c_2")
                try writer.deletePortalName(of: "c_2")
                try writer.setPortalName(name, of: "c_3")
            }
            try expectEqual(try await store.read { try $0.customer(named: name) }, "c_3")
        },
        StoreRule("gives a name to exactly one of a hundred callers") { store in
            let name = try address("ada@acme.example")
            let winners = try await countTrue(of: 100) { number in
                do {
                    try await store.write { try $0.setPortalName(name, of: CustomerID(rawValue: "c_\(number)")) }
                    return true
                } catch let error as StoreError where error.code == .conflict { return false }
            }
            try expectEqual(winners, 1)
        },
    ]

    /// The names of the first two customers.
    private static func names(in store: any Store) async throws -> [String?] {
        try await store.read { reader in
            try ["c_1", "c_2"].map { try reader.portalName(of: CustomerID(rawValue: $0))?.description }
        }
    }
}
