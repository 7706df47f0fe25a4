import Broker
import BrokerModel
import Foundation

private func sampleTest(_ seed: UInt8 = 1) -> TestLogin {
    TestLogin(
        reference: Reference(rawValue: "test-\(seed)"), connection: "acme-oidc", connectionRevision: 7,
        operatorName: "root", ticketHash: hash(seed), sealed: Data([1, 2, 255]), createdAt: noon,
        expiresAt: noon + .seconds(600))
}

private func began(_ seed: UInt8 = 1) -> TestLogin {
    var test = sampleTest(seed)
    (test.phase, test.bindingHash, test.stateHash) = (.awaiting, hash(seed &+ 50), hash(seed &+ 100))
    (test.round, test.roundStartedAt) = (1, noon + .seconds(1))
    return test
}

extension StoreRule {
    static let testLogins: [StoreRule] = [
        StoreRule("lets one browser in with the ticket of a test login, and none when it is over") { store in
            try await store.write { try $0.insert(sampleTest()) }
            let late = try await store.write {
                try $0.openTestLogin(ticketHash: hash(1), bindingHash: hash(9), at: noon + .seconds(600))
            }
            let none = try await store.write {
                try $0.openTestLogin(ticketHash: hash(2), bindingHash: hash(9), at: noon)
            }
            let first = try await store.write {
                try $0.openTestLogin(ticketHash: hash(1), bindingHash: hash(50), at: noon)
            }
            let second = try await store.write {
                try $0.openTestLogin(ticketHash: hash(1), bindingHash: hash(51), at: noon)
            }
            var opened = sampleTest()
            (opened.phase, opened.bindingHash) = (.opened, hash(50))
            try expectEqual([late, none, first, second], [nil, nil, opened, nil])
        },
        StoreRule("ends a round of a test login once, and not when it is over") { store in
            try await store.write { try $0.insert(began()) }
            let late = try await store.write { try $0.consumeTestLogin(stateHash: hash(101), at: noon + .seconds(600)) }
            let first = try await store.write { try $0.consumeTestLogin(stateHash: hash(101), at: noon) }
            let second = try await store.write { try $0.consumeTestLogin(stateHash: hash(101), at: noon) }
            try expectEqual([late == nil, first?.phase == .answered, second == nil], [true, true, true])
            let next = try await store.write { writer in
                [try writer.advance(began(), from: .opened), try writer.advance(began(), from: .answered)]
            }
            try expectEqual(next, [false, true])
            try expectEqual(try await store.read { try $0.testLogin(stateHash: hash(101)) }, began())
        },
        StoreRule("hands the first result of a test login out once, and its one-time values are gone") { store in
            try await store.write { writer in
                try writer.insert(began())
                try writer.finishTestLogin("test-1", result: Data([7]))
                try writer.finishTestLogin("test-1", result: Data([8]))
            }
            let kept = try await store.read { try $0.testLogin("test-1") }
            try expectEqual([kept?.sealed, kept?.result], [Data(), Data([7])])
            let results = try await store.write { writer in
                [
                    try writer.takeTestResult("test-1", at: noon + .seconds(600)),
                    try writer.takeTestResult("test-1", at: noon), try writer.takeTestResult("test-1", at: noon),
                ]
            }
            try expectEqual(results, [nil, Data([7]), nil])
        },
        StoreRule("forgets test logins that are over, with their connection, and on demand") { store in
            try await store.write { writer in
                for seed: UInt8 in 1...3 { try writer.insert(sampleTest(seed)) }
                try writer.deleteTestLogin("test-1")
            }
            let early = try await store.write { try $0.deleteTestLogins(expiredBefore: noon + .seconds(599)) }
            try await store.write { try $0.delete(connection: "acme-oidc") }
            let gone = try await store.read { try $0.testLogin("test-2") }
            try await store.write { try $0.insert(sampleTest(4)) }
            let late = try await store.write { try $0.deleteTestLogins(expiredBefore: noon + .seconds(600)) }
            try expectEqual([early, gone == nil ? 0 : 1, late], [0, 0, 1])
        },
        StoreRule("refuses a second test login with one reference, ticket or state") { store in
            try await store.write { try $0.insert(began()) }
            var others = [began(2), began(3), began(4)]
            others[0].reference = "test-1"
            others[1].ticketHash = hash(1)
            others[2].stateHash = hash(101)
            for other in others { try await expectConflict { try await store.write { try $0.insert(other) } } }
        },
    ]

    static let replacements: [StoreRule] = [
        StoreRule("keeps replacements, each connection in one place, and tells them with the resources") { store in
            let rule = sampleReplacement("old", "new")
            try await store.write { try $0.put(rule) }
            var longer = rule
            longer.endsAt = noon + .seconds(99)
            let changed = longer
            try await store.write { try $0.put(changed) }
            try await expectConflict { try await store.write { try $0.put(sampleReplacement("other", "new")) } }
            try expectEqual(try await store.read { try $0.replacements() }, [changed])
            try expectEqual(try await store.read { try $0.resources().replacements }, [changed])
            let ended = try await store.write { writer in
                [try writer.delete(replacementOf: "old"), try writer.delete(replacementOf: "old")]
            }
            try expectEqual(ended, [true, false])
        },
        StoreRule("forgets a replacement with either of its connections") { store in
            try await store.write { writer in
                try writer.put(sampleReplacement("a", "b"))
                try writer.put(sampleReplacement("c", "d"))
                try writer.delete(connection: "a")
                try writer.delete(connection: "d")
            }
            try expectEqual(try await store.read { try $0.replacements().count }, 0)
        },
        StoreRule("moves a customer to a connection once") { store in
            let moved = try await store.write { writer in
                [
                    try writer.noteReplaced("c_1", from: "old", into: "new", at: noon),
                    try writer.noteReplaced("c_1", from: "older", into: "new", at: noon),
                    try writer.noteReplaced("c_2", from: "old", into: "new", at: noon),
                ]
            }
            try expectEqual(moved, [true, false, true])
            let known = try await store.read { reader in
                [try reader.wasReplaced("c_1", into: "new"), try reader.wasReplaced("c_1", into: "old")]
            }
            try expectEqual(known, [true, false])
        },
        StoreRule("lists the identities of a connection, one customer's after the other") { store in
            var foreign = sampleSubject("x")
            foreign.connection = "globex"
            let links = [
                sampleLink(sampleSubject("b"), customer: "c_2"), sampleLink(sampleSubject("a"), customer: "c_1"),
                sampleLink(foreign, customer: "c_1"),
            ]
            try await store.write { writer in for link in links { try writer.insert(link) } }
            let found = try await store.read { try $0.links(through: "acme-oidc") }
            try expectEqual(found, [links[1], links[0]])
        },
    ]
}

private func sampleReplacement(_ old: ConnectionID, _ new: ConnectionID) -> ConnectionReplacement {
    ConnectionReplacement(
        old: old, new: new, organization: "acme", startedAt: noon, endsAt: noon + .seconds(86400))
}
