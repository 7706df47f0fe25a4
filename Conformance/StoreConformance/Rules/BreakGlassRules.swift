import Broker
import BrokerModel

extension StoreRule {
    static let breakGlasses: [StoreRule] = [
        StoreRule("lets one of a hundred browsers in with one break-glass code") { store in
            try await store.write { try $0.insert(glass) }
            let winners = try await countTrue(of: 100) { number in
                try await store.write { writer in
                    try writer.useBreakGlass(
                        codeHash: hash(1), site: "portal", handleHash: hash(UInt8(number) &+ 2), at: noon) != nil
                }
            }
            try expectEqual(winners, 1)
        },
        StoreRule("opens nothing with a break-glass code at another site, after its end, or once it is closed") {
            store in
            try await store.write { writer in
                try writer.insert(glass)
                let use = { (site: SiteID, now: Timestamp) in
                    try writer.useBreakGlass(codeHash: hash(1), site: site, handleHash: hash(9), at: now)
                }
                try expectEqual(try use("other", noon), nil)
                try expectEqual(try use("portal", glass.expiresAt), nil)
                try expectEqual(try writer.closeBreakGlass("glass-1", at: noon)?.closedAt, noon)
                try expectEqual(try use("portal", noon), nil)
                try expectEqual(try writer.closeBreakGlass("glass-1", at: noon), nil)
                try expectEqual(try writer.openBreakGlasses(at: noon), [])
            }
        },
        StoreRule("finds a break-glass by the handle of its browser, and lists those that are open") { store in
            try await store.write { writer in
                try writer.insert(glass)
                try expectEqual(try writer.openBreakGlasses(at: noon), [glass])
                try expectEqual(try writer.openBreakGlasses(at: glass.expiresAt), [])
                let used = try writer.useBreakGlass(codeHash: hash(1), site: "portal", handleHash: hash(9), at: noon)
                try expectEqual(used?.usedAt, noon)
                try expectEqual(try writer.breakGlass(handleHash: hash(9)), used)
                try expectEqual(try writer.breakGlass(handleHash: hash(8)), nil)
            }
        },
        StoreRule("refuses a second break-glass with the same code, and forgets those that are over") { store in
            try await store.write { try $0.insert(glass) }
            try await expectConflict { try await store.write { try $0.insert(glass) } }
            try expectEqual(try await store.write { try $0.deleteBreakGlasses(expiredBefore: noon) }, 0)
            try expectEqual(try await store.write { try $0.deleteBreakGlasses(expiredBefore: glass.expiresAt) }, 1)
        },
    ]

    private static let glass = BreakGlass(
        reference: "glass-1", site: "portal", operatorName: "ada", reason: "the IdP is down", codeHash: hash(1),
        openedAt: noon, expiresAt: noon + .seconds(3600))
}
