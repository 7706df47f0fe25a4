import Broker
import BrokerModel

extension StoreRule {
    static let customers: [StoreRule] = [
        StoreRule("gives back customers as they were inserted and updated") { store in
            try await store.write { try $0.insert(try sampleCustomer()) }
            try expectEqual(try await store.read { try $0.customer("c_1") }, try sampleCustomer())
            var changed = try sampleCustomer(email: "ada@new.example")
            (changed.displayName, changed.status, changed.groups) = (nil, .disabled, .unsupported)
            let update = changed
            try await store.write { try $0.update(update) }
            let (byID, byNew, byOld) = try await store.read { reader in
                (
                    try reader.customer("c_1"), try reader.customer(holding: try address("ada@new.example")),
                    try reader.customer(holding: try address("ada@acme.example"))
                )
            }
            try expectEqual(byID, update)
            try expectEqual(byNew, update)
            try expectEqual(byOld, nil)
        },
        StoreRule("lets at most one live customer hold an e-mail") { store in
            try await store.write { writer in
                try writer.insert(try sampleCustomer())
                try writer.insert(try sampleCustomer("c_2", email: "bob@acme.example"))
                try writer.insert(try sampleCustomer("c_3", email: nil))
                try writer.insert(try sampleCustomer("c_4", email: nil))
            }
            try await expectConflict(hiding: ["ada"]) {
                try await store.write { try $0.insert(try sampleCustomer("c_5")) }
            }
            try await expectConflict(hiding: ["ada"]) {
                try await store.write { try $0.update(try sampleCustomer("c_2")) }
            }
        },
        StoreRule("keeps the e-mail of the disabled and frees that of the erased") { store in
            var customer = try sampleCustomer()
            customer.status = .disabled
            let disabled = customer
            try await store.write { try $0.insert(disabled) }
            try await expectConflict { try await store.write { try $0.insert(try sampleCustomer("c_2")) } }
            customer.status = .erased
            let erased = customer
            try await store.write { writer in
                try writer.update(erased)
                try writer.insert(try sampleCustomer("c_2"))
            }
            let holder = try await store.read { try $0.customer(holding: try address("ada@acme.example")) }
            try expectEqual(holder?.id, "c_2")
        },
        StoreRule("tells upper case in a local part from lower case") { store in
            try await store.write { writer in
                try writer.insert(try sampleCustomer())
                try writer.insert(try sampleCustomer("c_2", email: "Ada@acme.example"))
            }
        },
        StoreRule("refuses a second customer with one id and an update of none") { store in
            try await store.write { try $0.insert(try sampleCustomer()) }
            try await expectConflict { try await store.write { try $0.insert(try sampleCustomer(email: nil)) } }
            try await expectConflict { try await store.write { try $0.update(try sampleCustomer("c_9", email: nil)) } }
        },
        StoreRule("pages through customers in order of id") { store in
            try await store.write { writer in
                for number in [3, 1, 2, 4] {
                    var customer = try sampleCustomer(CustomerID(rawValue: "c_\(number)"), email: nil)
                    customer.organization = number == 4 ? "rival" : "acme"
                    try writer.insert(customer)
                }
            }
            let pages = try await store.read { reader in
                [
                    try reader.customers(organization: "acme", matching: nil, after: nil, limit: 2),
                    try reader.customers(organization: "acme", matching: nil, after: "c_2", limit: 2),
                    try reader.customers(organization: nil, matching: nil, after: nil, limit: 9),
                ].map { $0.map(\.id) }
            }
            try expectEqual(pages, [["c_1", "c_2"], ["c_3"], ["c_1", "c_2", "c_3", "c_4"]])
        },
        StoreRule("finds customers by part of id, e-mail or name, without regard to case") { store in
            try await store.write { writer in
                try writer.insert(try sampleCustomer())
                var other = try sampleCustomer("c_2", email: "100%_!@acme.example")
                other.displayName = "\u{C4}nne"
                try writer.insert(other)
            }
            let searches: [(String, [CustomerID])] = [
                ("LOVE", ["c_1"]), ("ada@", ["c_1"]), ("C_2", ["c_2"]), ("\u{E4}NN", ["c_2"]), ("0%_!@", ["c_2"]),
                ("a%d", []), ("_da", []), ("acme", ["c_1", "c_2"]),
            ]
            for (text, ids) in searches {
                let found = try await store.read {
                    try $0.customers(organization: nil, matching: text, after: nil, limit: 9).map(\.id)
                }
                try expectEqual(found, ids)
            }
        },
    ]

    static let links: [StoreRule] = [
        StoreRule("gives back links by identity and by customer") { store in
            let first = sampleLink(), second = sampleLink(sampleSubject("sub-2", tenant: "t"))
            try await store.write { writer in
                try writer.insert(first)
                try writer.insert(second)
                try writer.insert(sampleLink(sampleSubject("sub-3"), customer: "c_2"))
            }
            let (bySubject, byCustomer) = try await store.read { reader in
                (
                    [try reader.link(first.subject), try reader.link(second.subject)],
                    try reader.links(of: "c_1")
                )
            }
            try expectEqual(bySubject, [first, second])
            try expectEqual(Set(byCustomer), [first, second])
        },
        StoreRule("links an identity to one customer") { store in
            try await store.write { try $0.insert(sampleLink()) }
            try await expectConflict(hiding: ["sub-1"]) {
                try await store.write { try $0.insert(sampleLink(customer: "c_2")) }
            }
        },
        StoreRule("tells identities apart by connection, issuer, tenant and subject, octet by octet") { store in
            var keys = [sampleSubject(), sampleSubject("SUB-1"), sampleSubject(tenant: "t"), sampleSubject("sub-1 ")]
            keys += [sampleSubject(), sampleSubject()]
            keys[4].connection = "other"
            keys[5].issuer = "https://idp.example/"
            let subjects = keys
            try await store.write { writer in for subject in subjects { try writer.insert(sampleLink(subject)) } }
            try expectEqual(try await store.read { try $0.links(of: "c_1").count }, 6)
        },
        StoreRule("updates a link, and refuses to update none") { store in
            var changed = sampleLink(customer: "c_2")
            (changed.evidence, changed.lastSeenAt) = (.none, noon + .seconds(5))
            let update = changed
            try await expectConflict { try await store.write { try $0.update(update) } }
            try await store.write { writer in
                try writer.insert(sampleLink())
                try writer.update(update)
            }
            try expectEqual(try await store.read { try $0.link(sampleSubject()) }, update)
        },
        StoreRule("deletes a link once") { store in
            let answers = try await store.write { writer in
                try writer.insert(sampleLink())
                return [try writer.delete(link: sampleSubject()), try writer.delete(link: sampleSubject())]
            }
            try expectEqual(answers, [true, false])
            try expectEqual(try await store.read { try $0.link(sampleSubject()) }, nil)
        },
    ]
}
